#!/usr/bin/env bats
# bootstrap and the scripts beside it

setup() {
	load helper
	heal_setup
}

# a Debian without any package, and without root
bare_debian() {
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/dpkg-query
	printf '#!/bin/sh\necho "apt-get was called" >&2\nexit 1\n' >bin/apt-get
	printf '#!/bin/sh\necho 1000\n' >bin/id
	chmod +x bin/*
}

@test "every shell script passes shellcheck" {
	need shellcheck
	cd "$HEAL_SOURCE"
	run -0 shellcheck -x bootstrap .ci/run completions/generate.sh share/demo/demo tests/environment.bash tests/repair-case
}

@test "bootstrap says how it is used" {
	run -0 "$HEAL_SOURCE/bootstrap" --help
	assert_line --partial './bootstrap demo'
	run -2 "$HEAL_SOURCE/bootstrap" dance
	assert_output 'usage: ./bootstrap [build|demo|test|install]'
	run -2 "$HEAL_SOURCE/bootstrap" test now
}

@test "bootstrap names the packages that a user without root is missing" {
	bare_debian
	PATH=$PWD/bin:$PATH run -4 "$HEAL_SOURCE/bootstrap" build
	assert_output --partial 'missing packages; run as root: apt-get install'
	assert_output --partial 'libpcre2-dev'
	refute_output --partial 'apt-get was called'
}

@test "bootstrap names what is missing where there is no apt-get" {
	mkdir bin
	for program in bash sh env dirname readlink sed id pkg-config; do
		ln -s "$(command -v "$program")" bin/
	done
	PATH=$PWD/bin run -4 "$HEAL_SOURCE/bootstrap" build
	assert_output --partial 'missing: meson'
	assert_output --partial 'this system is not Debian'
}

tally() {
	run "$HEAL_SOURCE/tests/tally.py" log "${1:-0}"
}

@test "the tally counts cases, and names what was skipped or failed" {
	cat >log <<-'END'
	{"name": "a", "result": "OK", "stdout": "1..3\nok 1 one\nok 2 two # skip no terraform\nok 3 - three # of them\n"}
	{"name": "b", "result": "FAIL", "stdout": "not ok 1 bad\n# ok 9 a remark\nok 2\n"}
	{"name": "c", "result": "OK", "stdout": ""}
	END
	tally
	assert_failure 1
	assert_line 'skipped: a: two (no terraform)'
	assert_line 'failed: b: bad'
	assert_equal "${lines[-1]}" '4 passed, 1 failed, 1 skipped'
}

@test "the tally counts a test that died as a failure" {
	echo '{"name": "a", "result": "ERROR", "stdout": "ok 1 one\n"}' >log
	tally
	assert_failure 1
	assert_equal "${lines[-1]}" '1 passed, 1 failed'
	echo '{"name": "a", "result": "TIMEOUT", "stdout": null}' >log
	tally
	assert_failure 1
	assert_equal "${lines[-1]}" '0 passed, 1 failed'
}

@test "the tally is content with nothing but passes" {
	echo '{"name": "a", "result": "OK", "stdout": "ok 1 one\n"}' >log
	tally
	assert_success
	assert_output '1 passed, 0 failed'
	tally 1
	assert_failure 1
	: >log
	tally
	assert_failure 1
}

@test "each repair case is a line of its own, and one whose program is missing is skipped by name" {
	mkdir -p repair/a/passes repair/a/fails repair/b/lacks
	cp "$HEAL_SOURCE/tests/repair-cases" .
	cat >repair-case <<-'END'
		#!/bin/sh
		case $1 in
		*/lacks) echo "no frobc"; exit 77 ;;
		*/fails) echo "not healed"; exit 1 ;;
		esac
	END
	chmod +x repair-case
	run -1 ./repair-cases
	assert_equal "$(grep -v '^# slowest' <<<"$output")" $'1..3\nnot ok 1 a/fails\n#   not healed\nok 2 a/passes\nok 3 b/lacks # SKIP no frobc'
	run -0 ./repair-cases b 'a/p*'
	assert_line 'ok 1 a/passes'
	run -1 ./repair-cases c
	assert_output "repair-cases: no case is named 'c/*'"
}

@test "a repair case is judged: healed, left to a person, without its program, or not as it says" {
	need jq gcc
	mkdir -p tests/repair/c/one/files
	cp "$HEAL_SOURCE"/tests/{repair-case,environment.bash} tests
	printf 'int main(void)\n{\n\treturn 0\n}\n' >tests/repair/c/one/files/a.c
	say() {
		echo "{\"command\": [\"gcc\", \"-c\", \"a.c\"], \"needs\": [$2], \"expect\": \"$1\"}" >tests/repair/c/one/case.json
	}
	say healed '"gcc"'
	run -0 tests/repair-case tests/repair/c/one
	assert_output ''
	say person '"gcc"'
	run -1 tests/repair-case tests/repair/c/one
	assert_line --partial 'the command alone ends with 1'
	say healed '"gcc", "frobc"'
	run -77 tests/repair-case tests/repair/c/one
	assert_output 'no frobc'
	printf 'int main(void)\n{\n\treturn 0;\n}\n' >tests/repair/c/one/files/a.c
	say healed '"gcc"'
	run -1 tests/repair-case tests/repair/c/one
	assert_line 'the command passes in the broken tree'
}
