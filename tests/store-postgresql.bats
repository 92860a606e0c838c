#!/usr/bin/env bats
# A store on a PostgreSQL server: what it keeps, and what happens when the server, the client or the connection dies

setup_file() {
	load helper
	load postgresql
	pg_make || :
}

teardown_file() {
	load postgresql
	[[ -z ${pg_folder:-} ]] || pg_programs
	pg_remove
}

setup() {
	load helper
	load postgresql
	heal_setup
	unset HEAL_STORE
	[[ -n ${pg_folder:-} ]] || skip "no PostgreSQL server"
	run heal-log --store postgresql://heal@/none?host=/nonexistent history
	[[ $output != *"without libpq"* ]] || skip "built without libpq"
	pg_answers || pg_start
	pg_new "t$BATS_TEST_NUMBER"
	export HEAL_STORE=$url
}

# incidents FROM TO [MEMBERS]: one a line, each analysed and fixed or not by its number
incidents() {
	local i fix
	for ((i = $1; i <= $2; i++)); do
		fix=
		((i % 3)) || fix=',"fix":{"solution":"s'$((i % 7))'","status":"applied","attempt":1},"validation":{"status":"passed","resolved":true}'
		printf '{"heal":1,"kind":"incident","id":"inc-%05d","time":"2026-11-%02dT12:00:%02d.000Z","fingerprint":"f%d",' \
			"$i" $((1 + i % 28)) $((i % 60)) $((i % 5))
		printf '"error":{"tool":"gcc","rule":"r%d","level":"error","message":"no\\tsuch \\\\ header %d\\nline"},' $((i % 4)) "$i"
		printf '"analysis":{"type":"syntax_error","severity":3,"confidence":0.1,"root":true},'
		printf '"solutions":[{"id":"s%d","type":"code_fix","applicability":"machine","description":"d%d"}]%s}\n' \
			$((i % 7)) "$i" "$fix"
	done
}

count() { heal-log stats -f json | jq .total_incidents; }

# All answers of the store are those of an SQLite file with the same records.
same_as_sqlite() {
	local question
	rm -f sqlite.db*
	HEAL_STORE=$PWD/sqlite.db heal-log -q "$@"
	for question in history 'history -n 3 -f ndjson' stats 'stats --by rule' 'stats --by day -f json' \
		'stats --since 2026-11-10' 'stats --by tool -f prom' 'history --rule r1 -n 2' 'history --tool none' 'history --status open' rules changelog export; do
		heal-log $question >one
		HEAL_STORE=$PWD/sqlite.db heal-log $question >two
		cmp one two || { echo "differs: $question"; return 1; }
	done
	heal-log verify >verdict
	[[ $(head -1 verdict) == intact:* ]]
}

@test "a store on a server answers as one in a file, for one record and for many" {
	incidents 1 1 >one-record
	heal-log <one-record >passed
	cmp one-record passed
	incidents 1 300 >many
	heal-log -q many
	echo '{"heal":1,"kind":"session","id":"ses","time":"2026-11-20T12:01:00.000Z","session":{"status":"healed","exit_code":0}}' >rest
	echo '{"heal":1,"kind":"event","id":"ev","time":"2026-11-20T12:01:00.000Z","event":{"name":"fix_applied","incident":"inc-00001"}}' >>rest
	echo '{"heal":1,"kind":"health","id":"h","time":"2026-11-20T12:01:00.000Z","health":{"overall_status":"good","health_score":0.75}}' >>rest
	echo '{"heal":1,"kind":"deployment","id":"d","time":"2026-11-20T12:01:00.000Z","deployment":{"revision":"abc"}}' >>rest
	heal-log -q rest
	same_as_sqlite one-record many rest
	run heal-log show inc-00003
	assert_success
	assert_output --partial 'fix_applied'
}

@test "the stages of an incident and repeated lines are one row, also in one batch" {
	incidents 1 50 >done
	sed 's/,"analysis".*/}/' done >found
	paste -d '\n' found done done >mixed
	heal-log -q mixed
	heal-log -q mixed
	[[ $(count) == 50 ]]
	same_as_sqlite mixed
}

@test "a NUL byte of a message does not keep the others out" {
	{
		incidents 1 10
		echo '{"heal":1,"kind":"incident","id":"nul","fingerprint":"f","error":{"rule":"r","level":"error","message":"a\u0000b"}}'
	} >in
	run -0 heal-log -q in
	assert_output ''
	[[ $(count) == 11 ]]
	heal-log verify
}

