#!/usr/bin/env bats
# heal hook: a function of the user's shell repeats the last command line under heal run.

setup() {
	load helper
	heal_setup
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
}

# typed SHELL LINE...: type the lines into an interactive shell and print all that appears
typed() {
	need expect
	need "$1"
	cat >typed.exp <<-'END'
		set timeout 120
		set shell [lindex $argv 0]
		set env(TERM) dumb
		set env(PS1) "now> "
		switch $shell {
			bash { spawn bash --norc --noprofile -i }
			zsh { spawn zsh -f -i }
			fish {
				# It prints the prompt again with each key.
				spawn fish --no-config --private -i -C "function fish_prompt; echo 'now> '; end;
					function done --on-event fish_postexec; echo the line is done; end"
			}
		}
		set after [expr {$shell == "fish" ? "the line is done" : "now> "}]
		expect "now> "
		foreach line [concat [lrange $argv 1 end] exit] {
			sleep 0.3
			send "$line\r"
			expect $after {} eof { exit 0 }
		}
	END
	expect typed.exp "$@"
}

@test "bash repeats the last command line and repairs what makes it fail" {
	run -0 typed bash 'eval "$(heal hook bash)"' 'cc -c a.c' 'heal-again --yes'
	assert_output --partial 'healed: the command passes now'
	assert_equal "$(sed -n 3p a.c)" $'\treturn 0;'
}

@test "zsh does" {
	run -0 typed zsh 'eval "$(heal hook zsh)"' 'cc -c a.c' 'heal-again --yes'
	assert_output --partial 'healed: the command passes now'
}

@test "fish does" {
	run -0 typed fish 'heal hook fish | source' 'cc -c a.c' 'heal-again --yes'
	assert_output --partial 'healed: the command passes now'
}

@test "it does not repeat itself, and has the name that is asked for" {
	run -0 typed bash 'eval "$(heal hook bash --name once-more)"; history -c' 'once-more; true' 'once-more'
	assert_output --partial 'once-more: there is no command line before this one'
}

@test "a name that is none, and a shell that it does not know, are refused" {
	run -2 --separate-stderr heal hook bash --name 'x() { rm -rf /; }; y'
	assert_output ''
	assert_equal "$stderr" "heal: 'x() { rm -rf /; }; y' is no name of a function: letters, digits, '_' and '-'"
	run -2 --separate-stderr heal hook nosuchsh
	assert_equal "$stderr" "heal: there is no hook for the shell 'nosuchsh'"
}

# on_terminal COMMAND...: its output, as a terminal shows it
on_terminal() {
	python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' "$@" </dev/null | tr -d '\r'
}

@test "Python explains an uncaught exception below its traceback, on a terminal and not under heal run" {
	need python3
	heal hook python >usercustomize.py
	printf 'import usercustomize\nimport nosuchmodule\n' >b.py
	run on_terminal python3 b.py
	assert_line --partial "ModuleNotFoundError: No module named 'nosuchmodule'"
	assert_line --partial 'The module nosuchmodule is not installed here'
	HEAL_RUNNING=1 run on_terminal python3 b.py
	refute_output --partial 'is not installed here'
	run -1 python3 b.py
	refute_output --partial 'is not installed here'
}

@test "a command of heal run knows that it is one" {
	run -3 heal run -- sh -c 'echo "[$HEAL_RUNNING]"; exit 3'
	assert_line '[1]'
}
