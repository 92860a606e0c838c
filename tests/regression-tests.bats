#!/usr/bin/env bats
# heal-log learn --tests: regression tests for incidents that were fixed and had recurred

setup() {
	load helper
	heal_setup
	need git jq diff
	unset HEAL_STORE
	mkdir project && cd project
	git init -q .
}

# recurring FILE TEXT MENDED COMMAND...: FILE, TEXT in it, fails three times; a fix of heal makes it MENDED
recurring() {
	local file=$1 broken=$2 mended=$3 n
	shift 3
	command=("$@")
	mkdir -p "$(dirname "$file")"
	printf "$broken" >"$file"
	cp "$file" ../broken
	"$@" >../log 2>&1 || :
	for n in 1 2 3; do
		heal-detect --command "$(printf '%q ' "$@")" --status 1 <../log | jq -c 'select(.error.file)' | head -n 1 >../"$n"
		[[ -s ../$n ]]
	done
	printf "$mended" >"$file"
	diff=$(diff -u --label "a/$file" --label "b/$file" ../broken "$file") || :
	jq -c --arg diff "$diff
" '. + {fix: {solution: "s", status: "applied", attempt: 1, diff: $diff},
		validation: {status: "passed", resolved: true, checks: []}}' ../3 >../fixed
	cat ../1 ../2 ../fixed | heal-log --quiet
}

# The user permits tests that run the command.
learn_tests() { heal-log learn --tests --verbose -- "${command[@]}"; }
plan() { heal review | sed -n '1s/ .*//p'; }

python_recurring() {
	touch pytest.ini
	recurring a.py 'def f(x)\n    return x\n' 'def f(x):\n    return x\n' python3 -m py_compile a.py
}

