#!/usr/bin/env bats
# What heal run takes for a proof: seen without the fix, gone with it, as often as it takes; no fewer tests; nothing new; no
# more than is needed.  A checker of our own makes each trap, since no real tool fails on demand.

setup() {
	load helper
	heal_setup
	mkdir .git
	# where the command notes its runs, also those in a copy
	export SEEN=$BATS_TEST_TMPDIR/seen
	export HEAL_RETRY_DELAY=0 COUNT=$SEEN/count HEAL_TRIAL_WRITABLE=$SEEN HEAL_TRIAL_VARIABLES=COUNT
	mkdir "$SEEN"
	: >"$COUNT"
}

# pack TYPE STEP...: the checker's lines are incidents of that type, whose one solution is made of the steps
pack() {
	local type=$1
	shift
	mkdir -p "$BATS_TEST_TMPDIR/packs"
	cat >"$BATS_TEST_TMPDIR/packs/t.yaml" <<-END
	pack: t
	rules:
	  - id: t.check
	    match: '^check: (?<file>[^:]+):(?<line>\d+): (?<level>error|warning): (?<message>.+)\$'
	causes:
	  - id: t.bad
	    rule: t.check
	    when: {message: bad}
	    type: $type
	    severity: 7
	    confidence: 0.95
	    cause: it is bad
	    solutions:
	      - id: t.mend
	        description: Mend it.
	        because: It is bad.
	        confidence: 0.95
	        steps:
	$(printf '          - %s\n' "$@")
	END
	heal-rules compile --packs "$HEAL_PACKS" --output "$BATS_TEST_TMPDIR/t.pack" "$BATS_TEST_TMPDIR/packs"
	export HEAL_PACKS=$BATS_TEST_TMPDIR/t.pack
}

# check BODY: the command.  $n is how often it ran; "bad LINE" reports a bad line and fails.
check() {
	cat >check <<-END
	#!/bin/sh
	echo >>"\$COUNT"
	n=\$(wc -l <"\$COUNT")
	bad() { echo "check: app:\$1: error: bad word"; exit 1; }
	$1
	END
	chmod +x check
	printf 'one\nbad\nthree\n' >app
}

runs() { wc -l <"$COUNT"; }
heal_run() { run --separate-stderr heal run --yes --records out.ndjson "$@" -- ./check; }
verdict() { jq -r 'select(.validation) | .validation.status' out.ndjson; }
# what a check said, of the proof in a copy or of the validation in the project
detail() {
	jq -r --arg c "$1" 'select(.validation) | [.solutions[]?.proof.checks[]?, .validation.checks[]]
		| map(select(.check == $c)) | .[0:1][] | .detail' out.ndjson
}
mend="{edit: app, replace: 'bad', with: good, line: \"{line}\"}"

# ---- without the fix ----

@test "a project in shared memory is healed, with its copies there as well" {
	[[ -w /dev/shm ]] || skip "no /dev/shm"
	pack syntax_error "$mend"
	local shared
	shared=$(mktemp -d /dev/shm/heal-test.XXXXXX)
	mkdir "$shared/.git" "$shared/tmp"
	cd "$shared"
	check 'grep -q bad app && bad 2; exit 0'
	TMPDIR=$shared/tmp heal_run
	local healed=$status
	cd / && rm -rf "$shared"
	assert_equal "$healed" 0
}

@test "a failure that passes without a change is flaky: nothing is changed, it is tried again, and that is said" {
	pack runtime_error "$mend"
	check '[ $n -lt 3 ] && grep -q bad app && bad 2; exit 0'
	cp -p app before
	heal_run
	assert_equal "$status" 0
	cmp app before
	[[ $stderr == *flaky* ]]
	assert_equal "$(verdict)" inconclusive
	assert_equal "$(jq -r 'select(.kind == "incident") | .analysis.transient' out.ndjson)" true
	[[ $(detail counterfactual) == 'failed in 2 runs without a change, and passed in the next: flaky' ]]
	assert_equal "$(jq -r 'select(.session) | .session.status' out.ndjson)" healed
	[[ ! -e $XDG_STATE_HOME/heal/undo ]] || [[ -z $(ls -A "$XDG_STATE_HOME/heal/undo") ]]
	heal_schema_check out.ndjson
}

@test "one that passes in the copy at once is flaky, too" {
	pack runtime_error "$mend"
	check '[ $n -ne 2 ] && [ $n -lt 4 ] && bad 2; exit 0'
	heal_run
	assert_equal "$status" 0
	grep -q bad app
	[[ $stderr == *flaky* ]]
}

