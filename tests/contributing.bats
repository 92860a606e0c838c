#!/usr/bin/env bats
# contributing.bats - the examples of CONTRIBUTING.md work, and the files that it names are there

setup() {
	load helper
	heal_setup
	page=$HEAL_SOURCE/CONTRIBUTING.md
}

# example PATTERN: the code block of the page that has a line with it, its indentation taken off
example() {
	/usr/bin/python3 - "$page" "$1" <<-'END'
		import re, sys, textwrap
		blocks = re.findall(r"^( *)```\w*\n(.*?)^\1```", open(sys.argv[1]).read(), re.S | re.M)
		found = [text for _, text in blocks if sys.argv[2] in text]
		sys.exit(f"{len(found)} examples have '{sys.argv[2]}'") if len(found) != 1 else print(textwrap.dedent(found[0]), end="")
	END
}

# The example pack and table, compiled with ours into mine.pack.
frobc() {
	mkdir -p mine
	example 'pack: frobc' >mine/frobc.yaml
	example 'doc: The words of' >mine/frob-words.yaml
	heal-rules compile --output mine.pack "$HEAL_SOURCE/share/patterns" "$HEAL_SOURCE/share/tables" mine
	export HEAL_PACKS=$PWD/mine.pack
}

@test "the example of a rule has no fault, passes its own examples, and mends the file" {
	frobc
	run -0 heal-rules lint --strict mine
	run -0 heal-rules test 'frobc.*'
	assert_output '2 examples passed, 0 failed'
	printf '\n\npritn 1\n' >a.frob
	echo "a.frob:3: frob error: unknown word 'pritn'" | heal-detect | heal-analyze | heal-fix --apply --yes | field .fix.status >status
	assert_equal "$(cat status)" applied
	assert_equal "$(sed -n 3p a.frob)" 'print 1'
}

@test "the example of a language is a row without fault" {
	mkdir mine
	cp "$HEAL_SOURCE/share/tables/languages.yaml" mine
	example 'extensions: [.frob]' | sed 's/^/  /' >>mine/languages.yaml
	run -0 heal-rules lint mine
	assert_output --partial '1 valid files'
}

@test "the example of a repair case passes" {
	need gcc
	mkdir -p tests/repair/c/one/files
	cp "$HEAL_SOURCE"/tests/{repair-case,environment.bash} tests
	example '"expect": "healed"' >tests/repair/c/one/case.json
	printf 'int main(void)\n{\n\treturn 0\n}\n' >tests/repair/c/one/files/a.c
	run -0 tests/repair-case tests/repair/c/one
}

@test "the example of an output format compiles" {
	need gcc
	example 'void frob_record' >frob.c
	sed -i 's|^#include "present/format.h"|&\nvoid frob_record(struct presenter *p, const struct record *r);|' frob.c
	run -0 gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I"$HEAL_SOURCE/lib" frob.c
}

@test "the example of a setting is a row with the columns of the settings' table" {
	need gcc
	printf '#define KEY(id, name, kind, value, limits, tight, env, doc) static const char id[] = name value limits doc;\n' >row.c
	example 'KEY(FROB_DEPTH' >>row.c
	run -0 gcc -fsyntax-only row.c
}

@test "the page names only files that there are" {
	cd "$HEAL_SOURCE"
	# what is in capitals stands for a name, and frob is the page's own
	for name in $(grep -oE '`[^` ]+/[^` ]*`' CONTRIBUTING.md | tr -d '`' | grep -vE '[A-Z]{4}|frob|^\$'); do
		compgen -G "$name" >/dev/null || fail "$name"
	done
}
