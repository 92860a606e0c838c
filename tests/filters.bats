#!/usr/bin/env bats
# What the filters owe the pipes and terminals around them: formats, the passed-on text, the status of the producer

setup() {
	load helper
	heal_setup
}

# on_terminal LINE: what the shell line prints on a terminal
on_terminal() { script -qec "$1" /dev/null </dev/null | tr -d '\r'; }

one_warning() { echo 'a.c:1:1: warning: old'; }

@test "a filter prints for people on a terminal and records into a pipe; --format decides both" {
	need script
	one_warning >log
	heal-detect log >found
	heal-analyze found >analyzed
	assert_equal "$(heal-detect log | jq -r .error.message)" old
	run -0 on_terminal 'heal-detect log'
	assert_output --partial 'a.c:1:1: warning: old [gcc/diagnostic]'
	run -0 on_terminal 'heal-analyze found'
	assert_output --partial 'a.c:1:1: warning: old [gcc/diagnostic]'
	run -0 on_terminal 'heal-fix analyzed'
	assert_output --partial 'a.c:1:1: warning: old [gcc/diagnostic]'
	local line
	for line in 'heal-detect -f ndjson log' 'heal-analyze -f ndjson found' 'heal-fix -f ndjson analyzed'; do
		assert_equal "$(on_terminal "$line" | jq -r .error.message)" old
	done
	for line in 'heal-detect -f human log' 'heal-analyze -f human found' 'heal-fix -f human analyzed'; do
		run -0 $line
		assert_output --partial 'a.c:1:1: warning: old [gcc/diagnostic]'
	done
}

@test "heal-fix shows people the plan and its diff, or with --diff the diff alone" {
	printf 'int main(void)\n{\n\treturn (int)sqrt(2);\n}\n' >a.c
	echo "a.c:3:21: warning: implicit declaration of function 'sqrt' [-Wimplicit-function-declaration]" >log
	run -0 bash -c 'heal-detect log | heal-analyze | heal-fix -f human'
	assert_line '  status: planned'
	assert_line '    +#include <math.h>'
	run -0 bash -c 'heal-detect log | heal-analyze | heal-fix --diff'
	assert_line '+#include <math.h>'
	refute_output --partial 'status:'
	run -2 heal-fix --diff --format human </dev/null
	assert_output "heal-fix: option '--diff' cannot be used with '--format'"
}


@test "with --status the failure that nobody knows is an incident" {
	run -0 bash -c 'echo gorbel | heal-detect --exit-code'
	run -1 --separate-stderr bash -c 'echo gorbel | heal-detect --exit-code --status 3'
	assert_equal "$stderr" ''
	assert_equal "$(records <<<"$output")" 1
	assert_equal "$(jq -c '[.error.rule, .error.level, .error.code, .error.raw, .source.exit_code, .source.name]' <<<"$output")" \
		'["exit.failed","error","3","gorbel\n",3,"-"]'
	run -1 heal-detect --exit-code --status 139 -f gnu /dev/null
	assert_output --partial '(SIGSEGV)'
	run -0 bash -c 'echo gorbel | heal-detect --exit-code --status 0'
	assert_output ''
}

@test "the status in a file is read when the input ends" {
	run -1 bash -c '{ echo gorbel; sleep 0.1; echo 3 >st; } | heal-detect --status st --exit-code'
	assert_equal "$(jq -c .source.exit_code <<<"$output")" 3
	run -0 bash -c '{ echo gorbel; echo 0 >st; } | heal-detect --status st --exit-code'
	assert_output ''
	run -1 bash -c 'echo gorbel | heal-detect --status /dev/fd/3 --exit-code --format gnu 3< <(printf 7)'
	assert_output --partial 'named no error that is known [exit.failed]'
	run -1 bash -c '{ echo gorbel; echo 126 >st; } | heal-detect --command ./x --status st --exit-code'
	assert_equal "$(jq -c '[.error.rule, .source.command]' <<<"$output")" '["exit.not-executable",["./x"]]'
}