@test "a flaky failure that does not pass by itself here is left to a person, unchanged" {
	pack runtime_error "$mend"
	check '[ $n -ne 3 ] && bad 2; exit 0'
	HEAL_RETRY_ATTEMPTS=2 heal_run
	assert_equal "$status" 1
	grep -q bad app
	[[ $stderr == *'manual intervention required'*flaky* ]]
}

@test "one that fails twice and passes the third time is not healed by the edit in between" {
	pack syntax_error "$mend"
	check '[ $n -lt 3 ] && bad 2; exit 0'
	cp -p app before
	heal_run
	cmp app before
	[[ $stderr == *flaky* ]]
	assert_equal "$(verdict)" inconclusive
}

@test "a command that reuses the results of an earlier run is tried again in a new copy" {
	pack syntax_error "$mend"
	check '[ -e built ] && exit 0; grep -q bad app && bad 2; touch built'
	heal_run
	assert_equal "$status" 0
	grep -q good app
	assert_equal "$(detail counterfactual)" 'failed in 3 runs without the fix, passed in 1 with it'
}

@test "each run in the copy may write to a cache of the home and to one that a variable names, and nothing of it stays" {
	pack runtime_error "$mend"
	export GOCACHE=$BATS_TEST_TMPDIR/cache
	mkdir -p "$GOCACHE" "$HOME/.cache/go-build"
	check 'echo $n >>"$GOCACHE/x" && echo $n >>"$HOME/.cache/go-build/x" || bad 9; grep -q bad app && bad 2; exit 0'
	heal_run --reruns 3
	assert_equal "$status" 0
	assert_equal "$(verdict)" passed
	# only the runs in the project itself wrote there
	[[ $(wc -l <"$GOCACHE/x") -lt $(runs) ]]
	cmp "$GOCACHE/x" "$HOME/.cache/go-build/x"
}

@test "what may be flaky is seen three times without its fix before and once after, and three times with it" {
	pack runtime_error "$mend"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run
	assert_equal "$status" 0
	grep -q good app
	assert_equal "$(detail counterfactual)" 'failed in 4 runs without the fix, passed in 3 with it'
	assert_equal "$(runs)" 8	# and once in the project itself
}

@test "--reruns and validation.reruns say how often" {
	pack runtime_error "$mend"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run --reruns 2
	assert_equal "$(detail counterfactual)" 'failed in 3 runs without the fix, passed in 2 with it'
	heal undo && rm "$XDG_STATE_HOME"/heal/heal.db* # which remembers what was undone
	: >"$COUNT"
	HEAL_VALIDATION_RERUNS=4 heal_run
	assert_equal "$(detail counterfactual)" 'failed in 5 runs without the fix, passed in 4 with it'
	run -2 heal run --reruns 0 -- true
	run -2 heal run --reruns many -- true
}

@test "a project that is not trusted cannot ask for fewer" {
	mkdir .heal
	echo '{"validation.reruns": 1}' >.heal/config.json
	run -0 --separate-stderr heal config
	assert_line --regexp '^validation.reruns +3'
}

@test "what comes out the same on every run needs no reruns, unless the level is thorough" {
	pack syntax_error "$mend"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run
	assert_equal "$status" 0
	assert_equal "$(runs)" 5
	heal undo && rm "$XDG_STATE_HOME"/heal/heal.db* # which remembers what was undone
	: >"$COUNT"
	heal_run --level thorough
	assert_equal "$(detail counterfactual)" 'failed in 4 runs without the fix, passed in 3 with it'
}

@test "at the level quick nothing is run twice" {
	pack runtime_error "$mend"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run --level quick
	assert_equal "$status" 0
	assert_equal "$(runs)" 4
}

@test "a fix with which it passes now and then is not kept" {
	pack runtime_error "$mend"
	check 'grep -q bad app && bad 2; [ $n -ne 5 ] || bad 3; exit 0'
	cp -p app before
	heal_run
	assert_equal "$status" 1
	cmp app before
	[[ $stderr == *'rejected: flaky'* ]]
}

@test "the record says how long it took and how long it might" {
	pack syntax_error "$mend"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run
	assert_equal "$(jq -r 'select(.validation) | [.validation.level, .validation.budget] | join(" ")' out.ndjson)" 'standard 600'
	jq -es 'map(select(.validation))[0].validation | .seconds > 0 and .seconds < .budget' out.ndjson
	heal undo && rm "$XDG_STATE_HOME"/heal/heal.db* # which remembers what was undone
	HEAL_VALIDATION_BUDGET=77 heal_run
	assert_equal "$(jq -r 'select(.validation) | .validation.budget' out.ndjson)" 77
}

