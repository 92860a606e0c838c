#!/usr/bin/env bats
# heal-log: the filter that keeps records, and the questions that the store answers

setup() {
	load helper
	heal_setup
	unset HEAL_STORE
	db=$XDG_STATE_HOME/heal/heal.db
}

teardown() {
	if [[ -n ${ro:-} ]]; then
		chmod 755 "$ro"
		rm -r "$ro"
	fi
}

# record ID [MEMBERS]: an incident on one line
record() {
	printf '{"heal":1,"kind":"incident","id":"%s","time":"2026-11-20T12:00:00.123Z","fingerprint":"%s",' "$1" "${3:-f1}"
	printf '"error":{"tool":"gcc","environment":"c","rule":"gcc.diagnostic","level":"error","message":"no such header",'
	printf '"file":"src/a.c","line":3}%s}\n' "${2:-}"
}

analysis=',"analysis":{"type":"dependency_issue","severity":8,"confidence":0.93,"by":"rule","root":true,"root_causes":[{"cause":"no include","confidence":0.9,"evidence":"src/a.c:3","verification":"look"}]}'
solution=',"solutions":[{"id":"c.include:math.h","type":"code_fix","applicability":"machine","description":"add the include","reasoning":"it declares it","confidence":0.9,"risk":{"level":"green"}}]'
fixed=',"fix":{"solution":"c.include:math.h","status":"applied","attempt":1,"diff":"--- a/src/a.c\n+++ b/src/a.c\n+#include <math.h>\n"},"validation":{"status":"passed","resolved":true,"checks":[{"check":"rerun","status":"passed","seconds":0.5,"detail":"fine"}]}'
rolled=',"fix":{"solution":"c.include:math.h","status":"rolled_back","attempt":1,"reason":"a test failed"},"validation":{"status":"failed"}'

# one mended, one rolled back, one open, and the session's end
fill() {
	{
		record one-aaaa "$analysis$solution$fixed" f1
		record two-bbbb "$analysis$solution$rolled" f1
		record three-cc "" f2
		echo '{"heal":1,"kind":"session","id":"ses-1","time":"2026-11-20T12:01:00.000Z","session":{"status":"healed","exit_code":0}}'
	} >in
	heal-log --quiet in
}

@test "what could not be written is no failure of its solution, a command that failed is one" {
	local step failed=',"fix":{"solution":"c.include:math.h","status":"failed","reason":"cannot write src/a.c"}'
	for step in '{"do":"create","file":"x","text":"y"}:0' '{"do":"run","argv":["true"]}:1'; do
		rm -rf "$XDG_STATE_HOME/heal"
		record "id-${step##*:}" "$analysis${solution/\"risk\"/\"steps\":[${step%:*}],\"risk\"}$failed" | heal-log -q
		run -0 --separate-stderr heal-log rules --format ndjson
		assert_equal "$(grep -c c.include <<<"$output")" "${step##*:}"
	done
}

# ---- the stream ----

@test "heal-log passes each line on, byte for byte" {
	{
		record a1
		printf '  { "heal" : 1.0e0 ,"kind":"health",  "id":"h", "odd\\u00e9":[1.50,-0,1E3] }  \n' | sed 's/1.0e0/1/'
		printf '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_applied"}}\t\r\n'
		printf '{"heal":1,"kind":"incident","id":"n","error":{"rule":"r","level":"note","message":"a\\u0000b \\ud83d\\ude00"}}\n'
	} >in
	heal-log <in >out
	cmp in out
	heal-log export >kept
	run -0 jq -s length kept
	assert_output 4
}

@test "heal-log gives a last line without a newline one" {
	record a1 | tr -d '\n' >in
	heal-log <in >out
	record a1 | cmp - out
}

@test "heal-log goes on after a line that is no record, names it, and exits 2" {
	{ record a1; echo 'not json'; echo '{"heal":1}'; echo '[1]'; echo; record a2; } >in
	run -2 --separate-stderr heal-log in
	assert_equal "${#lines[@]}" 2
	[[ $stderr == *"in:2: not a record"* && $stderr == *"in:3: "* && $stderr == *"in:4: "* && $stderr == *"3 lines"* ]]
	run -0 heal-log history
	assert_equal "${#lines[@]}" 2
}

@test "heal-log survives NUL bytes, invalid UTF-8 and endless lines" {
	{
		printf 'a\0b\n'
		printf '{"heal":1,"kind":"event","id":"\xff\xfe"}\n'
		head -c 3000000 /dev/zero | tr '\0' x
		echo
		printf '{"heal":1,"kind":"health","id":"big","x":"'
		head -c 1048000 /dev/zero | tr '\0' y
		printf '"}\n'
		head -c 200000 /dev/zero | tr '\0' '['
		echo
		record last
	} >in
	run -2 --separate-stderr heal-log in
	assert_equal "${#lines[@]}" 2
	heal-log export | tail -n 1 >kept
	record last | cmp - kept
}

@test "heal-log shows each record at once" {
	mkfifo to
	mkfifo out
	heal-log <to >out &
	exec 5>to 6<out
	record slower >&5
	read -r -t 20 line <&6
	[[ $line == *slower* ]]
	run -0 heal-log show slower
	exec 5>&- 6<&-
	wait
}

@test "heal-log stores what a reader that went away did not want" {
	for i in $(seq 50); do record "r$i"; done >in
	{ heal-log in 2>err && echo 0 >status || echo $? >status; } | head -n 1 >/dev/null
	[[ $(cat status) == [04] ]]
	run -0 heal-log history
	assert_equal "${#lines[@]}" 50
}

@test "heal-log stores on when standard output is full or closed" {
	for i in $(seq 5); do record "r$i"; done >in
	run -4 --separate-stderr bash -c 'heal-log in >/dev/full'
	[[ $stderr == *"cannot write to standard output"* ]]
	run -0 heal-log history
	assert_equal "${#lines[@]}" 5
	for i in $(seq 6 9); do record "r$i"; done >in
	run bash -c 'heal-log in >&-'
	run -0 heal-log history
	assert_equal "${#lines[@]}" 9
}

