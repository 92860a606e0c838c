#!/usr/bin/env bats
# What heal-detect reads: folders, archives, packed files, files that grow

setup() {
	load helper
	heal_setup
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
}

teardown() {
	[[ -z ${child:-} ]] || kill "$child" 2>/dev/null || :
}

names() {
	heal-detect "$@" | field .source.name
}

@test "a folder's logs are read in the order of their names, those in folders too" {
	mkdir -p logs/b/deep logs/a
	for file in b/deep/3 b/2 a/1 z 0; do cp log "logs/$file"; done
	run -0 names logs
	assert_output 'logs/0
logs/a/1
logs/b/2
logs/b/deep/3
logs/z'
	run -0 names logs/
	assert_line --index 0 logs/0
	run -0 names logs/z logs/a log
	assert_output 'logs/z
logs/a/1
log'
}

@test "an empty folder holds nothing" {
	mkdir empty
	run -0 --separate-stderr heal-detect --exit-code empty
	assert_output ''
	assert_equal "$stderr" ''
}

@test "no symbolic link, no pipe and no hidden file of a folder is read" {
	mkdir logs secret
	cp log secret/log
	cp log logs/.hidden
	ln -s ../secret logs/folder
	ln -s ../log logs/file
	ln -s . logs/loop
	mkfifo logs/pipe
	cp log logs/plain
	run -0 timeout 20 heal-detect --format gnu logs
	assert_output 'Makefile:2: fatal: missing separator [make.syntax]'
	# a link that is named is meant
	run -0 names logs/folder
	assert_output logs/folder/log
}

@test "what is no text in a folder is passed over in a word" {
	mkdir logs
	cp log logs/plain
	printf 'a\0b\n' | cat - log >logs/one.o
	run -0 --separate-stderr heal-detect logs
	assert_equal "$(field .source.name <<<"$output")" logs/plain
	assert_equal "$stderr" "heal-detect: skipped binary file 'logs/one.o'"
	cp logs/one.o logs/two.o
	run -0 --separate-stderr heal-detect logs
	assert_equal "$stderr" "heal-detect: skipped 2 binary files, first 'logs/one.o'"
	# named, it is read
	run -0 names logs/one.o
	assert_output logs/one.o
}

@test "a file of a folder that cannot be read costs only itself" {
	# root, too, without its right to read everything
	local bounded=()
	((EUID)) || bounded=(setpriv --bounding-set=-dac_override,-dac_read_search)
	mkdir logs
	cp log logs/a && cp log logs/b
	chmod 0 logs/a
	run -4 --separate-stderr "${bounded[@]}" heal-detect logs
	assert_equal "$(field .source.name <<<"$output")" logs/b
	assert_equal "$stderr" "heal-detect: cannot open 'logs/a': Permission denied"
}

@test "a folder that lies very deep is left, the rest is read" {
	deep=logs
	for _ in {1..70}; do deep+=/d; done
	mkdir -p "$deep"
	cp log "$deep/log" && cp log logs/z
	run -2 --separate-stderr heal-detect logs
	assert_equal "$(field .source.name <<<"$output")" logs/z
	[[ $stderr == *'nested too deeply'* ]]
}

@test "packed files and archives in a folder are opened" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need gzip tar
	mkdir logs
	gzip -c log >logs/log.gz
	tar -cf logs/more.tar log
	run -0 names logs
	assert_output 'logs/log.gz
logs/more.tar!log'
}

@test "each member of an archive is a text of its own, with its own lines" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need zip tar
	mkdir build
	{ echo first; cat log; } >build/1.txt
	printf 'no newline' >build/2.txt
	{ echo; echo; cat log; } >build/3.txt
	zip -qr logs.zip build
	tar -czf logs.tgz build/1.txt build/2.txt build/3.txt
	for archive in logs.zip logs.tgz; do
		heal-detect "$archive" | jq -c '[.source.name, .source.line]' | sort >out
		assert_equal "$(cat out)" "[\"$archive!build/1.txt\",2]
[\"$archive!build/3.txt\",3]"
		[[ $(heal-detect <"$archive" | field .source.name | sort | head -n 1) == '-!build/1.txt' ]]
	done
}

