#!/usr/bin/env bats
# heal-detect: from what tools print to records, whatever the input is like

setup() {
	load helper
	heal_setup
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
}

# mine YAML...: an image of these rules alone, in mine.pack
mine() {
	mkdir -p mine
	cat >mine/mine.yaml
	heal-rules compile --output mine.pack mine
}

@test "heal-detect writes a record that the schema allows" {
	run -0 bash -c 'heal-detect log'
	[[ $(records <<<"$output") == 1 ]]
	[[ $(field '.error | [.rule, .level, .message, .file, .line] | @json' <<<"$output") == '["make.syntax","fatal","missing separator","Makefile",2]' ]]
	[[ $(field '.source | [.name, .line, .end_line] | @json' <<<"$output") == '["log",1,1]' ]]
}

@test "heal-detect reads standard input, also as -, and several files in order" {
	[[ $(heal-detect <log | field .source.name) == - ]]
	[[ $(heal-detect - <log | field .source.name) == - ]]
	cp log log2
	run -0 bash -c 'heal-detect log2 - log <log | jq -r .source.name | paste -sd" "'
	assert_output 'log2 - log'
}

@test "heal-detect says nothing about nothing" {
	run -0 --separate-stderr heal-detect /dev/null
	assert_output ''
	assert_equal "$stderr" ''
	run -0 --separate-stderr bash -c 'seq 1 100000 | heal-detect --exit-code'
	assert_output ''
}

@test "heal-detect names a file that is not there and reads the others" {
	run -2 --separate-stderr heal-detect nowhere log
	assert_equal "${#lines[@]}" 1
	assert_equal "$stderr" "heal-detect: cannot open 'nowhere': No such file or directory"
}

@test "heal-detect refuses what it does not know" {
	run -2 heal-detect --level bad log
	run -2 heal-detect --format xml log
	run -2 heal-detect --nonsense
	run -2 heal-detect --packs nowhere log
	run -2 heal-detect --packs log log
	assert_output --partial 'is not a rule image'
}

@test "heal-detect --exit-code tells whether there was anything" {
	run -1 heal-detect --exit-code log
	run -0 heal-detect --exit-code /dev/null
	run -0 heal-detect log
	run -2 heal-detect --exit-code log nowhere
}

@test "heal-detect --level and --tool let through what is asked for" {
	printf 'Makefile:5: warning: overriding recipe for target '"'all'"'\n' >>log
	[[ $(heal-detect log | wc -l) == 2 ]]
	[[ $(heal-detect --level error log | field .error.level) == fatal ]]
	[[ $(heal-detect --level info log | wc -l) == 2 ]]
	[[ $(heal-detect --tool make log | wc -l) == 2 ]]
	run -0 heal-detect --tool cc --exit-code log
	assert_output ''
	printf 'Makefile:5: warning: overriding recipe for target '"'all'"'\n' >log
	run -0 heal-detect --level error --exit-code log
}

@test "heal-detect --only-in-project drops what concerns other people's files" {
	cat >many <<-'END'
	src/own.c:3:1: error: own
	/usr/include/other.h:3:1: error: absolute
	../above/up.c:3:1: error: above
	node_modules/dep/x.c:3:1: error: kept there by somebody else
	END
	echo "$PWD/src/own2.c:4:1: error: own by its whole name" >>many
	echo 'make: *** No rule to make target '"'x'"'.  Stop.' >>many
	run -0 bash -c 'heal-detect --only-in-project many | jq -r ".error.message"'
	assert_output "own
own by its whole name
No rule to make target 'x'"
	# the status is of what is left
	run -0 heal-detect --only-in-project --exit-code - <<<'/usr/include/other.h:3:1: error: absolute'
	assert_output ''
}

@test "heal-detect --only-in-project looks at every frame of a stack" {
	cat >ours <<-'END'
	Traceback (most recent call last):
	  File "src/a.py", line 3, in <module>
	    json.loads("x")
	  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
	    raise JSONDecodeError("Expecting value", s, err.value) from None
	json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
	END
	run -0 bash -c 'heal-detect --only-in-project ours | wc -l'
	assert_output 1
	sed 's,src/a.py,/opt/tool/site-packages/a.py,' ours >theirs
	run -0 bash -c 'heal-detect theirs | wc -l'
	assert_output 1
	run -0 heal-detect --only-in-project theirs
	assert_output ''
}