@test "heal-log --quiet stores and prints nothing" {
	run -0 --separate-stderr heal-log -q <(record a1)
	assert_output ''
	run -0 heal-log history
	assert_equal "${#lines[@]}" 1
}

@test "heal-log reads several files, and - is standard input" {
	record a1 >one
	record a3 >three
	run -0 heal-log one - three <<<"$(record a2)"
	assert_equal "${#lines[@]}" 3
	[[ ${lines[1]} == *a2* ]]
}

@test "heal-log goes on after a file that is not there" {
	record a1 >one
	run -2 --separate-stderr heal-log none one
	assert_equal "${#lines[@]}" 1
	[[ $stderr == *"cannot open 'none'"* ]]
}

@test "a batch of ids before, between and after the stored ones is stored once each" {
	for i in {20..60..2}; do record "id-$i" "$analysis"; done >before
	for i in 40 {10..70} 30; do
		record "id-$i" "$analysis$solution$fixed"
	done >after
	heal-log -q before
	heal-log -q after
	assert_equal "$(heal-log history -n 100 -f ndjson | jq -r .id | sort)" "$(printf 'id-%s\n' {10..70} | sort)"
	assert_equal "$(heal-log stats -f json | jq -c '[.total_incidents, .successful_fixes, .resolved_incidents]')" '[61,61,61]'
	run -0 heal-log verify
}

@test "the same record twice is stored once" {
	record a1 >in
	heal-log in in >/dev/null
	run -0 heal-log export
	assert_equal "${#lines[@]}" 1
}

# ---- the store ----

@test "32 heal-logs on one new store lose nothing" {
	for w in $(seq 32); do
		for i in $(seq 50); do record "$w-$i"; done >"in.$w"
	done
	for w in $(seq 32); do
		heal-log --store many.db "in.$w" >"out.$w" 2>"err.$w" &
	done
	wait
	run -0 cat err.*
	assert_output ''
	for w in $(seq 32); do cmp "in.$w" "out.$w"; done
	heal-log export --store many.db | sort -u >kept
	assert_equal "$(wc -l <kept)" 1600
	cat in.* | sort | cmp - kept
	run -0 heal-log stats --store many.db --format json
	assert_equal "$(jq .total_incidents <<<"$output")" 1600
}

@test "a heal-log that is killed leaves a whole store, with all that it passed on" {
	need sqlite3
	# those that are killed are fed without end
	feed() { local i; for ((i = 1; i <= 300 || $1 % 2; i++)); do record "$1-$i" || return; done; }
	for w in 1 2 3 4 5 6; do
		mkfifo "to.$w" "from.$w"
		feed "$w" >"to.$w" 2>/dev/null &
		heal-log --store hit.db <"to.$w" 2>/dev/null >"from.$w" &
		pids[w]=$!
		cat "from.$w" >"out.$w" &
		readers[w]=$!
	done
	for w in 1 3 5; do wait_for lines "out.$w" 20; done
	kill -9 "${pids[1]}" "${pids[3]}" "${pids[5]}"
	wait "${pids[@]}" || true
	wait "${readers[@]}"
	heal-log export --store hit.db >kept
	jq -e .id kept >/dev/null
	run -0 sqlite3 hit.db 'PRAGMA integrity_check'
	assert_output ok
	assert_equal "$(grep -c '"id":"2-' kept)" 300
	[[ $(grep -c '"id":"1-' kept) -ge 20 ]]
	for w in 1 2 3 4 5 6; do
		# what was killed while it wrote may leave a part of a line
		[[ -z $(tail -c 1 "out.$w") ]] || { ((w % 2)) && sed -i '$d' "out.$w"; }
		grep -Fxvf kept "out.$w" >lost || true
		assert_equal "$(cat lost)" ''
	done
	run -0 heal-log --store hit.db <(record after)
}

@test "the default store and its folder are for their owner alone" {
	umask 000
	heal-log <(record a1) >/dev/null
	assert_equal "$(stat -c %a "$db")" 600
	assert_equal "$(stat -c %a "$(dirname "$db")")" 700
}

@test "HEAL_STORE says where the store is, and --store overrules it" {
	HEAL_STORE=$PWD/mine.db heal-log -q <(record a1)
	[[ -f mine.db && ! -e $db ]]
	HEAL_STORE=$PWD/mine.db heal-log -q --store other.db <(record a2)
	run -0 heal-log history --store other.db
	assert_equal "${#lines[@]}" 1
}

@test "where the store cannot be made, records pass and the status says so" {
	: >file
	for store in file/heal.db none/heal.db /proc/heal.db; do
		run -4 --separate-stderr heal-log --store $store <(record a1)
		assert_output "$(record a1)"
		[[ $stderr == *"passed on, but not stored"* ]]
	done
}

@test "a store that is no database is refused, and stays as it is" {
	seq 10000 >text.db
	cp text.db before
	run -2 --separate-stderr heal-log --store text.db <(record a1)
	assert_output "$(record a1)"
	[[ $stderr == *"not an SQLite database"* ]]
	cmp text.db before
	run -2 heal-log history --store text.db
}

@test "another program's database is refused, and stays as it is" {
	need sqlite3
	sqlite3 other.db 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'
	cp other.db before
	run -2 --separate-stderr heal-log --store other.db <(record a1)
	assert_output "$(record a1)"
	[[ $stderr == *"another program"* ]]
	cmp other.db before
}

@test "a store of a newer heal is refused" {
	need sqlite3
	heal-log -q <(record a1)
	sqlite3 "$db" 'PRAGMA user_version = 99' >/dev/null
	run -2 --separate-stderr heal-log history
	[[ $stderr == *"version 99"* ]]
	run -2 --separate-stderr heal-log <(record a2)
	assert_output "$(record a2)"
}

@test "a damaged store is told of, and records pass" {
	for i in $(seq 200); do record "r$i"; done | heal-log -q
	printf 'garbage%.0s' {1..2000} | dd of="$db" bs=1 seek=4096 conv=notrunc status=none
	run --separate-stderr heal-log <(record a1)
	[[ $status == 2 && $output == "$(record a1)" && $stderr == *damaged* ]]
	run -2 --separate-stderr heal-log history
	[[ $stderr == *damaged* ]]
}

