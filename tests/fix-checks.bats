#!/usr/bin/env bats
# The checks lint, performance and further-tests of a fix, in heal run and in the pipe of heal-fix and heal-validate.

setup() {
	load helper
	heal_setup
	need jq
	unset HEAL_PACKS
	export HEAL_PACKS=
	export HEAL_VALIDATION_RERUNS=1
	mkdir .git
}

# fault FILE OLD NEW: ./check fails until FILE has the words of NEW, and heal knows to write NEW (a YAML text) for OLD.
fault() {
	mkdir -p "$XDG_CONFIG_HOME/heal/patterns"
	cat >"$XDG_CONFIG_HOME/heal/patterns/t.yaml" <<-END
	pack: t
	rules:
	  - id: t.check
	    match: '^check: (?<file>[^:]+):(?<line>\d+): (?<level>error): (?<message>.+)\$'
	    examples: [{text: "check: a:1: error: bad\n", expect: [{level: error, file: a, line: 1, message: bad}]}]
	causes:
	  - id: t.bad
	    rule: t.check
	    type: syntax_error
	    severity: 7
	    confidence: 0.95
	    cause: it is bad
	    solutions:
	      - {id: t.fix, description: Mend it., because: A test., confidence: 0.95, steps: [{edit: '{file}', replace: '$2', with: "$3", line: '{line}'}]}
	END
	printf '#!/bin/sh\n! grep -n "%s" %s | sed "s|:.*||; s|.*|check: %s:&: error: bad|" | grep . || exit 1\n' \
		"$2" "$1" "$1" >check
	chmod +x check
	cp "$1" broken
}

by_run() { heal run --yes --no-store --records run.ndjson -- ./check; }
by_pipe() {
	./check 2>&1 | heal-detect | heal-analyze --no-store | heal-fix --prove --apply --yes -- ./check |
		heal-validate "$@" -- ./check >pipe.ndjson
}
# both FILE: mend it both ways, each from the broken file; what is left is in FILE.run and FILE.pipe.
both() {
	by_run || true
	cp "$1" kept.run
	cp broken "$1"
	by_pipe || true
	cp "$1" kept.pipe
}
# verdict WAY CHECK: the status of the fix, of the validation, of the check, and the check's words
verdict() {
	jq -r --arg c "$2" 'select(.fix.solution) | [.fix.status, .validation.status,
		(.validation.checks[] | select(.check == $c) | .status, .detail)] | join(" ")' "$1.ndjson"
}

# without PROGRAM...: a PATH in which these programs are not installed
without() {
	local dir file name
	mkdir -p bin.without
	for dir in ${PATH//:/ }; do
		for file in "$dir"/*; do
			name=${file##*/}
			[[ " $* " == *" $name "* || -e bin.without/$name ]] || ln -s "$file" "bin.without/$name" 2>/dev/null || true
		done
	done
	mv bin.without "$BATS_TEST_TMPDIR/without"
	export PATH=$BATS_TEST_TMPDIR/without
}

# ---- lint ----

@test "lint: a fix with a new error is rolled back, in both ways" {
	need yamllint
	printf 'a: 1\nb: bad\n' >y.yml
	fault y.yml 'b: bad' 'a: good'
	both y.yml
	for way in run pipe; do
		cmp kept.$way broken
		run -0 verdict $way lint
		assert_output 'rolled_back failed failed y.yml: yamllint: new: line 2: duplication of key "a" in mapping key-duplicates'
	done
}

@test "lint: a new warning is a warning, and the fix stays" {
	need yamllint
	printf 'a: 1\nb: bad\n' >y.yml
	fault y.yml 'b: bad' 'b:    good'
	both y.yml
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" "$(printf 'a: 1\nb:    good')"
		run -0 verdict $way lint
		assert_output 'applied passed warning y.yml: yamllint: new: line 2: too many spaces after colon colons'
	done
}

@test "lint: a finding that was there before does not count, although the fix moves it" {
	need yamllint
	printf 'a: 1\nb: bad\nc: 1\nc: 2\n' >y.yml
	fault y.yml 'b: bad' 'b: good\nd: 1'
	both y.yml
	for way in run pipe; do
		assert_equal "$(sed -n 3p kept.$way)" 'd: 1'
		run -0 verdict $way lint
		assert_output 'applied passed passed y.yml: yamllint finds nothing new'
	done
}

@test "lint: the same finding in one more place is new" {
	need yamllint
	printf 'a: 1\na: 2\nb: bad\n' >y.yml
	fault y.yml 'b: bad' 'a: 3'
	by_run || true
	cmp y.yml broken
	run -0 verdict run lint
	assert_output --partial 'rolled_back failed failed y.yml: yamllint: new: '
}

