#!/usr/bin/env bats
# Mistyped command lines: what was meant is proposed, near to what was typed, and never run

setup() {
	load helper
	heal_setup
}

# meant LINE [STATUS]: the proposals for the line that printed standard input, best first, a line each
meant() {
	heal-detect --command "$1" --status "${2:-1}" | heal-analyze |
		jq -r '.solutions[] | select(.steps[-1].source == "user") |
			[.steps[].argv | if length == 3 and .[1] == "-c" then .[2] else map(if test("^[\\w./:=@+-]+$") then . else @sh end) | join(" ") end] |
			join(" && ")'
}

# real LINE: run it, and what is proposed then
real() {
	local status=0
	bash -c "$1" >out 2>&1 </dev/null || status=$?
	meant "$1" "$status" <out
}

first() { head -n 1; }

a_repository() {
	git init -q -b main . && git config user.email a@example.org && git config user.name A
	git commit -q --allow-empty -m first
}

@test "a mistyped HEAD, the source of a move and a feature of cargo are what there is" {
	need git
	a_repository
	[[ $(real 'git show HAED' | first) == 'git show HEAD' ]]
	[[ $(real 'git reset --soft HEDA~1' | first) == "git reset --soft 'HEAD~1'" ]]
	mkdir src
	touch src/app.c
	git add src
	[[ $(real 'git mv src/ap.c src/main.c' | first) == 'git mv src/app.c src/main.c' ]]
	[[ $(printf '%s\n' "error: the package 'cr' does not contain this feature: fsat" \
		'help: there is a similarly named feature: fast' | meant 'cargo run --features fsat' | first) == \
		'cargo run --features fast' ]]
}

@test "a mistyped git command is what git suggests" {
	need git
	a_repository
	[[ $(real 'git psuh' | first) == 'git push' ]]
	[[ $(real 'git comit -m "two words"' | first) == "git commit -m 'two words'" ]]
	[[ $(real 'git commit -amend' | first) == 'git commit --amend' ]]
	[[ $(real 'git stash ppo' | first) == 'git stash pop' ]]
	[[ $(real 'git branch --lst' | first) == 'git branch --list' ]]
}

@test "a branch is near the one that was meant" {
	need git
	a_repository
	git branch feature/login
	[[ $(real 'git checkout feature/logn' | first) == 'git checkout feature/login' ]]
	[[ $(real 'git checkout mian' | first) == 'git checkout main' ]]
	[[ $(real 'git merge feature/lgoin' | first) == 'git merge feature/login' ]]
	git pack-refs --all
	[[ $(real 'git checkout feature/logn' | first) == 'git checkout feature/login' ]]
}

@test "what git wants first is put before the command" {
	need git
	a_repository
	echo x >file
	git add file && git commit -q -m file
	echo y >file
	[[ $(real 'git commit -m msg' | first) == 'git commit -a -m msg' ]]
	echo z >other
	git checkout -q -- file
	[[ $(real 'git commit -m msg other' | first) == 'git add -- other && git commit -m msg other' ]]
	[[ $(real 'git commit -m add the other' | first) == "git commit -m 'add the other'" ]]
	git switch -q -c topic
	git init -q --bare ../bare
	git remote add origin ../bare
	[[ $(real 'git push' | first) == 'git push --set-upstream origin topic' ]]
	[[ $(real 'git log file --stat' | first) == 'git log --stat file' || $(<out) == commit* ]]
}

@test "sub-commands and options of other tools" {
	need pip cargo npm apt make
	[[ $(real 'pip isntall x' | first) == 'pip install x' ]]
	[[ $(real 'cargo biuld' | first) == 'cargo build' ]]
	[[ $(real 'npm pubilsh left-pad' | first) == 'npm publish left-pad' ]]
	[[ $(real 'apt isntall x' | first) == 'apt install x' ]]
	[[ $(real 'ls --recursve' | first) == 'ls --recursive' ]]
	[[ $(real 'make --slient' | first) == 'make --silent' ]]
}

