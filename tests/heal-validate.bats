#!/usr/bin/env bats
# heal-validate: what helps stays, what does not goes back, and what did not run is never passed.

setup() {
	load helper
	heal_setup
	mkdir .git
}

# detect COMMAND...: its incidents into in.json
detect() { "$@" 2>&1 | heal-detect >in.json || true; }

# edit FILE LINE COLUMN END_LINE END_COLUMN TEXT: an edit step for the file as it is now
edit() {
	jq -cn --arg file "$1" --argjson at "[$2, $3, $4, $5]" --arg text "$6" --arg sum "$(sha256sum <"$1" | cut -c1-64)" \
		'{do: "edit", file: $file, expect: $sum,
		  edits: [{line: $at[0], column: $at[1], end_line: $at[2], end_column: $at[3], text: $text}]}'
}

# solve SELECT STEP...: the incidents of in.json for which SELECT holds get one solution made of the steps
solve() {
	local select=".error.level == \"error\" and ($1)" steps
	shift
	steps=$(printf '%s\n' "$@" | jq -cs .)
	jq -c --argjson steps "$steps" "if .solutions == null and ($select) then .solutions = [{id: \"s.\(.error.file):\(.error.line)\",
		type: \"code_fix\", applicability: \"machine\", confidence: 0.95, files: [\$steps[].file | values] | unique,
		steps: \$steps}] else . end" in.json | "$HEAL_BUILD/tests/sign" >in.new
	mv in.new in.json
}

fix() { heal-fix --apply --yes in.json >fixed.json; }
# validate [OPTION...] [-- COMMAND...]
validate() { run --separate-stderr heal-validate "$@" <fixed.json; }

# the verdict of each fix, in order; a member of the I-th fix; a check's status in it
verdicts() { jq -r 'select(.validation) | .validation.status' <<<"$output" | paste -sd ' '; }
of() { jq -rs "map(select(.validation))[$1] | $2" <<<"$output"; }
check() { of "$1" "[.validation.checks[] | select(.check == \"$2\") | .status] | join(\" \")"; }
detail() { of "$1" "[.validation.checks[] | select(.check == \"$2\") | .detail] | join(\" \")"; }

# A C program without its semicolon, found and mended.
semicolon() {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	printf 'all: a.o\n%%.o: %%.c\n\tgcc -Wall -c $<\n' >Makefile
	detect make
	solve '.error.tool == "gcc"' "$(edit a.c 3 10 3 10 "${1-;}")"
	cp -p a.c a.old
	fix
	jq -es 'map(select(.fix.status == "applied")) | length > 0' fixed.json >/dev/null
}

# ---- it helps ----

@test "the run without the fix is a check of its own, with what confined it and what did not" {
	semicolon
	validate -- make
	assert_equal "$(check 0 control)" passed
	assert_equal "$(of 0 '.validation.checks[] | select(.check == "control") | .confined | length > 0')" true
	# what was wanted is in one list or the other
	assert_equal "$(of 0 '.validation.checks[] | select(.check == "control") |
		[.confined[], .unconfined[]?] | map(sub("-.*"; "")) | unique | contains(["landlock", "mounts", "netns", "seccomp"])')" true
}

@test "a fix after which the incident is gone has passed, and stays" {
	semicolon
	validate -- make
	assert_equal "$status" 0
	assert_equal "$(verdicts)" passed
	assert_equal "$(of 0 .validation.resolved)" true
	assert_equal "$(of 0 '[.validation.checks[].check] | join(" ")')" 'syntax safety control rerun new-incidents performance'
	assert_equal "$(of 0 .fix.status)" applied
	assert_equal "$(sed -n 3p a.c)" $'\treturn 0;'
	assert_equal "$(printf '%s\n' "$output" | records)" "$(wc -l <fixed.json)"
}

