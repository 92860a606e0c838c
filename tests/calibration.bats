#!/usr/bin/env bats
# Calibration, improvements and their undoing, and the timer

setup() {
	load helper
	heal_setup
	unset HEAL_STORE
}

# predictions N CONFIDENCE SUCCESSES [SOLUTION] [DAYS AGO]: N applied fixes, of which so many worked
predictions() {
	/usr/bin/python3 - "$@" <<-'END'
	import datetime, json, sys
	n, confidence, successes = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
	solution = sys.argv[4] if len(sys.argv) > 4 else "s.one"
	days = int(sys.argv[5]) if len(sys.argv) > 5 else 1
	time = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
	for i in range(n):
	    ok = i * successes // n != (i + 1) * successes // n
	    print(json.dumps({"heal": 1, "kind": "incident", "id": f"{solution}-{confidence}-{days}-{i}", "time": time,
	        "fingerprint": f"{solution}{confidence}{i}", "error": {"rule": "r", "level": "error", "message": f"m{i}"},
	        "analysis": {"type": "syntax_error", "severity": 7, "root": True},
	        "solutions": [{"id": solution, "applicability": "machine", "confidence": confidence, "steps": []}],
	        "fix": {"solution": solution, "status": "applied" if ok else "rolled_back"},
	        "validation": {"status": "passed" if ok else "failed", "resolved": ok}}))
	END
}

of() { heal-log calibrate --format json "${@:2}" | jq -c "$1"; }
list() { heal-log improve --list --format ndjson | jq -c "$1"; }

@test "calibrate prints Brier score, calibration error and the reliability table" {
	{ predictions 40 0.9 36 a; predictions 40 0.6 12 b; } | heal-log --quiet
	# (40 (.09) + 40 (.09 + .21)) / 80; (|36 - 36| + |24 - 12|) / 80
	assert_equal "$(of '[.predictions, .successes, (.confidences.brier * 1e4 | round), (.confidences.ece * 1e4 | round)]')" '[80,48,1950,1500]'
	assert_equal "$(of '[.table[] | [.from, .n, (.rate * 100 | round)]]')" '[[0.6,40,30],[0.9,40,90]]'
	assert_equal "$(of '[.isotonic.ece < 0.03, .beta.ece < .confidences.ece / 2, .beta.brier < .confidences.brier]')" '[true,true,true]'
	run -0 heal-log calibrate
	assert_line --partial 'expected calibration error 0.1500'
	assert_line --regexp '^0.6 to 0.7 +40 +0.600 +0.300 +0.3[0-9]*$'
}

@test "calibrate compares the rates with what is expected, and not with the lower bound of it alone" {
	predictions 200 0.9 188 >in
	heal-log --quiet in
	# the more results a solution had, the nearer is the bound
	run -0 bash -c "heal-log calibrate --format ndjson | jq -s '[.[0].expected > .[199].expected, .[199].expected > 0.92, .[0].expected < 1, all(.[]; .confidence == 0.9)]' -c"
	assert_output '[true,true,true,true]'
	assert_equal "$(of '.expected.ece < .confidences.ece')" true
	assert_equal "$(of .expected --of applied)" null
	run -0 heal-log calibrate
	assert_line --partial 'expected rates        Brier score'
}

@test "calibrate finds the lowest confidence with the wanted precision, or none" {
	{ predictions 50 0.6 30 a; predictions 50 0.8 48 b; predictions 50 0.9 50 c; } | heal-log --quiet
	assert_equal "$(of '[.threshold.confidence, .threshold.n, .threshold.successes]')" '[0.8,100,98]'
	# Clopper and Pearson, one-sided 95 %: 98 of 100 gives 0.9383
	assert_equal "$(of '.threshold.at_least * 1e4 | round')" 9384
	assert_equal "$(of '[.threshold.confidence, .threshold.n]' --precision 0.99)" '[0.9,50]'
	assert_equal "$(of .threshold --precision 0.999999 --since 1h)" null
	run -2 heal-log calibrate --precision 2
	run -2 heal-log calibrate --precision x
}

@test "a failure in a copy is a prediction, and a success there has the confidence before it" {
	cat >in <<-'END'
	{"heal":1,"kind":"incident","id":"a","time":"2026-11-20T12:00:00Z","fingerprint":"f","error":{"rule":"r","level":"error","message":"m"},"solutions":[{"id":"good","confidence":0.95,"steps":[],"proof":{"status":"passed","prior":0.7,"checks":[]}},{"id":"bad","confidence":0.8,"steps":[],"proof":{"status":"failed","checks":[]}},{"id":"unknown","confidence":0.6,"steps":[]}],"fix":{"solution":"good","status":"applied"},"validation":{"status":"passed","resolved":true}}
	END
	heal-log --quiet in
	run -0 bash -c "heal-log calibrate --format ndjson | jq -c '[.confidence, .success]' | sort"
	assert_output "$(printf '%s\n' '[0.7,true]' '[0.8,false]')"
	run -0 bash -c "heal-log calibrate --of applied --format ndjson | jq -c '[.confidence, .success]'"
	assert_output '[0.95,true]'
}