@test "lint: what a syntax error hid before the fix is not the fix's" {
	need shellcheck
	# shellcheck finds the error in the last line (SC2068) only when the test in the second one can be read
	printf '#!/bin/bash\nif [ "$1" = 1]; then\n\techo one\nfi\nls $@\n' >s.sh
	fault s.sh '= 1\]' '= 1 ]'
	both s.sh
	for way in run pipe; do
		assert_equal "$(sed -n 2p kept.$way)" 'if [ "$1" = 1 ]; then'
		run -0 verdict $way lint
		assert_output 'applied passed passed s.sh: shellcheck finds nothing new'
	done
}

@test "lint: what the fix itself wrote counts even if the old file could not be read" {
	need shellcheck
	printf '#!/bin/bash\nif [ "$1" = 1]; then\n\techo one\nfi\n' >s.sh
	fault s.sh '= 1\]; then' '= 1 ]; then ls $@'
	by_run || true
	cmp s.sh broken
	run -0 verdict run lint
	assert_output --partial 'rolled_back failed failed s.sh: shellcheck: new: line 2: '
}

@test "lint: a script without a first line that names its shell is no worse for the fix" {
	need shellcheck
	printf 'if [ "$1" = 1]; then\n\techo one\nfi\n' >s.sh
	fault s.sh '= 1\]' '= 1 ]'
	both s.sh
	for way in run pipe; do
		assert_equal "$(sed -n 1p kept.$way)" 'if [ "$1" = 1 ]; then'
		run -0 verdict $way lint
		assert_output 'applied passed passed s.sh: shellcheck finds nothing'
	done
}

@test "lint: ruff and pyflakes agree on a name that a fix leaves undefined" {
	printf 'limit = 3\nprint(limit)\n' >p.py
	fault p.py 'limit = 3' 'limits = 3'
	local any=
	for linter in ruff pyflakes; do
		command -v "$linter" >/dev/null || continue
		any=1
		cp broken p.py
		(
			[[ $linter == ruff ]] || without ruff
			by_run || true
		)
		cmp p.py broken
		run -0 verdict run lint
		assert_output --partial "rolled_back failed failed p.py: $linter: new: line 2: "
	done
	[[ $any ]] || skip 'no ruff, no pyflakes'
}

@test "lint: without a linter the check is skipped, with the reason, and decides nothing" {
	printf 'print("bad")\n' >p.py
	fault p.py 'bad' 'good'
	without ruff pyflakes
	both p.py
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" 'print("good")'
		run -0 verdict $way lint
		assert_output 'applied passed skipped p.py: not installed: ruff, pyflakes'
	done
}

@test "lint: nothing of the project is a linter, and the level quick runs none" {
	printf 'a: 1\nb: bad\n' >y.yml
	fault y.yml 'b: bad' 'a: good'
	mkdir bin
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >bin/yamllint
	chmod +x bin/yamllint
	PATH=$PWD/bin:$PATH by_run || true
	[[ ! -e ran ]]
	cp broken y.yml
	HEAL_VALIDATION_LEVEL=quick by_run
	run -0 jq -r 'select(.validation) | [.validation.checks[].check] | index("lint")' run.ndjson
	assert_output null
}

@test "lint: a configuration of the project does not silence the linter" {
	need shellcheck
	printf '#!/bin/bash\necho bad\n' >s.sh
	printf 'disable=all\n' >.shellcheckrc
	fault s.sh 'echo bad' 'echo good $@'
	by_run || true
	cmp s.sh broken
	run -0 verdict run lint
	assert_output --partial 'rolled_back failed failed s.sh: shellcheck: new: line 2: '
}

@test "lint: go vet and ansible-lint look at a file at the level thorough" {
	need go
	printf 'module m\n\ngo 1.19\n' >go.mod
	printf 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Printf("%%d\\\\n", bad())\n}\n' >m.go
	printf 'package main\n\nfunc bad() int { return 1 }\n\nfunc good() string { return "" }\n' >more.go
	fault m.go 'bad' 'good'
	HEAL_VALIDATION_LEVEL=thorough by_run || true
	run -0 verdict run lint
	[[ $output == *'took longer than'* ]] && skip "$output"
	assert_output --partial 'rolled_back failed failed m.go: go: new: line 6: fmt.Printf format %d has arg'
	cmp m.go broken
}

# ---- performance ----

# runner COMMANDS: ./check as a test runner; it runs COMMANDS once the file `app` is good.
runner() {
	echo bad >app
	fault app bad good
	cat >check <<-END
	#!/bin/sh
	if grep -q good app; then
		$1
		echo "3 passed in 0.01s"
	else
		echo "check: app:1: error: bad"
		echo "1 failed, ${2-2} passed in 0.01s"
		exit 1
	fi
	END
}