@test "what all programs have, and modules of Python's own" {
	[[ $(printf '%s\n' "paint: unrecognized option '--verison'" 'Try "paint --help" for more information.' |
		meant 'paint --verison' | first) == 'paint --version' ]]
	[[ -z $(printf '%s\n' "paint: unrecognized option '--colour'" | meant 'paint --colour') ]]
	[[ $(printf '%s\n' '/usr/bin/python3: No module named htpp' | meant 'python3 -m htpp.server 80' | first) == \
		'python3 -m http.server 80' ]]
	[[ -z $(printf '%s\n' '/usr/bin/python3: No module named frobnicator' | meant 'python3 -m frobnicator' | grep -v pip) ]]
}

@test "a script of package.json is near the one that was meant" {
	need npm
	echo '{"name": "x", "version": "1.0.0", "scripts": {"develop": "true", "deploy": "true"}}' >package.json
	[[ $(real 'npm run develp' | first) == 'npm run develop' ]]
	[[ $(real 'npm develop' | first) == 'npm run develop' ]]
}

@test "programs, files and folders near what was typed" {
	mkdir -p projects/first
	echo x >report.txt
	[[ $(real 'gti status' | first) == 'git status' ]]
	[[ $(real 'grpe x report.txt' | first) == 'grep x report.txt' ]]
	[[ $(real 'cd proejcts/frist' | first) == 'cd projects/first' ]]
	[[ $(real 'cat reprot.txt' | first) == 'cat report.txt' ]]
	[[ $(real 'cd..' | first) == 'cd ..' ]]
	[[ $(real 'ls-la' | first) == 'ls -la' ]]
	[[ $(: | meant sl 127 | first) == ls ]]
}

@test "an option or a folder that coreutils miss" {
	mkdir folder
	[[ $(real 'cp folder copy' | first) == 'cp -r folder copy' ]]
	[[ $(real 'mkdir a/b/c' | first) == 'mkdir -p a/b/c' ]]
	[[ $(real 'touch a/b/c' | first) == 'mkdir -p a/b && touch a/b/c' ]]
	[[ $(real 'cat folder' | first) == 'ls folder' ]]
	[[ $(real 'grep x folder' | first) == 'grep -r x folder' ]]
	[[ $(real 'sed s/a/b report' | first) == 'sed s/a/b/ report' ]]
	printf '#!/bin/sh\n' >run.sh
	[[ $(real './run.sh now' | first) == 'chmod +x ./run.sh && ./run.sh now' ]]
}

@test "options with one dash and with two, as the tool has them" {
	need find grep
	[[ $(real 'find . -nmae x' | first) == 'find . -name x' ]]
	[[ $(real 'find . --maxdepth 1' | first) == 'find . -maxdepth 1' ]]
	[[ $(real 'find . -type file' | first) == 'find . -type f' ]]
	[[ $(real 'find . -exec ls {}' | first) == 'find . -exec ls {} \;' ]]
	[[ $(real 'head -lines 5 /dev/null' | first) == 'head --lines 5 /dev/null' ]]
	[[ $(real "grep --inlcude='*.c' -r x ." | first) == "grep '--include=*.c' -r x ." ]]
	[[ $(meant 'terraform apply -auto-aprove' <<<'Error: flag provided but not defined: -auto-aprove' | first) == 'terraform apply -auto-approve' ]]
	[[ $(meant 'go build -rcae ./...' 2 <<<'flag provided but not defined: -rcae' | first) == 'go build -race ./...' ]]
	[[ $(meant 'apt-get install --no-install-recomends x' 100 <<<'E: Command line option --no-install-recomends is not understood in combination with the other options' | first) == 'apt-get install --no-install-recommends x' ]]
	[[ $(meant 'tsc --noEmmit' <<<"error TS5025: Unknown compiler option '--noEmmit'. Did you mean 'noEmit'?" | first) == 'tsc --noEmit' ]]
	[[ $(meant 'gcc main.c -Wal' <<<'gcc: error: unrecognized command-line option ‘-Wal’; did you mean ‘-Wa,’?' | first) == 'gcc main.c -Wall' ]]
}

