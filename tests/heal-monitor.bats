#!/usr/bin/env bats
# heal-monitor: a project's checks, its score and issues, reports at regular times, and their history.

setup() {
	load helper
	heal_setup
	mkdir .heal
}

teardown() {
	heal-monitor stop &>/dev/null || :
}

# A project with one file of Python and one of JSON, which parse, and a check of its own that prints the file `findings`.
project() {
	printf 'def f(x):\n    return x\n' >a.py
	echo '{"a": 1}' >c.json
	mkdir -p "$XDG_CONFIG_HOME/heal/checks.d"
	printf '#!/bin/sh\ncat findings 2>/dev/null\n[ ! -s findings ]\n' >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	chmod +x "$XDG_CONFIG_HOME/heal/checks.d/security-own"
}

# report [OPTION...]: the record in ./report; its status is $status
report() {
	run --separate-stderr heal-monitor "$@"
	echo "$output" >report
}

of() { jq -r "$1" report; }
check() { of ".health.checks[] | select(.check == \"$1\") | .status"; }

@test "a sound project is excellent, and the record is as the schema says" {
	project
	report
	assert_equal "$status" 0
	heal_schema_check report
	assert_equal "$(of '[.kind, .health.overall_status, .health.health_score, .health.issues] | tojson')" '["health","excellent",1,[]]'
	assert_equal "$(check syntax) $(check configuration-syntax) $(check security-own)" 'passed passed passed'
	assert_equal "$(of .health.project_id)" "$PWD"
}

@test "a file that does not parse is critical, with its place" {
	project
	printf 'def f(x)\n    return x\n' >a.py
	report
	assert_equal "$status" 1
	assert_equal "$(of '.health | [.overall_status, .issues[0].severity, .issues[0].location, .issues[0].type] | tojson')" \
		'["critical",8,"a.py:1:9","syntax_error"]'
}

@test "what does not parse is described by the parser's error, not by the last line that it prints" {
	need node
	project
	printf 'const a = 1;\nconst x = {;\n' >a.js
	report
	assert_equal "$(of '.health.issues[0] | [.location, .description] | tojson')" '["a.js:2","does not parse: Unexpected token '"';'"'"]'
}

@test "what a declared check prints are issues with their level, place and solutions" {
	project
	printf 'a.py:2: error: no licence\na.py:1: warning: old licence\n' >findings
	report
	assert_equal "$(check security-own)" failed
	assert_equal "$(of '[.health.issues[] | [.check, .type, .severity, .location]] | tojson')" \
		'[["security-own","security_vulnerability",5,"a.py:2"],["security-own","security_vulnerability",3,"a.py:1"]]'
}

@test "a check runs in a copy and without a network: the project stays as it is" {
	project
	printf '#!/bin/sh\necho changed >a.py; touch made\nexec 3<>/dev/tcp/127.0.0.1/9 || :\n' >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	report
	assert_equal "$(head -1 a.py)" 'def f(x):'
	[[ ! -e made ]]
	assert_equal "$(of '.health.checks[] | select(.check == "security-own") | .confined | length > 0')" true
}

@test "tests that fail are issues, one that fails only sometimes is flaky" {
	need python3 pytest
	project
	printf 'import os\n\ndef test_bad():\n    assert 1 == 2\n\ndef test_flaky():\n    if not os.path.exists("seen"):\n        open("seen", "w").close()\n        assert 3 == 4\n' >test_a.py
	report
	assert_equal "$(check tests)" failed
	assert_equal "$(of '[.health.issues[] | select(.check == "tests") | [.severity, .flaky // false]] | sort | tojson')" '[[4,true],[7,false]]'
}