@test "a full disk is told of once, records pass, and the store stays whole" {
	need sqlite3
	heal-log -q <(record first)
	for i in $(seq 3000); do record "r$i"; done >in
	run -4 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 300; exec heal-log <in | cat; exit \${PIPESTATUS[0]}"
	assert_equal "${#lines[@]}" 3000
	[[ $stderr == *"not stored"*"were passed on, but not stored" ]]
	assert_equal "$(grep -c . <<<"$stderr")" 2
	run -0 sqlite3 "$db" 'PRAGMA integrity_check'
	assert_output ok
	run -0 heal-log show first
}

@test "heal-log waits for a writer that has the store" {
	heal-log -q <(record a1)
	mkfifo commit
	/usr/bin/python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open("held", "w").close()
open("commit").read()
db.execute("COMMIT")' "$db" &
	writer=$!
	wait_for test -e held
	record a2 >in
	heal-log in >out &
	pid=$!
	waits() { [[ $(readlink "/proc/$pid/fd/"*) == *"$db"* ]] && grep -q '^State:.S' "/proc/$pid/status"; }
	wait_for waits
	: >commit
	wait "$writer"
	wait "$pid"
	run -0 heal-log history
	assert_equal "${#lines[@]}" 2
}

@test "a store that cannot be written can be asked" {
	local as=() store
	fill
	# Below /tmp, where nobody can come, too: root is refused nothing, so the test stops being root.
	ro=$(mktemp -d /tmp/heal-ro.XXXXXX)
	store=$ro/heal.db
	cp "$db" in "$ro"
	chmod 644 "$store" "$ro/in"
	chmod 555 "$ro"
	if [[ $(id -u) == 0 ]]; then
		need setpriv
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	"${as[@]}" test -x "$HEAL_BUILD/tools/heal-log" || skip "the build folder is closed to nobody"
	cd /
	run -0 "${as[@]}" "$HEAL_BUILD/tools/heal-log" history --store "$store"
	assert_equal "${#lines[@]}" 3
	run -4 --separate-stderr "${as[@]}" "$HEAL_BUILD/tools/heal-log" --store "$store" "$ro/in"
	assert_equal "${#lines[@]}" 4
	[[ $stderr == *"not stored"* ]]
}

@test "an empty file becomes a store" {
	: >new.db
	heal-log -q --store new.db <(record a1)
	run -0 heal-log history --store new.db
	assert_equal "${#lines[@]}" 1
}

# ---- questions ----

@test "a question to a store that is not there does not make it" {
	for command in history stats rules changelog export 'show abcd'; do
		run -2 --separate-stderr heal-log $command
		[[ $stderr == *"does not exist"* ]]
	done
	[[ ! -e $db ]]
}

@test "heal-log history lists incidents, newest first" {
	fill
	record four-dd '' f3 | sed s/2026-11-20/2027-01-01/ | heal-log -q
	run -0 heal-log history
	assert_equal "${#lines[@]}" 4
	[[ ${lines[0]} == "four-dd  2027-01-01 12:00:00  open "*"gcc.diagnostic  src/a.c:3: no such header" ]]
	run -0 heal-log history --limit 1
	assert_equal "${#lines[@]}" 1
	run -0 heal-log history --since 2027-01-01
	assert_equal "${#lines[@]}" 1
	run -0 heal-log history --since 2027-01-01T12:00:00.124Z
	assert_output ''
	run -0 heal-log history --format ndjson -n 1
	assert_output "$(record four-dd '' f3 | sed s/2026-11-20/2027-01-01/)"
}

@test "heal-log history makes control bytes visible" {
	record evil | sed 's/no such header/\\u001b[2J\\u009b31m\\rhidden\\n/' | heal-log -q
	run -0 heal-log history
	assert_equal "${#lines[@]}" 1
	[[ $output == *'\x1b[2J\x9b31m\x0dhidden\n'* && $output != *$'\e'* ]]
	run -0 heal-log show evil
	[[ $output != *$'\e'* && $output != *$'\r'* ]]
	run -0 heal-log stats --by rule --format prom
	[[ $output != *$'\e'* ]]
}

@test "heal-log show tells of finding, cause, diff and verdict" {
	fill
	run -0 heal-log show one-
	for part in 'where       src/a.c:3' 'seen        2 times' 'dependency_issue, severity 8' 'no include' 'evidence: src/a.c:3' \
		'c.include:math.h (green): add the include' 'applied, attempt 1' '+#include <math.h>' 'passed, resolved' \
		'rerun: passed' 'healing_complete'; do
		assert_output --partial "$part"
	done
	run -0 heal-log show one-aaaa --format ndjson
	assert_output "$(head -n 1 in)"
}

@test "heal-log show wants one incident" {
	fill
	record one-abab | heal-log -q
	run -2 --separate-stderr heal-log show
	run -2 --separate-stderr heal-log show one-aaaa two-bbbb
	run -2 --separate-stderr heal-log show one-a
	[[ $stderr == *"2 incidents begin with 'one-a'"* ]]
	run -2 --separate-stderr heal-log show nothing
	[[ $stderr == *"no incident 'nothing'"* ]]
	run -2 --separate-stderr heal-log show one
}

@test "heal-log stats never gives a percentage without its numbers" {
	fill
	run -0 heal-log stats
	assert_line --regexp 'fixes that worked +1 of 2 \(50.0 %\)'
	assert_line --regexp 'sessions healed +1 of 1 \(100.0 %\)'
	run -0 heal-log stats --by tool
	assert_line --regexp ' +3 +1 +0  1 of 2 \(50.0 %\) +gcc'
	run -0 heal-log stats --format json --by day
	assert_equal "$(field '.success_rate, .success_rate_n, .total_incidents, .groups[0].name' <<<"$output" | paste -sd ' ')" \
		'50 2 3 2026-11-20'
	run -0 heal-log stats --since 2030-01-01 --format json
	assert_equal "$(field .success_rate <<<"$output")" null
	run -0 heal-log stats --since 2030-01-01
	assert_line --regexp 'fixes that worked +-'
}

