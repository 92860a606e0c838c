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
