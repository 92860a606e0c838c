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