@test "heal-log stats speaks to Prometheus" {
	fill
	record five '' | sed 's/gcc.diagnostic/od\\"d\\\\rule/' | heal-log -q
	run -0 heal-log stats --format prom --by rule
	assert_line 'heal_incidents_total 4'
	assert_line 'heal_rule_fix_successes_total{rule="gcc.diagnostic"} 1'
	assert_line 'heal_rule_incidents_total{rule="od\"d\\rule"} 1'
	assert_equal "$(grep -c '^# TYPE heal_rule_incidents_total counter' <<<"$output")" 1
	run -2 --separate-stderr heal-log stats --format prom --since 7d
}

@test "heal-log rules counts each error once, of many" {
	for i in {1..150}; do
		record "id-$i" "$analysis$solution$fixed" "print-$((i % 100))"
	done | heal-log -q
	record one "$analysis$solution${fixed//math.h/time.h}" print-1 | sed 's/gcc.diagnostic/a.rule/' | heal-log -q
	run -0 heal-log rules --format ndjson
	assert_equal "$(jq -c '[.rule, .successful_fixes, .distinct_incidents]' <<<"$output")" \
		$'["gcc.diagnostic",150,100]\n["a.rule",1,1]'
}

@test "heal-log rules tells how each solution fared" {
	fill
	run -0 heal-log rules
	assert_line --regexp '^1 of 2 \(50.0 %\) +1  2026-11-20  0.50 \(> 0.1[0-9]\)  new     gcc.diagnostic: c.include:math.h$'
	run -0 heal-log rules --format ndjson
	assert_equal "$(jq -c '[.rule, .solution, .successful_fixes, .failed_fixes, .success_rate, .success_rate_n]' <<<"$output")" \
		'["gcc.diagnostic","c.include:math.h",1,1,50,2]'
}

@test "an incident that passes at each stage counts once, and each attempt for itself" {
	record x "" f9 >in
	record x "$analysis$solution" f9 >>in
	record x "$analysis$solution$rolled" f9 >>in
	record x "$analysis$solution${fixed/\"attempt\":1/\"attempt\":2}" f9 >>in
	heal-log in | cmp - in
	run -0 heal-log stats --format json
	assert_equal "$(jq -c '[.total_incidents, .applied_fixes, .successful_fixes, .failed_fixes, .rollbacks]' <<<"$output")" '[1,2,1,1,1]'
	run -0 heal-log history
	assert_line --partial ' fixed '
}

@test "heal-log changelog has the layout of healing_changelog.json" {
	fill
	heal-log changelog --output changelog.json
	jq -e '.metadata.version == "1.0.0" and .metadata.created == "2026-11-20T12:00:00.123Z"' changelog.json
	jq -e '.incidents | length == 14' changelog.json
	run -0 jq -c '.incidents[] | select(.incident_id == "one-aaaa" and .event_type == "fix_applied")' changelog.json
	assert_output '{"incident_id":"one-aaaa","event_type":"fix_applied","timestamp":"2026-11-20T12:00:00.123Z","severity":"INFO","environment":"c","file_path":"src/a.c","line_number":3,"error_type":"dependency","error_message":"no such header","fix_description":"add the include","fix_reasoning":"it declares it","validation_result":null,"attempt_number":1,"correlation_id":null}'
	run -0 jq -r '[.incidents[] | select(.incident_id == "two-bbbb") | .event_type] | join(" ")' changelog.json
	assert_output 'error_detected analysis_complete fix_generated fix_applied fix_failed rollback_performed'
	heal-log changelog | cmp - changelog.json
	run -0 heal-log changelog --since 2030-01-01
	assert_equal "$(jq -c .incidents <<<"$output")" '[]'
}

@test "heal-log changelog leaves the old file where it cannot write a new one" {
	fill
	run -4 --separate-stderr heal-log changelog --output none/changelog.json
	echo old >changelog.json
	run -2 --separate-stderr heal-log changelog --output changelog.json --store none.db
	assert_equal "$(cat changelog.json)" old
}

@test "an export makes the same store again" {
	fill
	heal-log export >all
	cmp all in
	heal-log -q --store again.db all
	for command in history changelog rules 'stats --by rule' export; do
		assert_equal "$(heal-log $command --store again.db)" "$(heal-log $command)"
	done
}

@test "heal-log answers to a full disk or a closed pipe" {
	fill
	for command in history stats rules changelog export 'show one-aaaa'; do
		run -4 --separate-stderr bash -c "heal-log $command >/dev/full"
	done
	for i in $(seq 2000); do record "r$i"; done | heal-log -q
	run -0 bash -c 'heal-log export | head -n 1; exit ${PIPESTATUS[1]}'
}

# ---- questions ----

# more ID MEMBERS: an incident with its own rule, file and project
more() {
	record "$1" "$analysis$solution${3:-}" "$2" | jq -c --argjson change "$4" '. * $change'
}

questions() {
	{
		more one-aaaa f1 "$fixed" '{"source":{"project":"/srv/a","command":["make","all"]}}'
		more two-bbbb f1 "$rolled" '{"source":{"project":"/srv/a","command":["make","allow"]},"error":{"file":"src/deep/b.c"},"time":"2026-11-21T00:00:00Z"}'
		more three-cc f2 "" '{"source":{"project":"/srv/b","command":["make"]},"error":{"tool":"clang","rule":"clang.diagnostic","file":"srcs/c.c"},"time":"2026-11-22T00:00:00Z"}'
		more four-ddd f3 "" '{"error":{"message":"other 17"},"analysis":{"by":"none"},"solutions":[],"source":{"project":"/srv/a"}}'
		more five-eee f4 "" '{"error":{"message":"other 18"},"analysis":{"by":"none"},"solutions":[],"source":{"project":"/srv/b"}}'
		more six-ffff f5 "" '{"error":{"message":"advised"},"solutions":[{"id":"x","applicability":"advice","confidence":0.5}]}'
	} >in
	heal-log -q in
}
ids() { heal-log "$@" | grep -oE '(one|two|three|four|five|six)-[a-f]*' | sed 's/-.*//' | paste -sd ' '; }

