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
	run -0 shellcheck bootstrap .ci/run completions/generate.sh share/demo/demo
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
	assert_output --partial 'as root, please: apt-get install'
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
	assert_output --partial 'this is not Debian'
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
