#!/usr/bin/env bats
# heal-detect --needs: which commands of a script the machine lacks

setup() {
	load helper
	heal_setup
}

# needs TEXT...: the missing commands of a script with these lines, as "line:column name"
needs() {
	printf '%s\n' "$@" >x.sh
	heal-detect --needs --format gnu x.sh | sed -E 's/^x\.sh:([0-9]+:[0-9]+): error: (.*): (command not found|No such file or directory) \[.*/\1 \2/'
}

@test "a script's commands that are not installed are named, each where it is used first" {
	run -0 needs '#!/bin/bash' 'set -e' 'frobx a | sort' 'for f in *; do frobx "$f"; done' \
		'x=$(cat f | quuxy -r . "$1")' 'sudo -u me wibblex' '/opt/none/such x'
	assert_line '3:1 frobx'
	assert_line '5:13 quuxy'
	assert_line '6:12 wibblex'
	assert_line '7:1 /opt/none/such'
	refute_line --partial '4:'
	refute_line --partial sort
}

@test "nothing of a script is run while its commands are looked for" {
	printf 'touch ran\n$(touch ran)\n. ./lib.sh\n' >x.sh
	echo 'touch ran' >lib.sh
	run -0 heal-detect --needs x.sh
	[ ! -e ran ]
}

@test "functions, aliases and what a sourced file defines are no missing commands" {
	printf 'fromlib() { :; }\n' >lib.sh
	run -0 needs 'fone() { ftwo; }' 'function ftwo { :; }' 'alias fthree=ls' '. ./lib.sh' 'fone; fthree; fromlib; frobx'
	assert_output '5:24 frobx'
	run -0 needs '. "$(dirname "$0")/lib.sh"' 'fromlib; frobx'
	assert_output '2:10 frobx'
}

@test "with a sourced file that cannot be found, only commands that are known are missing" {
	run -0 needs '. /etc/none/such.sh' 'perhaps_a_function' 'frobx'
	refute_output --partial frobx
}

@test "a command that the script looks for itself is needed only if it cannot do without" {
	run -0 needs 'if command -v frobx >/dev/null; then frobx; fi' '[ -x /opt/none/x ] && /opt/none/x' \
		'type quuxy && quuxy'
	assert_output ''
	run -0 needs 'command -v frobx >/dev/null || exit 1' 'if ! which quuxy; then exit 1; fi' 'frobx; quuxy'
	assert_line '1:12 frobx'
	assert_line '2:12 quuxy'
	run -0 needs 'command -v frobx || command -v sort || exit 1'
	assert_output ''
}

@test "the program behind #! is needed, and what follows exec of another program is not read" {
	run -0 needs '#!/opt/none/zsh' ':'
	assert_output '1:3 /opt/none/zsh'
	run -0 needs '#!/bin/sh' 'exec frobx "$0" "$@"' 'puts hello'
	assert_output '2:6 frobx'
	printf '#!/usr/bin/env frobx\nimport a\n' >x.py
	run -0 --separate-stderr heal-detect --needs --format gnu x.py
	assert_output --partial 'x.py:1:16: error: frobx: command not found'
	assert_equal "$stderr" "heal-detect: 'x.py' is no shell script; only its interpreter is looked for"
}

@test "what a script adds to PATH is searched as well" {
	mkdir bin
	printf '#!/bin/sh\n' >bin/frobx
	chmod +x bin/frobx
	run -0 needs "export PATH=$PWD/bin:\$PATH" 'frobx; quuxy'
	assert_output '2:8 quuxy'
}

@test "a missing command has the same solution as in a log: the package that has it" {
	printf 'ansible-vault view x\n' >x.sh
	mkdir none
	PATH=$PWD/none "$(command -v heal-detect)" --needs x.sh >found
	run -0 heal-analyze found
	run -0 jq -r '.error.rule, .solutions[0].steps[0].argv[-1]' <<<"$output"
	assert_output $'bash.command-not-found\nansible-core'
}

@test "--needs has the exit status of --exit-code, reads standard input, and needs a script" {
	run -1 heal-detect --needs --exit-code - <<<'frobx'
	run -0 heal-detect --needs --exit-code - <<<'cat'
	run -2 heal-detect --needs
	assert_output "heal-detect: option '--needs' requires files"
	run -2 heal-detect --needs --follow x
	run -2 heal-detect --needs nosuch.sh
	assert_output "heal-detect: cannot open 'nosuch.sh': No such file or directory"
}
