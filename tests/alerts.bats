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

@test "what is less severe, flaky or found without a command starts no session" {
	project
	export HEAL_HEALTH_HEAL=true
	echo first >bad
	sed -i 's/fatal error/error/' t.sh
	monitor
	printf 'def f(x)\n' >b.py
	monitor
	assert_equal "$(issues)" '[8,"syntax"]'
	rm b.py
	sed -i 's/: error/: fatal error/; 1i [ -e seen ] \&\& exit 0; touch seen' t.sh # fails in the first run of a copy only
	monitor
	assert_equal "$(sessions) $(events healing_started)" '0 0'
}

@test "a session uses the store that was named" {
	project
	echo first >bad
	mkdir sub
	HEAL_HEALTH_HEAL=true monitor --store mine.db
	assert_equal "$(HEAL_STORE=$PWD/mine.db heal-log export | jq -r 'select(.kind == "session") | .kind')" session
	[[ ! -e $XDG_STATE_HOME/heal/heal.db ]]
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

# ---- alerts ----

# serve [STATUS] [REDIRECT]: a webhook on the loopback, which appends each request to `requests`, as JSON; sets $url
serve() {
	cat >"$BATS_TEST_TMPDIR/server.py" <<-'END'
		import http.server, json, sys
		status, target, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
		        with open(out, "a") as f:
		            f.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}) + "\n")
		        self.send_response(status)
		        if target:
		            self.send_header("Location", target)
		        self.send_header("Content-Length", "0")
		        self.end_headers()
		    do_GET = do_POST
		    def log_message(self, *args): pass
		server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[4])), Handler)
		print("on port", server.server_port, "now", flush=True)
		server.serve_forever()
	END
	: >"$BATS_TEST_TMPDIR/server.log"
	/usr/bin/python3 "$BATS_TEST_TMPDIR/server.py" "${1:-200}" "${2:-}" "$BATS_TEST_TMPDIR/requests" "${3:-0}" >"$BATS_TEST_TMPDIR/server.log" 2>&1 3>&- &
	echo $! >"$BATS_TEST_TMPDIR/server.pid"
	wait_for port_of "$BATS_TEST_TMPDIR/server.log"
	url=http://127.0.0.1:$port/hook
}

server_end() {
	kill "$(<"$BATS_TEST_TMPDIR/server.pid")"
	wait "$(<"$BATS_TEST_TMPDIR/server.pid")" 2>/dev/null || :
}

requests() { cat "$BATS_TEST_TMPDIR/requests" 2>/dev/null | wc -l; }
# request N EXPRESSION: of the Nth request's body
request() { sed -n "$1p" "$BATS_TEST_TMPDIR/requests" | jq -r "(.body | fromjson) | $2"; }

needs_webhooks() {
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
}

@test "a severe issue gives one alert, and one when it is over, signed and with an id" {
	needs_webhooks
	project
	serve
	export HEAL_ALERT_WEBHOOK=$url
	install -m 600 <(echo 'a key') "$BATS_TEST_TMPDIR/key"
	export HEAL_ALERT_WEBHOOK_KEY=$BATS_TEST_TMPDIR/key
	monitor
	assert_equal "$(requests)" 0
	echo first >bad
	monitor
	monitor
	monitor --interval 1 --count 2
	assert_equal "$(requests)" 1
	assert_equal "$(request 1 '[.alert, .project, .issues[0].severity, .issues[0].description] | tojson')" \
		"[\"firing\",\"$PWD\",8,\"a.py:1: first\"]"
	rm bad
	monitor
	monitor
	assert_equal "$(requests)" 2
	assert_equal "$(request 2 .alert) $(request 2 '.issues[0].id')" "resolved $(request 1 '.issues[0].id')"
	# Python's own HMAC agrees
	/usr/bin/python3 - "$BATS_TEST_TMPDIR/requests" <<-'END'
		import hashlib, hmac, json, sys
		for line in open(sys.argv[1]):
		    r = json.loads(line)
		    want = "sha256=" + hmac.new(b"a key", r["body"].encode(), hashlib.sha256).hexdigest()
		    assert hmac.compare_digest(r["headers"]["X-Heal-Signature"], want)
		    assert r["headers"]["X-Heal-Delivery"] == json.loads(r["body"])["id"]
	END
	heal-log verify
	assert_equal "$(events alert_sent)" 2
}