@test "performance: a command that takes about as long as before has passed" {
	runner true
	both app
	for way in run pipe; do
		run -0 verdict $way performance
		assert_output --regexp '^applied passed passed [0-9.]+ s and [0-9]+ MiB with the fix, [0-9.]+ s and [0-9]+ MiB without it$'
	done
}

@test "performance: a much slower command is a warning, and the fix stays" {
	runner 'sleep 2.5'
	both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way performance
		assert_output --regexp '^applied passed warning slower: [23]\.[0-9]+ s and '
	done
	cp broken app
	HEAL_PERFORMANCE_SECONDS=60 by_run
	run -0 verdict run performance
	assert_output --partial 'applied passed passed '
}

@test "performance: what took long and needed much before gets no warning" {
	need python3
	runner true
	sed -i '1a sleep 1.5; python3 -c "bytearray(200 << 20)"' check
	both app
	for way in run pipe; do
		run -0 verdict $way performance
		assert_output --regexp '^applied passed passed [1-9].* s and 2[0-9][0-9] MiB with the fix, [1-9].* s and 2[0-9][0-9] MiB without it$'
	done
}

@test "performance: much more memory is a warning" {
	need python3
	runner 'python3 -c "bytearray(200 << 20)"'
	both app
	for way in run pipe; do
		run -0 verdict $way performance
		assert_output --regexp '^applied passed warning .*more memory: .* s and 2[0-9][0-9] MiB with the fix'
	done
}

@test "performance: runs that did not do the same work are not compared" {
	runner 'sleep 2.5' 0
	both app
	for way in run pipe; do
		run -0 verdict $way performance
		assert_output 'applied passed skipped the run without the fix did not run the same number of tests'
	done
	sed -i '/passed in/d' check
	cp broken app
	both app
	for way in run pipe; do
		run -0 verdict $way performance
		assert_output --partial 'applied passed skipped the run without the fix may have failed before its end'
	done
}

# ---- further tests ----

# A C-like world in shell: app says what is good, ./check wants it good, and so may the tests.
# suite NAME...: `make test` prints "PASS: NAME" or "FAIL: NAME" for each, as ./NAME ends
suite() {
	echo bad >app
	fault app bad good
	printf 'test:\n\t@s=0; for t in %s; do if sh ./$$t; then echo "PASS: $$t"; else echo "FAIL: $$t"; s=1; fi; done; exit $$s\n' \
		"$*" >Makefile
}
thorough() { HEAL_VALIDATION_LEVEL=thorough "$@"; }

@test "further tests: a fix with which a test fails that passed without it is rolled back, in both ways" {
	need make
	suite steady wants-bad
	echo true >steady
	echo 'grep -q bad app' >wants-bad
	thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" bad
		run -0 verdict $way further-tests
		assert_output "rolled_back failed failed 'make -k test': wants-bad passes without the fix and fails with it"
	done
	run -1 --separate-stderr thorough by_run
	[[ $stderr == *'the fix failed a check; it was rolled back'* ]]
}

@test "further tests: a test that fails without the fix, too, does not count" {
	need make
	suite steady broken-before
	echo true >steady
	echo false >broken-before
	thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way further-tests
		assert_output "applied passed passed 'make -k test' fails with and without the fix, but no test that passed without it"
	done
}

@test "further tests: all pass, and how many is said" {
	need bats
	echo bad >app
	fault app bad good
	mkdir tests
	printf '@test "one" { true; }\n@test "two" { grep -q . app; }\n' >tests/a.bats
	thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way further-tests
		assert_output "applied passed passed 'bats --tap tests': 2 passed"
	done
}

@test "further tests: of pytest, by the name of the test" {
	need pytest python3
	python3 -c 'import pytest' || skip 'no pytest'
	printf 'word = "bad"\n' >app.py
	fault app.py bad good
	printf 'import app\ndef test_length(): assert len(app.word) == 3\ndef test_other(): assert app.word == "x"\n' >test_app.py
	thorough by_run || true
	assert_equal "$(cat app.py)" 'word = "bad"'
	run -0 verdict run further-tests
	assert_output --partial ': test_app.py::test_length passes without the fix and fails with it'
}

@test "further tests: of go, which names package and test" {
	need go
	mkdir p
	printf 'module m\n\ngo 1.19\n' >go.mod
	printf 'package p\n\nfunc Word() string { return "bad" }\n' >p/p.go
	printf 'package p\n\nimport "testing"\n\nfunc TestLength(t *testing.T) {\n\tif len(Word()) != 3 {\n\t\tt.Fatal("length")\n\t}\n}\n' \
		>p/p_test.go
	fault p/p.go bad good
	HEAL_VALIDATION_FURTHER_SECONDS=120 thorough by_run || true
	grep -q bad p/p.go
	run -0 verdict run further-tests
	assert_output --partial "'go test -json ./...': m/p TestLength passes without the fix and fails with it"
}

