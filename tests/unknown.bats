#!/usr/bin/env bats
# heal-detect --unknown: lines that no rule knows and that look like failures, and those that only seem to

setup() {
	load helper
	heal_setup
}

unknown() {
	heal-detect --unknown "$@" | jq -r 'select(.error.rule == "unknown") | .error.message'
}

@test "without --unknown a line that no rule knows is passed over" {
	echo 'frobber: cannot frob the thing' >log
	run -0 heal-detect log
	assert_output ''
}

@test "--unknown shows a line that looks like a failure, as a record" {
	printf 'all is well\nfrobber: cannot frob the thing\nall is well again\n' >log
	heal-detect --unknown log >out
	assert_equal "$(records <out)" 1
	assert_equal "$(jq -c '[.source.name, .source.line, .error.rule, .error.level, .error.message]' out)" \
		'["log",2,"unknown","error","frobber: cannot frob the thing"]'
	[[ $(jq '.analysis.confidence > 0 and .analysis.confidence <= 0.5 and .analysis.by == "none"' out) == true ]]
	# and goes through the other stages
	heal-analyze out >analyzed
	assert_equal "$(records <analyzed)" 1
	run -1 heal-detect --unknown --exit-code log
	run -0 heal-detect --unknown --exit-code --level fatal log
}

@test "--unknown knows many ways to say it" {
	cat >log <<-'END'
	a fatal condition: the frob is gone
	Widget 12 blew up with a FrobberTimeoutException
	E0312 frob: permission denied
	kaboom: panic in frob
	could not contact the frob server
	thing 7 has crashed
	connection to frob refused by peer
	no such frob: x
	frobd was killed by the supervisor
	frobbing timed out after 30 s
	FAILED to frob
	END
	unknown log >out
	diff log out
}

@test "--unknown is not taken in by what only looks like a failure" {
	cat >log <<-'END'
	0 errors, 0 warnings
	Found 0 errors in 12 files
	no errors found
	No error
	finished without any failure
	ok=12 changed=3 unreachable=0 failed=0 skipped=1
	errors: 0, failures: 0
	{"errors": [], "failed": false}
	checking for error_at_line... yes
	checking whether failure is an option... no
	cc -Wall -Werror -c error.c -o error.o
	frob --fail-fast --on-error=stop
	[ 12%] Building CXX object src/CMakeFiles/errors.dir/error.cpp.o
	Compiling thiserror v1.0.40
	Unpacking libgpg-error0:amd64 (1.46-1) ...
	2026-05-09 07:29:12 status half-installed libgpg-error-dev:amd64 1.46-1
	Installing error-prone-annotations 2.18
	ok 3 - dies with an error when the file is missing
	test parser::fails_on_bad_input ... ok
	PASS src/errors/denied.test.js
	+ echo "cannot happen"
	# if this fails, call the administrator
	throw new Error("never seen")
	retrying on failure is enabled
	registered the error handler
	error handling is initialised
	see https://example.org/errors/fatal for more
	failover is configured
	ignoring expected error
	DEBUG error count was reset
	17 passed, 0 failed
	max_errors_per_file is 3
	export FAIL_ON_ERROR
	END
	run -0 unknown log
	assert_output ''
}

@test "--unknown leaves alone what a rule knows" {
	cat >log <<-'END'
	src/a.c: In function 'main':
	src/a.c:3:9: error: 'x' undeclared (first use in this function)
	    3 |  return failed_error;
	      |         ^
	src/a.c:3:9: note: each undeclared identifier is reported only once for each function it appears in
	END
	run -0 unknown log
	assert_output ''
	heal-detect log | jq -c .error >without
	heal-detect --unknown log | jq -c .error >with
	cmp without with
}

@test "--unknown counts lines that differ only in numbers, paths and quoted texts" {
	for i in {1..30}; do echo "frob $i: cannot open '/var/frob/$i.x' (try $i of 30)"; done >log
	heal-detect --unknown log >out
	assert_equal "$(jq -c '[.source.line, .error.count, .error.first_line, .error.last_line]' out)" '[1,30,1,30]'
	# --dedupe keeps the count
	heal-detect --unknown --dedupe log >out
	assert_equal "$(jq -c '[.error.count, .error.first_line, .error.last_line]' out)" '[30,1,30]'
}