@test "when the time for it runs out, nothing is changed and the level is named" {
	pack runtime_error "$mend"
	check 'sleep 0.4; grep -q bad app && bad 2; exit 0'
	HEAL_VALIDATION_BUDGET=1 heal_run
	assert_equal "$status" 1
	grep -q bad app
	[[ $stderr == *'manual intervention required'* ]]
}

# ---- what did not run has not passed ----

@test "a fix after which no tests run, or fewer, is not kept" {
	for after in 'echo "Ran 0 tests in 0.0s"' 'echo "Ran 2 tests in 0.1s"' ':'; do
		pack syntax_error "$mend"
		check "grep -q bad app && { echo 'Ran 3 tests in 0.1s'; bad 2; }; $after; exit 0"
		cp -p app before
		heal_run
		assert_equal "$status" 1
		cmp app before
		[[ $stderr == *'manual intervention required'*tests* || $stderr == *'manual intervention required'*'test runner'* ]]
		assert_equal "$(verdict)" inconclusive
	done
	check "grep -q bad app && { echo 'Ran 3 tests in 0.1s'; bad 2; }; echo 'Ran 3 tests in 0.1s'; exit 0"
	heal_run
	assert_equal "$status" 0
	assert_equal "$(detail tests)" '3 ran, 3 before'
}

@test "nor is it where no copy can be made" {
	pack syntax_error "$mend"
	check "grep -q bad app && { echo 'Ran 3 tests in 0.1s'; bad 2; }; echo 'Ran 2 tests in 0.1s'; exit 0"
	head -c 3000000 /dev/zero >big
	cp -p app before
	HEAL_TRIAL_MAX_MB=1 heal_run
	assert_equal "$status" 1
	cmp app before
	[[ $stderr == *'rolled back: 2 tests ran, 3 did before'* ]]
	assert_equal "$(verdict)" inconclusive
	assert_equal "$(jq -r 'select(.fix) | .fix.status' out.ndjson)" rolled_back
}

@test "a fix that makes pytest collect nothing is not kept" {
	/usr/bin/python3 -c 'import pytest' 2>/dev/null || skip 'no pytest'
	mkdir tests
	printf 'def test_a():\n    assert True\ndef test_b():\n    assert add(1, 1) == 2\n' >tests/test_x.py
	echo tests >where
	cat >check <<-'END'
	#!/bin/sh
	/usr/bin/python3 -m pytest -q "$(cat where)"
	s=$?
	[ $s = 0 ] || [ $s = 5 ] || { echo 'check: where:1: error: bad word'; exit 1; }
	END
	chmod +x check
	pack syntax_error "{edit: where, replace: 'tests', with: .git, line: '1'}"
	heal_run
	assert_equal "$status" 1
	assert_equal "$(cat where)" tests
	[[ $stderr == *'no tests ran'* ]]
}

@test "a fix that only swallows the failure is not kept" {
	pack syntax_error "{edit: Makefile, replace: '^(\t./check)$', with: \"\t./check | cat\", line: '2'}"
	check 'bad 2'
	printf 'all:\n\t./check\n' >Makefile
	run --separate-stderr heal run --yes -- make
	assert_equal "$status" 2
	assert_equal "$(sed -n 2p Makefile)" $'\t./check'
}

# ---- nothing new ----

@test "a fix that brings something as bad anywhere is not kept, though the command passes" {
	pack syntax_error "$mend"
	check 'grep -q bad app && bad 2; echo "check: other:7: error: strange"; exit 0'
	heal_run
	assert_equal "$status" 1
	grep -q bad app
	[[ $stderr == *'new: other:7: strange'* ]]
}

@test "nor one that makes an error of what was a warning" {
	pack syntax_error "$mend"
	check 'grep -q bad app && { echo "check: other:7: warning: odd"; bad 2; }; echo "check: other:7: error: odd"; exit 0'
	heal_run
	assert_equal "$status" 1
	grep -q bad app
}

@test "what is less bad than what was mended, and what was there before, does not count" {
	pack syntax_error "$mend"
	check 'echo "check: other:7: error: old"; grep -q bad app && bad 2; echo "check: other:8: warning: odd"; exit 0'
	heal_run
	assert_equal "$status" 0
	grep -q good app
}

# ---- no more than is needed ----

# fixer BODY: a tool that mends files by itself, and more than it was asked
fixer() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/bin/fixer"
	chmod +x "$BATS_TEST_TMPDIR/bin/fixer"
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH HEAL_ALLOWED_COMMANDS='fixer <path>+'
}