@test "from the failing command to the verdict in one pipe" {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	gcc -c a.c 2>&1 | heal-detect | jq -c --arg sum "$(sha256sum <a.c | cut -c1-64)" '.solutions = [{id: "s", type: "code_fix",
		applicability: "machine", confidence: 0.95, files: ["a.c"], steps: [{do: "edit", file: "a.c", expect: $sum,
		edits: [{line: 3, column: 10, end_line: 3, end_column: 10, text: ";"}]}]}]' |
		heal-fix --apply --yes | heal-validate -- gcc -c a.c >out.json
	assert_equal "$(field .validation.status <out.json)" passed
}

@test "the packs' own repair, from the failing make to the verdict" {
	printf 'all:\n        touch made\n' >Makefile
	touch -d '1 minute ago' Makefile	# heal-fix wants the file to be older than the failure
	make 2>&1 | heal-detect | heal-analyze | heal-fix --apply --yes | heal-validate -- make >out.json
	assert_equal "$(field 'select(.fix) | [.fix.status, .validation.status, .validation.resolved] | join(" ")' <out.json)" \
		'applied passed true'
	[[ -e made ]]
	records <out.json
}

@test "a python script" {
	printf 'import sys\nprint(math.sqrt(4))\n' >a.py
	detect python3 a.py
	solve 'true' "$(edit a.py 1 1 1 1 $'import math\n')"
	fix
	validate -- python3 a.py
	assert_equal "$status" 0
	assert_equal "$(verdicts)" passed
}

@test "other incidents that nothing was done about do not count against a fix" {
	semicolon
	printf 'int f(void) { return nothing; }\n' >b.c
	sed -i 's/a.o$/a.o b.o/' Makefile
	{ cat fixed.json; make -k 2>&1 | heal-detect | jq -c 'select(.error.file == "b.c")'; } >more.json
	mv more.json fixed.json
	validate -- make -k
	assert_equal "$status" 0
	assert_equal "$(verdicts)" passed
}

@test "records without an applied fix pass byte for byte, in order" {
	printf '%s\n' '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"},"mine":[1.50,"\u00e9"]}' \
		'{"heal":1,"kind":"incident","id":"i","error":{"rule":"t","level":"error","message":"m"},"fix":{"status":"queued"}}' >fixed.json
	validate -- false
	assert_equal "$status" 0
	assert_equal "$output" "$(cat fixed.json)"
}

@test "behind an applied fix they keep their order, too" {
	semicolon
	echo '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"},"mine":[1.50,"\u00e9"]}' >>fixed.json
	validate -- make
	assert_equal "$(tail -n 1 <<<"$output")" "$(tail -n 1 fixed.json)"
	assert_equal "$(jq -r .id <<<"$output")" "$(jq -r .id fixed.json)"
}

@test "nothing at all is nothing to do" {
	: >fixed.json
	validate -- make
	assert_equal "$status" 0
	assert_output ''
}

# ---- it does not ----

@test "a fix after which the incident is still there goes back, bytes and mode" {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	chmod 640 a.c
	detect gcc -c a.c
	solve true "$(edit a.c 1 1 1 1 $'/* mended */\n')"
	cp -p a.c a.old
	fix
	validate -- gcc -c a.c
	assert_equal "$status" 1
	assert_equal "$(verdicts)" failed
	assert_equal "$(check 0 rerun)" failed
	assert_equal "$(of 0 .fix.status)" rolled_back
	assert_equal "$(of 0 .validation.resolved)" false
	[[ $(of 0 .fix.reason) == *'still occurs'* ]]
	cmp a.c a.old
	assert_equal "$(stat -c %a a.c)" 640
	assert_equal "$(printf '%s\n' "$output" | records)" "$(wc -l <fixed.json)"
}

@test "a fix that brings something as bad goes back" {
	printf 'int main(void)\n{\n\treturn zero;\n}\n' >a.c
	detect gcc -c a.c
	solve true "$(edit a.c 3 9 3 13 'null()+')"
	cp -p a.c a.old
	fix
	validate -- gcc -Werror -c a.c
	assert_equal "$status" 1
	assert_equal "$(verdicts)" failed
	cmp a.c a.old
}

