#!/usr/bin/env bats
# What heal-monitor does about issues: healing sessions and their breakers, alerts and their channels.

setup() {
	load helper
	heal_setup
	mkdir .heal
}

teardown() {
	heal-monitor stop &>/dev/null || :
	[[ ! -e $BATS_TEST_TMPDIR/server.pid ]] || kill "$(<"$BATS_TEST_TMPDIR/server.pid")" 2>/dev/null || :
}

# Tests that end with a fatal error, of severity 8, while the file `bad` is there.  Only heal run, which runs them in the
# project itself, can note it in `sessions`: the copy of a check is confined.
project() {
	echo 'x = 1' >a.py
	printf 'check:\n\t@sh ./t.sh\n' >Makefile
	cat >t.sh <<-END
		echo ran 2>/dev/null >>"$BATS_TEST_TMPDIR/sessions"
		[ ! -e bad ] || { echo "a.py:1: fatal error: \$(cat bad)"; exit 1; }
	END
}

monitor() { heal-monitor "$@" 2>>"$BATS_TEST_TMPDIR/err" >>"$BATS_TEST_TMPDIR/out" || (($? == 1)); }
sessions() { cat "$BATS_TEST_TMPDIR/sessions" 2>/dev/null | wc -l; }
# events NAME: how many are stored
events() { heal-log export | jq -r 'select(.kind == "event") | .event.name' | grep -cx "$1" || :; }
issues() { jq -c 'select(.kind == "health") | .health.issues[] | select(.severity >= 8) | [.severity, .check]' "$BATS_TEST_TMPDIR/out"; }

@test "without the setting no session begins" {
	project
	echo first >bad
	monitor
	assert_equal "$(issues)" '[8,"tests"]'
	assert_equal "$(sessions) $(events healing_started)" '0 0'
}

@test "a new severe issue starts one session, and none at later reports" {
	project
	export HEAL_HEALTH_HEAL=true
	monitor
	assert_equal "$(sessions)" 0
	echo first >bad
	monitor
	monitor
	monitor --interval 1 --count 2
	assert_equal "$(sessions) $(events healing_started) $(events healing_ended)" '1 1 1'
	# it is in the output, too, and in the store as a session of heal run
	heal_schema_check "$BATS_TEST_TMPDIR/out"
	[[ $(jq -r 'select(.event.name == "healing_ended") | .event.detail' "$BATS_TEST_TMPDIR/out") == *'ended with status 2'* ]]
	assert_equal "$(heal-log export | jq -r 'select(.kind == "session") | .session.status' | wc -l)" 1
	# gone, and back: it is new
	rm bad
	monitor
	echo first >bad
	monitor
	assert_equal "$(sessions)" 2
	heal-log verify
}

@test "a session repairs under the policy of heal run" {
	need python3
	project
	printf 'python3 b.py || { echo "b.py:1: fatal error: it does not run"; exit 1; }\n' >t.sh
	printf 'def f(x)\n    return x\n' >b.py
	cp b.py before
	HEAL_HEALTH_HEAL=true monitor
	cmp b.py before # auto is none: nothing is applied without a person
	rm -rf "$XDG_STATE_HOME"
	HEAL_HEALTH_HEAL=true HEAL_AUTO=amber monitor
	python3 b.py
	jq -e 'select(.event.name == "healing_ended") | .event.detail | contains("ended with status 0")' <(tail -n 1 "$BATS_TEST_TMPDIR/out")
}

@test "in a project whose settings are not trusted no session begins" {
	project
	echo first >bad
	echo '{"health.heal": true}' >.heal/config.json
	monitor
	HEAL_HEALTH_HEAL=true monitor
	assert_equal "$(sessions)" 0
	assert grep -q 'not trusted' "$BATS_TEST_TMPDIR/err"
	heal trust
	monitor
	assert_equal "$(sessions)" 1
}

@test "the breaker opens after failures in a row, is shown, and lets one attempt through after the pause" {
	project
	export HEAL_HEALTH_HEAL=true HEAL_BREAKER_FAILURES=2 HEAL_BREAKER_PAUSE=3600
	for text in first second third; do
		echo "$text" >bad
		monitor
	done
	assert_equal "$(sessions)" 2
	run heal-monitor status
	assert_line --regexp '^breaker .*: open, an attempt is made in [0-9]+ s'
	run -0 heal-log health
	assert_line --regexp '^breaker .*: open'
	run -0 heal policy test
	assert_line --regexp '^breakers .*: open'
	export HEAL_BREAKER_PAUSE=1
	sleep 1.1
	monitor # half-open: it fails again
	assert_equal "$(sessions)" 3
	sleep 1.1
	rm bad
	monitor
	echo fourth >bad
	# a session in which the command passes closes it
	sed -i "1a [ ! -w \"$BATS_TEST_TMPDIR/sessions\" ] || exit 0" t.sh
	monitor
	assert_equal "$(sessions)" 4
	run heal-monitor status
	refute_line --partial breaker
	heal-log verify
}

@test "a monitor that was killed in a session does not start it again" {
	project
	export HEAL_HEALTH_HEAL=true
	echo first >bad
	sed -i "1a while [ -w \"$BATS_TEST_TMPDIR/sessions\" ] \&\& [ -e hold ]; do sleep 0.05; done" t.sh
	touch hold
	heal-monitor >/dev/null 2>&1 3>&- &
	local monitor=$!
	wait_for test -s "$BATS_TEST_TMPDIR/sessions"
	kill -9 "$monitor"
	rm hold
	wait "$monitor" 2>/dev/null || :
	monitor
	assert_equal "$(sessions)" 1
	assert_equal "$(events healing_started)" 1
	heal-log verify
}

@test "two monitors at once have one session" {
	project
	export HEAL_HEALTH_HEAL=true
	echo first >bad
	monitor &
	monitor &
	wait
	assert_equal "$(sessions) $(events healing_started)" '1 1'
}