@test "an alert that cannot be sent is kept, and sent later, once" {
	needs_webhooks
	project
	serve
	server_end
	export HEAL_ALERT_WEBHOOK=$url
	echo first >bad
	monitor
	monitor # within the pause: not tried again
	assert_equal "$(grep -c 'was not sent' "$BATS_TEST_TMPDIR/err")" 1
	serve 200 '' "$port"
	# as if the pause were over
	sqlite3 "$XDG_STATE_HOME/heal/heal.db" "UPDATE adjustments SET value = replace(value, ' 1 ' || substr(value, instr(value, 'sending') + 8, 10), ' 1 1000') WHERE kind = 'alert'" 2>/dev/null || skip "no sqlite3"
	monitor
	monitor
	assert_equal "$(requests)" 1
}

@test "a webhook must be https or the loopback, and its redirects are not followed" {
	needs_webhooks
	project
	echo first >bad
	serve 307 "http://127.0.0.1:9/other"
	HEAL_ALERT_WEBHOOK=$url monitor
	assert_equal "$(requests)" 1
	assert grep -q 'answered with status 307' "$BATS_TEST_TMPDIR/err"
	local name
	for name in "http://example.org/" "http://127.0.0.1@example.org/" "http://127.0.0.1.example.org/" "http://localhost.example.org/" \
		"file:///etc/passwd" "ftp://127.0.0.1/" "gopher://127.0.0.1:$port/"; do
		rm -rf "$XDG_STATE_HOME" "$BATS_TEST_TMPDIR/err"
		HEAL_ALERT_WEBHOOK=$name monitor
		assert grep -q 'must begin with https' "$BATS_TEST_TMPDIR/err"
	done
	assert_equal "$(requests)" 1
}

@test "a key that others can read is not used, and nothing is sent without it" {
	needs_webhooks
	project
	serve
	echo first >bad
	install -m 644 <(echo key) "$BATS_TEST_TMPDIR/key"
	HEAL_ALERT_WEBHOOK=$url HEAL_ALERT_WEBHOOK_KEY=$BATS_TEST_TMPDIR/key monitor
	HEAL_ALERT_WEBHOOK=$url HEAL_ALERT_WEBHOOK_KEY=/nowhere/key monitor
	assert_equal "$(requests)" 0
	assert grep -q 'nobody else can read' "$BATS_TEST_TMPDIR/err"
}

@test "the settings say what gives an alert, and alerts are gathered and delayed" {
	needs_webhooks
	project
	serve
	export HEAL_ALERT_WEBHOOK=$url
	echo first >bad
	HEAL_ALERT_SEVERITY=9 HEAL_ALERT_ONCE_AFTER=3600 monitor
	assert_equal "$(requests)" 0
	HEAL_ALERT_ACCUMULATE=3600 monitor
	assert_equal "$(requests)" 0
	HEAL_ALERT_SCORE=0.9 monitor
	assert_equal "$(requests) $(request 1 '.issues | length')" '1 2'
	assert_equal "$(request 1 '[.issues[].description | select(startswith("the score"))] | length')" 1
	# mild, but new
	rm bad
	rm -rf "$XDG_STATE_HOME" "$BATS_TEST_TMPDIR/requests"
	export HEAL_ALERT_NEW=true
	monitor
	printf 'cd $1\n' >c.sh
	printf 'a: [\n' >c.json
	monitor
	monitor
	assert_equal "$(requests)" 1
}

@test "mail and the desktop get alerts through their programs" {
	project
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n{ echo "$@"; cat; } >>"%s/mail"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/sendmail"
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s/desktop"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/notify-send"
	chmod +x "$BATS_TEST_TMPDIR/bin/"*
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH HEAL_ALERT_MAIL=me@example.org HEAL_ALERT_DESKTOP=true
	echo '<b>first' >bad
	monitor
	monitor
	run -0 cat "$BATS_TEST_TMPDIR/mail"
	assert_line --index 0 -- '-i -- me@example.org'
	assert_line --index 1 'To: me@example.org'
	assert_line 'Subject: heal: alert in work'
	assert_line '  a.py:1: <b>first'
	assert_equal "$(grep -c ^Subject: "$BATS_TEST_TMPDIR/mail")" 1
	run -0 cat "$BATS_TEST_TMPDIR/desktop"
	assert_line 'alert: work'
	assert_line 'a.py:1: &lt;b>first'
	rm bad
	monitor
	assert_equal "$(grep -c '^Subject: heal: resolved' "$BATS_TEST_TMPDIR/mail")" 1
}