@test "of two changes of a tool's own fixer of which one is superfluous the other stays" {
	fixer 'sed -i "s/bad/good/; s/three/four/" "$1"'
	pack syntax_error '{delegate: [fixer, app], touches: [app]}'
	check 'grep -q bad app && bad 2; exit 0'
	heal_run
	assert_equal "$status" 0
	assert_equal "$(cat app)" $'one\ngood\nthree'
	[[ $(detail minimise) == '1 of 2 changes are needed'* ]]
}

@test "of many changes in several files those that are needed stay" {
	fixer 'sed -i "s/bad/good/" "$1"; sed -i "1s/x/y/; 3s/k/l/; 5s/m/n/" "$2"'
	pack syntax_error '{delegate: [fixer, app, b], touches: [app, b]}'
	check 'grep -q bad app && bad 2; grep -q l b || bad 2; exit 0'
	printf 'x\n-\nk\n-\nm\n' >b
	heal_run
	assert_equal "$status" 0
	assert_equal "$(tr -d '\n' <b)" 'x-l-m'
	[[ $(detail minimise) == '2 of 4 changes are needed'* ]]
}

@test "the same slip in several places is one change" {
	fixer 'sed -i "s/bad/good/; s/three/four/" "$1"'
	pack syntax_error '{delegate: [fixer, app], touches: [app]}'
	check 'sed -n 2p app | grep -q bad && bad 2; exit 0'
	printf 'bad\nbad\nthree\nso bad\n' >app
	heal_run
	assert_equal "$status" 0
	assert_equal "$(tr '\n' ' ' <app)" 'good good three so good '
}

@test "what a rule's solution changes belongs together" {
	pack syntax_error "$mend" "{edit: app, replace: 'three', with: four, line: '3'}"
	check 'grep -q bad app && bad 2; exit 0'
	heal_run
	assert_equal "$status" 0
	assert_equal "$(cat app)" $'one\ngood\nfour'
	assert_equal "$(detail minimise)" ''
}

@test "a solution that a later one makes superfluous is left out" {
	pack syntax_error "$mend"
	cat >>"$BATS_TEST_TMPDIR/packs/t.yaml" <<-'END'
	  - id: t.worse
	    rule: t.check
	    when: {message: worse}
	    type: syntax_error
	    severity: 7
	    confidence: 0.95
	    cause: it is worse
	    solutions:
	      - id: t.switch
	        description: Switch it.
	        because: It is worse.
	        confidence: 0.95
	        steps:
	          - {edit: b, replace: 'off', with: 'on', line: '1'}
	END
	heal-rules compile --packs "$HEAL_BUILD/share/heal.pack" --output "$HEAL_PACKS" "$BATS_TEST_TMPDIR/packs"
	check 'grep -q on b && exit 0; grep -q bad app && bad 2; echo "check: b:1: error: worse word"; exit 1'
	echo off >b
	cp -p app before
	heal_run
	assert_equal "$status" 0
	assert_equal "$(cat b)" on
	cmp app before
	[[ $(detail minimise) == '1 of 2 changes are needed'* ]]
}

@test "what answers an incident each is not looked into" {
	pack syntax_error "$mend"
	check 'grep -n bad app | sed "s/:.*/: error: bad word/; s/^/check: app:/" | grep . && exit 1; exit 0'
	printf 'bad\none\nworse bad\n' >app
	heal_run
	assert_equal "$status" 0
	assert_equal "$(grep -c good app)" 2
	assert_equal "$(detail minimise)" ''
}

@test "what makes a command that failed at once do all its work has time for it, if nothing else helps" {
	pack syntax_error "{edit: '{file}', replace: 'bad', with: good, line: '{line}'}"
	check 'sed -n 1p app | grep -q bad && { echo "check: app:1: error: bad word"; exit 1; }; sleep 1.5
		grep -n bad other | sed "s/^/check: other:/; s/:bad.*/: error: bad end/" | grep . && exit 1; exit 0'
	echo bad >app
	printf 'bad 1\nbad 2\n' >other
	export HEAL_TRIAL_SECONDS=0.3
	heal_run
	assert_equal "$status" 0
	assert_equal "$(cat app other)" $'good\ngood 1\ngood 2'
}