@test "a check that cannot run is an issue, not the end" {
	project
	printf '#!/bin/sh\nexit 3\n' >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	chmod 755 "$XDG_CONFIG_HOME/heal/checks.d/security-own"
	printf '#!/nowhere/interpreter\n' >"$XDG_CONFIG_HOME/heal/checks.d/tests-own"
	chmod +x "$XDG_CONFIG_HOME/heal/checks.d/tests-own"
	cp "$XDG_CONFIG_HOME/heal/checks.d/security-own" "$XDG_CONFIG_HOME/heal/checks.d/open"
	chmod 777 "$XDG_CONFIG_HOME/heal/checks.d/open"
	report
	assert_equal "$(check security-own) $(check tests-own) $(check open)" 'unable unable unable'
	assert_equal "$(of '[.health.issues[] | .severity] | sort | tojson')" '[5,5,7]'
	assert_equal "$(of '.health.metrics | [.unable, .checks] | tojson')" '[3,2]'
}

@test "a check that takes too long is ended" {
	project
	printf '#!/bin/sh\nsleep 1000\n' >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	HEAL_HEALTH_SECONDS=1 report
	assert_equal "$(check security-own)" unable
	[[ $(of '.health.checks[] | select(.check == "security-own") | .detail') == *'longer than 1 s'* ]]
}

@test "a program that is not installed is missing, with the command that installs it" {
	project
	printf 'cd $1\n' >a.sh
	mkdir "$BATS_TEST_TMPDIR/bin"
	local program
	for program in sh cat python3; do ln -s "$(command -v "$program")" "$BATS_TEST_TMPDIR/bin/"; done
	PATH=$HEAL_BUILD/tools:$BATS_TEST_TMPDIR/bin heal-monitor >report
	assert_equal "$(check shell-lint)" missing
	[[ $(of '.health.recommendations[] | select(.argv) | .argv | join(" ")') == *'apt-get install shellcheck'* ]]
}

@test "a file whose name begins with a dash is no option of a check" {
	need shellcheck
	project
	printf '#!/bin/sh\ncd "$1"\n' >--norc.sh
	report
	[[ $(of '.health.checks[] | select(.check == "shell-lint") | .command | join(" ")') == *' ./--norc.sh' ]]
	assert_equal "$(of '[.health.issues[] | .rule] | tojson')" '["shellcheck.gcc"]'
}

@test "files that a check cannot look at are counted" {
	project
	truncate -s 5M big.py
	report
	assert_equal "$(of '.health.checks[] | select(.check == "syntax") | .detail')" '1 files were not looked at'
}

@test "copies of other projects are not checked, in version control or not" {
	need git
	project
	mkdir -p vendor/x sub/third_party .venv/lib invendor
	local file
	for file in vendor/x/a.py sub/third_party/b.py .venv/lib/c.py invendor/d.py; do echo 'def f(x)' >$file; done
	report
	assert_equal "$(of '[.health.issues[].location] | tojson')" '["invendor/d.py:1:9"]'
	git init -q . && git add -fA && git -c user.name=x -c user.email=x@y commit -qm x
	report
	assert_equal "$(of '[.health.issues[].location] | tojson')" '["invendor/d.py:1:9"]'
}

@test "a check that acts outside the project is not made" {
	project
	printf 'check:\n\ttouch ran\n\tscp a.py host:\n' >Makefile
	report
	assert_equal "$(check tests)" unable
	[[ $(of '.health.checks[] | select(.check == "tests") | .detail') == *'acts outside the project'* ]]
}

@test "where nothing can be checked the status is failing, with one issue of severity 9" {
	report
	assert_equal "$status" 1
	assert_equal "$(of '.health | [.overall_status, .health_score, [.issues[].severity]] | tojson')" '["failing",0,[9]]'
}

@test "checks of a project that is not trusted are not made, and named" {
	project
	mkdir .heal/checks.d
	printf '#!/bin/sh\ntouch "%s/ran" 2>/dev/null || :\n' "$BATS_TEST_TMPDIR" >.heal/checks.d/mine
	chmod +x .heal/checks.d/mine
	report
	assert_equal "$(check mine)" ''
	[[ $(of '.health.recommendations[] | .argv | join(" ")') == *'heal trust'* ]]
	echo '{}' >.heal/config.json
	heal trust
	report
	assert_equal "$(check mine)" passed
	[[ ! -e $BATS_TEST_TMPDIR/ran ]] # confined all the same
	echo '# changed' >>.heal/checks.d/mine
	report
	assert_equal "$(check mine)" ''
}