@test "heal-log history filters by project, command, tool, rule, path, status and time" {
	questions
	assert_equal "$(ids history --project /srv/b)" 'three five'
	assert_equal "$(ids history --command 'make all')" one
	assert_equal "$(ids history --command make)" three
	assert_equal "$(ids history --tool clang)" three
	assert_equal "$(ids history --rule clang.diagnostic)" three
	assert_equal "$(ids history --path src/a.c --status fixed)" one
	assert_equal "$(ids history --path src/deep)" two
	assert_equal "$(ids history --path src --since 2026-11-21)" two
	assert_equal "$(ids history --since 2026-11-21 --until 2026-11-22)" two
	assert_equal "$(ids history --status rolled_back)" two
	assert_equal "$(ids history --project /srv/a --tool clang)" ''
	assert_equal "$(ids history --rule "x' OR '1'='1")" ''
}

@test "heal-log similar lists the same, then alike incidents, and what mended them" {
	questions
	run -0 heal-log similar one-aaaa
	assert_line --index 0 --partial 'fixed by  1 of 2  gcc.diagnostic: c.include:math.h'
	assert_line --index 1 --regexp '^same   two-bbbb '
	assert_line --index 2 --regexp '^alike  three-cc '
	assert_equal "${#lines[@]}" 3
	assert_equal "$(ids similar f1)" 'two one three'
	# numbers of a message do not count
	assert_equal "$(ids similar 'other 999')" 'five four'
	assert_equal "$(ids similar 'never seen')" ''
	assert_equal "$(heal-log similar four --format ndjson | jq -r .id)" five-eee
	run -2 --separate-stderr heal-log similar
	record one-abab | heal-log -q
	run -2 --separate-stderr heal-log similar one-a
	[[ $stderr == *"2 incidents begin with 'one-a'"* ]]
}

@test "heal-log todo lists what to write next, the most frequent first" {
	questions
	run -0 heal-log todo
	assert_line --index 1 --regexp '^ +2 +2  cause  2026-11-20  gcc.diagnostic: other 1[78] '
	assert_line --index 2 --regexp '^ +1 +1  fix    2026-11-20  gcc.diagnostic: advised \(six-ffff\)$'
	assert_equal "${#lines[@]}" 3
	assert_equal "$(heal-log todo --format ndjson --project /srv/b | jq -c '[.incidents, .lacks]')" '[1,"cause"]'
	echo 'frob: something went wrong: ERROR' | heal-detect --unknown | heal-log -q
	run -0 heal-log todo
	assert_output --partial '  rule   '
}

@test "heal-log stats groups by path and project" {
	questions
	run -0 heal-log stats --by path
	assert_line --regexp '^ +1 +0 +0  0 of 1 \(0.0 %\) +src/deep/b.c$'
	run -0 heal-log stats --by project --format json
	assert_equal "$(jq -c '.groups | map([.name, .incidents, .successful_fixes])' <<<"$output")" '[["/srv/a",3,1],["/srv/b",2,0],["",1,0]]'
	run -0 heal-log stats --by day --since 2026-11-21 --format json
	assert_equal "$(jq -c '[.total_incidents, (.groups | map(.name))]' <<<"$output")" '[2,["2026-11-22","2026-11-21"]]'
	run -2 --separate-stderr heal-log stats --by project --until 2026-11-21 --format prom
}

@test "heal-log rules says how mature a fix is, how sure, and whether it fades" {
	for i in $(seq 20); do
		record "a$i" "$analysis$solution$fixed" "f$((i % 4))" | sed "s/:00.123/:$((i + 10)).123/"
	done >in
	heal-log -q in
	assert_equal "$(heal-log rules --format ndjson | jq -c '[.maturity, .fading, .mean > 0.9, .lower > 0.7]')" '["proven",false,true,true]'
	for i in $(seq 4); do
		record "b$i" "$analysis$solution$rolled" f1 | sed "s/:00.123/:$((i + 40)).123/"
	done | heal-log -q
	assert_equal "$(heal-log rules --format ndjson | jq -c '[.successful_fixes, .failed_fixes, .fading]')" '[20,4,true]'
	run -0 heal-log rules
	assert_output --partial ' fading '
}

@test "heal-log gc removes what is old, keeps what was learned, and the chain stays whole" {
	questions
	before=$(heal-log rules)
	run -0 --separate-stderr heal-log gc --older 2026-11-21
	[[ $stderr == *'4 records before'* ]]
	assert_equal "$(ids history)" 'three two'
	assert_equal "$(heal-log rules)" "$before"
	assert_equal "$(heal-log export | wc -l)" 2
	heal-log verify
	heal-log -q in
	assert_equal "$(heal-log history | wc -l)" 6
	heal-log verify
	run -2 --separate-stderr heal-log gc
	[[ $stderr == *'no retention is set'* ]]
	HEAL_LOG_MAX_DAYS=1 heal-log gc
	run -2 --separate-stderr heal-log gc --older soon
	HEAL_DRY_RUN=true run -4 --separate-stderr heal-log gc --older 1d
}

@test "a row that something else removed is found, also after gc" {
	need sqlite3
	questions
	heal-log gc --older 2026-11-21
	sqlite3 "$db" "DELETE FROM incidents WHERE id = 'two-bbbb'"
	run -1 --separate-stderr heal-log verify
	[[ $stderr == *'a row of the table incidents is missing'* ]]
}