@test "pictures in an archive of logs are passed over" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need tar
	printf '\x89PNG\r\n\x1a\n\0\0\0' | cat - log >shot.png
	tar -cf logs.tar shot.png log
	run -0 --separate-stderr heal-detect logs.tar
	assert_equal "$(field .source.name <<<"$output")" 'logs.tar!log'
	assert_equal "$stderr" "heal-detect: skipped binary file 'logs.tar!shot.png'"
}

@test "a member's name can be any bytes" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need tar
	name=$(printf 'a\033]0;t\007\nb\xff')
	cp log "$name"
	tar -cf logs.tar "$name"
	heal-detect logs.tar >out
	assert_equal "$(records <out)" 1
	run -0 heal-detect --format human --color never logs.tar
	refute_output --regexp $'[\a\e]'
}

@test "a bomb in an archive ends with a word, not with the disk" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need zip
	head -c 200M /dev/zero | tr '\0' '\n' | zip -q bomb.zip -
	cp log after
	run -2 --separate-stderr timeout 60 heal-detect bomb.zip after
	assert_equal "$(field .source.name <<<"$output")" after
	[[ $stderr == *'more than 1000 times its size'* ]]
}

@test "heal-open --members says which bytes are of which member" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need tar
	printf hello >one
	tar -cf x.tar one
	heal-open --members x.tar >out
	printf 'N\3\0\0\0oneD\5\0\0\0hello' | cmp - out
	heal-open --members one >out
	printf 'D\5\0\0\0hello' | cmp - out
}

@test "what a broken helper writes makes nothing crash" {
	need gzip
	gzip -c log >log.gz
	for text in 'N' 'N\xff\xff\xff\xff' 'N\0\0\0\0D\0\0\0\0' 'Z\3\0\0\0abcD\2\0\0\0hi' 'D\xff\xff\xff\x7fabc' 'B\0\0\0\0'; do
		printf '#!/bin/sh\nprintf %s\n' "'$text'" >helper
		chmod +x helper
		HEAL_OPEN=$PWD/helper run timeout 20 heal-detect log.gz
		((status <= 2)) || fail "$text: exit status $status"
	done
}

@test "a log in UTF-16, or with a mark before UTF-8, is read like any other" {
	need iconv
	printf 'ok\nMakefile:2: *** missing \303\244 \360\237\230\200 separator.  Stop.\r\nMakefile:3: *** missing x.  Stop.' >plain
	heal-detect <plain | jq -c '[.source.line, .error]' >want
	{ printf '\xff\xfe'; iconv -f UTF-8 -t UTF-16LE plain; } >le
	{ printf '\xfe\xff'; iconv -f UTF-8 -t UTF-16BE plain; } >be
	{ printf '\xef\xbb\xbf'; cat plain; } >marked
	assert_equal "$(wc -l <want)" 2
	for file in le be marked; do
		heal-detect <"$file" | jq -c '[.source.line, .error]' >got
		diff want got || fail "$file"
		# in pieces of a byte
		while IFS= read -r byte; do
			printf "\\x$byte"
		done < <(od -An -v -tx1 -w1 "$file" | tr -d ' ') | heal-detect | jq -c '[.source.line, .error]' >got
		diff want got || fail "$file in pieces"
	done
	mkdir logs && cp le logs
	[[ $(names logs | uniq) == logs/le ]]
}

@test "what only begins like a mark is text" {
	for text in '\xef' '\xef\xbb' '\xff' '\xfe' '\xef\xbb\xbf' '\xff\xfe' '\xff\xfe\x00' '\xff\xfe\x00\xd8' '\xff\xfe\x00\xdc\x41\x00' '\xef\xbb\x41'; do
		printf "$text" >odd
		run -0 heal-detect odd
		assert_output ''
		{ printf "$text"; printf '\nMakefile:2: *** missing separator.  Stop.\n'; } >odd
		run -0 timeout 20 heal-detect odd
	done
	printf '\xef\xbb\nMakefile:2: *** missing separator.  Stop.\n' >odd
	[[ $(heal-detect odd | jq .source.line) == 2 ]]
}