@test "a status that cannot be read is told once, and costs no incident" {
	local text
	for text in '' x 256 -1 '3 4' 1.0; do
		echo "$text" >st
		run -2 --separate-stderr bash -c 'echo "a.c:1:1: error: e" | heal-detect --exit-code --status st'
		assert_equal "$(jq -r .error.message <<<"$output")" e
		assert_equal "$stderr" "heal-detect: the exit status is not known: 'st' does not contain a number from 0 to 255"
	done
	run -2 --separate-stderr bash -c 'echo gorbel | heal-detect --exit-code --status none'
	assert_output ''
	assert_equal "$stderr" "heal-detect: the exit status is not known: cannot open 'none': No such file or directory"
	head -c 5000 /dev/zero >st
	run -2 bash -c 'echo gorbel | heal-detect --status st'
	assert_output "heal-detect: the exit status is not known: 'st': larger than 4096 bytes"
	run -4 --separate-stderr bash -c 'echo gorbel | heal-detect --status .'
	run -2 bash -c 'echo gorbel | heal-detect --status 256'
	run -2 bash -c "echo gorbel | heal-detect --status ''"
}

@test "what the failure is known by is enough, and what only selects cannot hide one that is not known" {
	one_warning >warning
	echo 'a.c:1:1: error: e' >error
	# rules LOG OPTION...
	rules() { heal-detect --status 1 "${@:2}" "$1" | jq -r .error.rule | paste -sd ' '; }
	assert_equal "$(rules error)" gcc.diagnostic
	assert_equal "$(rules warning)" gcc.diagnostic
	assert_equal "$(rules warning --level error)" exit.failed
	assert_equal "$(rules warning --tool cargo)" exit.failed
	assert_equal "$(rules warning --level fatal --only-in-project --dedupe)" exit.failed
	assert_equal "$(rules error --tool cargo)" ''
	assert_equal "$(rules error --baseline error)" ''
	assert_equal "$(rules warning --baseline warning)" exit.failed
	heal-detect --status 1 --level error warning >known
	assert_equal "$(rules warning --level error --baseline known)" ''
}

@test "heal-detect --tee passes the text on unchanged, and the records elsewhere" {
	printf 'a.c:1:1: error: one\r\n\0\377\376 binary\e[31m\nb.c:2:1: error: no newline' >log
	heal-detect --tee=found <log >text
	cmp log text
	assert_equal "$(records <found)" 2
	heal-detect <log | jq -S 'del(.id, .correlation_id, .time)' >alone
	jq -S 'del(.id, .correlation_id, .time)' found | cmp - alone
	: | heal-detect --tee found >text
	[[ ! -s text && ! -s found ]]
	head -c 3000000 /dev/urandom >log
	heal-detect --tee=found - <log >text
	cmp log text
	gzip -c alone >log.gz
	heal-detect --tee=found <log.gz | cmp - log.gz
	cat log.gz log.gz | head -c 300 | { heal-detect --tee=found || :; } | cmp -n 300 - log.gz
	run -1 --separate-stderr bash -c 'echo "a.c:1:1: error: one" | heal-detect --tee=found --exit-code'
	assert_output 'a.c:1:1: error: one'
	run -1 --separate-stderr bash -c 'echo gorbel | heal-detect --tee=found --exit-code --status 3'
	assert_output gorbel
	assert_equal "$(field .error.rule <found)" exit.failed
}

@test "heal-detect --tee writes the records to an open descriptor" {
	echo 'a.c:1:1: error: one' >log
	echo before >found
	heal-detect --tee=fd:3 <log 3>>found >text
	heal-detect --tee=/dev/fd/4 --format gnu <log 4>>found >>text
	cat log log | cmp - text
	assert_equal "$(sed -n 1p found)" before
	assert_equal "$(sed -n 2p found | field .error.message)" one
	assert_equal "$(sed -n 3p found)" 'a.c:1:1: error: one [gcc.diagnostic]'
	run -0 --separate-stderr bash -c 'heal-detect --tee=fd:2 --format gnu <log'
	assert_output "$(<log)"
	assert_equal "$stderr" 'a.c:1:1: error: one [gcc.diagnostic]'
	# the reader of the descriptor sees its end
	heal-detect --tee=fd:5 <log 5> >(jq -r .error.message >said) >text
	wait_for test -s said
}