@test "a running monitor reads the settings, and the trust in them, before each report" {
	project
	mkdir .heal/checks.d
	printf '#!/bin/sh\nexit 0\n' >.heal/checks.d/mine
	chmod +x .heal/checks.d/mine
	echo '{}' >.heal/config.json
	heal trust
	heal-monitor --interval 2 --count 2 >out &
	local monitor=$!
	wait_for lines out 1
	echo '{"threshold": 0.1}' >.heal/config.json
	wait $monitor || (($? == 1))
	assert_equal "$(jq -c '[.health.checks[] | .check] | contains(["mine"])' out | tr '\n' ' ')" 'true false '
}

@test "tests that fail otherwise the second time, without a known error, are not called flaky" {
	project
	rm -f test_a.py
	printf 'test:\n\t@sh ./t.sh\n' >Makefile
	printf '[ ! -e lock ] || { echo server is already running; exit 9; }\ntouch lock\necho "main.c:3:5: error: wrong"\nexit 1\n' >t.sh
	report
	assert_equal "$(of '[.health.issues[] | select(.check == "tests") | .flaky // false] | tojson')" '[false]'
}

@test "a check that cannot be made is the same issue in each report, whatever it printed" {
	project
	printf '#!/bin/sh\necho "Ran in $$ ms"; exit 3\n' >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	chmod 755 "$XDG_CONFIG_HOME/heal/checks.d/security-own"
	report
	local first
	first=$(of '.health.issues[0].first_detected')
	report
	assert_equal "$(of '[.health.issues[] | .first_detected] | join(" ")')" "$first"
}

@test "the first time of an issue stays while each report has it" {
	project
	echo 'a.py:2: error: no licence' >findings
	report
	local first
	first=$(of '.health.issues[0].first_detected')
	echo 'c.json:1: error: another' >>findings
	report
	assert_equal "$(of '[.health.issues[] | select(.location == "a.py:2") | .first_detected] | join(" ")')" "$first"
	[[ $(of '.health.issues[0].last_occurrence') > $first ]]
	assert_equal "$(of .health.metrics.new)" 1
	: >findings
	report
	echo 'a.py:2: error: no licence' >findings
	report
	[[ $(of '.health.issues[0].first_detected') > $first ]]
}

@test "reports come at regular times, and their history is kept" {
	project
	run --separate-stderr heal-monitor --interval 1 --count 3
	assert_equal "${#lines[@]}" 3
	run -0 heal-log health
	assert_line --index 0 '███'
	assert_equal "${#lines[@]}" 4
	run -0 heal-log health --format prom
	assert_line --partial 'heal_health_score{project="'
	run -0 bash -c 'heal-log health --format ndjson --limit 2 | jq -r .kind | paste -sd " "'
	assert_output 'health health'
	heal-log verify
}

@test "a report that crashes is a report, and the next one comes" {
	project
	printf '#!/bin/sh\nkill -9 $(cat pid) 2>/dev/null\n' >"$BATS_TEST_TMPDIR/hook"
	chmod +x "$BATS_TEST_TMPDIR/hook"
	printf '#!/bin/sh\nwhile [ -e %s/hold ]; do sleep 0.05; done\n' "$PWD" >"$XDG_CONFIG_HOME/heal/checks.d/security-own"
	touch hold
	heal-monitor --interval 1 --count 2 >reports 3>&- &
	local monitor=$! child
	wait_for eval 'child=$(pgrep -P $monitor -f heal-monitor)'
	kill -9 "$child"
	rm hold
	wait "$monitor" || :
	run -0 jq -r '.health | .overall_status' reports
	assert_output $'failing\nexcellent'
	[[ $(jq -r '.health.issues[0].description' reports | head -1) == *'killed by signal 9'* ]]
}