@test "heal-detect --max shows the first, and says how many there were" {
	for i in 1 2 3 4 5; do echo "a.c:$i: error: bad $i"; done >many
	run -1 --separate-stderr heal-detect --max 2 --exit-code many
	assert_equal "${#lines[@]}" 2
	assert_equal "$stderr" 'heal-detect: 3 more incidents are not shown'
	run -0 --separate-stderr heal-detect --max 5 many
	assert_equal "${#lines[@]}" 5
	assert_equal "$stderr" ''
	run -0 bash -c 'heal-detect --max 2 --format sarif many 2>/dev/null | jq ".runs[0].results | length"'
	assert_output 2
	run -0 --separate-stderr heal-detect --max 2 --dedupe many
	assert_equal "$stderr" 'heal-detect: 3 more incidents are not shown'
	run -2 heal-detect --max many
}

@test "heal-detect --baseline shows what a good run did not" {
	printf 'a.c:1: warning: old\na.c:2: warning: old\n' >good
	printf 'a.c:5: warning: old\na.c:1: warning: new\na.c:9: warning: old\na.c:12: warning: old\n' >bad
	# the line moves, the words do not; the third of two is new
	run -0 bash -c 'heal-detect --baseline good bad | jq -c "[.error.line, .error.message]"'
	assert_output '[1,"new"]
[12,"old"]'
	run -1 heal-detect --baseline good --exit-code bad
	run -0 heal-detect --baseline bad --exit-code good
	assert_output ''
	run -0 heal-detect --baseline good --baseline good --baseline bad --exit-code bad
}

@test "a baseline is a log of any kind, or records" {
	need gzip
	printf 'a.c:1: warning: old\na.c:2: warning: old\n' >good
	printf 'a.c:7: warning: old\na.c:8: warning: old\na.c:9: warning: new\n' >bad
	gzip -k good
	mkdir goods && cp good goods/log
	heal-detect good >good.ndjson
	heal-detect --dedupe --format ndjson good >deduped.ndjson
	sed 's/:[12]:/:1:/' good | heal-detect --dedupe >counted.ndjson
	for baseline in good good.gz goods good.ndjson deduped.ndjson counted.ndjson; do
		run -0 bash -c 'heal-detect --baseline "$1" bad | jq -r .error.message' - "$baseline"
		assert_equal "$baseline: $output" "$baseline: new"
	done
	[[ $(heal-detect --baseline - bad <good | field .error.message) == new ]]
}

@test "a baseline that cannot be read is no baseline" {
	run -2 --separate-stderr heal-detect --baseline nowhere log
	assert_output ''
	assert_equal "$stderr" "heal-detect: cannot open 'nowhere': No such file or directory"
	heal-detect log >records && echo '{"heal":1' >>records
	run -2 --separate-stderr heal-detect --baseline records log
	assert_output ''
}

@test "heal-detect --dedupe counts what is the same, and says where it was" {
	{
		cat log
		echo between
		cat log log
		echo 'make: *** [all] Error 2'
	} >many
	run -0 bash -c 'heal-detect --dedupe many | jq -c "[.error.rule, .error.count, .error.first_line, .error.last_line]"'
	assert_line --index 0 '["make.syntax",3,1,4]'
	assert_line --index 1 '["make.failed",1,5,5]'
	[[ $(heal-detect --dedupe many | records) == 2 ]]
	# another place is another incident
	sed 's/:2:/:3:/' log | cat log - | heal-detect --dedupe >out
	[[ $(wc -l <out) == 2 ]]
}

@test "heal-detect --format human and github say the same in their ways" {
	run -0 heal-detect --format human --no-color log
	assert_line --partial 'Makefile:2: fatal: missing separator [make/syntax]'
	run -0 heal-detect --format github log
	assert_output '::error file=Makefile,line=2,title=make.syntax::missing separator'
	run -0 heal-detect --format human --color always log
	assert_output --partial $'\e['
	run -0 heal-detect --format human --color never log
	refute_output --partial $'\e'
}

@test "heal-detect shows a control byte to nobody's terminal" {
	printf 'Makefile:2: *** miss\a\x9b31ming \x1b]0;title\a.  Stop.\n' >evil
	run -0 heal-detect --format human evil
	refute_output --regexp $'[\a\x1b\x9b]'
	[[ $(heal-detect evil | records) == 1 ]]
}

@test "heal-detect gives the same with and without the gate" {
	cat "$HEAL_SOURCE"/share/patterns/{make,gcc,python}.yaml | sed 's/^ *//' >text
	heal-detect text | jq -c '[.source, .error]' >gated
	heal-detect --naive text | jq -c '[.source, .error]' >naive
	cmp gated naive
	[[ -s gated ]]
}