@test "a later record of an incident replaces its prediction" {
	predictions 1 0.9 1 | sed 's/"fix": .*/"x":1}/' | heal-log --quiet
	assert_equal "$(of .predictions)" 0
	predictions 1 0.9 1 | heal-log --quiet
	predictions 1 0.9 0 | heal-log --quiet
	assert_equal "$(of '[.predictions, .successes]')" '[1,0]'
}

@test "a fix that was undone did not come true, though it was validated" {
	printf 'void f(void)\n{\n\tint x = 1\n\t(void)x;\n}\n' >a.c
	run -0 heal run --yes -- gcc -c a.c
	assert_equal "$(of '[.predictions, .successes]')" '[1,1]'
	heal undo
	assert_equal "$(of '[.predictions, .successes]')" '[1,0]'
	assert_equal "$(of '[.predictions, .successes]' --of applied)" '[1,0]'
}

# tried N PASSED ID [FINGERPRINT]: N incidents in which the solution was tried in a copy, and applied where it passed; undone
# where $undone says so.  They are two hours old, so that nothing rests.
tried() {
	/usr/bin/python3 - "$@" <<-'END'
	import datetime, json, sys
	n, passed, solution = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
	time = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
	for i in range(n):
	    ok = i < passed
	    proof = {"status": "passed" if ok else "failed", "checks": []}
	    r = {"heal": 1, "kind": "incident", "id": f"{solution}-{n}-{i}", "time": time, "fingerprint": sys.argv[4] if len(sys.argv) > 4 else f"f{i}",
	        "error": {"rule": "r", "level": "error", "message": f"m{i}"},
	        "solutions": [{"id": solution, "applicability": "machine", "confidence": 0.8, "steps": [], "proof": proof}]}
	    if ok:
	        r.update(fix={"solution": solution, "status": "applied"}, validation={"status": "passed", "resolved": True})
	    print(json.dumps(r))
	END
}

# What heal-analyze makes of the confidence of the solution for a.c.
confidence_now() { heal-detect log | heal-analyze | jq -r --arg id "$1" '.solutions[] | select(.id == $id) | .confidence'; }

@test "solutions that failed in a copy lower the confidence before the next trial, and nothing else" {
	local id prior before
	printf 'void f(void)\n{\n\tint x = 1\n}\n' >a.c
	gcc -c a.c >log 2>&1 || true
	IFS=$'\t' read -r id prior < <(heal-detect log | heal-analyze | jq -r '.solutions[0] | "\(.id)\t\(.confidence)"')
	# all that was applied worked, as it does when only what passed in a copy is applied
	tried 18 8 "$id" | heal-log --quiet
	run -0 heal-log rules
	assert_output --regexp '\<8 of 8\>'
	before=$(confidence_now "$id")
	run -0 awk -v p="$prior" -v now="$before" 'BEGIN { exit !(now < p && now < 0.6) }'
	run -0 heal-log improve --dry-run --format ndjson
	refute_output --partial deprecated
	# a broken command that is run again and again is one trial a day
	tried 30 0 "$id" same | heal-log --quiet
	run -0 awk -v p="$before" -v now="$(confidence_now "$id")" 'BEGIN { exit !(now < p && now > p - 0.1) }'
	# and what passed and was undone afterwards did not help
	before=$(confidence_now "$id")
	for i in 0 1 2 3; do
		jq -nc --arg id "$id" --arg i "$id-18-$i" '{heal: 1, kind: "event", id: ("u" + $i), time: (now | todate), event: {name: "fix_undone", incident: $i, solution: $id}}'
	done | heal-log --quiet
	run -0 awk -v p="$before" -v now="$(confidence_now "$id")" 'BEGIN { exit !(now < p) }'
	run -0 heal-log verify
}

@test "what passes in a copy raises the confidence as what is applied without one" {
	local id prior
	printf 'void f(void)\n{\n\tint x = 1\n}\n' >a.c
	gcc -c a.c >log 2>&1 || true
	IFS=$'\t' read -r id prior < <(heal-detect log | heal-analyze | jq -r '.solutions[0] | "\(.id)\t\(.confidence)"')
	tried 6 6 "$id" >in
	heal-log --quiet in
	confidence_now "$id" >with
	run -0 awk -v p="$prior" -v now="$(cat with)" 'BEGIN { exit !(now > p) }'
	export HEAL_STORE=$PWD/other.db
	jq -c 'del(.solutions[].proof)' in | heal-log --quiet
	confidence_now "$id" | diff with -
}