@test "secrets in issues are in no alert, and the URL and key in no argument" {
	needs_webhooks
	project
	serve
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n{ echo "$@"; cat; } >>"%s/mail"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/sendmail"
	chmod +x "$BATS_TEST_TMPDIR/bin/sendmail"
	install -m 600 <(echo 'keyofthesignature') "$BATS_TEST_TMPDIR/key"
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH HEAL_ALERT_MAIL=me@example.org HEAL_ALERT_WEBHOOK=$url/tokenoftheurl \
		HEAL_ALERT_WEBHOOK_KEY=$BATS_TEST_TMPDIR/key
	echo "password = 'hunter2hunter2x'" >bad
	if command -v strace >/dev/null; then
		strace -f -e trace=execve -s 1000 -o "$BATS_TEST_TMPDIR/trace" heal-monitor >out 2>err || :
		run -1 grep -v '^[0-9]* execve("[^"]*/heal-monitor"' <(grep -E 'argv.*(tokenoftheurl|keyofthesignature)|\["[^]]*(tokenoftheurl|keyofthesignature)' "$BATS_TEST_TMPDIR/trace")
	else
		monitor
	fi
	assert_equal "$(requests)" 1
	run -1 grep -rl hunter2hunter2x "$BATS_TEST_TMPDIR/requests" "$BATS_TEST_TMPDIR/mail" "$XDG_STATE_HOME"
	run -1 grep -rl keyofthesignature "$BATS_TEST_TMPDIR/requests" "$XDG_STATE_HOME"
}

@test "a check that cannot be made resolves no alert" {
	needs_webhooks
	project
	serve
	export HEAL_ALERT_WEBHOOK=$url
	echo first >bad
	monitor
	cp t.sh kept
	echo 'exit 3' >t.sh
	monitor
	assert_equal "$(requests)" 1
	cp kept t.sh
	monitor
	assert_equal "$(requests)" 1
	rm bad
	monitor
	assert_equal "$(requests)" 2
}

@test "a killed monitor loses no alert and doubles none" {
	needs_webhooks
	project
	serve
	export HEAL_ALERT_WEBHOOK=$url
	echo first >bad
	local i
	for i in 1 2 3 4 5 6 7 8; do
		timeout -s KILL 0.$i heal-monitor >/dev/null 2>&1 || :
	done
	monitor
	monitor
	assert_equal "$(jq -r '.headers["X-Heal-Delivery"]' "$BATS_TEST_TMPDIR/requests" | sort -u | wc -l)" 1
	rm bad
	for i in 3 4 5; do
		timeout -s KILL 0.$i heal-monitor >/dev/null 2>&1 || :
	done
	monitor
	assert_equal "$(jq -r '.headers["X-Heal-Delivery"]' "$BATS_TEST_TMPDIR/requests" | sort -u | wc -l)" 2
	heal-log verify
}

@test "each report replaces the file of gauges" {
	project
	mkdir metrics
	export HEAL_HEALTH_METRICS=$PWD/metrics/heal-%h.prom
	monitor
	run -0 cat metrics/heal-*.prom
	assert_line --regexp '^heal_health_score\{project="/.*work"\} 0\.9[0-9]*$'
	local inode
	inode=$(stat -c %i metrics/heal-*.prom)
	echo first >bad
	monitor
	run -0 cat metrics/heal-*.prom
	assert_line --regexp '^heal_health_critical_issues\{project=".*"\} 1$'
	[[ $(stat -c %i metrics/heal-*.prom) != "$inode" ]] # a new file in its place: no reader sees half of one
	assert_equal "$(ls -A metrics | wc -l)" 1
	diff <(grep -v '^heal_health_duration' metrics/heal-*.prom) <(heal-log health --format prom | grep -v '^heal_health_duration')
	HEAL_HEALTH_METRICS=relative run heal-monitor
	assert_output --partial 'must be an absolute name'
}

@test "what old records said is still known after they were removed, and a change of it is found" {
	need sqlite3
	project
	export HEAL_HEALTH_HEAL=true HEAL_BREAKER_FAILURES=1
	echo first >bad
	monitor
	run -0 heal-log gc --older 0s
	heal-log verify
	monitor
	assert_equal "$(sessions)" 1
	run heal-monitor status
	assert_line --regexp '^breaker .*: open'
	sqlite3 "$XDG_STATE_HOME/heal/heal.db" "UPDATE adjustments SET value = '' WHERE kind = 'breaker'"
	run -1 heal-log verify
}