@test "a text or records that cannot be written cost the other nothing" {
	seq 200000 >log
	echo 'a.c:1:1: error: last' >>log
	run -0 --separate-stderr bash -c 'set -o pipefail; heal-detect --tee=found <log | head -n 1'
	assert_output 1
	assert_equal "$stderr" ''
	assert_equal "$(field .error.message <found)" last
	run -4 bash -c 'heal-detect --tee=found <log >/dev/full'
	assert_output --partial 'cannot pass the text on to standard output: No space left on device'
	assert_equal "$(field .error.message <found)" last
	run -4 bash -c 'heal-detect --tee=found <log >&-'
	assert_equal "$(field .error.message <found)" last
	run -4 bash -c 'gzip -c log | heal-detect --tee=found >/dev/full'
	assert_output --partial 'No space left on device'
	assert_equal "$(field .error.message <found)" last
	run -0 bash -c 'set -o pipefail; gzip -c log | heal-detect --tee=found | :'
	assert_equal "$(field .error.message <found)" last

	run -4 bash -c 'heal-detect --tee=/dev/full <log 2>why | cmp - log; exit ${PIPESTATUS[0]}'
	assert_output ''
	assert_equal "$(<why)" "heal-detect: cannot write all records to '/dev/full'"
	run -2 bash -c 'heal-detect --tee=none/found <log 2>why | cmp - log; exit ${PIPESTATUS[0]}'
	assert_output ''
	assert_equal "$(<why)" "heal-detect: cannot write the records to 'none/found': No such file or directory"
	run -4 bash -c 'heal-detect --tee=fd:3 <log 2>/dev/null 3> >(:) | cmp - log; exit ${PIPESTATUS[0]}'
	assert_output ''
	run -2 bash -c 'heal-detect --packs /dev/null --tee=found <log 2>why | cmp - log; exit ${PIPESTATUS[0]}'
	assert_output ''
	run -2 bash -c 'heal-detect --baseline none --tee=found <log 2>why | cmp - log; exit ${PIPESTATUS[0]}'
	assert_output ''
}

@test "heal-detect --tee holds no text and no record back" {
	mkfifo in
	heal-detect --tee=found <in >text &
	exec 4>in
	printf 'no newline' >&4
	wait_for grep -q 'no newline' text
	printf '\na.c:1:1: error: one\nb.c:1:1: error: two\n' >&4
	wait_for lines text 3
	wait_for lines found 1
	exec 4>&-
	wait
	assert_equal "$(records <found)" 2
}

@test "heal-detect --tee refuses what cannot be kept apart" {
	echo text >log
	local where
	for where in - fd:1 /dev/fd/1 fd:x fd: fd:77; do
		run -2 --separate-stderr heal-detect --tee="$where" <log
		[[ $stderr ]]
	done
	run -2 bash -c 'heal-detect --tee=both <log >>both'
	assert_output "heal-detect: option '--tee': 'both' is standard output, where the text goes"
	run -2 bash -c 'heal-detect --tee=fd:3 <log 3<log'
	assert_output --partial 'Bad file descriptor'
	run -2 heal-detect --tee=found log
	assert_output "heal-detect: option '--tee' passes on standard input, and no other input can be named"
	run -2 heal-detect --tee=found --follow <log
	assert_equal "$(<log)" text
}

@test "heal-detect and heal-analyze --by count the incidents, the most frequent first" {
	printf '%s: error: %s\n' b.c:1 x a.c:1 y b.c:2 z 'c d.c:9' w >log
	echo 'b.c:7: warning: v' >>log
	echo 'make: *** No rule to make target "all".  Stop.' >>log
	run -0 heal-detect --by file --format human log
	assert_output "$(printf '%7d  %s\n' 3 b.c 1 '(none)' 1 a.c 1 'c d.c')"
	run -0 heal-detect --by file log
	assert_line --index 0 '{"file":"b.c","count":3}'
	assert_line --index 1 '{"file":null,"count":1}'
	run -0 heal-detect --by level --level error --dedupe -f human log
	assert_equal "$(awk '{ n += $1 } END { print n }' <<<"$output")" 5
	assert_equal "$(heal-detect --by tool log | jq -r .tool | paste -sd ' ')" 'gcc make'
	assert_equal "$(heal-detect --by rule log | jq -c '[.rule, .count]' | head -n 1)" '["gcc.diagnostic",5]'
	run -0 bash -c 'heal-detect log | heal-analyze --by file | head -n 1'
	assert_output '{"file":"b.c","count":3}'
	heal-detect --dedupe log log | heal-analyze --by tool >counts
	assert_equal "$(jq -r 'select(.tool == "gcc").count' counts)" 10
	run -1 heal-detect --by tool --exit-code log
	run -0 heal-detect --by tool /dev/null
	assert_output ''
	run -2 heal-detect --by colour log
	run -2 heal-detect --by tool --format sarif log
	assert_output "heal-detect: option '--by' has the formats human and ndjson, not 'sarif'"
	run -2 heal-analyze --by tool --format junit log
}