@test "what no longer parses goes back without a run" {
	printf 'print(nothing)\n' >a.py
	detect python3 a.py
	solve true "$(edit a.py 1 7 1 14 '(')"
	cp -p a.py a.old
	fix
	validate -- touch ran
	assert_equal "$status" 1
	assert_equal "$(check 0 syntax)" failed
	[[ ! -e ran ]]
	cmp a.py a.old
}

@test "an incident that is only elsewhere in the file now is still there" {
	printf 'print(nothing)\n' >a.py
	detect python3 a.py
	solve true "$(edit a.py 1 1 1 1 $'# one\n# two\n')"
	fix
	validate -- python3 a.py
	assert_equal "$status" 1
	assert_equal "$(check 0 rerun)" failed
}

@test "of two alike, the one that is mended has passed and the other has not" {
	printf 'int f(void) { return 0 }\nint x;\nint g(void) { return 0 }\n' >a.c
	detect gcc -c a.c
	solve '.error.line == 1' "$(edit a.c 1 23 1 23 ';')"
	solve '.error.line == 3' "$(edit a.c 3 1 3 1 '/**/')"
	fix
	validate -- gcc -c a.c
	assert_equal "$status" 1
	assert_equal "$(verdicts)" 'passed failed'
	assert_equal "$(cat a.c)" $'int f(void) { return 0; }\nint x;\nint g(void) { return 0 }'
}

@test "after a rollback make knows that what it built is out of date" {
	semicolon '; }  int f(void) { return undeclared;'
	validate -- make
	assert_equal "$(verdicts)" failed
	run make
	assert_equal "$status" 2
}

# ---- several ----

three() {
	printf 'int a(void) { return 0 }\n' >a.c
	printf 'int b(void) { return none; }\n' >b.c
	printf 'int c(void) { return 0 }\n' >c.c
	printf 'all: a.o b.o c.o\n%%.o: %%.c\n\tgcc -Wall -c $<\n' >Makefile
	detect make -k
	solve '.error.file == "a.c"' "$(edit a.c 1 23 1 23 ';')"
	solve '.error.file == "b.c"' "$(edit b.c 1 22 1 26 "$1")"
	solve '.error.file == "c.c"' "$(edit c.c 1 23 1 23 ';')"
	for f in a b c; do cp -p $f.c $f.old; done
	fix
	assert_equal "$(jq -rs 'map(.fix.status // empty) | join(" ")' fixed.json)" 'applied applied applied'
}

@test "the guilty one of three is found, and only it goes back" {
	three 'other'
	validate -- make -k
	assert_equal "$status" 1
	assert_equal "$(verdicts)" 'passed failed passed'
	assert_equal "$(check 1 new-incidents)" failed
	assert_equal "$(of 1 .fix.status)" rolled_back
	[[ $(of 1 .fix.reason) == *other* ]]
	cmp b.c b.old
	assert_equal "$(cat a.c c.c)" $'int a(void) { return 0; }\nint c(void) { return 0; }'
}

@test "three that help stay, after one run" {
	three 0
	validate -- sh -c 'echo >>runs; make -k'
	assert_equal "$status" 0
	assert_equal "$(verdicts)" 'passed passed passed'
	assert_equal "$(wc -l <runs)" 1
}