@test "several clients write at once, and each record is there once" {
	local i
	for i in 1 2 3 4; do
		incidents $((i * 100)) $((i * 100 + 149)) >in.$i
		heal-log -q in.$i &
	done
	wait
	[[ $(count) == 450 ]]
	heal-log verify
}

@test "records wait while the server is away, and are sent once at the next use" {
	incidents 1 20 >in
	heal-log -q in
	pg_stop
	incidents 11 40 >more
	run -0 --separate-stderr heal-log more
	[[ $output == "$(<more)" ]]
	[[ $stderr == *"cannot be reached"*"records are kept in '$XDG_STATE_HOME/heal/spool/"* ]]
	[[ $(wc -l <<<"$stderr") == 1 ]]
	[[ $(stat -c %a "$XDG_STATE_HOME"/heal/spool/*.db) == 600 ]]
	run -0 heal-log spool
	assert_output "30 records wait for '$url' in '$(echo "$XDG_STATE_HOME"/heal/spool/*.db)'"
	heal-log spool -f ndjson | cmp - more
	run -4 heal-log spool --send
	run -4 heal-log history
	pg_start
	incidents 41 42 >last
	run -0 heal-log -q last
	assert_output --partial '30 records that waited for the server were sent'
	[[ $(count) == 42 ]]
	run -0 heal-log spool
	assert_output --partial '0 records'
	heal-log verify
	same_as_sqlite in more last
}

@test "what needs the records that are there says so while the server is away; a deployment is kept" {
	local command
	incidents 1 3 | heal-log -q
	pg_stop
	for command in 'gc --older 1d' learn improve stats; do
		run -4 heal-log $command
		assert_output --partial 'cannot be reached'
		refute_output --partial 'removed'
	done
	run -0 heal-log deploy v1
	assert_output --partial 'sent at the next use'
	pg_start
	heal-log -q </dev/null
	[[ $(heal-log deploys) == *v1* ]]
}

@test "heal run heals while the server is away, without waiting" {
	need make gcc
	pg_stop
	printf 'all:\n        echo built\n' >Makefile
	local begin=$SECONDS
	HEAL_STORE=postgresql://heal@192.0.2.1/none run -0 heal run --yes -- make
	((SECONDS - begin < 40))
	run -0 heal run --yes -- make
	heal-log spool -f ndjson >/dev/null
	pg_start
}

# feed: records one after the other, slowly enough that some come before and some after
feed() {
	while IFS= read -r line; do
		printf '%s\n' "$line"
		sleep 0.005
	done
}

@test "the server is killed while records come: none is lost, none is there twice" {
	incidents 1 200 >in
	mkfifo pipe
	heal-log <pipe >passed 2>messages &
	local client=$!
	exec 5>pipe
	head -100 in >&5
	wait_for lines passed 100
	pg_kill
	tail -n +101 in | feed >&5
	exec 5>&-
	wait "$client"
	cmp in passed
	grep -q 'cannot be reached' messages
	[[ $(grep -c . messages) == 1 ]]
	pg_start
	run -0 heal-log spool --send
	[[ $(count) == 200 ]]
	heal-log verify
	same_as_sqlite in
}

@test "the client is killed while it stores: what it began is not there, and sending again adds the rest" {
	local i
	incidents 1 4000 >in
	heal-log -q </dev/null
	for i in 1 2 3; do
		heal-log -q <in 3>&- &
		sleep 0.$i
		kill -9 $! || :
		wait $! || :
		heal-log verify
	done
	heal-log -q in
	[[ $(count) == 4000 ]]
	heal-log verify
}

# A proxy on the loopback that cuts the connection after the client's first COMMIT of a chain row was sent on: the server
# commits, and the client does not get the answer.
proxy() {
	/usr/bin/python3 - "$1" >port <<-'END' &
	import select, socket, sys
	listener = socket.socket()
	listener.bind(("127.0.0.1", 0))
	listener.listen()
	print(listener.getsockname()[1], flush=True)
	client, _ = listener.accept()
	server = socket.socket(socket.AF_UNIX)
	server.connect(sys.argv[1])
	wrote = False
	while True:
	    for ready in select.select([client, server], [], [])[0]:
	        data = ready.recv(65536)
	        wrote = wrote or b"INSERT INTO chain" in data
	        (server if ready is client else client).sendall(data)
	        if not data or (ready is client and wrote and b"COMMIT" in data):
	            server.recv(65536)
	            sys.exit()
	END
	wait_for test -s port
}

@test "the connection is cut after the commit: the records are kept, sent again, and there once" {
	incidents 1 100 >in
	heal-log -q </dev/null
	proxy "$pg_folder/.s.PGSQL.5432"
	local through="postgresql://heal@127.0.0.1:$(<port)/$database?sslmode=disable&gssencmode=disable"
	HEAL_STORE=$through run -0 heal-log -q in
	assert_output --partial 'records are kept'
	[[ $(count) == 100 ]]
	HEAL_STORE=$through heal-log spool -f ndjson | cmp - in
	# The file of the proxy's name, sent to the server's: the same records again.
	HEAL_STORE=$through heal-log spool -f ndjson | heal-log -q
	[[ $(count) == 100 ]]
	heal-log verify
}

@test "the server ends the connection between records: the next ones wait, none is lost" {
	incidents 1 60 >in
	mkfifo pipe
	heal-log <pipe >passed 2>messages &
	local client=$!
	exec 5>pipe
	head -30 in >&5
	wait_for lines passed 30
	pg_sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'heal'" >/dev/null
	tail -n +31 in >&5
	exec 5>&-
	wait "$client"
	heal-log spool --send
	[[ $(count) == 60 ]]
	same_as_sqlite in
}

@test "heal_writer can store, but not change or delete what was stored; heal_reader can only read" {
	incidents 1 20 >in
	heal-log -q in
	psql -q -h "$pg_folder" -U heal -d "$database" -f "$HEAL_SOURCE/share/store/roles.sql" >/dev/null
	pg_sql "DROP ROLE IF EXISTS ci; DROP ROLE IF EXISTS person; CREATE ROLE ci LOGIN IN ROLE heal_writer; CREATE ROLE person LOGIN IN ROLE heal_reader"
	local writer=${url/heal@/ci@} reader=${url/heal@/person@} sql
	incidents 15 60 >more
	HEAL_STORE=$writer run -0 heal-log -q more
	assert_output ''
	[[ $(HEAL_STORE=$writer count) == 60 ]]
	[[ $(HEAL_STORE=$reader count) == 60 ]]
	HEAL_STORE=$reader heal-log verify
	HEAL_STORE=$reader run -0 heal-log -q more
	assert_output --partial 'no permission'
	for sql in "DELETE FROM records" "UPDATE records SET json = ''" "DELETE FROM chain" "UPDATE chain SET hash = ''" \
		"UPDATE events SET name = ''" "TRUNCATE incidents" "DROP TABLE records" "ALTER TABLE records ADD x TEXT" \
		"CREATE TRIGGER t BEFORE INSERT ON records EXECUTE FUNCTION suppress_redundant_updates_trigger()"; do
		run psql -h "$pg_folder" -U ci -d "$database" -Atqc "$sql"
		assert_failure
		run psql -h "$pg_folder" -U person -d "$database" -Atqc "$sql"
		assert_failure
	done
	run psql -h "$pg_folder" -U person -d "$database" -Atqc "INSERT INTO records VALUES (999, 'x', 'x', 'x', 'x', 'x')"
	assert_failure
}

@test "heal-log verify finds a change made on the server" {
	local sql
	incidents 1 30 >in
	for i in {1..9}; do echo '{"heal":1,"kind":"event","id":"e'$i'","event":{"name":"fix_approved","incident":"i"}}'; done >>in
	heal-log -q in
	for sql in "UPDATE incidents SET resolved = 1 WHERE id = 'inc-00002'" "DELETE FROM events WHERE seq = 5" \
		"UPDATE records SET json = replace(json, 'header', 'reader') WHERE seq = 4" \
		"CREATE RULE r AS ON INSERT TO events DO INSTEAD NOTHING" "UPDATE chain SET rows = '' WHERE seq = 1"; do
		psql -q -h "$pg_folder" -U heal -d postgres -c "CREATE DATABASE ${database}x TEMPLATE $database"
		psql -q -h "$pg_folder" -U heal -d "${database}x" -c "$sql"
		HEAL_STORE=${url/$database/${database}x} run -1 heal-log verify
		assert_output --partial 'was changed outside heal'
		psql -q -h "$pg_folder" -U heal -d postgres -c "DROP DATABASE ${database}x"
	done
	heal-log verify
}

@test "the password of the store is shown nowhere, and not accepted as an argument" {
	local secret=hunter2xyz
	export HEAL_STORE="postgresql://heal:$secret@/none?host=/nonexistent&password=$secret"
	incidents 1 3 >in
	heal-log <in >out 2>&1
	heal config >>out 2>&1
	heal doctor >>out 2>&1 || :
	heal-log history >>out 2>&1 || :
	heal-log spool >>out 2>&1
	run grep -r "$secret" out "$XDG_STATE_HOME"
	assert_failure
	grep -q 'postgresql://heal@/none?host=/nonexistent' out
	HEAL_STORE="postgresql://heal:$secret@bad host:x/%zz" run heal-log history
	refute_output --partial "$secret"
	run -2 heal-log --store "$HEAL_STORE" history
	refute_output --partial "$secret"
	run -2 heal run --store "$HEAL_STORE" -- true
	refute_output --partial "$secret"
}

@test "a connection that must be encrypted is not made without encryption" {
	incidents 1 2 >in
	HEAL_STORE="$url&sslmode=disable" heal-log -q in
	proxy "$pg_folder/.s.PGSQL.5432"
	HEAL_STORE="postgresql://heal@127.0.0.1:$(<port)/$database?sslmode=require" run -0 heal-log -q in
	assert_output --partial 'SSL'
}

# authority NAME: makes NAME.pem and its key;  certificate HOST AUTHORITY: makes HOST.pem and its key, signed by it
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null; }
certificate() {
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.request" 2>/dev/null
	openssl x509 -req -in "$1.request" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 \
		-extfile <(echo "subjectAltName=DNS:$1") -out "$1.pem" 2>/dev/null
}

@test "records go over TLS to a server with the certificate of its name, and to no other" {
	command -v openssl >/dev/null || skip 'no openssl'
	authority ours && authority other && certificate localhost ours && certificate elsewhere ours
	cp localhost.* elsewhere.* "$pg_folder/" && chmod 600 "$pg_folder"/*.key
	((EUID != 0)) || chown 65534 "$pg_folder"/*.key
	local port
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	with_certificate() { pg_stop && pg_start -c listen_addresses=127.0.0.1 -c port="$port" -c ssl=on \
		-c ssl_cert_file="$pg_folder/$1.pem" -c ssl_key_file="$pg_folder/$1.key"; }
	local at="postgresql://heal@localhost:$port/$database?hostaddr=127.0.0.1&sslmode=verify-full"
	incidents 1 10 >in
	with_certificate localhost
	HEAL_STORE="$at&sslrootcert=$PWD/ours.pem" run -0 --separate-stderr heal-log -q in
	assert_equal "$stderr" ''
	run psql -Atq "$at&sslrootcert=$PWD/ours.pem" -c 'SELECT count(DISTINCT id) FROM records' -c \
		'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
	assert_output $'10\nt'
	HEAL_STORE="$at&sslrootcert=$PWD/other.pem" run heal-log history
	assert_failure
	assert_output --partial 'certificate verify failed'
	with_certificate elsewhere
	HEAL_STORE="$at&sslrootcert=$PWD/ours.pem" run heal-log history
	assert_failure
	assert_output --partial 'elsewhere'
	pg_stop && pg_start
}

# A store of that version, as a dump for the server.
as_server_has_it() {
	sed -E -e '/^PRAGMA/d' -e 's/ INTEGER/ BIGINT/g' -e 's/ TEXT/ TEXT COLLATE "C"/g' -e 's/ WITHOUT ROWID//' -e 's/char\(10\)/chr(10)/g' "$1"
	echo "CREATE TABLE heal_store (application BIGINT NOT NULL, version BIGINT NOT NULL); INSERT INTO heal_store VALUES (1751474540, $2);"
}

@test "trials on the server are those in a file, also after the migration of an older store" {
	local rows='SELECT * FROM trials ORDER BY incident, solution'
	need sqlite3
	as_server_has_it "$HEAL_SOURCE/tests/store-7.sql" 7 >7.sql
	pg_new "m$BATS_TEST_NUMBER"
	export HEAL_STORE=$url
	psql -q -h "$pg_folder" -U heal -d "$database" -v ON_ERROR_STOP=1 -f 7.sql >/dev/null
	heal-log -q </dev/null
	heal-log export >in
	HEAL_STORE=$PWD/7.db heal-log -q in
	diff <(pg_sql "$rows") <(sqlite3 7.db "$rows")
	[[ $(pg_sql 'SELECT COUNT(*) FROM trials') == 4 ]]
	heal-log verify
	# ten of them in one batch, and the same once more in a later state
	for i in {0..9}; do jq -c --arg i "$i" 'select(.id == "one-aaaa") | .id += $i | .fingerprint += $i' in; done >more
	jq -c '.solutions[0].proof.status = "failed"' more >>more.later
	cat more.later >>more
	heal-log -q more
	HEAL_STORE=$PWD/7.db heal-log -q more
	diff <(pg_sql "$rows") <(sqlite3 7.db "$rows")
	heal-log verify
	printf 'void f(void)\n{\n\tint x = 1\n}\n' >a.c
	gcc -c a.c >log 2>&1 || true
	heal-detect log | heal-analyze | jq -r .solutions[0].id | head -1 >id
	jq -c --arg id "$(cat id)" '.solutions[0].id = $id | .fix.solution = $id | .id += "s" | .time = (now | todate) | .analysis.time = .time' in >again
	heal-log -q again
	HEAL_STORE=$PWD/7.db heal-log -q again
	heal-detect log | heal-analyze | jq '[.solutions[] | .confidence]' >one
	HEAL_STORE=$PWD/7.db heal-analyze < <(heal-detect log) | jq '[.solutions[] | .confidence]' | diff one -
	HEAL_STORE=$PWD/none.db heal-analyze < <(heal-detect log) | jq '[.solutions[] | .confidence]' >none
	run -1 cmp -s one none
	psql -q -h "$pg_folder" -U heal -d postgres -c "DROP DATABASE $database"
}

@test "a store of an older version on the server is migrated, and what was changed in it is found" {
	local change
	as_server_has_it "$HEAL_SOURCE/tests/store-5-full.sql" 5 >5.sql
	for change in '' "UPDATE contexts SET project = '/srv/b' WHERE incident = 'one-aaaa'" \
		"UPDATE contexts SET rule = 'x' WHERE incident = 'two-bbbb'" "DELETE FROM contexts WHERE incident = 'two-bbbb'" \
		"UPDATE incidents SET message = 'x' WHERE id = 'two-bbbb'"; do
		pg_new "m$BATS_TEST_NUMBER"
		export HEAL_STORE=$url
		psql -q -h "$pg_folder" -U heal -d "$database" -v ON_ERROR_STOP=1 -f 5.sql >/dev/null
		[[ -z $change ]] || pg_sql "$change"
		heal-log -q </dev/null
		echo "$change"
		if [[ $change ]]; then
			run -1 heal-log verify
		else
			heal-log export >in
			same_as_sqlite in
			jq -nc '{heal: 1, kind: "event", id: "w", time: "2026-11-23T01:00:00Z", event: {name: "fix_undone", incident: "two-bbbb", solution: "c.include:math.h"}}' | heal-log -q
			heal-log gc --older 2026-11-21T12:00:00Z
			heal-log verify
		fi
		psql -q -h "$pg_folder" -U heal -d postgres -c "DROP DATABASE $database"
	done
}

@test "another program's tables and a newer store are not used" {
	pg_sql 'CREATE TABLE records (x TEXT)'
	run -2 heal-log history
	assert_output --partial 'database of another program'
	pg_new "n$BATS_TEST_NUMBER"
	HEAL_STORE=$url heal-log -q </dev/null
	pg_sql 'UPDATE heal_store SET version = 99'
	HEAL_STORE=$url run -2 heal-log history
	assert_output --partial 'version 99'
}

@test "a monitor's breakers, sessions and alerts are on the server, and nothing is sent while it is away" {
	mkdir .heal "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\ncat >>"%s/mail"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/sendmail"
	chmod +x "$BATS_TEST_TMPDIR/bin/sendmail"
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH HEAL_ALERT_MAIL=me@example.org HEAL_HEALTH_HEAL=true HEAL_BREAKER_FAILURES=2
	printf 'check:\n\t@[ ! -e bad ] || { echo "a.c:1: fatal error: $$(cat bad)"; false; }\n' >Makefile
	local text
	for text in one two three three; do
		echo "$text" >bad
		run -1 heal-monitor
	done
	assert_equal "$(heal-log export | jq -r 'select(.kind == "event") | .event.name' | grep -c healing_ended)" 2
	run heal-monitor status
	assert_line --regexp '^breaker .*: open'
	assert_equal "$(grep -c '^Subject: heal: alert' "$BATS_TEST_TMPDIR/mail")" 3
	assert_equal "$(grep -c '^Subject: heal: resolved' "$BATS_TEST_TMPDIR/mail")" 2
	pg_stop
	rm bad
	run --separate-stderr heal-monitor
	[[ $stderr == *'alerts are not sent'* ]]
	assert_equal "$(grep -c ^Subject: "$BATS_TEST_TMPDIR/mail")" 5
	pg_start
	run -0 heal-monitor
	assert_equal "$(grep -c '^Subject: heal: resolved' "$BATS_TEST_TMPDIR/mail")" 3
	run -0 heal-log verify
}