@test "commands below commands" {
	[[ $(meant 'kubectl config get-contexs' <<<'error: unknown command "get-contexs"' | first) == 'kubectl config get-contexts' ]]
	[[ $(meant 'uv pip isntall six' 2 <<<"error: unrecognized subcommand 'isntall'" | first) == 'uv pip install six' ]]
	[[ $(meant 'systemctl reload-daemon' <<<'Unknown command verb reload-daemon.' | first) == 'systemctl daemon-reload' ]]
	[[ $(meant 'mvn clena package' <<<'[ERROR] Unknown lifecycle phase "clena".' | first) == 'mvn clean package' ]]
	[[ $(meant 'pip unistall six' <<<'ERROR: unknown command "unistall" - maybe you meant "uninstall"') == 'pip uninstall six' ]]
	[[ $(meant 'gi tstatus' 127 <<<'bash: line 1: gi: command not found' | first) == 'git status' ]]
	[[ $(meant 'killl 999999' 127 <<<'bash: line 1: killl: command not found' | first) == 'kill 999999' ]]
}

@test "a target of the makefile, a module, a signal, a scheme" {
	need make python3
	printf 'all build test clean:\n\t@echo a: b\n' >Makefile
	[[ $(real 'make biuld' | first) == 'make build' ]]
	[[ $(real 'make claen' | first) == 'make clean' ]]
	[[ $(real 'python3 -m vnev env' | first) == 'python3 -m venv env' ]]
	[[ $(real 'kill -KIL 999999' | first) == 'kill -KILL 999999' ]]
	[[ $(meant 'curl htp://127.0.0.1/' <<<'curl: (1) Protocol "htp" not supported or disabled in libcurl' | first) == 'curl http://127.0.0.1/' ]]
	[[ $(meant 'gcc a.c -02' <<<'gcc: error: unrecognized command-line option ‘-02’' | first) == 'gcc a.c -O2' ]]
	echo '{"name": "x", "version": "1.0.0", "scripts": {"build": "true"}}' >package.json
	[[ $(meant 'npm buidl' <<<'Unknown command: "buidl"' | first) == 'npm run build' ]]
}

@test "what a program names is taken, near or not" {
	[[ $(meant 'git xyzz' <<<$'git: \'xyzz\' is not a git command.\n\nThe most similar command is\n\tshow-branch' | first) == 'git show-branch' ]]
	[[ $(meant 'hoist up now' <<<'error: `up` is gone; run `hoist start` instead' | first) == 'hoist start now' ]]
	[[ $(meant 'npm rn build' <<<$'Unknown command: "rn"\n\nDid you mean this?\n  npm run # Run a script\n\nTo see a list of commands, run:\n  npm help' | first) == 'npm run build' ]]
	# an option that is not known says nothing about the command above it
	[[ $(meant 'kubectl get pod --nmespace x' <<<'error: unknown flag: --nmespace' | first) == 'kubectl get pod --namespace x' ]]
	local bad
	for bad in rm clean prune uninstall; do
		run -0 meant 'hoist xyzz' <<<"error: no such command 'xyzz'"$'\n\nThe most similar command is\n\t'"$bad"
		refute_output --partial "$bad"
		run -0 meant 'hoist xyzz' <<<"error: xyzz is gone, run \`hoist $bad\` instead"
		refute_output --partial "$bad"
	done
}