@test "the guilty one is found below others in the same file, and they are put in place again" {
	printf 'int a(void) { return none; }\nint b(void) { return 0 }\nint c(void) { return 0 }\n' >a.c
	detect gcc -c a.c
	solve '.error.line == 1' "$(edit a.c 1 22 1 26 other)"
	solve '.error.line == 2' "$(edit a.c 2 23 2 23 ';')"
	solve '.error.line == 3' "$(edit a.c 3 23 3 23 ';')"
	fix
	validate -- gcc -c a.c
	assert_equal "$status" 1
	assert_equal "$(verdicts)" 'failed passed passed'
	assert_equal "$(cat a.c)" $'int a(void) { return none; }\nint b(void) { return 0; }\nint c(void) { return 0; }'
	# and what is in place now can be taken back by what the records say
	for i in 1 2; do [[ -d $XDG_STATE_HOME/heal/undo/$(of $i .fix.backup) ]]; done
}

@test "where no single one is guilty, all go back, newest first" {
	printf 'int a(void) { return none; }\nint b(void) { return none_either; }\n' >a.c
	detect gcc -c a.c
	solve '.error.line == 1' "$(edit a.c 1 22 1 26 one)"
	solve '.error.line == 2' "$(edit a.c 2 22 2 33 two)"
	cp -p a.c a.old
	fix
	validate -- gcc -c a.c
	assert_equal "$status" 1
	assert_equal "$(verdicts)" 'failed failed'
	cmp a.c a.old
}

# ---- cannot tell ----

@test "a command that does not end is inconclusive, and killed" {
	semicolon
	validate --timeout 1 -- sh -c "sleep 77.$$ & sleep 77.$$"
	assert_equal "$status" 3
	assert_equal "$(verdicts)" inconclusive
	[[ $(detail 0 rerun) == *'timed out'* ]]
	assert_equal "$(of 0 .fix.status)" applied
	run pgrep -f "^sleep 77.$$\$"
	assert_equal "$status" 1
}

@test "who ends heal-validate ends the command, in the copy as well, and nothing more is run" {
	semicolon
	heal-validate -- sh -c "sleep 78.$$ & sleep 78.$$" <fixed.json >out.json &
	pid=$!
	runs() { pgrep -f "^sleep 78.$$\$" >/dev/null; }
	ended() { ! runs; }
	wait_for runs
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	assert_equal "$status" 143
	wait_for ended
}

@test "a command that cannot be found is inconclusive" {
	semicolon
	validate -- no-such-command-at-all
	assert_equal "$status" 3
	assert_equal "$(check 0 rerun)" inconclusive
}

@test "a failure that nothing known explains is inconclusive" {
	semicolon
	validate -- sh -c 'make && exit 7'
	assert_equal "$status" 3
	[[ $(detail 0 rerun) == *'status 7'* ]]
}

@test "without a command nothing is passed at the standard level" {
	semicolon
	validate
	assert_equal "$status" 3
	assert_equal "$(verdicts)" inconclusive
	assert_equal "$(check 0 rerun)" skipped
}

@test "a record's own command is never run" {
	semicolon
	jq -c '.source.command = ["touch", "ran"]' fixed.json >x && mv x fixed.json
	validate
	assert_equal "$status" 3
	assert_equal "$(verdicts)" inconclusive
	[[ $(detail 0 rerun) == 'not run: '* ]]
	[[ ! -e ran ]]
}

@test "the setting validation.command is run where no command is given" {
	semicolon
	HEAL_VALIDATION_COMMAND='make -s' validate
	assert_equal "$status" 0
	assert_equal "$(verdicts)" passed
	HEAL_VALIDATION_COMMAND='make; touch ran' validate
	assert_equal "$status" 2
	[[ $stderr == *'must be one command'* && ! -e ran ]]
}

@test "an untrusted project's validation.command is not run" {
	semicolon
	mkdir -p .heal
	echo '{"validation": {"command": "touch ran"}}' >.heal/config.json
	validate
	assert_equal "$status" 3
	[[ ! -e ran ]]
}

@test "a command that passes without the fix as well proves nothing" {
	semicolon
	for command in true 'sh -c true' 'make -n' 'echo fine' 'test -e a.c'; do
		validate -- $command
		assert_equal "$status" 3
		assert_equal "$(check 0 rerun)" inconclusive
		[[ $(detail 0 rerun) == *'it proves nothing' ]]
		assert_equal "$(of 0 .fix.status)" applied
		assert_equal "$(of 0 .validation.resolved)" false
	done
}