@test "a repeated incident of a pytest project gets a test, which is added when it is approved" {
	need pytest
	python_recurring
	mkdir tests
	heal-log learn --tests >../said
	run cat ../said
	assert_line --regexp $'^tests/test_regression_.*\tpytest\tproposed\t6 of 6 runs as expected\t0.65\t3 times: expected'
	run ls tests
	refute_output
	run heal review approve --apply "$(plan)"
	assert_success
	run cat tests/*.py
	assert_line --partial '/ "../a.py"'
	run pytest -q -p no:cacheprovider tests
	assert_success
	cp ../broken a.py
	run pytest -q -p no:cacheprovider tests
	assert_failure 1
}

@test "a repeated incident of a Bats project gets a test" {
	need bats
	mkdir tests && touch tests/x.bats
	recurring a.sh 'if true; then\n\techo x\n' 'if true; then\n\techo x\nfi\n' bash a.sh
	run heal-log learn --tests
	assert_line --regexp $'^tests/regression_.*.bats\tbats\tproposed\t6 of 6 runs'
}

@test "a repeated incident of a Go module gets a test" {
	need go
	export HEAL_VALIDATION_FURTHER_SECONDS=120
	printf 'module example.org/a\n\ngo 1.19\n' >go.mod
	recurring a.go 'package a\n\nfunc F() int {\n\treturn x\n}\n' 'package a\n\nfunc F() int {\n\treturn 1\n}\n' go vet .
	run heal-log learn --tests -v
	assert_line --regexp $'^regression_.*_test.go\tgo\tproposed\t6 of 6 runs'
}

@test "a repeated incident of a CMake project gets a test, and a line that lists it" {
	need cmake ctest gcc
	printf 'cmake_minimum_required(VERSION 3.13)\nproject(a NONE)\nenable_testing()' >CMakeLists.txt
	recurring a.c 'int f(void)\n{\n\treturn 0\n}\n' 'int f(void)\n{\n\treturn 0;\n}\n' gcc -fsyntax-only a.c
	run learn_tests
	assert_line --regexp $'^regression_.*.cmake\tctest\tproposed\t6 of 6 runs'
	run heal review approve --apply "$(plan)"
	assert_success
	run tail -n 2 CMakeLists.txt
	assert_line 'enable_testing()'
	assert_line --regexp '^add_test\(NAME regression_'
}

@test "a repeated incident of a Jest project gets a test" {
	need node
	jest=$(dirname "$(readlink -f "$(command -v jest || echo /none/x)")")/..
	[[ -e $jest/bin/jest.js ]] || skip "no jest"
	mkdir node_modules && ln -s "$jest" node_modules/jest
	echo '{"jest": {}}' >package.json
	recurring a.js 'const x = (1;\n' 'const x = (1);\n' node a.js
	run learn_tests
	assert_line --regexp $'^regression_.*.test.js\tjest\tproposed\t6 of 6 runs'
}

# ---- what is not proposed ----

# paint_recurring WORD...: a tool of the project, run in a Bats project
paint_recurring() {
	need bats
	unset HEAL_PACKS
	mkdir -p "$XDG_CONFIG_HOME/heal/patterns" tests
	touch tests/x.bats
	cat >"$XDG_CONFIG_HOME/heal/patterns/paint.yaml" <<-'END'
	pack: paint
	environment: config
	rules:
	  - id: paint.error
	    match: '^paint: (?<file>[^:]+):(?<line>\d+): (?<message>.+)$'
	    examples:
	      - text: "paint: a.ini:7: no closing quote\n"
	        expect: [{level: error, file: a.ini, line: 7}]
	END
	[[ -e paint ]] || cat >paint <<-'END'
	#!/bin/sh
	! grep -q colr a.ini || { echo "paint: a.ini:2: no key \"'; touch pwned; '\" (\$(touch pwned))"; exit 1; }
	END
	chmod +x paint
	recurring a.ini '[brush]\ncolr = red\n' '[brush]\ncolor = red\n' ./paint "$@"
}

@test "texts of the log and words of the command cannot become code of a test" {
	paint_recurring "it's" '"; touch pwned; "' "'; touch pwned; '" '$(touch pwned)' '`touch pwned`'
	run learn_tests
	assert_line --regexp $'\tbats\tproposed\t6 of 6 runs'
	heal review approve --apply "$(plan)"
	run bats tests
	assert_success
	[[ ! -e pwned && ! -e tests/pwned ]]
}

@test "a test waits for approval however often it was right" {
	paint_recurring
	for n in 1 2 3 4; do learn_tests >../said; done
	run cat ../said
	assert_line --regexp $'\tproposed\t24 of 24 runs as expected\t0.89\t'
	run ls tests
	assert_output x.bats
	run heal-log verify
	assert_success
}

@test "a test that is in the project is run again, and keeps what a person wrote" {
	paint_recurring
	learn_tests
	heal review approve --apply "$(plan)"
	echo '# mine' >>"$(echo tests/regression_*.bats)"
	run learn_tests
	assert_line --regexp $'\tadded\t6 of 6 runs as expected\t0.65\t'
	assert_line "0 tests proposed"
	run tail -n 1 tests/regression_*.bats
	assert_output '# mine'
}

@test "an incident that did not recur gets no test" {
	paint_recurring
	rm "$XDG_STATE_HOME"/heal/heal.db*
	cat ../2 ../fixed | heal-log --quiet
	run learn_tests
	assert_output "0 tests proposed"
}

@test "a test that is denied is not proposed again" {
	paint_recurring
	learn_tests
	heal review deny "$(plan)"
	run learn_tests
	assert_line --regexp $'\trefused\t12 of 12 runs'
	assert_line "0 tests proposed"
}

@test "a failure that does not follow from the missing fix is no test" {
	cat >paint <<-'END'
	#!/bin/sh
	[ ! -e ../1 ] || { echo "cannot paint here"; exit 1; }
	echo "paint: a.ini:2: no key"; exit 1
	END
	paint_recurring
	run learn_tests
	assert_line "no test: the test fails with the fix (no key)"
}

@test "a test that passes only sometimes is not proposed" {
	cat >paint <<-'END'
	#!/bin/sh
	if grep -q colr a.ini; then echo "paint: a.ini:2: no key"; exit 1; fi
	echo x >>runs; [ "$(wc -l <runs)" != 2 ]
	END
	paint_recurring
	run learn_tests
	assert_line --regexp $'\tflaky\t5 of 6 runs as expected\t'
	assert_line --partial 'flaky: the test fails with the fix'
	[[ -z $(plan) ]]
}

@test "a command that acts outside the project is not run for a test" {
	paint_recurring
	jq -c '.source.command = ["git", "push"]' ../1 ../2 ../fixed >../pushed
	rm "$XDG_STATE_HOME"/heal/heal.db*
	heal-log --quiet <../pushed
	run heal-log learn --tests -v -- git push
	assert_line --partial "no test: its command acts outside the project: git push"
}

@test "a command that only records name is not run, nor one with other arguments than the user gave" {
	seen=$(cd .. && pwd)/seen
	mkdir "$seen"
	cat >paint <<-END
	#!/bin/sh
	touch '$seen/ran'
	! grep -q colr a.ini || { echo "paint: a.ini:2: no key"; exit 1; }
	END
	export HEAL_TRIAL_WRITABLE=$seen
	paint_recurring now
	rm "$seen/ran"
	for given in '' ./paint './paint then' './paint now now'; do
		run heal-log learn --tests -v -- $given
		assert_line --partial 'no test: its command may be run in a test only if it is given'
		assert_line '0 tests proposed'
		[[ ! -e $seen/ran ]]
	done
	run heal-log learn --tests -v -- ./paint now
	assert_line '1 tests proposed'
	[[ -e $seen/ran ]]
}

@test "incidents of another project get no test here" {
	paint_recurring
	mkdir ../other && cd ../other && git init -q . && mkdir tests && touch tests/x.bats
	run heal-log learn --tests -v
	assert_output "0 tests proposed"
}