@test "sums of whole days and of parts of days are those of the incidents" {
	local -A n=()
	local i time by range
	for ((i = 0; i < 40; i++)); do
		printf -v time '2026-11-2%d:%02d:30:00.000Z' $((i / 10)) $((i % 10 * 2))
		more "inc-$i" "f$((i % 7))" "" "{\"time\":\"${time/:/T}\"}"
	done | heal-log -q
	for range in '2026-11-20 2026-11-24' '2026-11-21T00:00:00Z 2026-11-22T00:00:00Z' '2026-11-21T03:00:00Z 2026-11-21T09:00:00Z' \
		'2026-11-20T03:00:00Z 2026-11-23T09:00:00Z' '2026-11-21T10:30:00Z 2026-11-22' '2026-11-22 2026-11-22T00:30:00Z'; do
		run -0 heal-log history --since "${range% *}" --until "${range#* }" --format ndjson
		n[all]=${#lines[@]}
		n[distinct]=$([[ -z $output ]] || jq -r .fingerprint <<<"$output" | sort -u | wc -l)
		for by in rule tool path project day; do
			run -0 heal-log stats --by $by --since "${range% *}" --until "${range#* }" --format json
			assert_equal "$range $by $(jq .total_incidents <<<"$output")" "$range $by ${n[all]}"
			assert_equal "$range $by $(jq .distinct_incidents <<<"$output")" "$range $by ${n[distinct]:-0}"
			assert_equal "$range $by $(jq '[.groups[].incidents] | add // 0' <<<"$output")" "$range $by ${n[all]}"
		done
	done
}

@test "the sums follow later records, what people do and gc" {
	questions
	record one-aaaa "$analysis$solution" f9 | jq -c '.error.tool = "other" | .fix = {status: "rolled_back", solution: "c.include:math.h", attempt: 2}' | heal-log -q
	jq -nc '{heal: 1, kind: "event", id: "u", event: {name: "fix_undone", incident: "one-aaaa", solution: "c.include:math.h"}}' | heal-log -q
	heal-log verify
	assert_equal "$(heal-log stats --by tool --format json | jq '[.groups[] | select(.name == "other") | .incidents, .failed_fixes] | tostring')" '"[1,1]"'
	heal-log gc --older 2026-11-21
	heal-log verify
}

@test "a changed sum is found" {
	need sqlite3
	questions
	sqlite3 "$db" "UPDATE tallies SET incidents = incidents + 1 WHERE kind = 'tool' AND day = ''"
	run -1 --separate-stderr heal-log verify
	[[ $stderr == *'the table tallies does not have the sums'* ]]
	sqlite3 "$db" "UPDATE tallies SET incidents = incidents - 1 WHERE kind = 'tool' AND day = ''"
	heal-log verify
	sqlite3 "$db" "DELETE FROM prints"
	run -1 --separate-stderr heal-log verify
	[[ $stderr == *'the table prints does not have the sums'* ]]
}

@test "a name that filters would not find is found by verify, one too many is not in the way" {
	need sqlite3
	questions
	sqlite3 "$db" "INSERT INTO occurrences VALUES ('rule', 'gone', 'f9')"
	heal-log verify
	run -0 heal-log history --rule gone
	refute_output --partial gcc
	sqlite3 "$db" "DELETE FROM occurrences WHERE kind = 'tool'"
	run -1 --separate-stderr heal-log verify
	[[ $stderr == *'the table occurrences does not have'* ]]
}

# Of 600 incidents, a name in every second one, in every 50th, and in one alone; and one without a fingerprint.
many() {
	jq -nc 'range(600) | {heal: 1, kind: "incident", id: "i\(. + 1000)", time: ((1780000000 + . * 7919 % 600 * 3600) | todate),
		fingerprint: "f\(. % 100)",
		source: {project: "/srv/p\(if . % 50 == 7 then 1 else 2 end)", command: [if . == 300 then "make", "rare" elif . % 2 == 0 then "make" else "tox" end]},
		error: {tool: (if . % 2 == 0 then "gcc" else "tsc" end), rule: (if . % 50 == 3 then "r.few" elif . == 9 then "r.one" else "r.most" end),
			level: "error", message: "m\(. % 100)", file: (if . % 50 == 4 then "src/few.c" else "src/many.c" end)}}
		| if .id == "i1309" then del(.fingerprint) else . end'
}

@test "filters find the same, however rare the name is" {
	local value filter
	many >in
	heal-log -q in
	for value in tool=gcc tool=tsc rule=r.few rule=r.one rule=r.most rule=none path=src/few.c path=src/many.c path=src 'command=make' \
		'command=make rare' command=tox project=/srv/p1 project=/srv/p2 status=open status=failed; do
		filter=".error.${value%%=*} == \"${value#*=}\""
		case $value in
		path=src) filter=true ;;
		path=*) filter=".error.file == \"${value#*=}\"" ;;
		command=*) filter="(.source.command | join(\" \")) == \"${value#*=}\"" ;;
		project=*) filter=".source.project == \"${value#*=}\"" ;;
		status=open) filter=true ;;
		status=*) filter=false ;;
		esac
		jq -r "select($filter) | .time + \" \" + .id" in | LC_ALL=C sort -r | cut -d' ' -f2 >wanted
		for limit in 3 700; do
			heal-log history "--${value%%=*}" "${value#*=}" -n $limit -f ndjson | jq -r .id >got
			head -$limit wanted | diff - got || { echo "$value, at most $limit"; return 1; }
		done
	done
	heal-log history --rule r.few --tool tsc --since 2026-06-10 -n 100 -f ndjson | jq -r .id >got
	jq -r 'select(.error.rule == "r.few" and .error.tool == "tsc" and .time >= "2026-06-10") | .time + " " + .id' in | LC_ALL=C sort -r | cut -d' ' -f2 | diff - got
	[[ -s got ]]
}