@test "who is not logged in logs in first" {
	[[ $(meant 'heroku apps' <<<'Error: Not logged in' | first) == 'heroku login && heroku apps' ]]
	[[ $(meant 'fly deploy' <<<"Error: No access token available. Please login with 'flyctl auth login'" | first) == 'flyctl auth login && fly deploy' ]]
	[[ $(meant 'hoist up' <<<'You are not authenticated. Please run `hoist login`.' | first) == 'hoist login && hoist up' ]]
	# no command of another program, none that is told in passing, none for a tool without it
	run -0 meant 'hoist up' <<<'You are not authenticated. Please run `evil login`.'
	refute_output
	run -0 meant 'hoist up' <<<'token expired: use `hoist auth token` to print it'
	refute_output
	run -0 meant 'hoist login' <<<'You are not logged in. Please run `hoist login`.'
	refute_output
	run -0 meant 'make up' <<<'Error: Not logged in'
	refute_output
	# the name of a file that looks like advice
	run -0 meant 'rm *' <<<"rm: cannot remove 'please authenticate: run rm login'"
	refute_output --partial login
	run -0 meant 'hoist up' <<<'You are not authenticated. Please run `hoist drop all login`.'
	refute_output
}

@test "a branch of another working tree is where that is" {
	need git
	a_repository
	git branch other
	git worktree add -q "$PWD/tree" other
	[[ $(real 'git checkout other' | first) == "cd $PWD/tree" ]]
}

@test "sed's expressions are ended wherever they stand" {
	[[ $(real 'sed -es/a/b report' | first) == 'sed -es/a/b/ report' ]]
	[[ $(real 'sed -e s/a/b -e s/c/d report' | first) == 'sed -e s/a/b/ -e s/c/d/ report' ]]
	[[ $(real 'sed --expression=s/a/b report' | first) == 'sed --expression=s/a/b/ report' ]]
	[[ $(real 'sed y/ab/cd report' | first) == 'sed y/ab/cd/ report' ]]
	[[ $(real "sed -i 's|a b|c' report" | first) == "sed -i 's|a b|c|' report" ]]
}

@test "a carriage return behind the interpreter is named" {
	[[ $(meant './go x' 127 <<<$'env: bash\\r: No such file or directory' | first) == "sed -i 's/\\r\$//' ./go && ./go x" ]]
	run -0 meant './go.sh' 126 <<<'-bash: ./go.sh: /bin/bash^M: bad interpreter: No such file or directory'
	refute_output --partial 'bash ./go.sh'
}

@test "an exception of a program that was found is not a mistyped class" {
	run -0 meant 'java src/Main.java' <<<$'Exception in thread "main" java.lang.NullPointerException\n\tat Main.main(Main.java:1)'
	refute_output
	[[ $(meant 'java Main.class' <<<'Error: Could not find or load main class Main.class' | first) == 'java Main' ]]
}

@test "what would do harm or cannot work is not proposed" {
	run -0 meant 'python -m pytest tests/x.py' 4 <<<'ERROR: file or directory not found: tests/x.py'
	refute_output --partial python3
	run -0 real 'cd ...'
	assert_output 'cd ../..'
	echo x >text
	[[ $(real "grep -E 'a(b' text" | first) == "grep -F 'a(b' text" ]]
	[[ $(real "jq '.a text" | first) != *"text'" ]]
	mkdir folder
	[[ $(real 'tar czf folder out.tar.gz' | first) == 'tar czf out.tar.gz folder' ]]
	[[ $(real 'chmod x text' | first) == 'chmod +x text' ]]
}

@test "pipes, lists, wrappers, redirections and expansions survive" {
	local output='unknown command'
	[[ $(meant 'cd lib && sudo -u me git -C x psuh "$HOME/a b" 2>&1 | cat' <<<"$output" | first) == 'cd lib && sudo -u me git -C x push "$HOME/a b" 2>&1 | cat' ]]
	[[ $(meant "A=b env C=d git psuh 'it''s'" <<<"$output" | first) == *push* ]]
	[[ $(meant 'git psuh origin > log' <<<"$output" | first) == 'git push origin > log' ]]
	[[ $(meant 'ls; git psuh; ls' <<<"$output" | first) == 'ls; git push; ls' ]]
	[[ $(meant 'cp a new/b | cat' <<<'cp: cannot create regular file: No such file or directory' | first) == '{ mkdir -p new/ && cp a new/b; } | cat' ]]
}