@test "calibrate of an empty store prints that there is nothing" {
	echo '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_applied"}}' | heal-log --quiet
	run -0 heal-log calibrate
	assert_output --partial 'predictions           0'
	assert_equal "$(of '[.predictions, .confidences.ece, .threshold]')" '[0,0,null]'
}

@test "a solution that fails is deprecated, then no longer acts, and is promoted when it works again" {
	predictions 4 0.9 0 gcc.bad | heal-log --quiet
	predictions 8 0.9 7 gcc.good | heal-log --quiet
	run -0 heal-log improve --format ndjson
	run -0 jq -c '[.kind, .name, .after]' <<<"$output"
	assert_output '["deprecated","gcc.bad","yes"]'
	run -0 --separate-stderr heal-log improve
	[[ $stderr == *"nothing to change"* ]]
	predictions 30 0.9 30 gcc.bad 0 | heal-log --quiet
	run -0 heal-log improve
	assert_output --partial 'deprecated  gcc.bad: yes -> none (worked 30 times of 34)'
	run -0 heal-log verify
	heal-log export >all
	records <all
}

@test "a deprecated solution has a confidence below any that acts" {
	printf 'void f(void)\n{\n\tint x = 1\n}\n' >a.c
	gcc -c a.c >log 2>&1 || true
	heal-detect log | heal-analyze | jq -r '.solutions[0] | "\(.id)\t\(.confidence)"' >before
	IFS=$'\t' read -r id confidence <before
	[[ -n $id ]]
	predictions 6 0.9 0 "$id" | heal-log --quiet
	heal-log improve --dry-run >dry
	grep -qF "deprecated" dry
	assert_equal "$(list .kind)" ''
	heal-log improve >/dev/null
	run -0 bash -c "heal-detect log | heal-analyze | jq '.solutions[] | select(.id == \"$id\") | .confidence <= 0.2'"
	assert_output true
	heal-log improve --undo "$(list 'select(.kind == "deprecated") | .id' | jq -r .)"
	assert_equal "$(list '[.value, .pinned]')" '["",true]'
	run -0 bash -c "heal-log improve --format ndjson 2>/dev/null | jq -c 'select(.kind == \"deprecated\")'"
	assert_output ''
}

@test "the threshold moves towards the wanted precision, in steps, within the bounds, and heal uses it" {
	{ predictions 60 0.86 40 a; predictions 60 0.97 60 b; } | heal-log --quiet
	for _ in 1 2 3 4; do heal-log improve >/dev/null 2>&1; done
	assert_equal "$(list 'select(.kind == "threshold") | .value')" '"0.95"'
	run -0 bash -c "heal-log export | jq -r 'select(.event.change.kind == \"threshold\") | .event.change.after'"
	assert_output "$(printf '0.9\n0.95')"
	echo x >a.txt
	"$HEAL_BUILD/tests/sign" >plan <<-'END'
	{"heal":1,"kind":"incident","id":"p","error":{"rule":"r","level":"error","message":"m"},"solutions":[{"id":"s","applicability":"machine","confidence":0.92,"steps":[{"do":"create","file":"b.txt","text":"y\n"}]}]}
	END
	run -3 --separate-stderr bash -c 'heal-fix --apply --yes <plan | jq -r .fix.reason; exit ${PIPESTATUS[0]}'
	assert_output 'confidence 0.92 is below the threshold 0.95'
	# What a person set counts.
	run -0 bash -c 'HEAL_THRESHOLD=0.9 heal-fix --apply --yes <plan | jq -r .fix.status'
	assert_output applied
}

@test "by default the threshold is never lowered by itself" {
	predictions 200 0.5 200 a | heal-log --quiet
	heal-log improve >/dev/null
	assert_equal "$(list 'select(.kind == "threshold")')" ''
	mkdir -p "$XDG_CONFIG_HOME/heal"
	echo '{"improve.threshold_min": 0.82}' >"$XDG_CONFIG_HOME/heal/config.json"
	heal-log improve >/dev/null
	assert_equal "$(list 'select(.kind == "threshold") | .value')" '"0.82"'
	# A bound that was raised since holds at once.
	heal-log improve --undo "$(list 'select(.kind == "threshold") | .id' | jq -r .)"
	heal-log improve >/dev/null
	assert_equal "$(list 'select(.kind == "threshold") | .value')" '""'
}

