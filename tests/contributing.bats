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

# in_place FILE FUNCTION BEFORE ROW TABLE: lib/FILE compiles with two examples of the page in it, named by words that they
# have: a function before the line that begins with BEFORE, a row as the first behind the line that ends with TABLE
in_place() {
	mkdir -p "$(dirname "src/$1")"
	FUNCTION=$(example "$2") ROW=$(example "$4") awk -v before="$3" -v table="$5" '
		index($0, before) == 1 { print ENVIRON["FUNCTION"] }
		{ print }
		index($0, table) && index($0, table) == length($0) - length(table) + 1 { print ENVIRON["ROW"]; done = 1 }
		END { exit !done }' "$HEAL_SOURCE/lib/$1" >"src/$1" || fail "$1 has no '$5'"
	compiles "src/$1"
}

compiles() {
	run -0 gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Isrc -I"$HEAL_SOURCE/lib" "$1"
}

@test "the examples of an edit primitive compile in their places" {
	need gcc
	in_place analyze/steps.c 'static bool do_finish' 'static const struct edit_primitive' '{ "finish", do_finish }' 'edit_primitives[] = {'
	mkdir -p src/rules
	example 'KEY(STEP, "finish"' | cat "$HEAL_SOURCE/lib/rules/grammar.def" - >src/rules/grammar.def
	compiles "$HEAL_SOURCE/lib/rules/grammar.c"
}

@test "the examples of a check compile in their places" {
	need gcc
	in_place validate/run_checks.c 'static struct check background' 'static struct check (*const checks[])' $'\tbackground,' 'checks[])(const struct run_pair *p) = {'
}

@test "the examples of a record member compile in their places" {
	need gcc
	mkdir -p src/record
	ROW=$(example '"owner", STRING') awk '{ print } /define ANALYSIS_MEMBERS/ { print ENVIRON["ROW"] }' \
		"$HEAL_SOURCE/lib/record/record.def" >src/record/record.def
	{
		printf '#include "record/record.h"\nvoid set(struct record *r, struct str owner);\nvoid set(struct record *r, struct str owner)\n{\n'
		example 'r->analysis.owner ='
		echo '}'
	} >use.c
	compiles use.c
	compiles "$HEAL_SOURCE/lib/record/record.c"
}

@test "the page names only files that there are" {
	cd "$HEAL_SOURCE"
	# what is in capitals stands for a name, and frob is the page's own
	for name in $(grep -oE '`[^` ]+/[^` ]*`' CONTRIBUTING.md | tr -d '`' | grep -vE '[A-Z]{4}|frob|^\$'); do
		compgen -G "$name" >/dev/null || fail "$name"
	done
}