@test "an incident that comes with others is stored as one that comes alone" {
	need sqlite3
	local table order
	questions
	# a later state and an event in the same transaction as the first one
	more seven-g f7 "" '{"time":"2026-11-22T00:00:00Z"}' >more
	more seven-g f7 "$fixed" '{"time":"2026-11-22T00:00:00Z"}' >>more
	jq -nc '{heal: 1, kind: "event", id: "u", time: "2026-11-22T01:00:00Z", event: {name: "fix_undone", incident: "seven-g", solution: "c.include:math.h"}}' >>more
	# a trial in a copy that failed, and one that passed in a later state
	tried='{"id":"t.whole","steps":[],"confidence":0.8,"proof":{"status":"passed","parts":["t.part"],"checks":[]}}'
	more nine-tt f9 ',"solutions":[{"id":"t.bad","steps":[],"confidence":0.8,"proof":{"status":"failed","checks":[]}}]' '{"time":"2026-11-22T02:00:00Z"}' >>more
	more nine-tt f9 ',"solutions":[{"id":"t.bad","steps":[],"confidence":0.8,"proof":{"status":"failed","checks":[]}},'"$tried"']' '{"time":"2026-11-22T02:00:00Z"}' >>more
	cat more >>in
	heal-log -q more
	heal-log --store together -q in
	while read -r line; do heal-log --store alone -q <<<"$line"; done <in
	for table in incidents:id events:incident,name,attempt outcomes:solution,incident,attempt lessons:outcome trials:incident,solution tallies:kind,day,name prints:fingerprint occurrences:kind,name,fingerprint; do
		order=${table#*:}
		for store in "$db" together alone; do sqlite3 "$store" "SELECT * FROM ${table%:*} ORDER BY $order" >"$(basename "$store").rows"; done
		[[ -s together.rows ]]
		[[ $table == outcomes* || $table == events* ]] && sed -i 's/^[0-9]*|//' ./*.rows
		[[ $table == lessons* ]] && sed -i 's/^[0-9]*|//' ./*.rows && for f in ./*.rows; do sort -o "$f" "$f"; done
		cmp together.rows alone.rows
		cmp together.rows heal.db.rows
	done
	assert_equal "$(sqlite3 together "SELECT group_concat(solution || ' ' || whole || ' ' || passed, ', ') FROM (SELECT * FROM trials ORDER BY solution)")" \
		't.bad t.bad 0, t.part t.whole 1, t.whole t.whole 1'
	heal-log --store together verify
	heal-log --store alone verify
}

# What a store says, by all its questions.
answers() {
	local id
	for question in history 'stats --by project' 'stats --by path --since 2026-11-21' todo 'similar one-aaaa' 'similar eight-hh' rules export; do
		heal-log --store "$1" $question
	done
	for id in one-aaaa two-bbbb five-eee seven-g eight-hh; do heal-log --store "$1" show $id; done
	heal-log --store "$1" changelog | jq '.healing_events? // .' | grep -v generated
}

@test "a store of an older version is migrated, answers the same, and stays intact" {
	need sqlite3
	local version
	sqlite3 5.db <"$HEAL_SOURCE/tests/store-5-full.sql"
	heal-log --store 5.db export >in
	heal-log --store new.db -q in
	answers new.db >wanted
	[[ $(grep -c '"event_type"' wanted) -gt 30 ]]
	for version in 5 3 2; do
		rm -rf old.db* "$XDG_STATE_HOME/heal/heads"
		sqlite3 old.db <"$HEAL_SOURCE/tests/store-5-full.sql"
		((version == 5)) || sqlite3 old.db <"$HEAL_SOURCE/tests/store-$version.sql"
		heal-log --store old.db -q </dev/null
		answers old.db >got
		# version 2 had no table of lessons: those that the chain notes were dropped here
		((version == 2)) || heal-log --store old.db verify
		((version == 2)) || diff wanted got
		((version == 2)) || heal-log --store old.db -q in # all of it is there
		((version == 2)) || heal-log --store old.db verify
		# later records and events about what an older heal stored
		jq -nc '{heal: 1, kind: "event", id: "w", time: "2026-11-23T01:00:00Z", event: {name: "fix_undone", incident: "one-aaaa", solution: "c.include:math.h"}}' | heal-log --store old.db -q
		((version == 2)) || heal-log --store old.db verify
		heal-log --store old.db gc --older 2026-11-21T12:00:00Z
		((version == 2)) || heal-log --store old.db verify
	done
}

@test "what was changed in an older store is found after its migration" {
	need sqlite3
	local change
	for change in "UPDATE incidents SET message = 'x' WHERE id = 'two-bbbb'" "UPDATE incidents SET resolved = 1 WHERE id = 'two-bbbb'" \
		"UPDATE contexts SET project = '/srv/b' WHERE incident = 'one-aaaa'" "UPDATE contexts SET status = 'fixed' WHERE incident = 'two-bbbb'" \
		"UPDATE contexts SET rule = 'x' WHERE incident = 'two-bbbb'" "UPDATE contexts SET failures = 0" \
		"DELETE FROM contexts WHERE incident = 'two-bbbb'" "DELETE FROM incidents WHERE id = 'two-bbbb'" \
		"DELETE FROM contexts WHERE incident = 'two-bbbb'; DELETE FROM incidents WHERE id = 'two-bbbb'" \
		"INSERT INTO incidents (id, seq, time, count, attempt, stage) VALUES ('zz', 1, '2026', 1, 0, 1)" \
		"DELETE FROM events WHERE seq = 2" "UPDATE events SET detail = 'x' WHERE seq = 3" \
		"UPDATE records SET json = replace(json, 'header', 'reader') WHERE seq = 2" "DELETE FROM chain WHERE seq = 2"; do
		rm -rf old.db* "$XDG_STATE_HOME/heal/heads"
		sqlite3 old.db <"$HEAL_SOURCE/tests/store-5-full.sql"
		sqlite3 old.db "$change"
		heal-log --store old.db -q </dev/null
		echo "$change"
		run -1 heal-log --store old.db verify
	done
	# and what is changed after it
	for change in "UPDATE incidents SET project = '/srv/b' WHERE id = 'one-aaaa'" "UPDATE incidents SET derived = 1 WHERE id = 'one-aaaa'" \
		"UPDATE incidents SET derived = derived + 2 WHERE id = 'new-jj'" "UPDATE incidents SET status = 'fixed' WHERE id = 'new-jj'"; do
		rm -rf old.db* "$XDG_STATE_HOME/heal/heads"
		sqlite3 old.db <"$HEAL_SOURCE/tests/store-5-full.sql"
		record new-jj | heal-log --store old.db -q
		heal-log --store old.db verify
		sqlite3 old.db "$change"
		run -1 --separate-stderr heal-log --store old.db verify
		[[ $stderr == *'the table incidents was changed'* ]]
	done
}

@test "events without rows come in the order of time with the others" {
	need sqlite3
	record one-aaaa "$analysis$solution" f1 | jq -c '.analysis.time = "2026-11-20T12:00:02Z"' >in
	record two-bbbb "$analysis$solution" f1 | jq -c '.time = "2026-11-20T12:00:01Z"' >>in
	jq -nc '{heal: 1, kind: "event", id: "u", time: "2026-11-20T12:00:01.500Z", event: {name: "fix_approved", incident: "nobody"}}' >>in
	heal-log -q in
	assert_equal "$(sqlite3 "$db" "SELECT group_concat(name) FROM (SELECT name FROM events ORDER BY seq)")" analysis_complete,fix_generated,fix_approved
	heal-log changelog | jq -r '.. | objects | select(.event_type?) | .incident_id[:3] + " " + .event_type' >got
	printf '%s\n' 'one error_detected' 'two error_detected' 'two analysis_complete' 'two fix_generated' 'nob fix_approved' \
		'one analysis_complete' 'one fix_generated' | diff - got
	# a second record of the incident: now they have rows, each once
	record two-bbbb "$analysis$solution$rolled" f1 | jq -c '.time = "2026-11-20T12:00:01Z"' | heal-log -q
	assert_equal "$(sqlite3 "$db" "SELECT COUNT(*) FROM events WHERE incident = 'two-bbbb' AND name = 'error_detected'")" 1
	assert_equal "$(sqlite3 "$db" "SELECT derived FROM incidents WHERE id = 'two-bbbb'")" 0
	assert_equal "$(heal-log changelog | grep -c '"event_type"')" 10
	heal-log verify
}

# ---- options ----

@test "heal-log refuses what it does not know, and suggests" {
	run -2 --separate-stderr heal-log histroy
	[[ $stderr == *"did you mean 'history'"* ]]
	run -2 --separate-stderr heal-log --stor x
	[[ $stderr == *"did you mean '--store'"* ]]
	run -2 --separate-stderr heal-log stats --by colour
	run -2 --separate-stderr heal-log stats --format xml
	run -2 --separate-stderr heal-log history --limit many
	run -2 --separate-stderr heal-log history --limit
	run -2 --separate-stderr heal-log history --since yesterday
	[[ $stderr == *"--since: invalid time"* ]]
	run -2 --separate-stderr heal-log history more
	run -2 --separate-stderr heal-log --store '' /dev/null
}

@test "heal-log and each command have help" {
	run -0 heal-log --help
	assert_output --partial 'changelog'
	for command in history show similar stats rules todo changelog export import gc; do
		run -0 heal-log $command --help
		assert_output --partial "usage: heal-log $command"
	done
}

@test "behind -- a word is a file" {
	record a1 >history
	run -0 heal-log -- history
	assert_output "$(record a1)"
}

@test "many records from a pipe are passed on unchanged and stored in few transactions" {
	local i
	for ((i = 0; i < 6000; i++)); do
		record "$i"
	done >in
	cat in | heal-log >out
	cmp in out
	[[ $(heal-log stats -f json | jq .total_incidents) == 6000 ]]
	run -0 heal-log verify
	(($(sed -n 's/^intact: \([0-9]*\) events$/\1/p' <<<"$output") < 600))
}

@test "a record that comes alone is stored and passed on before the next one comes" {
	mkfifo pipe
	heal-log <pipe >out &
	exec 5>pipe
	record first >&5
	wait_for lines out 1
	[[ $(heal-log stats -f json | jq .total_incidents) == 1 ]]
	record second >&5
	wait_for lines out 2
	exec 5>&-
	wait
	[[ $(heal-log stats -f json | jq .total_incidents) == 2 ]]
}

@test "what gc removed while heal-log runs is found by its names when it comes again" {
	mkfifo pipe
	heal-log <pipe >out &
	exec 5>pipe
	for id in first second; do
		record $id | jq -c '.time = "2020-01-01T00:00:00.000Z" | .fingerprint = "f" | .error.rule = "gone.rule"' >&5
	done
	wait_for lines out 2
	heal-log gc --older 1d
	assert_equal "$(heal-log history --rule gone.rule)" ''
	record third | jq -c '.fingerprint = "f" | .error.rule = "gone.rule"' >&5
	wait_for lines out 3
	exec 5>&-
	wait
	assert_equal "$(heal-log history --rule gone.rule -f ndjson | jq -r .id)" third
	heal-log verify
}

@test "solutions that were tried before trials had a table are in it after the migration" {
	need sqlite3
	local rows="SELECT * FROM trials ORDER BY incident, solution" change
	sqlite3 old.db <"$HEAL_SOURCE/tests/store-7.sql"
	heal-log --store old.db export >in
	heal-log --store new.db -q in
	heal-log --store old.db -q </dev/null
	assert_equal "$(sqlite3 old.db 'SELECT solution, passed FROM trials ORDER BY incident, solution' | paste -sd' ')" \
		'slip.any|1 slip.other|0 slip.any|0 slip.other|0'
	diff <(sqlite3 old.db "$rows") <(sqlite3 new.db "$rows")
	heal-log --store old.db verify
	heal-log --store old.db gc --older 0d
	assert_equal "$(sqlite3 old.db 'SELECT COUNT(*) FROM trials')" 4
	heal-log --store old.db verify
	for change in "UPDATE trials SET passed = 1" "DELETE FROM trials WHERE passed = 0" \
		"INSERT INTO trials VALUES ('x', 'slip.any', 'slip.any', 'r', '', 'f', 1, '2026-11-20T12:00:00.123Z')"; do
		rm -rf new.db* "$XDG_STATE_HOME/heal/heads"
		heal-log --store new.db -q in
		sqlite3 new.db "$change"
		run -1 --separate-stderr heal-log --store new.db verify
		[[ $stderr == *'the table trials'* ]]
	done
}