@test "what made the command run for ever is not tried again after the next thing was mended" {
	pack syntax_error "{edit: '{file}', replace: 'bad', with: good, line: '{line}'}"
	check 'grep -q good one && { echo $(cat one two three) >>'"$SEEN"'/hung; sleep 100; }
		grep -H bad one two three | sed "s/\(.*\):bad/check: \1:1: error: bad word/"; exit 1'
	tee one two three <<<bad
	export HEAL_TRIAL_SECONDS=0.3
	heal_run
	assert_equal "$status" 1
	grep -q bad one
	# All at once, alone, the two that are left, and these with more time; not alone once more.
	assert_equal "$(cat "$SEEN/hung")" $'good good good\ngood bad bad\ngood good good\ngood good good'
}

@test "where what helped first leads nowhere, another way is gone" {
	pack syntax_error "$mend"
	cat >>"$BATS_TEST_TMPDIR/packs/t.yaml" <<-'END'
	      - id: t.other
	        description: Mend it otherwise.
	        because: It is bad.
	        confidence: 0.9
	        steps:
	          - {edit: app, replace: 'bad', with: fine, line: '2'}
	END
	heal-rules compile --packs "$HEAL_BUILD/share/heal.pack" --output "$HEAL_PACKS" "$BATS_TEST_TMPDIR/packs"
	check 'grep -q fine app && exit 0; echo "check: app:3: error: stuck"; grep -q good app && exit 1; bad 2'
	heal_run
	assert_equal "$status" 0
	assert_equal "$(sed -n 2p app)" fine
	assert_equal "$(jq -r 'select(.fix) | .fix.solution' out.ndjson | sort -u)" t.other
}

@test "an argument that every other call passes is proposed where tests fail without it" {
	need python3
	cat >lib.py <<-'END'
		def round_all(values, digits=0):
		    return [round(value, digits) for value in values]


		def prices(values):
		    digits = 2
		    cents = round_all(values)
		    return cents + round_all([], digits)
	END
	cat >test_lib.py <<-'END'
		import unittest
		from lib import prices

		class PricesTest(unittest.TestCase):
		    def test_prices(self):
		        self.assertEqual(prices([1.234]), [1.23])

		unittest.main()
	END
	cp lib.py before
	run -1 --separate-stderr heal run --yes --no-color -- python3 test_lib.py
	[[ $stderr == *'one-token edit'*', digits more in lib.py:7'* ]]
	cmp lib.py before
}

@test "one-token edits with which failing tests pass are counted and shown to a person" {
	need python3
	cat >lib.py <<-'END'
		def above(values, least):
		    count = 0
		    for value in values:
		        if value > least:
		            count += 1
		    return count
	END
	cat >test_lib.py <<-'END'
		import unittest
		from lib import above

		class AboveTest(unittest.TestCase):
		    def test_above(self):
		        self.assertEqual(above([1, 2, 3], 2), 2)
		        self.assertEqual(above([1, 2], 3), 0)

		unittest.main()
	END
	cp lib.py before
	run -1 --separate-stderr heal run --yes --no-color -- python3 test_lib.py
	[[ $stderr == *'one-token edit'*'>= for > in lib.py:4'* ]]
	[[ $stderr == *'+        if value >= least:'*'needs approval'* ]]
	cmp lib.py before
	run -0 heal review approve "$(heal review | awk 'NR == 1 { print $1 }')"
	run -0 heal run --yes --no-color -- python3 test_lib.py
	grep -q 'value >= least' lib.py
}

@test "a long search says from time to time that it goes on, and the time that is left" {
	printf 'import time\n\ntime.sleep(3)\nprint(valeu)\nvalue = 1\n' >main.py
	run heal run --yes -- python3 main.py
	assert_output --regexp 'heal: still looking for a repair: [0-9]+ tried, at most [0-9]+ s left'
}

@test "an error value that nothing takes is returned, if a person wants that" {
	need go
	printf 'module doubled\n\ngo 1.19\n' >go.mod
	printf '%s\n' 'package main' '' 'import "strconv"' '' 'func double(text string) (int, error) {' \
		$'\tn := strconv.Atoi(text)' $'\treturn 2 * n, nil' '}' '' 'func main() { double("2") }' >main.go
	run --separate-stderr heal run --yes -- go build -buildvcs=false -o /dev/null .
	[[ $status != 0 && $stderr == *'needs approval'* ]]
	grep -q 'n := strconv' main.go
	run -0 heal review approve "$(heal review | awk 'NR == 1 { print $1 }')"
	run -0 heal run --yes -- go build -buildvcs=false -o /dev/null .
	run sed -n '6,9p' main.go
	assert_output $'\tn, err := strconv.Atoi(text)\n\tif err != nil {\n\t\treturn 0, err\n\t}'
}