@test "a command that fails without the fix for another reason proves nothing" {
	semicolon
	validate -- sh -c 'grep -q "0;" a.c || { echo "b.c:1:1: error: another"; exit 1; }'
	assert_equal "$status" 3
	assert_equal "$(check 0 rerun)" inconclusive
}

@test "the run without the fix is in a copy: the project is not touched" {
	semicolon
	stat -c '%n %i %y' a.c >before
	validate -- make
	assert_equal "$status" 0
	stat -c '%n %i %y' a.c | cmp - before
	assert_equal "$(heal undo --list | wc -l)" 1
}

@test "where no copy can be made, the fix is taken out for the run and put back" {
	semicolon
	cp a.c fixed.c
	HEAL_TRIAL_MAX_MB=0 validate -- make
	assert_equal "$status" 0
	cmp a.c fixed.c
	HEAL_TRIAL_MAX_MB=0 validate --keep -- true
	assert_equal "$status" 3
	[[ $(detail 0 rerun) == *'could not be run without the fix'* ]]
}

@test "a record that the journal does not know has no say in what runs" {
	semicolon
	jq -c '.source.command = ["touch", "ran"] | .id = "another"' fixed.json >x && mv x fixed.json
	validate
	assert_equal "$status" 3
	[[ ! -e ran ]]
	jq -c '.fix.backup = "../../../x"' fixed.json >x && mv x fixed.json
	validate -- false
	assert_equal "$status" 3
}

@test "thorough runs three times, and what does not agree is inconclusive" {
	semicolon
	printf '#!/bin/sh\necho >>runs\n[ $(wc -l <runs) -ne 2 ] || { echo "a.c:3:1: error: now and then"; exit 1; }\n' >flaky
	chmod +x flaky
	validate --level thorough -- ./flaky
	assert_equal "$status" 3
	assert_equal "$(check 0 rerun)" inconclusive
	[[ $(detail 0 rerun) == *flaky* ]]
	rm runs
	printf '#!/bin/sh\necho >>"%s/runs"\nmake -s\n' "$BATS_TEST_TMPDIR" >steady
	chmod +x steady
	validate --level thorough -- ./steady
	assert_equal "$status" 0
	assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/runs")" 3 # the one without the fix cannot write there
	rm "$BATS_TEST_TMPDIR/runs"
	validate --times 2 -- ./steady
	assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/runs")" 2
}

@test "the same record twice is one fix" {
	semicolon ' '
	cat fixed.json >>fixed.json.2 && cat fixed.json >>fixed.json.2 && mv fixed.json.2 fixed.json
	validate -- make
	assert_equal "$status" 1
	assert_equal "$(verdicts)" 'failed failed'
	assert_equal "$(of 1 .fix.status)" rolled_back
	cmp a.c a.old
}

@test "a fix with which no tests run, or fewer than before, is not proven and goes back" {
	semicolon
	validate -- echo 'no tests ran in 0.01s'
	assert_equal "$status" 3
	assert_equal "$(verdicts)" inconclusive
	assert_equal "$(check 0 tests)" inconclusive
	assert_equal "$(of 0 .fix.status)" rolled_back
	cmp a.c a.old
	echo '1 failed, 4 passed in 0.10s' >before.log
	semicolon
	validate --before before.log -- echo '4 passed in 0.10s'
	assert_equal "$status" 3
	[[ $(detail 0 tests) == '4 tests ran, 5 did before' ]]
	semicolon
	validate --before before.log -- true
	assert_equal "$status" 3
	semicolon
	validate --before before.log -- sh -c "make -s && echo '5 passed in 0.10s'"
	assert_equal "$status" 0
	assert_equal "$(check 0 tests)" passed
}