@test "a count by file stays one line each, whatever stands in the names" {
	echo '{"file":"a\u001b[31m\n##[error]b.c","line":1}' | jq -c '{heal:1,kind:"incident",id:"1",error:({rule:"r",level:"error",message:"m"} + .)}' >found
	run -0 heal-analyze --by file --format human found
	assert_equal "${#lines[@]}" 1
	refute_output --partial $'\e'
	refute_output --partial '##['
	assert_output --partial b.c
	seq 70000 | sed 's/.*/f&.c:1: error: x/' >log
	run -0 --separate-stderr bash -c 'heal-detect --by file log | wc -l'
	assert_output 65536
	assert_equal "$stderr" "heal-detect: 4464 incidents of more than 65536 different values of 'file' are not shown"
}

@test "heal-detect --since reads a log from a time on, and says so of a log without times" {
	printf '%s\n' '2026-11-23T10:00:00Z ERROR: old' '2026-11-24T01:00:00Z ERROR: new' '  more' 'Error: undated' >log
	run -0 heal-detect --since 2026-11-24 --format gnu log
	assert_line --index 0 --partial 'log:2: error: new'
	assert_line --index 1 --partial 'log:4: error: undated'
	run -0 bash -c "{ cat log; date -u +%FT%TZ' ERROR: now'; } | heal-detect --since 10m | jq -r .error.message"
	assert_output now
	gzip -k log
	assert_equal "$(heal-detect --since 2026-11-24 log.gz | jq -s length)" 2
	echo 'a.c:1:1: error: x' >undated
	run -2 heal-detect --since 10m undated
	assert_output 'heal-detect: 1 log skipped: --since is given, and no line has a time that is known'
	run -2 heal-detect --since yesterday log
	assert_output "heal-detect: invalid time 'yesterday'; valid are 2026-11-20, 2026-11-20T12:00:00Z, 24h, 7d"
}

@test "heal-detect --check runs the checkers of named files and of those in a directory" {
	need python3
	mkdir -p src/node_modules/x src/.hidden
	printf 'if true; then\n' >src/a.sh
	printf 'def f(:\n' >src/b.py
	printf '{"a":}\n' >src/c.json
	printf 'x = 1\n' >src/good.py
	printf 'notes: [\n' >src/notes.txt
	cp src/b.py src/node_modules/x/
	cp src/b.py src/.hidden/
	run -1 heal-detect --check --exit-code --format gnu src
	assert_line --index 0 'src/a.sh:2: error: syntax error: unexpected end of file [bash.syntax]'
	assert_line --index 1 'src/b.py:1:7: error: invalid syntax [heal-check.python]'
	assert_line --index 2 'src/c.json:1:6: error: Expecting value [heal-check.json]'
	assert_equal "${#lines[@]}" 3
	run -0 heal-detect --check src/b.py src/good.py
	assert_equal "$(records <<<"$output")" 1
	assert_equal "$(jq -c '[.source.name, .source.exit_code, .error.file]' <<<"$output")" '["src/b.py",3,"src/b.py"]'
	run -0 heal-detect --check --exit-code src/good.py
	assert_output ''
	(cd src && run -0 heal-detect --check --format gnu "$PWD/b.py" && assert_output --partial 'b.py:1:7: error')
	assert_equal "$(heal-detect --check --by file src | jq -s 'length')" 3
}

