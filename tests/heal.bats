# heal.bats - the front: run, undo, review, doctor, trust, config, and heal X

setup() {
	load helper
	heal_setup
}

# Three makefiles, each with spaces where make wants a tab: one failing command, a fix of three files.
three_files() {
	printf 'all: one two\n\ninclude one.mk\ninclude two.mk\n\nall:\n        @echo all\n' >Makefile
	printf 'one:\n        @echo one\n' >one.mk
	printf 'two:\n        @echo two\n' >two.mk
	chmod 640 one.mk
	touch -d '2020-02-02 02:02:02.123456789' Makefile one.mk two.mk
}

snapshot() {
	local f
	for f in Makefile one.mk two.mk; do
		stat -c '%n %a %Y %y' "$f"
		sha256sum <"$f"
	done
}

@test "a command that passes is not felt: its output, its status, nothing stored" {
	run -0 --separate-stderr heal run -- sh -c 'echo out; echo err >&2'
	assert_equal "$output" out
	assert_equal "$stderr" err
	[[ ! -e $XDG_STATE_HOME/heal/undo ]]
}

@test "the command's own status is kept: 3, 126, 127, 128 + signal" {
	run -3 heal run --yes -- sh -c 'exit 3'
	printf 'x' >plain
	run -126 heal run --yes -- ./plain
	run -127 heal run --yes -- no-such-program-here
	run -137 heal run --yes -- sh -c 'kill -9 $$'
}

@test "a broken build is healed, the command passes, undo brings every byte, mode and time back" {
	three_files
	snapshot >"$BATS_TEST_TMPDIR/before"
	run -2 make
	run -0 --separate-stderr heal run --yes -- make
	[[ $stderr == *"the command passes now"* ]]
	run -0 make
	run -0 heal run --yes -- make
	run -0 heal undo
	snapshot >"$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	[[ -z $(ls -A "$TMPDIR") ]]
}

@test "what a tool caches by whole seconds is not taken for a try's own" {
	unset PYTHONDONTWRITEBYTECODE
	cp -r "$HEAL_SOURCE/tests/bench/sound/python/." .
	sed -i 's/groups\[tag\]/groups[tga]/' inventory.py
	run -1 python3 main.py
	touch inventory.py	# compiled, and written, within this second
	run -0 heal run --yes --no-color -- python3 main.py
	cmp inventory.py "$HEAL_SOURCE/tests/bench/sound/python/inventory.py"
}

@test "without --yes and without a terminal nothing is changed, and the diff is shown" {
	three_files
	snapshot >"$BATS_TEST_TMPDIR/before"
	run -2 --separate-stderr heal run -- make
	[[ $stderr == *"+	@echo one"* ]]
	snapshot | diff "$BATS_TEST_TMPDIR/before" -
	run -2 --separate-stderr heal run --dry-run --yes -- make
	snapshot | diff "$BATS_TEST_TMPDIR/before" -
	[[ ! -e $XDG_STATE_HOME/heal/undo ]] || [[ -z $(ls -A "$XDG_STATE_HOME/heal/undo") ]]
}

@test "the master switch makes heal a bystander" {
	three_files
	snapshot >"$BATS_TEST_TMPDIR/before"
	HEAL_ENABLED=false run -2 heal run --yes -- make
	snapshot | diff "$BATS_TEST_TMPDIR/before" -
}

@test "in production --yes is no approval: the proven plan is queued, and an approval of that very plan lets it through" {
	three_files
	snapshot >"$BATS_TEST_TMPDIR/before"
	HEAL_ENV=production run -2 --separate-stderr heal run --yes -- make
	snapshot | diff "$BATS_TEST_TMPDIR/before" -
	id=$(heal review | awk 'NR == 1 { print $1 }')
	[[ -n $id ]]
	run -0 heal review approve "$id"
	HEAL_ENV=production run -0 heal run --yes -- make
	run -0 make
}

@test "the records of a session are valid, closed by one of kind session, and in the store" {
	three_files
	run -0 heal run --yes --records out.ndjson -- make
	heal_schema_check out.ndjson
	assert_equal "$(tail -n 1 out.ndjson | jq -r '.kind + " " + .session.status')" "session healed"
	assert_equal "$(jq -r 'select(.fix) | .fix.status + " " + .validation.status' out.ndjson)" "applied passed"
	assert_equal "$(heal-log export | jq -r 'select(.kind == "session") | .session.status')" healed
}