@test "further tests: a runner that names no test is one test" {
	suite
	printf 'test:\n\t@grep -q bad app\n' >Makefile
	need make
	thorough by_run || true
	assert_equal "$(cat app)" bad
	run -0 verdict run further-tests
	assert_output --partial ': it passes without the fix and fails with it'
}

@test "further tests: a test that fails once only is flaky, a warning" {
	need make
	suite sometimes
	# with the fix it fails the first time that it runs in the copy, without the fix never
	echo 'grep -q bad app || { test -e seen || { touch seen; false; }; }' >sometimes
	thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way further-tests
		assert_output "applied passed warning 'make -k test': flaky: sometimes failed with the fix, but not again"
	done
}

@test "further tests: slow ones decide nothing" {
	need make
	suite slow
	echo 'sleep 60' >slow
	HEAL_VALIDATION_FURTHER_SECONDS=1 thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way further-tests
		assert_output "applied passed skipped 'make -k test': took longer than 1 s"
	done
}

@test "further tests: which level runs them is a setting, and a project can only turn them off" {
	need make
	suite wants-bad
	echo 'grep -q bad app' >wants-bad
	by_run
	assert_equal "$(jq -r 'select(.validation) | .validation.checks[].check' run.ndjson | grep -c further)" 0
	cp broken app
	HEAL_VALIDATION_FURTHER_TESTS=on by_run || true
	assert_equal "$(cat app)" bad
	mkdir -p .heal
	echo '{"validation": {"further_tests": "on"}}' >.heal/config.json
	by_run
	assert_equal "$(cat app)" good
	cp broken app
	echo '{"validation": {"further_tests": "off"}}' >.heal/config.json
	thorough by_run
	assert_equal "$(cat app)" good
	cp broken app
	echo '{"validation": {"level": "thorough"}}' >.heal/config.json
	by_run
	assert_equal "$(cat app)" good
	run -0 verdict run further-tests
	assert_output "applied passed skipped 'make -k test': the settings of the project are not trusted (heal trust)"
	cp broken app
	heal trust
	by_run || true
	assert_equal "$(cat app)" bad
}

@test "further tests: those that the command runs already are not run again" {
	need make
	suite steady
	echo true >steady
	printf 'test:\n\t@./check\n' >Makefile
	thorough heal run --yes --no-store --records run.ndjson -- make test
	run -0 verdict run further-tests
	assert_output "applied passed skipped 'make -k test': the command runs them already"
}

@test "further tests: a command that acts outside the project is not run" {
	need make
	suite steady
	printf 'test:\n\ttouch ran; kubectl apply -f x.yaml\n' >Makefile
	thorough both app
	for way in run pipe; do
		assert_equal "$(cat kept.$way)" good
		run -0 verdict $way further-tests
		assert_output --partial "is not run, because it acts outside the project: "
	done
}

@test "further tests: they change nothing outside the copy, and have no network" {
	need make python3
	suite away
	cat >away <<-'END'
	echo changed >>app
	touch "$PWD/../outside" "$HOME/outside" 2>/dev/null
	python3 -c 'import socket; s = socket.socket(); s.settimeout(2); s.connect(("192.0.2.1", 80))' 2>error || true
	grep -q -e unreachable -e 'not permitted' -e 'Permission denied' error
	END
	HEAL_TRIAL_NETWORK=true thorough by_run
	run -0 verdict run further-tests
	assert_output "applied passed passed 'make -k test': 1 passed"
	assert_equal "$(cat app)" good
	[[ ! -e ../outside && ! -e error && ! -e $HOME/outside ]]
}

@test "further tests: a project without tests, or without their program, is skipped with the reason" {
	echo bad >app
	fault app bad good
	thorough by_run
	run -0 verdict run further-tests
	assert_output 'applied passed skipped no tests of the project are known'
	cp broken app
	touch Cargo.toml
	without cargo
	thorough by_run
	run -0 verdict run further-tests
	assert_output "applied passed skipped 'cargo' is not installed"
}

@test "further tests: the tests of the nearest folder are run there" {
	need make
	suite
	rm Makefile
	mkdir -p part/deep
	mv app part/deep/app
	sed -i 's,app,part/deep/app,g' check
	printf 'test:\n\t@grep -q bad deep/app\n' >part/Makefile
	printf 'test:\n\t@true\n' >Makefile
	thorough by_run || true
	assert_equal "$(cat part/deep/app)" bad
	run -0 verdict run further-tests
	assert_output --partial ': it passes without the fix and fails with it'
}