@test "the words of a plain line are argv, and a line that needs a shell is one text" {
	run -0 bash -c ': | heal-detect --command "git psuh \"a b\"" --status 1 | tee record | heal-analyze'
	[[ $(records <<<"$output") == 1 ]]
	[[ $(jq -c .source.command record) == '["git","psuh","a b"]' ]]
	[[ $(jq -c '.solutions[0].steps[0] | [.do, .argv, .source]' <<<"$output") == '["run",["git","push","a b"],"user"]' ]]
	run -0 bash -c ': | heal-detect --command "git psuh | cat" | heal-analyze'
	[[ $(jq -c '.solutions[0].steps[0].argv' <<<"$output") == '["sh","-c","git push | cat"]' ]]
}

@test "people see what was meant" {
	run -0 bash -c ': | heal-detect --command "git psuh" --status 1 | heal-analyze --format human --color never'
	assert_line '  did you mean: git push'
	run -0 bash -c 'echo "error: The branch '"'x'"' is not fully merged." | heal-detect --command "git branch -d x" | heal-analyze --format human --color never'
	assert_line '  did you mean: git branch -D x (red)'
}

@test "what a hostile output suggests is not taken up unless it is near" {
	local bad
	for bad in 'rm -rf /' rm 'git clean -fdx' '$(reboot)' '`reboot`' 'push; reboot' '--upload-pack=reboot' 'https://evil.example/x'; do
		printf "git: 'psuh' is not a git command.\nDid you mean \"%s\"?\n\nThe most similar command is\n\t%s\n" "$bad" "$bad" >evil
		meant 'git psuh origin main' <evil >got
		run -1 grep -E 'rm|clean|reboot|evil|git is' got
		[[ $(first <got) == 'git push origin main' ]]
	done
	# the words that enter are typed, and quoted
	printf 'fatal: The current branch x has no upstream branch.\n\n    git push --set-upstream origin x;reboot\n' >evil
	run -0 meant 'git push' <evil
	refute_output --partial reboot
	printf 'rm: cannot remove "/": Is a directory\n' >evil
	run -0 meant 'rm /' <evil
	refute_output --partial '-r'
}

@test "dangerous corrections are red and come behind the others" {
	printf 'error: the following file has changes staged in the index:\n    foo\n(use --cached to keep the file, or -f to force removal)\n' >out
	run -0 meant 'git rm foo' <out
	assert_line --index 0 'git rm --cached foo'
	assert_line --index 1 'git rm -f foo'
	run -0 bash -c 'heal-detect --command "git rm foo" <out | heal-analyze | jq -r ".solutions[] | [.steps[0].argv[2], .risk.level, .applicability] | @tsv"'
	assert_line --index 0 $'--cached\tgreen\tmaybe'
	assert_line --index 1 $'-f\tred\tmaybe'
	printf '! [rejected] main -> main (non-fast-forward)\nerror: failed to push some refs\nhint: Updates were rejected because the tip of your current branch is behind\n' >out
	[[ $(meant 'git push origin main' <out | first) == 'git pull origin main && git push origin main' ]]
}

@test "heal-fix never runs a corrected command" {
	printf 'all:\n\ttouch ran\n' >Makefile
	: | heal-detect --command 'mkae all' --status 127 | heal-analyze >record
	[[ $(jq -c '[.solutions[].steps[].argv] | index([["make","all"]])' record) != null ]]
	run -3 --separate-stderr bash -c 'heal-fix --root . --apply --yes --threshold 0 record'
	[[ $(jq -r .fix.status <<<"$output") == refused ]]
	assert_output --partial 'run it yourself'
	[[ ! -e ran ]]
}