@test "a failure that nobody knows needs a person, and says so once" {
	run -7 --separate-stderr heal run --yes -- sh -c 'echo strange; exit 7'
	assert_equal "$output" strange
	[[ $stderr == *"manual intervention required"* ]]
}

@test "output is passed through byte for byte, stdout and stderr apart" {
	head -c 300000 /dev/urandom >bytes
	run -0 sh -c 'heal run -- sh -c "cat bytes; cat bytes >&2" >out 2>err'
	cmp bytes out
	cmp bytes err
}

@test "a signal sent to heal reaches the command, and ends the session" {
	heal run --yes -- sh -c 'trap "echo got; exit 9" TERM; echo ready; while :; do sleep 0.1; done' >out 2>err &
	pid=$!
	wait_for grep -q ready out
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	assert_equal "$status" 9
	grep -q got out
	heal run --records records -- sh -c 'trap "exit 0" TERM; echo ready; while :; do sleep 0.1; done' >out &
	pid=$!
	wait_for grep -q ready out
	kill -TERM "$pid"
	wait "$pid"
}

# interrupted_where PLACE: heal receives TERM while a command with its correction runs in the copy or in the project.
interrupted_where() {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	cp -p a.c ../a.old
	# outside the project can be written only where nothing confines the command
	cat >check.sh <<-END
		gcc -fsyntax-only a.c || exit
		place=copy
		[ ! -w .. ] || place=project
		[ \$place != $1 ] || exec sleep 79.$$
	END
	heal run --yes -- sh check.sh >out 2>err &
	pid=$!
	wait_for pgrep -f "^sleep 79.$$\$" >/dev/null
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	assert_equal "$status" 143
	cmp a.c ../a.old
	grep -q 'interrupted before a repair was proven' err
	refute pgrep -f "^sleep 79.$$\$"
}

@test "a signal during a trial ends heal, not the trial alone" {
	interrupted_where copy
	refute grep -q changed err
}

@test "a signal while a change is validated takes it back" {
	interrupted_where project
	grep -q 'changed a.c' err
}

@test "a signal while a solution is proven ends heal-fix, and its records are written" {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	cp -p a.c ../a.old
	gcc -c a.c 2>&1 | heal-detect | heal-analyze >../records
	heal-fix --apply --prove ../records -- sh -c "sleep 79.$$; gcc -c a.c" >../fixed 2>../err &
	pid=$!
	wait_for pgrep -f "^sleep 79.$$\$" >/dev/null
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	assert_equal "$status" 143
	grep -q 'nothing is proven: interrupted' ../err
	assert_equal "$(wc -l <../fixed)" "$(wc -l <../records)"
	cmp a.c ../a.old
}

@test "kill -9 at any instant leaves each file old or new, and undo restores bytes, modes and times" {
	local i kills=${HEAL_KILLS:-60} pid f begin takes
	three_files
	snapshot >"$BATS_TEST_TMPDIR/before"
	mkdir "$BATS_TEST_TMPDIR/old" "$BATS_TEST_TMPDIR/new"
	cp -p Makefile one.mk two.mk "$BATS_TEST_TMPDIR/old"
	begin=$(date +%s%N)
	heal run --yes -- make >/dev/null 2>&1
	takes=$(($(date +%s%N) - begin))
	cp -p Makefile one.mk two.mk "$BATS_TEST_TMPDIR/new"
	heal undo
	for i in $(seq "$kills"); do
		heal run --yes -- make >/dev/null 2>&1 &
		pid=$!
		# the instant is taken by chance, within the time that it takes
		sleep "$((RANDOM * takes / 32768))e-9"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		for f in Makefile one.mk two.mk; do
			cmp -s "$f" "$BATS_TEST_TMPDIR/old/$f" || cmp "$f" "$BATS_TEST_TMPDIR/new/$f"
		done
		heal undo >/dev/null 2>&1 || true
		snapshot | diff "$BATS_TEST_TMPDIR/before" -
		assert_equal "$(ls -A | tr '\n' ' ')" "Makefile one.mk two.mk "
	done
}

