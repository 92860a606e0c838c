#!/usr/bin/env bats
# Checkers: the programs that parse a file, heal's own (tools/check) and others, and that nothing of a project runs by them

setup() {
	load helper
	heal_setup
	checks=$HEAL_BUILD/tools/check
}

# judge COMMAND... : given good.* and bad.* in this directory, it prints the good one's name only
judge() {
	run --separate-stderr "$@" "$PWD"/good.* "$PWD"/bad.*
	assert_equal "$output" "$(echo "$PWD"/good.*)"
}

@test "python, json, yaml, toml and ini say which files parse, and end with 3 where one does not" {
	need python3
	try() { # NAME GOOD BAD
		rm -f good.* bad.*
		printf '%b' "$2" >good.x && printf '%b' "$3" >bad.x
		run -0 --separate-stderr python3 -I "$checks/$1" "$PWD/good.x"
		judge python3 -I "$checks/$1"
		assert_equal "$status" 3
		[[ $stderr == "$PWD/bad.x: "* ]]
	}
	try python 'print("a")\n' 'print("a"\n'
	try json '{"a": [1]}' '{"a": [1}'
	try ini '[a]\nb = 1\n' '[a\n'
	! python3 -I -c 'import tomllib' 2>/dev/null || try toml 'a = 1\n' 'a = \n'
	! python3 -I -c 'import yaml' 2>/dev/null || try yaml 'a: 1\n---\nb: !x 2\n' 'a: [1\n'
}

@test "yaml without PyYAML does not know, and so refuses nothing" {
	need python3
	echo 'a: 1' >good.yaml
	run -4 --separate-stderr python3 -I -S "$checks/yaml" good.yaml
	assert_output ''
}

@test "javascript takes scripts and modules, and runs neither" {
	need node
	printf '#!/usr/bin/env node\nrequire("fs").writeFileSync("ran", "");\n' >good.js
	printf 'import "./good.js";\nlet a = ;\n' >bad.js
	judge node --experimental-vm-modules "$checks/javascript"
	assert_equal "$status" 3
	printf 'import fs from "fs";\nexport const a = fs.writeFileSync("ran", "");\n' >good.js
	judge node --experimental-vm-modules "$checks/javascript"
	[[ ! -e ran ]]
}

@test "typescript reads with the compiler's own parser" {
	need node tsc
	echo 'const a: number = "not looked at";' >good.ts
	echo 'const a: = 1;' >bad.ts
	judge node "$checks/typescript"
	assert_equal "$status" 3
}

@test "c++ looks where the file belongs and takes flags with blanks in them" {
	need g++
	mkdir home
	echo '#define ONE 1' >home/one.h
	printf '#include <one.h>\nint a = ONE + TWO;\n' >good.cc
	echo 'int a = ;' >bad.cc
	run -0 "$checks/c++" "$PWD/home" '-DTWO=1 + 1' -- "$PWD/good.cc" "$PWD/bad.cc"
	assert_output "$PWD/good.cc"
	[[ -z $(ls -d work.* 2>/dev/null) ]]
}

@test "c++ says the same of many files, for which it compiles the headers once" {
	need g++
	for i in 1 2 3 4 5 6 7 8; do
		printf '#include <vector>\nstd::vector<int> a%s;\n' "$i" >"$i.cc"
	done
	echo 'int a = ;' >>5.cc
	run -0 bash -c '"$1" "$PWD" -- "$PWD"/?.cc | sort' - "$checks/c++"
	assert_output "$(printf "$PWD/%s.cc\n" 1 2 3 4 6 7 8)"
}

@test "rust goes on behind a text whose brackets are open, and expands nothing" {
	need rustc
	mkdir in
	echo 'fn main() { no_such_macro!("a"); include!("none"); }' >in/0.rs
	echo 'fn main() { (' >in/1.rs
	echo 'fn main() { let a 1; }' >in/2.rs
	echo 'fn f() -> u8 { 1 }' >in/3.rs
	run -0 "$checks/rust" "$PWD"/in/[0-3].rs
	assert_output "$PWD/in/0.rs
$PWD/in/3.rs"
}

# syntax_of FILE... : the second line of each is indented by heal-fix; what the syntax check of heal-validate says of it
syntax_of() {
	local file number=0
	for file; do
		/usr/bin/jq -nc --arg f "$file" --arg id "0190a3f4-0000-7000-8000-00000000000$((number++))" \
			--arg sum "$(/usr/bin/sha256sum <"$file" | /usr/bin/cut -c1-64)" \
			'{heal: 1, kind: "incident", id: $id,
			error: {rule: "x.y", level: "error", message: "m", file: $f, line: 1},
			solutions: [{id: "s", type: "code_fix", applicability: "machine", confidence: 0.95, files: [$f],
				steps: [{do: "edit", file: $f, expect: $sum,
					edits: [{line: 2, column: 1, end_line: 2, end_column: 1, text: " "}]}]}]}'
	done | "$HEAL_BUILD/tests/sign" | "$HEAL_BUILD/tools/heal-fix" --apply --yes | "$HEAL_BUILD/tools/heal-validate" --level quick >verdicts || :
	/usr/bin/jq -r '[.error.file, (.validation.checks[] | select(.check == "syntax") | .status, .detail)] | join(" ")' verdicts
}