@test "heal-detect reads bytes that are no text" {
	{
		head -c 100000 /dev/urandom
		printf '\n\0\xff\0\n'
		cat log
		printf 'Makefile:3: *** miss\0ing \xff separator.  Stop.\n'
	} >odd
	run -0 bash -c 'heal-detect odd | jq -r "select(.error.rule == \"make.syntax\").error.line"'
	assert_line 2
	assert_line 3
	heal-detect odd | records
}

@test "heal-detect finds what follows a line of 10 MB, in little memory" {
	{
		head -c 10M /dev/zero | tr '\0' 'x'
		echo
		cat log
	} >long
	run -0 bash -c 'heal-detect long | jq -c ".source.line"'
	assert_output 2
	heal-detect <long | records
}

@test "heal-detect keeps its memory on endless input" {
	local most=8000 much=300M
	# A sanitizer keeps what is freed, unless told not to, needs memory of its own, and takes its time.
	if grep -q __asan_init "$HEAL_BUILD/tools/heal-detect"; then
		export ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0:detect_leaks=0
		most=400000 much=30M
	fi
	mkfifo in
	# peak SIZE: so much of $text is read; then how much memory it took at most, in KB
	peak() {
		heal-detect $dedupe <in >/dev/null &
		exec 4>in
		yes "$text" | head -c "$1" >&4
		wait_for drained 4
		awk '/^VmHWM/ { print $2 }' "/proc/$!/status"
		exec 4>&-
		wait $!
	}
	local dedupe='' text before after
	for text in 'nothing to see here' 'Makefile:2: *** missing separator.  Stop.' \
		"make[1]: Entering directory '/x'
make[2]: Entering directory '/x/y'
make[2]: Leaving directory '/x/y'"; do
		before=$(peak 5M) after=$(peak "$much")
		echo "$text: from $before KB to $after KB"
		((after < before + most / 10 && after < most)) || fail "$text: from $before KB to $after KB"
	done
	text='Makefile:2: *** missing separator.  Stop.' dedupe=--dedupe
	before=$(peak 5M) after=$(peak "$much")
	((after < before + most / 10)) || fail "deduped: from $before KB to $after KB"
}

@test "heal-detect shows the first failure before the second line comes" {
	mkfifo in out
	heal-detect <in >out &
	exec 4>in 5<out
	cat log >&4
	read -r -t 10 -u 5 first
	[[ $(field .error.rule <<<"$first") == make.syntax ]]
	cat log >&4
	read -r -t 10 -u 5 second
	exec 4>&-
	wait $!
	exec 5<&-
}

@test "heal-detect ends a block at the end, with or without a newline" {
	mine <<-'END'
	pack: t
	rules:
	  - id: t.block
	    match: '^begin (?<message>.*)'
	    then: [{append: '^  (?<message>.*)'}]
	END
	for text in 'begin a\n  b\n' 'begin a\n  b' 'begin a\r\n  b\r' 'begin a\n\x1b[31m  b\x1b[0'; do
		run -0 bash -c 'printf "$1" | heal-detect --packs mine.pack | jq -r .error.message' - "$text"
		assert_output 'a b'
	done
}

@test "heal-detect loses nothing to a block that comes to nothing" {
	mine <<-'END'
	pack: t
	rules:
	  - id: t.block
	    match: '^begin'
	    need: code
	    then: [{take: '^code (?<code>\d+)'}, {take: '^\S'}]
	  - id: t.error
	    match: '^error: (?<message>.*)'
	END
	printf 'begin\nerror: a\nerror: b\n\nbegin\nerror: c\ncode 7\n\nerror: d' >log
	run -0 bash -c 'heal-detect --packs mine.pack log | jq -r "\"\(.source.line) \(.error.rule) \(.error.message)\""'
	assert_output $'2 t.error a\n3 t.error b\n5 t.block begin\n9 t.error d'
	printf -- '--- FAIL: TestTotal (0.00s)\n    make: *** [Makefile:3: test] Error 1\n' >log
	run -0 bash -c 'heal-detect log | jq -r .error.rule'
	assert_output make.failed
}

@test "the benchmark of silence counts what is found in clean output, by kind" {
	need python3
	mkdir -p logs/make logs/docs
	printf 'make: Nothing to be done for '"'all'"'.\n' >logs/make/ok.log
	printf 'so it says:\n\n    make: *** [Makefile:3: all] Error 2\n' >logs/docs/readme
	run -1 python3 "$HEAL_SOURCE/tests/bench/quiet.py" "$HEAL_BUILD" logs --show
	assert_line '| make | 1 | 0.00 | 0 | 0.00 |'
	assert_line --regexp '^\| docs \| 1 \| 0\.00 \| 1 \| [0-9.]+ \|$'
	assert_line --regexp '^logs/docs/readme:3: make\.failed: '
	rm -r logs/docs
	run -0 python3 "$HEAL_SOURCE/tests/bench/quiet.py" "$HEAL_BUILD" logs
}