@test "a monitor in the background starts once, is seen, and stops" {
	project
	run ! heal-monitor status
	run -0 heal-monitor start --interval 1
	run -4 heal-monitor start --interval 1
	assert_output --partial 'monitors'
	wait_for heal-log health
	run -0 heal-monitor status
	assert_output --partial 'excellent'
	run -0 heal-monitor stop
	run -1 heal-monitor stop
	assert_output --partial 'is not monitored'
}

@test "a killed monitor leaves no lock, and the store is whole" {
	project
	run -0 heal-monitor start --interval 1
	wait_for heal-log health
	local pid
	pid=$(heal-monitor status 2>&1 | sed -n 's/.*process \([0-9]*\) monitors.*/\1/p')
	kill -9 "$pid"
	wait_for eval '! heal-monitor status'
	run -0 heal-monitor start --interval 1
	heal-log verify
}

@test "the hook is told when the status changes, once" {
	project
	printf '#!/bin/sh\njq -r .health.overall_status >>"%s/told"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/tell"
	chmod +x "$BATS_TEST_TMPDIR/tell"
	export HEAL_HOOKS_ON_HEALTH=$BATS_TEST_TMPDIR/tell
	report
	printf 'def f(x)\n' >a.py
	report
	report
	printf 'def f(x): return x\n' >a.py
	report
	assert_equal "$(paste -sd ' ' "$BATS_TEST_TMPDIR/told")" 'critical excellent'
}

@test "secrets in an issue are neither printed nor stored" {
	project
	echo "a.py:2: error: password = 'hunter2hunter2x'" >findings
	report
	assert_equal "$(check security-own)" failed
	run ! grep -rq hunter2hunter2x report "$HOME"
}

@test "a timer is shown, and written only when someone agrees" {
	project
	run -3 --separate-stderr heal-monitor install </dev/null
	assert_line 'OnUnitActiveSec=120s'
	run ! test -e "$XDG_CONFIG_HOME/systemd"
	mkdir 'my 100%' && mkdir 'my 100%/.heal'
	run -0 heal-monitor install --yes --interval 300 'my 100%'
	run -0 cat "$XDG_CONFIG_HOME"/systemd/user/heal-monitor-*.service
	assert_line "ExecStart=$(realpath "$(command -v heal-monitor)") \"$PWD/my 100%%\""
	if command -v systemd-analyze >/dev/null; then
		systemd-analyze verify --user "$XDG_CONFIG_HOME"/systemd/user/heal-monitor-*.timer 2>err || true
		run -1 grep -i 'heal-monitor.*\(unknown\|fail\|invalid\)' err
	fi
}

@test "units of the system run as the project's owner, and go where they are wanted" {
	project
	run -3 --separate-stderr heal-monitor install --system </dev/null
	assert_line "User=$(stat -c %U .)"
	assert_line --partial '# /etc/systemd/system/heal-monitor-'
	run -0 heal-monitor install --system --yes --directory "$PWD/units" --interval 300
	assert_line --regexp "systemctl enable --now heal-monitor-[0-9a-f]{8}.timer"
	run -0 cat units/heal-monitor-*.service
	assert_line "User=$(stat -c %U .)"
	run -0 cat units/heal-monitor-*.timer
	assert_line 'OnUnitActiveSec=300s'
	run ! test -e "$XDG_CONFIG_HOME/systemd"
	run -0 heal-monitor install --yes
	run ! grep -r User= "$XDG_CONFIG_HOME/systemd"
	if ((EUID == 0)) && id nobody >/dev/null; then
		chown nobody .
		run -3 --separate-stderr heal-monitor install --system </dev/null
		assert_line User=nobody
		chown root .
	fi
	run -2 heal-monitor install --system --by cron
	run -2 heal-monitor install --directory units
}