@test "a large project is tried without a copy of what tools installed, which commands see and cannot change" {
	local as_root=()
	need unshare
	mkdir lower upper work merged
	((EUID == 0)) || as_root=(-Ur)
	unshare "${as_root[@]}" -m mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged ||
		skip "no overlays"
	rm -rf lower upper work merged
	mkdir -p sub/node_modules/big
	head -c 3000000 /dev/urandom >sub/node_modules/big/file
	echo 1 >sub/node_modules/big/runs
	printf 'all:\n        test -s sub/node_modules/big/file\n\techo 1 >>sub/node_modules/big/runs\n' >Makefile
	HEAL_TRIAL_MAX_MB=1 run -0 --separate-stderr heal run --yes -- make
	refute grep -q 'cannot try' <<<"$stderr"
	# the run in the project alone
	assert_equal "$(wc -l <sub/node_modules/big/runs)" 2
	# an overlay has no way to name it: the project is too large, as before
	heal undo
	mv sub 'a,b'
	sed -i 's/sub/a,b/' Makefile
	HEAL_TRIAL_MAX_MB=1 run --separate-stderr heal run --yes -- make
	[[ $stderr == *"too large to copy: it has more than 1 MB"* ]]
}

@test "a project too large to copy is mended in place, and what solved its own error stays, unproven" {
	three_files
	sed -i 's/^        /\t/' one.mk two.mk
	touch -d '2020-02-02 02:02:02.123456789' one.mk two.mk
	snapshot >"$BATS_TEST_TMPDIR/before"
	HEAL_TRIAL_MAX_MB=1 run -0 --separate-stderr sh -c 'head -c 3000000 /dev/zero >big; heal run --yes -- make'
	[[ $stderr == *"cannot try solutions in a copy: the project is too large to copy: it has more than 1 MB; the setting trial.max_mb"* ]]
	run -0 make
	heal undo
	snapshot | diff "$BATS_TEST_TMPDIR/before" -
	sed -i 's/@echo all/@false/' Makefile
	cp Makefile before.mk
	# the undone fix is less sure than it was
	HEAL_THRESHOLD=0.5 HEAL_TRIAL_MAX_MB=1 run -2 --separate-stderr heal run --yes -- make
	[[ $stderr == *"manual intervention required: the fix is applied but not verified: 'make' exited with status 2"* ]]
	run ! cmp Makefile before.mk
	heal undo
	cmp Makefile before.mk
}

@test "undo refuses where a file was edited since, names it, and keeps the edit" {
	three_files
	heal run --yes -- make
	echo '# mine' >>one.mk
	run ! heal undo
	assert_output --partial one.mk
	grep -q mine one.mk
	run -0 heal undo --force
	run ! grep -q mine one.mk
}

@test "a project's own file can tighten; it loosens only when trusted" {
	three_files
	mkdir .heal
	echo '{"require_approval": true}' >.heal/config.json
	run -2 heal run --yes -- make
	run -0 heal config
	assert_line --regexp '^require_approval +true'
	echo '{"allowed_commands": ["rm <path>"], "threshold": 0.1}' >.heal/config.json
	run -0 --separate-stderr heal config
	refute_line --regexp '^threshold +0.1'
	heal trust
	run -0 --separate-stderr heal config
	assert_line --regexp '^threshold +0.1'
	echo '{"threshold": 0.2}' >.heal/config.json
	run -0 --separate-stderr heal config
	refute_line --regexp '^threshold +0.2'
}

@test "doctor finds everything in order, and says what is not" {
	run -0 heal doctor
	local what
	for what in 'commands in a copy' "a fix's commands in the project" 'installations in the project' 'changes to the machine'; do
		assert_output --partial "confinement of $what: "
	done
	HEAL_PACKS=/dev/null run -1 heal doctor
	assert_output --partial "BAD"
}

@test "heal X starts heal-X, and a near miss is named" {
	run -0 heal rules list 'make.*'
	assert_output --partial make.syntax
	run -2 heal undoo
	assert_output --partial "did you mean 'undo'"
	run -2 heal run
	run -2 heal run --no-such-option -- true
}