# ---- quick, safety ----

@test "quick runs no command" {
	semicolon
	validate --level quick -- touch ran
	assert_equal "$status" 0
	assert_equal "$(verdicts)" passed
	assert_equal "$(of 0 .validation.level)" quick
	assert_equal "$(of 0 .validation.resolved)" false
	[[ ! -e ran ]]
}

@test "quick without a checker for the file is inconclusive" {
	echo one >notes.unknown
	echo '{"heal":1,"kind":"incident","id":"0193","error":{"rule":"t","level":"error","message":"m"}}' >in.json
	solve true "$(edit notes.unknown 1 1 1 4 two)"
	fix
	validate --level quick
	assert_equal "$status" 3
	assert_equal "$(check 0 syntax)" skipped
}

@test "a file that its checker cannot parse by itself costs a good fix nothing" {
	mkdir elsewhere
	printf '#define ZERO 0\n' >elsewhere/zero.h
	printf '#include <zero.h>\nint main(void)\n{\n\treturn ZERO\n}\n' >a.c
	detect gcc -Ielsewhere -c a.c
	solve true "$(edit a.c 4 13 4 13 ';')"
	fix
	validate -- gcc -Ielsewhere -c a.c
	assert_equal "$status" 0
	assert_equal "$(check 0 syntax)" skipped
}

@test "a fix that buys green goes back, whoever made it" {
	need python3
	printf 'def test_one():\n    assert 1 == 2\n' >test_a.py
	echo '{"heal":1,"kind":"incident","id":"0193","error":{"rule":"t","level":"error","message":"m"}}' >in.json
	solve true "$(edit test_a.py 2 5 2 5 $'x = 1\n    ')"
	cp test_a.py test.old
	fix
	# somebody makes more of it, and the journal notes it as the fix
	entry=$XDG_STATE_HOME/heal/undo/$(jq -r .fix.backup fixed.json)
	printf 'def test_one():\n    pass\n' >test_a.py
	sum=$(sha256sum <test_a.py | cut -c1-64)
	jq -c --arg sum "$sum" '.files[0].new = $sum' "$entry/manifest.json" >m && cat m >"$entry/manifest.json"
	validate -- true
	assert_equal "$status" 1
	assert_equal "$(check 0 safety)" failed
	[[ $(detail 0 safety) == *assertion* ]]
	cmp test_a.py test.old
}

@test "--keep takes nothing back" {
	semicolon ' '
	validate --keep -- make
	assert_equal "$status" 1
	assert_equal "$(verdicts)" failed
	assert_equal "$(of 0 .fix.status)" applied
	run ! cmp -s a.c a.old
}

@test "a rollback that fails is loud" {
	semicolon ' '
	echo '/* mine */' >>a.c
	validate -- make
	assert_equal "$status" 5
	assert_equal "$(verdicts)" failed
	assert_equal "$(of 0 .fix.status)" applied
	[[ $(of 0 .fix.reason) == *'edited since'* ]]
	[[ $stderr == *'could not be rolled back'* ]]
}

# ---- the user's own validators ----

# validator DIRECTORY NAME: from standard input
validator() {
	mkdir -p "$1"
	{ echo '#!/bin/sh'; cat; } >"$1/$2"
	chmod 755 "$1/$2"
}

@test "a validator of the user's has its say" {
	own=$XDG_CONFIG_HOME/heal/validators.d
	semicolon
	validator "$own" good <<<'cat >got; echo "{\"status\":\"passed\",\"detail\":\"fine\"}"'
	validate -- make
	assert_equal "$status" 0
	assert_equal "$(check 0 good)" passed
	assert_equal "$(detail 0 good)" fine
	assert_equal "$(jq -r .fix.status got)" applied
	assert_equal "$(wc -l <got)" 1
	validator "$own" bad <<<'echo "{\"status\":\"failed\",\"detail\":\"not to my liking\"}"'
	validate -- make
	assert_equal "$status" 1
	assert_equal "$(check 0 bad)" failed
	[[ $(of 0 .fix.reason) == *'not to my liking'* ]]
	cmp a.c a.old
}