@test "a line of the crontab is replaced by the next one for the same project" {
	mkdir bin
	printf '#!/bin/sh\ncase $1 in\n-l) cat "%s/tab" 2>/dev/null || { echo "no crontab for me" >&2; exit 1; } ;;\n-) cat >"%s/tab" ;;\nesac\n' \
		"$HOME" "$HOME" >bin/crontab
	chmod +x bin/crontab
	PATH=$PWD/bin:$PATH
	run -0 heal-monitor install --by cron --yes --interval 120
	run -0 heal-monitor install --by cron --yes --interval 420
	run -0 cat "$HOME/tab"
	assert_output --regexp '^\*/10 \* \* \* \* [^ ]*/heal-monitor [^ ]* # heal-monitor [0-9a-f]{8}$'
}

@test "cron makes the reports" {
	((EUID == 0)) || skip "not root"
	need cron crontab unshare
	unshare -m true 2>/dev/null || skip "no mount namespace"
	project
	# A cron of our own: its crontabs and its lock are not those of the machine.
	cat >run-cron <<-'END'
		set -e
		mount -t tmpfs tmpfs /var/spool/cron
		mount -t tmpfs tmpfs /run
		mkdir -m 1730 /var/spool/cron/crontabs
		chgrp crontab /var/spool/cron/crontabs
		for name in HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME HEAL_PACKS; do
			echo "$name=${!name}"
		done | crontab -
		heal-monitor install --by cron --yes --interval 60
		cron -f &
		trap 'kill $!' EXIT
		until heal-log export | grep -q '"kind":"health"' || ((SECONDS > 100)); do sleep 0.5; done
	END
	run -0 unshare -m bash run-cron
	heal-log export >report
	assert_equal "$(of 'select(.kind == "health") | .health.overall_status' | head -n 1)" excellent
}

@test "what is not installed here, or needs the network, is not critical, however often it occurs" {
	need go
	printf 'module x\n\ngo 1.18\n' >go.mod
	printf 'package x\n\nimport (\n' >x.go
	local i
	for i in {1..30}; do printf '\t_ "example.org/a%s"\n' "$i" >>x.go; done
	echo ')' >>x.go
	export GOFLAGS=-mod=mod
	report
	assert_equal "$(of '[.health.issues[] | select(.severity >= 8)] | length')" 0
	(($(of '[.health.issues[] | select(.check == "go-build")] | length') > 0))
}

@test "a score that falls is predicted, in the record, the list and the report" {
	project
	local i time
	for i in {20..1}; do
		time=$(date -u -d "-$i hours" +%Y-%m-%dT%H:%M:%S.000Z)
		printf '{"heal":1,"kind":"health","id":"past-%s","time":"%s","health":{"project_id":"%s","timestamp":"%s","overall_status":"good","health_score":%s,"issues":[]}}\n' \
			"$i" "$time" "$PWD" "$time" "0.$((61 + i))"
	done >past
	heal-log <past
	printf 'def f(x)\n    return x\n' >a.py
	report
	heal_schema_check report
	assert_equal "$(of '.health.prediction | [.status, .hours > 0, .hours < 3, .hours_least <= .hours, .hours <= .hours_most] | tojson')" '["warning",true,true,true,true]'
	run -0 heal-log health
	assert_line --index 0 --regexp '  -0\.2[0-9]* a day: warning in [0-9.]+ h \([0-9.]+ to [0-9.]+\) if it goes on like this$'
	run -0 heal-log report
	assert_line --partial 'warning in '
	run -0 heal-log report --html
	assert_output --partial 'Health ahead'
	HEAL_HEALTH_HORIZON_HOURS=0 report
	assert_equal "$(of .health.prediction)" null
}

@test "wrong usage is said in one line" {
	run -2 heal-monitor /nowhere
	assert_output "heal-monitor: '/nowhere' is not a directory"
	run -2 heal-monitor . .
	run -2 heal-monitor --count 3
}