@test "a bar on a terminal shows how far a slow file is, and goes away" {
	need expect gzip
	head -c 300000 /dev/urandom | gzip -c >slow.gz
	cat >helper <<-'END'
	#!/bin/bash
	head -c 100000 >/dev/null
	printf 'D\1\0\0\0x'
	# bytes come slowly until the bar has been seen
	for ((i = 0; i < 1000; i++)); do
		[[ ! -e seen ]] || break
		printf 'D\1\0\0\0x'
		sleep 0.05
	done
	cat >/dev/null
	printf 'D\1\0\0\0\n'
	END
	chmod +x helper
	run -0 expect -c 'set timeout 60; spawn env TERM=xterm HEAL_OPEN=./helper heal-detect slow.gz
		expect "33 % slow.gz" { close [open seen w] }
		expect eof'
	assert_output --partial '33 % slow.gz'
	[[ $output == *$'\r\e[K' ]]
}

# following OPTION...: heal-detect --follow in the background, its records in the file out
following() {
	heal-detect --follow "$@" >out 2>said 3>&- &
	child=$!
}

# until_lines N: out holds so many
until_lines() { wait_for lines out "$1" || fail "$(cat out said)"; }

until_said() { wait_for grep -q "$1" said || fail "$(cat out said)"; }

@test "heal-detect --follow shows what is added, as it comes" {
	cp log grows
	following --format gnu grows
	until_lines 1
	printf 'Makefile:3: *** missing sep' >>grows
	wait_for has_read "$child" grows
	assert_equal "$(wc -l <out)" 1
	printf 'arator.  Stop.\n' >>grows
	until_lines 2
	kill -INT "$child"
	wait "$child"
	assert_equal "$(wc -l <out)" 2
	assert_equal "$(tail -n 1 out)" 'Makefile:3: fatal: missing separator [make.syntax]'
}

@test "heal-detect --follow ends by a signal with the status of the end" {
	cp log grows
	following --exit-code --format sarif grows
	until_lines 1
	status=0
	kill -TERM "$child"
	wait "$child" || status=$?
	assert_equal "$status" 1
	[[ $(jq '.runs[0].results | length' out) == 1 ]]
}

@test "heal-detect --follow does not wait for ever for the rest of a block" {
	printf 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    import x\nModuleNotFoundError: No module named '"'x'"'\n' >grows
	following grows
	until_lines 1
	kill "$child"
	wait "$child"
	[[ $(field .error.rule <out) == python.* ]]
}

@test "heal-detect --follow goes on with a log that was rotated" {
	cp log app.log
	following app.log
	until_lines 1
	mv app.log app.log.1
	echo 'Makefile:7: *** missing separator.  Stop.' >>app.log.1
	until_lines 2
	echo 'Makefile:9: *** missing separator.  Stop.' >app.log
	until_lines 3
	kill "$child"
	wait "$child"
	assert_equal "$(jq -c '[.source.name, .source.line, .error.line]' out)" '["app.log",1,2]
["app.log",2,7]
["app.log",1,9]'
	grep -q "'app.log' was replaced" said
}

@test "heal-detect --follow reads a log that was cut from its beginning" {
	cat log log log >app.log
	following app.log
	until_lines 3
	: >app.log
	until_said 'was truncated'
	cat log >app.log
	until_lines 4
	kill "$child"
	wait "$child"
	assert_equal "$(tail -n 1 out | jq .source.line)" 1
}

@test "heal-detect --follow waits for what is not there, and follows several" {
	cp log there
	following there later
	until_said "'later' does not exist"
	until_lines 1
	cp log later
	until_lines 2
	cat log >>there
	until_lines 3
	kill "$child"
	wait "$child"
	assert_equal "$(jq -r .source.name out | paste -sd ' ')" 'there later there'
}

@test "heal-detect --follow refuses what has no end to wait at" {
	mkdir folder
	run -2 timeout 20 heal-detect --follow folder
	run -2 timeout 20 heal-detect --follow -
	run -2 timeout 20 bash -c 'heal-detect --follow <log'
}

@test "no bar where standard error is no terminal, nor where reading is quick" {
	need expect
	yes 'nothing to see here' | head -c 20M >long
	run -0 --separate-stderr heal-detect long
	assert_equal "$stderr" ''
	run -0 expect -c 'set timeout 60; spawn heal-detect long; expect eof'
	refute_output --partial '%'
}