@test "what bash says of a here-document without its end counts, what it says of the locale does not" {
	need bash
	mkdir .git
	printf 'cat <<E\nx\n' >a.sh
	printf 'if true\nthen echo a\nfi\n' >b.sh
	export LC_ALL=xx_YY.none 2>/dev/null
	run -0 syntax_of a.sh b.sh
	assert_line --partial 'a.sh: does not parse'
	assert_line 'b.sh passed b.sh'
}

# A project full of traps: each leaves its name in the folder ran.
trap_python() {
	printf 'open("%s/ran/%s", "w")\n' "$PWD" "$1" >"$1"
}

trap_program() {
	printf '#!/bin/sh\n: >"%s/ran/%s"\nexec /usr/bin/%s "$@"\n' "$PWD" "$1" "$1" >"$1"
	chmod +x "$1"
}

plant() {
	mkdir ran
	local name
	for name in json yaml configparser sitecustomize usercustomize venv tomllib codecs warnings; do
		trap_python "$name.py"
	done
	for name in python3 git bash node perl ruby gcc g++ xmllint; do
		trap_program "$name"
	done
	# the traps work: without this the test below could not fail
	PATH=.:$PATH git --version >/dev/null
	PATH=.:$PATH python3 -c 'import json'
	[[ -e ran/git && -e ran/python3 && -e ran/json.py ]]
	rm -f ran/*
	export PYTHONPATH=$PWD BASH_ENV=$PWD/env.sh
	echo ": >'$PWD/ran/env.sh'" >env.sh
}

# Each is broken.
broken_files() {
	printf '{\n "a": 1\n "b": 2\n}\n' >a.json
	printf 'a: [1, 2\nb: 3\n' >a.yaml
	printf 'open("%s/ran/script.py", "w")\ndef f(:\n    pass\n' "$PWD" >a.py
	printf '[a]\nb 1\n' >a.ini
	printf 'a = [1\nb = 2\n' >a.toml
	printf 'BEGIN { open(my $f, ">", "%s/ran/BEGIN"); }\nprint "a"\nprint "b";\n' "$PWD" >a.pl
	printf ': >"%s/ran/script.sh"\nif true; then\n  echo a\n' "$PWD" >a.sh
	printf 'BEGIN { File.write("%s/ran/BEGIN.rb", "") }\nputs [1\nputs 2\n' "$PWD" >a.rb
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	printf '<a><b></a>\n' >a.xml
}

said() {
	printf 'parse error: Expected separator between values at line 3, column 5\n'
	python3 -I -S "$checks/json" "$PWD/a.json" 2>&1
	python3 -I "$checks/yaml" "$PWD/a.yaml" 2>&1
	python3 -I -c 'compile(open("a.py").read(), "a.py", "exec")' 2>&1
	/usr/bin/bash -p -n a.sh 2>&1
	gcc -fsyntax-only a.c 2>&1
	echo 'syntax error at a.pl line 3, near "print"'
	ruby -c a.rb 2>&1
	echo 'Execution of a.pl aborted due to compilation errors.'
}

@test "nothing of a project runs while its files are analysed, mended in a plan, and their syntax checked" {
	need python3 git gcc ruby bash
	git init -q . && git -c user.email=a@b -c user.name=a commit -q --allow-empty -m a
	broken_files
	said >log || :
	plant
	export PATH=.:./:$HEAL_BUILD/tools:.:/usr/local/bin::/usr/bin:/bin
	"$HEAL_BUILD/tools/heal-detect" <log >found
	[[ -s found ]]
	"$HEAL_BUILD/tools/heal-analyze" <found >why
	"$HEAL_BUILD/tools/heal-fix" --diff <why >plan 2>&1 || :
	grep -q '^diff --git a/a.c' plan # the checkers did work
	run -0 /usr/bin/find ran -type f
	assert_output ''
}

@test "the syntax check of each language runs nothing of the file, of its project or of a relative PATH" {
	need python3 ruby bash gcc
	plant
	broken_files
	export PATH=.:$HEAL_BUILD/tools::/usr/bin:/bin
	run -0 syntax_of a.json a.py a.ini a.sh a.rb a.c a.pl a.yaml a.toml a.xml
	for file in a.json a.py a.ini a.sh a.rb a.c; do
		assert_line --partial "$file: does not parse"
	done
	assert_line --partial 'a.pl: no checker' # there is no parser of Perl that leaves BEGIN alone
	run -0 /usr/bin/find ran -type f
	assert_output ''
}