@test "heal-detect --check names a file as the user does, also if its checker leaves out the first slash" {
	need terraform
	mkdir src
	printf 'resource "a" {\n' >src/m.tf
	run -0 heal-detect --check --format gnu src/m.tf
	assert_line --partial 'src/m.tf:1: error: Unclosed configuration block'
	[[ $output == src/* ]]
}

@test "heal-detect --check says where Java, TypeScript and Rust files do not parse" {
	printf 'class A {\n\tint x = ;\n}\n' >A.java
	printf 'let a: number = "not looked at";\nlet b: = 1;\n' >b.ts
	printf 'fn main() {\n    let x = ;\n}\n' >c.rs
	printf 'fn f( { }\n' >d.rs
	printf 'use nowhere::x;\nfn main() {}\n' >good.rs
	if command -v javac; then
		run -1 heal-detect --check --exit-code --format gnu A.java
		assert_output --partial 'A.java:2: error: illegal start of expression'
	fi
	if command -v tsc && command -v node; then
		run -1 heal-detect --check --exit-code --format gnu b.ts
		assert_output 'b.ts:2:8: error: Type expected. [tsc.plain]'
	fi
	need rustc
	run -1 heal-detect --check --exit-code --format gnu c.rs
	assert_output --partial 'c.rs:2:13: error: expected expression, found `;`'
	run -1 heal-detect --check --exit-code --format gnu d.rs
	assert_output --partial 'd.rs:1:7: error:'
	run -0 heal-detect --check --exit-code good.rs
	assert_output ''
}

@test "a file that a checker rejects in words that no rule knows is an incident" {
	mkdir bin
	printf '#!/bin/sh\necho "gorbel $2"\nexit 1\n' >bin/luac5.4
	chmod +x bin/luac5.4
	mkdir project && cd project
	echo 'x = = 1' >a.lua
	PATH=$BATS_TEST_TMPDIR/work/bin:$PATH run -1 heal-detect --check --exit-code a.lua
	assert_equal "$(jq -c '[.error.rule, .error.file, .source.exit_code]' <<<"$output")" '["exit.failed","a.lua",1]'
	printf '#!/bin/sh\nexit 4\n' >../bin/luac5.4
	PATH=$BATS_TEST_TMPDIR/work/bin:$PATH run -4 heal-detect --check a.lua
	assert_output "heal-detect: cannot check 'a.lua': 'luac5.4' gave no result"
	# not a program of the project
	git init -q . 2>/dev/null || mkdir .heal
	cp ../bin/luac5.4 . && printf '#!/bin/sh\ntouch %s/ran\n' "$PWD" >luac5.4
	PATH=$PWD:/usr/bin:/bin:$HEAL_BUILD/tools run heal-detect --check a.lua
	[[ ! -e ran ]]
}

@test "what cannot be checked is said, and never counts as checked" {
	echo text >notes.txt
	run -2 heal-detect --check notes.txt
	assert_output "heal-detect: cannot check 'notes.txt': no checker for this kind of file is installed"
	run -2 heal-detect --check none.py
	assert_output --partial "cannot open 'none.py'"
	mkdir dir && echo 'x = 1' >dir/a.lua && ln -s none dir/link.py
	PATH=$HEAL_BUILD/tools run -0 heal-detect --check dir
	assert_output "heal-detect: not checked: 'dir/a.lua': no checker for this kind of file is installed"
	mkfifo fifo.py
	run -2 heal-detect --check /dev/null
	run -2 heal-detect --check
	run -2 heal-detect --check -
	run -2 heal-detect --check http://example.org/a.py
	run -2 heal-detect --check --follow dir
	run -2 heal-detect --check --status 1 dir
	run -2 heal-detect --check --tee=x dir
}

@test "a source file that is read as a log is told from one" {
	echo 'int x;' >a.c
	run -0 heal-detect a.c
	assert_output "heal-detect: 'a.c' is a source file, and was read as a log; --check runs the checker of its language"
	echo 'a.c:1:1: error: e' >log.c
	run -0 --separate-stderr heal-detect log.c
	assert_equal "$stderr" ''
	echo '[]' >report.json
	echo fine >build.log
	run -0 heal-detect report.json build.log
	assert_output ''
}

@test "a check of many files tells on a terminal how far it is" {
	need script
	mkdir bin dir
	printf '#!/bin/sh\nsleep 0.9\n' >bin/luac5.4
	chmod +x bin/luac5.4
	touch dir/{a,b,c,d,e}.lua
	run -0 env TERM=xterm PATH="$PWD/bin:$PATH" script -qec "cd dir && heal-detect --check ." /dev/null </dev/null
	assert_output --partial ' files, now ./e.lua'
	refute_output --partial ' files, now ./b.lua'
}