@test "a validator that says something else, fails or hangs is inconclusive" {
	own=$XDG_CONFIG_HOME/heal/validators.d
	semicolon
	validator "$own" garbage <<<'echo passed'
	validator "$own" two <<<'echo "{\"status\":\"passed\"}"; echo "{\"status\":\"passed\"}"'
	validator "$own" status <<<'echo "{\"status\":\"passed\"}"; exit 1'
	validator "$own" unknown <<<'echo "{\"status\":\"great\"}"'
	validator "$own" flood <<<'head -c 10000000 /dev/zero'
	validator "$own" hangs <<<'sleep 77'
	validator "$own" open <<<'echo "{\"status\":\"passed\"}"'
	chmod 777 "$own/open"
	echo text >"$own/README"
	validate --timeout 1 -- make
	assert_equal "$status" 3
	assert_equal "$(of 0 .fix.status)" applied
	for name in garbage two status unknown flood hangs open; do
		assert_equal "$name $(check 0 $name)" "$name inconclusive"
	done
	assert_equal "$(check 0 README)" ''
}

@test "a project's validators run only where the project is trusted" {
	semicolon
	validator .heal/validators.d mine <<<'touch ran; echo "{\"status\":\"passed\"}"'
	validate -- make
	[[ ! -e ran ]]
	[[ $stderr == *'not trusted'* ]]
	assert_equal "$(verdicts)" passed
}

@test "a validator that was changed since the project was trusted runs no more" {
	semicolon
	validator .heal/validators.d mine <<<'touch ran; echo "{\"status\":\"passed\"}"'
	echo '{}' >.heal/config.json
	heal trust
	validate -- make
	[[ -e ran ]]
	rm ran
	echo '# more' >>.heal/validators.d/mine
	validate -- make
	[[ ! -e ran ]]
	[[ $stderr == *'not trusted'* ]]
	heal trust
	printf '#!/bin/sh\ntouch ran\n' >.heal/validators.d/another
	chmod +x .heal/validators.d/another
	validate -- make
	[[ ! -e ran ]]
}

# ---- options, bad input ----

@test "a bad line costs one line" {
	semicolon
	sed -i '1i not json' fixed.json
	validate -- make
	assert_equal "$status" 2
	assert_equal "$(verdicts)" passed
}

@test "records that make no sense do no harm" {
	local base='{"heal":1,"kind":"incident","id":"i","error":{"rule":"t","level":"error","message":"m"},"fix":{"status":"applied"'
	cat >fixed.json <<-END
	$base}}
	$base,"solution":"s"},"solutions":[]}
	$base,"solution":"s","backup":""},"solutions":[{"id":"s","steps":[{"do":"advise","text":"x"}],"files":["/etc/passwd","../x","","-rf","a\\u0000b"]}]}
	$base,"backup":"0193"},"source":{"command":[],"cwd":"/nonexistent"}}
	$base,"backup":"0193"},"source":{"command":["touch","ran"],"cwd":"../.."}}
	$base},"validation":{"status":"passed","resolved":true}}
	END
	validate
	assert_equal "$status" 3
	assert_equal "$(verdicts)" 'inconclusive inconclusive inconclusive inconclusive inconclusive inconclusive'
	[[ ! -e ran ]]
	assert_equal "$(printf '%s\n' "$output" | records)" 6
}

@test "wrong usage" {
	: >fixed.json
	validate --level deep
	assert_equal "$status" 2
	validate --times x
	assert_equal "$status" 2
	validate --
	assert_equal "$status" 2
	validate --root no/such/place
	assert_equal "$status" 2
	validate --before no-such-file -- true
	[[ $status -ne 0 ]]
}