# old NAME DAYS: the backup is as if made so many days ago
old() {
	local manifest=$XDG_STATE_HOME/heal/undo/$1/manifest.json
	jq -c --arg t "$(date -u -d "$2 days ago" +%Y-%m-%dT%H:%M:%S.000Z)" '.time = $t' "$manifest" >"$manifest.tmp"
	mv "$manifest.tmp" "$manifest"
}

@test "undo --prune throws old backups away, but never the last of a project" {
	local project name
	for project in one two; do
		mkdir "$project"
		cd "$project"
		for _ in 1 2 3; do
			printf 'all:\n        @echo all\n' >Makefile
			heal run --yes -- make
		done
		cd ..
	done
	assert_equal "$(heal undo --list | wc -l)" 6
	run -0 heal undo --prune
	assert_output --partial '0 backups deleted'
	for name in $(heal undo --list | awk '{ print $1 }'); do old "$name" 100; done
	HEAL_UNDO_MAX_DAYS=0 run -0 heal undo --prune
	assert_output --partial '0 backups deleted'
	run -0 heal undo --prune
	assert_output --partial '4 backups deleted'
	assert_equal "$(heal undo --list | wc -l)" 2
	cd one
	run -0 heal undo
	run -2 make
}

@test "backups beyond undo.max_mb go, the oldest first, and heal run sees to that" {
	export HEAL_LOCAL_COMMANDS=make # a makefile of this size is not read to its end
	for _ in 1 2 3; do
		printf 'all:\n        @echo all\n' >Makefile
		yes '# a comment of some length' | head -n 20000 >>Makefile
		heal run --yes -- make
	done
	first=$(heal undo --list | tail -n 1 | cut -d' ' -f1)
	assert_equal "$(heal undo --list | wc -l)" 3
	printf 'all:\n        @echo all\n' >Makefile
	HEAL_UNDO_MAX_MB=1 heal run --yes -- make
	run -0 heal undo --list
	refute_output --partial "$first"
	assert_equal "${#lines[@]}" 2
	run -0 heal undo
}

@test "what was cut short is not thrown away, whatever its age" {
	three_files
	heal run --yes -- make
	name=$(heal undo --list | cut -d' ' -f1)
	old "$name" 1000
	sed -i 's/"state":"applied"/"state":"prepared"/' "$XDG_STATE_HOME/heal/undo/$name/manifest.json"
	HEAL_UNDO_MAX_DAYS=1 run -0 heal undo --prune
	assert_output --partial '0 backups deleted'
}

@test "where nothing can stand in for the project, solutions are tried in the copy by its own name" {
	need unshare setpriv
	unshare -Ur true || skip "no user namespaces"
	export HEAL_TRIAL_WRITABLE=$BATS_TEST_TMPDIR/seen
	mkdir "$HEAL_TRIAL_WRITABLE"
	printf 'all:\n        @pwd >>"%s"\n' "$HEAL_TRIAL_WRITABLE/where" >Makefile
	# Root of a namespace that may have no further ones, and then without any rights.
	run -0 unshare -Ur bash -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"' - heal run --yes -- make
	assert_output --partial 'healed'
	run -0 cat "$HEAL_TRIAL_WRITABLE/where"
	assert_equal "${#lines[@]}" 2
	[[ ${lines[0]} == */heal-trial-* && ${lines[1]} == "$PWD" ]]
}

@test "a command that writes to the broken file each time is repaired all the same" {
	printf 'total()\n{\n\techo 1\n}\n\ntotl\n' >lib.sh
	printf 'echo "# $RANDOM" >>lib.sh\nset -e\n. ./lib.sh\n' >run.sh
	heal run --yes -- bash run.sh >out 2>err
	grep -qx total lib.sh
}

@test "what a warning is about is not told as the cause of another failure" {
	printf 'all:\n\tgcc -Wall -c t.c\n\t@echo "t: t.c:9: main: Assertion \\`x == 3'"'"' failed."; exit 3\n' >Makefile
	printf 'int f(void)\n{\n\tint y;\n\treturn 0;\n}\n' >t.c
	run -2 --separate-stderr heal run --no-color -- make
	[[ $stderr == *'heal: cause of a warning: y is declared and not used.'* ]]
	refute grep -q '^heal: cause:' <<<"$stderr"
}