@test "heal-detect looks through what CI puts before each line" {
	for prefix in '2026-11-20T12:00:00.123Z ' '[12:00:01] ' 'web_1  | ' '#12 1.5 ' '   ' '2026-11-20T12:00:00Z web_1 | '; do
		sed "s/^/$prefix/" log >prefixed
		[[ $(heal-detect prefixed | field .error.file) == Makefile ]] || fail "$prefix"
	done
}

@test "heal-detect survives a closed reader and a full disk" {
	yes "$(cat log)" | head -n 100000 >many
	run bash -c 'heal-detect many | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"'
	assert_output 141
	run -4 bash -c 'heal-detect log >/dev/full'
	assert_output --partial 'cannot write to standard output'
	run -4 bash -c 'heal-detect log >&-'
}

@test "heal-detect reads packed files and archives" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	need gzip xz zstd bzip2 zip tar
	gzip -k log && xz -k log && zstd -q log && bzip2 -k log && zip -q log.zip log && tar -cf log.tar log && tar -czf log.tgz log
	for file in log.gz log.xz log.zst log.bz2 log.zip log.tar log.tgz; do
		name=$file
		[[ $file != *.zip && $file != *.t* ]] || name=$file!log
		[[ $(heal-detect "$file" | field '[.source.name, .error.file] | @json') == "[\"$name\",\"Makefile\"]" ]] || fail "$file"
		[[ $(cat "$file" | heal-detect | field .error.file) == Makefile ]] || fail "$file through a pipe"
	done
	# a pipe may bring its first bytes one by one
	mkfifo in
	heal-detect <in >out &
	exec 4>in
	head -c 1 log.gz >&4
	wait_for drained 4
	tail -c +2 log.gz >&4
	exec 4>&-
	wait $!
	[[ $(field .error.file <out) == Makefile ]]
}

@test "heal-detect says that packed data is damaged, after what came before" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	yes "$(cat log)" | head -n 300000 | gzip -c | head -c 1500 >cut.gz
	run -2 --separate-stderr heal-detect cut.gz log
	[[ $(tail -n 1 <<<"$output" | field .source.name) == log ]]
	[[ $stderr == *"cannot open 'cut.gz'"* ]]
}

@test "heal-detect does not hang where the helper is missing" {
	head -c 3M /dev/urandom | gzip -c >big.gz
	export HEAL_OPEN=/nowhere/heal-open
	run -2 timeout 20 heal-detect big.gz
	assert_output --partial "is not installed"
	run -2 timeout 20 bash -c 'cat big.gz | heal-detect'
	assert_output --partial "is not installed"
}

@test "heal-detect fetches a URL" {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	run -4 heal-detect http://127.0.0.1:1/log
	assert_output --partial "cannot open 'http://127.0.0.1:1/log'"
}

@test "heal-detect leaves out a rule that runs wild, and names it" {
	mine <<-'END'
	pack: t
	rules:
	  - {id: t.wild, match: '^wild (?:a+a+)+[e-h]$'}
	  - {id: t.tame, match: '^wild a*(?<message>d)$'}
	END
	wild="wild $(head -c 3000 /dev/zero | tr '\0' a)"
	run -0 --separate-stderr bash -c 'for i in {1..300}; do echo "$1d"; done | timeout 60 heal-detect --packs mine.pack | wc -l' - "$wild"
	assert_output 300
	assert_equal "$stderr" "heal-detect: rule 't.wild' was disabled: it reached its match limit too often"
}

@test "no damaged image makes heal-detect crash" {
	cp "$HEAL_PACKS" whole
	size=$(stat -c %s whole)
	for i in {1..60}; do
		cp whole damaged
		for _ in 1 2 3; do
			printf "\\x$(printf %x $((RANDOM % 256)))" |
				dd of=damaged bs=1 conv=notrunc seek=$(((RANDOM << 15 | RANDOM) % size)) status=none
		done
		((i % 6)) || truncate -s $((size * i / 61)) damaged
		run timeout 20 heal-detect --packs damaged log "$HEAL_SOURCE/share/patterns/make.yaml"
		((status <= 2)) || fail "exit status $status"
	done
	# each word of its head
	for ((at = 0; at < 96; at += 4)); do
		cp whole damaged
		printf '\xff\xff\xff\x7f' | dd of=damaged bs=1 conv=notrunc seek=$at status=none
		run timeout 20 heal-detect --packs damaged log
		((status <= 2)) || fail "exit status $status at $at"
	done
}