@test "a command line is never run, whatever stands in it" {
	run -0 bash -c ': | heal-detect --command "git psuh \$(touch ran) \`touch ran\` ; touch ran" | heal-analyze'
	[[ ! -e ran ]]
	# and what no shell would take is still read
	for line in '' '   ' "'" '"' '\' '$(' '`' '|||' ';;' '&&' '>' '2>' 'git psuh "' $'git\npsuh' '#' '()'; do
		run -0 bash -c ': | heal-detect --command "$1" | heal-analyze' - "$line"
		[[ $(records <<<"$output") == 1 ]]
	done
}

@test "a command that did not fail makes no incident" {
	run -0 bash -c 'echo fine | heal-detect --command "git psuh" --status 0'
	assert_output ''
}

@test "heal-detect --command and --status refuse nonsense" {
	run -2 heal-detect --command
	run -2 heal-detect --command ls --status 256 /dev/null
	run -2 heal-detect --command ls --status x /dev/null
	run -0 heal-detect --command ls --status 255 /dev/null
}

@test "of several incidents one carries the output, and the correction" {
	printf 'Makefile:2: *** missing separator.  Stop.\nerror: no such command: `biuld`\n' >out
	run -0 bash -c 'heal-detect --command "cargo biuld" --status 2 out | heal-analyze'
	[[ $(jq -c 'select(.source.output) | .error.rule' <<<"$output" | wc -l) == 1 ]]
	[[ $(jq -c '.source.exit_code' <<<"$output" | sort -u) == 2 ]]
	[[ $(jq -r '.solutions[] | select(.steps[0].source == "user") | .steps[0].argv | join(" ")' <<<"$output") == 'cargo build' ]]
}

@test "a sound command that fails for other reasons is left alone" {
	run -0 meant 'git push origin main' 128 <<<'fatal: unable to access: Could not resolve host'
	assert_output ''
	run -0 meant 'make all' 2 <<<"main.c:3:5: error: 'x' undeclared (first use in this function)"
	assert_output ''
	run -0 meant 'npm test' 1 <<<'1 failing'
	assert_output ''
}

@test "heal run says what was meant by a mistyped command, and does not run it" {
	need git
	a_repository
	run heal run --yes -- git brnch
	[[ $status -ne 0 ]]
	assert_output --partial 'git branch'
}

@test "what the output says of names, logging in and installing is proposed" {
	[[ $(printf 'ls: Unknown command\nDid you mean -ls?  This command begins with a dash.\n' |
		meant 'hdfs dfs ls' | first) == 'hdfs dfs -ls' ]]
	[[ $(printf 'Error: you'"'"'re not authenticated or session has expired.\n' |
		meant 'paintctl colour-list' | first) == 'paintctl login && paintctl colour-list' ]]
	[[ $(printf 'The program is not installed. You can install it by typing:\n  nix-env -iA nixos.paint\n' |
		meant paint 127 | first) == 'nix-env -iA nixos.paint && paint' ]]
	[[ $(printf 'Command not found, but can be installed with:\n\nsudo apt install paint\n' |
		meant paint 127) == *'sudo apt install paint && paint'* ]]
	[[ $(printf '\nUsage: npm <command>\n\nwhere <command> is one of:\n    access, adduser, update,\n    upgrade, v, view\n\n' |
		meant 'npm urgrdae' | first) == 'npm upgrade' ]]
	[[ $(printf 'git-log: command not found\n' | meant git-log 127 | first) == 'git log' ]]
	[[ $(printf 'fatal: The current branch m has no upstream branch.\n\n    git push --set-upstream origin m\n' |
		meant 'git push --quiet' 128 | first) == 'git push --set-upstream origin m --quiet' ]]
	run -0 meant 'curl -u x example.org' < <(printf 'curl: (22) authentication required\n')
	refute_output --partial login
}