@test "--unknown shows the best twenty of each input, in their order" {
	words=(alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega)
	for word in "${words[@]}"; do echo "$word $word $word went wrong: it failed"; done >log
	echo 'and then a fatal error: the panic of omega' >>log
	heal-detect --unknown log >out
	assert_equal "$(wc -l <out)" 20
	assert_equal "$(jq .source.line out | tail -n 1)" 25
	jq .source.line out | sort -nc
	heal-detect --unknown log log >out
	assert_equal "$(wc -l <out)" 40
}

@test "--unknown weighs the last lines and the rare ones more" {
	{
		echo 'frob: invalid wibble'
		for i in {1..60}; do echo "frob: invalid wibble"; done
		seq 1 100
		echo 'grob: invalid wobble here'
	} >log
	run -0 unknown log
	assert_output 'grob: invalid wobble here'
}

@test "--unknown says the level by the worst word" {
	printf 'frob: deprecated warning about it\n' >log
	[[ $(heal-detect --unknown log | field .error.level) == warning ]]
	printf 'frob said, with a warning, that a fatal error was near\n' >log
	[[ $(heal-detect --unknown log | field .error.level) == fatal ]]
}

@test "--unknown finds the same however the bytes come" {
	{
		seq 1 3000
		echo 'frobber: cannot frob the thing'
		seq 1 3000
		printf 'Makefile:2: *** missing separator.  Stop.\nlast: cannot end well'
	} >log
	heal-detect --unknown log | jq -c '[.source.line, .error.message]' >whole
	mkfifo in
	heal-detect --unknown <in >records &
	exec 4>in
	while IFS= read -r -n 4096 -d '' piece || [[ -n $piece ]]; do
		printf %s "$piece" >&4
		wait_for drained 4
	done <log
	exec 4>&-
	wait $!
	jq -c '[.source.line, .error.message]' records >pieces
	assert_equal "$(wc -l <whole)" 3
	cmp whole pieces
	heal-detect --unknown --naive log | jq -c '[.source.line, .error.message]' | cmp whole -
}

@test "--unknown keeps its memory whatever comes" {
	# every line another template
	awk 'BEGIN { for (i = 0; i < 200000; i++) { s = ""; n = i; for (k = 0; k < 6; k++) { s = s sprintf("%c%c%c ", 97 + n % 26, 97 + int(n / 7) % 26, 97 + int(n / 31) % 26); n = int(n * 7 / 5) + k } print s "cannot" } }' >log
	head -c 3M /dev/zero | tr '\0' x >>log
	printf ' cannot end\n\0\xff cannot \x1b[31m \xe2\x80 denied\n' >>log
	run -0 bash -c 'heal-detect --unknown log >out; wc -l <out'
	((output >= 1 && output <= 20))
	records <out
}

@test "--unknown with rules but without its tables finds nothing more" {
	mkdir mine
	printf 'pack: t\nrules:\n  - {id: t.x, match: "^x: (?<message>.*)"}\n' >mine/t.yaml
	heal-rules compile --output mine.pack mine
	printf 'x: known\nfrobber: cannot frob\n' >log
	run -0 bash -c 'heal-detect --packs mine.pack --unknown log | jq -r .error.message'
	assert_output known
}

@test "the user's words are known too" {
	mkdir -p "$XDG_CONFIG_HOME/heal/tables"
	printf 'table: unknown-words\nrows:\n  kaputt: {weight: 5, level: error}\n' >"$XDG_CONFIG_HOME/heal/tables/words.yaml"
	echo 'das ist kaputt' >log
	unset HEAL_PACKS
	run -0 env HEAL_DATA_DIR="$HEAL_SOURCE/share" heal-detect --unknown --format gnu log
	assert_output 'log:1: error: das ist kaputt [unknown]'
}