@test "errors that come back unresolved are queued, most pressing first, and leave the queue" {
	for i in 1 2 3 4 5; do
		for f in often$((i > 2)) rare; do
			[[ $f != rare || $i -lt 3 ]] || continue
			printf '{"heal":1,"kind":"incident","id":"%s%s","time":"%s","fingerprint":"%s","error":{"rule":"r","level":"error","message":"message of %s"}}\n' \
				"$f" "$i" "$(date -u +%FT%T.000Z)" "$f" "$f"
		done
	done | heal-log --quiet
	heal-log improve >/dev/null
	assert_equal "$(list '[.kind, .name]' | head -n 1)" '["look","error:often1"]'
	assert_equal "$(list .name | wc -l)" 3
	run -0 heal-log improve --list
	assert_line --index 0 --partial 'message of often1'
	printf '{"heal":1,"kind":"incident","id":"often15","time":"%s","fingerprint":"often1","error":{"rule":"r","level":"error","message":"m"},"solutions":[{"id":"s","steps":[]}],"fix":{"solution":"s","status":"applied"},"validation":{"status":"passed","resolved":true}}\n' "$(date -u +%FT%T.000Z)" | heal-log --quiet
	heal-log improve >/dev/null
	refute [ "$(list .name | grep -c often1)" -gt 0 ]
}

@test "undo refuses what is no change, and an undo can be undone" {
	predictions 4 0.9 0 gcc.bad | heal-log --quiet
	heal-log improve >/dev/null
	id=$(list .id | jq -r .)
	run -2 --separate-stderr heal-log improve --undo nothing
	[[ $stderr == *"no change 'nothing'"* ]]
	run -2 heal-log improve --undo gcc.bad-0.9-1-0
	run -2 heal-log improve --undo "$id" --list
	run -0 heal-log improve --undo "$id"
	run -0 heal-log improve --undo "$(list .id | jq -r .)"
	assert_equal "$(list '[.value, .pinned]')" '["yes",false]'
	run -0 heal-log verify
}

@test "a store of an older version is migrated, and its values can be changed" {
	need sqlite3
	predictions 4 0.9 0 gcc.bad | heal-log --quiet
	db=$XDG_STATE_HOME/heal/heal.db
	cat "$HEAL_SOURCE/tests/store-"{5,2}.sql | sqlite3 "$db"
	run -0 heal-log improve
	assert_output --partial 'gcc.bad'
}

@test "install-timer shows the units, and writes them only when someone agrees" {
	run -3 --separate-stderr heal-log install-timer </dev/null
	assert_line 'OnCalendar=Sun 02:00'
	[[ $stderr == *"nothing is written"* ]]
	run ! test -e "$XDG_CONFIG_HOME/systemd"
	echo '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_applied"}}' | heal-log --quiet --store 'a 100% "b".db'
	run -0 heal-log install-timer --yes --store 'a 100% "b".db'
	run -0 grep '^ExecStart=' "$XDG_CONFIG_HOME/systemd/user/heal-improve.service"
	assert_output "ExecStart=$(realpath "$(command -v heal-log)") improve --store \"$PWD/a 100%% \\\"b\\\".db\""
	if command -v systemd-analyze >/dev/null; then
		systemd-analyze verify --user "$XDG_CONFIG_HOME/systemd/user/heal-improve.timer" 2>err || true
		run -1 grep -i 'heal-improve.*\(unknown\|fail\|invalid\)' err
	fi
}

@test "install-timer adds one line to the crontab, and keeps the others" {
	mkdir bin
	cat >bin/crontab <<-'END'
	#!/bin/sh
	case $1 in
	-l) [ -e "$HOME/tab" ] || { echo "no crontab for me" >&2; exit 1; }; cat "$HOME/tab" ;;
	-) cat >"$HOME/tab" ;;
	esac
	END
	chmod +x bin/crontab
	PATH=$PWD/bin:$PATH
	run -0 heal-log install-timer --by cron --yes
	run -0 cat "$HOME/tab"
	assert_output --regexp '^0 2 \* \* 0 [^ ]*/heal-log improve # heal-log improve, every week$'
	printf '@daily backup\n' >>"$HOME/tab"
	run -0 heal-log install-timer --by cron --yes
	run -0 grep -c '' "$HOME/tab"
	assert_output 2
	run -0 grep -x '@daily backup' "$HOME/tab"
	# A crontab that cannot be read is not replaced.
	printf '#!/bin/sh\n[ "$1" = -l ] && { echo "permission denied" >&2; exit 1; }\ncat >"$HOME/lost"\n' >bin/crontab
	run -4 --separate-stderr heal-log install-timer --by cron --yes
	[[ $stderr == *"not changed"* ]]
	run ! test -e "$HOME/lost"
}
