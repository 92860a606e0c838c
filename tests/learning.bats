#!/usr/bin/env bats
# What heal learns is true: by real runs of make and gcc, and by what people do with the fixes

setup() {
	load helper
	heal_setup
	need jq gcc make
	db=$XDG_STATE_HOME/heal/heal.db
	broken >a.c
	printf 'all: a.o\n%%.o: %%.c\n\tgcc -Wall -c $<\n' >Makefile
	cp a.c broken.c
}

broken() { printf '#include <stddef.h>\n\nint twice(int n)\n{\n\tint two = 2\n\treturn n * two;\n}\n'; }
# by_pipe COMMAND...: without trials in a copy
by_pipe() {
	"$@" 2>&1 | heal-detect | heal-analyze | heal-fix --apply --yes | heal-validate -- "$@" | heal-log >pipe.ndjson || true
}
by_run() { heal run --yes --records run.ndjson -- make; }
# score: "SUCCESSES FAILURES" of all solutions together
score() { heal-log rules --format ndjson | jq -s -r '"\(map(.successful_fixes) | add // 0) \(map(.failed_fixes) | add // 0)"'; }
score_of() { heal-log rules --format ndjson | jq -r --arg s "$1" 'select(.solution == $s) | "\(.successful_fixes) \(.failed_fixes)"'; }
events() { heal-log changelog | jq -r '[.incidents[].event_type] | join(" ")'; }
teardown() {
	[[ ! -e $db ]] || heal-log verify >/dev/null
}

# ---- credit by incident ----

@test "a fix whose own error is gone succeeded, though another error keeps the command red" {
	printf 'int f(void)\n{\n\treturn nowhere_declared_thing;\n}\n' >b.c
	sed -i 's/a.o/a.o b.o/' Makefile
	by_pipe make -k
	run ! cmp a.c broken.c
	assert_equal "$(jq -r 'select(.validation) | [.validation.status, .validation.incident, .validation.introduced] | join(" ")' pipe.ndjson)" \
		'passed gone none'
	assert_equal "$(score)" '1 0'
	run ! make -k
}

@test "a fix behind which the next error of the command appears has not failed" {
	printf 'int f(void)\n{\n\treturn nowhere_declared_thing;\n}\n' >b.c
	sed -i 's/a.o/a.o b.o/' Makefile
	by_pipe make
	assert_equal "$(jq -r 'select(.validation) | [.validation.status, .validation.incident, .validation.introduced] | join(" ")' pipe.ndjson)" \
		'failed gone elsewhere'
	assert_equal "$(score)" '0 0'
	# it may be tried again at once, with the same confidence
	assert_equal "$(make 2>&1 | heal-detect | heal-analyze | jq -r '.solutions[]? | .rests_until // empty')" ''
	sed -i 's/nowhere_declared_thing/0/' b.c
	by_pipe make
	assert_equal "$(score)" '1 0'
}

@test "a fix that leaves its error, or breaks its own file, has failed" {
	mkdir -p "$XDG_CONFIG_HOME/heal/patterns"
	cat >"$XDG_CONFIG_HOME/heal/patterns/t.yaml" <<-'END'
	pack: t
	rules:
	  - id: t.check
	    match: '^check: (?<file>[^:]+):(?<line>\d+): (?<level>error): (?<message>.+)$'
	    examples: [{text: "check: a:1: error: bad\n", expect: [{level: error, file: a, line: 1, message: bad}]}]
	causes:
	  - id: t.bad
	    rule: t.check
	    when: {message: '^bad'}
	    type: syntax_error
	    severity: 7
	    confidence: 0.95
	    cause: it is bad
	    solutions:
	      - {id: t.other, description: Make it other., because: A guess., confidence: 0.95, steps: [{edit: '{file}', replace: bad, with: other, line: '{line}'}]}
	END
	export HEAL_PACKS=
	printf '#!/bin/sh\ngrep -n -E "bad|$1" app | sed "s/\\([0-9]*\\):.*\\(bad\\|other\\).*/check: app:\\1: error: \\2/" | grep . && exit 1\nexit 0\n' >check
	chmod +x check
	echo bad >app
	by_pipe ./check other
	assert_equal "$(cat app)" bad
	assert_equal "$(jq -r '[.validation.incident, .validation.introduced] | join(" ")' pipe.ndjson)" 'gone here'
	assert_equal "$(score_of t.other)" '0 1'
}

@test "a trial in a copy is no failed fix" {
	printf 'int f(void)\n{\n\treturn nowhere_declared_thing;\n}\n' >b.c
	sed -i 's/a.o/a.o b.o/' Makefile
	run -2 --separate-stderr heal run --yes --all-or-nothing -- make -k
	cmp a.c broken.c
	assert_equal "$(score)" '0 0'
	assert_equal "$(heal-log stats --format json | jq -c '[.applied_fixes, .failed_fixes]')" '[0,0]'
}

# ---- people ----

@test "an undone fix has failed, and history says so" {
	by_run
	assert_equal "$(score)" '1 0'
	heal undo
	cmp a.c broken.c
	assert_equal "$(score)" '0 1'
	run -0 heal-log history --status undone
	assert_line --partial '  undone  '
	assert_equal "${#lines[@]}" 1
	run -0 heal-log show "${output%% *}"
	assert_output --partial 'fix_undone'
	run -0 heal-log rules
	refute_output --partial '100.0 %'
	assert_equal "$(heal-log stats --format json | jq -c '[.resolved_incidents, .successful_fixes, .failed_fixes]')" '[0,0,1]'
	heal-log verify
}

@test "an export of what was undone teaches the same" {
	by_run
	heal undo
	heal-log export | heal-log import --store again.db
	for command in history rules 'stats --by rule' changelog 'todo'; do
		assert_equal "$(heal-log $command --store again.db)" "$(heal-log $command)"
	done
	assert_equal "$(heal-log export | wc -l)" "$(heal-log export --store again.db | wc -l)"
	heal-log verify --store again.db
}

@test "an undone fix rests in the pipe as in heal run, until the code or the rule changes" {
	by_run
	heal undo
	rm a.o
	run -2 by_run
	cmp a.c broken.c
	by_pipe make
	cmp a.c broken.c
	assert_equal "$(jq -r 'select(.fix.reason) | .fix.reason' pipe.ndjson | grep -c 'recently failed')" 1
	echo '/* changed */' >>a.c
	cp a.c changed.c
	by_run
	run ! cmp a.c changed.c
}

@test "a rule that changed may try again" {
	mkdir -p "$XDG_CONFIG_HOME/heal/patterns"
	pack() {
		cat >"$XDG_CONFIG_HOME/heal/patterns/t.yaml" <<-END
		pack: t
		rules:
		  - id: t.check
		    match: '^check: (?<file>[^:]+):(?<line>\\d+): (?<level>error): (?<message>.+)$'
		    examples: [{text: "check: a:1: error: bad\\n", expect: [{level: error, file: a, line: 1, message: bad}]}]
		causes:
		  - id: t.bad
		    rule: t.check
		    type: syntax_error
		    severity: 7
		    confidence: 0.95
		    cause: it is bad
		    solutions:
		      - {id: t.good, description: $1, because: A guess., confidence: 0.95, steps: [{edit: '{file}', replace: bad, with: good, line: '{line}'}]}
		END
	}
	export HEAL_PACKS=
	printf '#!/bin/sh\ngrep -q good app || { echo "check: app:1: error: bad"; exit 1; }\n' >check
	chmod +x check
	echo bad >app
	rests() { ./check 2>&1 | heal-detect | heal-analyze | jq -r '.solutions[0].rests_until // "no"'; }
	pack 'Make it good.'
	heal run --yes -- ./check
	heal undo
	[[ $(rests) == 20* ]]
	pack 'Make it better.'
	assert_equal "$(rests)" no
}

@test "a denied plan has failed unless the denial is not about it, an approved one is right" {
	plan() {
		cp broken.c a.c
		HEAL_THRESHOLD=0.999 by_pipe make
		id=$(heal review | grep -o '^[0-9a-f]\{12,\}' | head -n 1)
	}
	plan
	heal review deny "$id" --reason unneeded
	assert_equal "$(score)" '0 0'
	heal review approve "$id"
	assert_equal "$(score)" '1 0'
	heal review deny "$id" --reason wrong
	assert_equal "$(score)" '0 1'
	[[ $(events) == *fix_approved*fix_denied* ]]
	heal-log verify
}

@test "somebody who replaces what heal wrote teaches, and so does an error that comes back" {
	by_run
	cp a.c healed.c
	assert_equal "$(score)" '1 0'
	# the same error although the file is as heal left it: as a compiler that changed
	mkdir bin
	printf '#!/bin/sh\necho "a.c:5:19: error: expected ‘,’ or ‘;’ before ‘return’"\nexit 1\n' >bin/gcc
	chmod +x bin/gcc
	rm a.o
	before=$(jq -r 'select(.fix.solution) | .error.message' run.ndjson)
	printf '#!/bin/sh\necho "a.c: In function ‘twice’:"; echo "a.c:5:20: error: %s"\nexit 1\n' "$before" >bin/gcc
	PATH=$PWD/bin:$PATH make 2>&1 | heal-detect | heal-analyze | heal-log -q
	assert_equal "$(heal-log history --status returned | wc -l)" 1
	assert_equal "$(score)" '0 1'
}

@test "an error that comes back teaches also after many fixes of other files" {
	by_run
	before=$(jq -r 'select(.fix.solution) | .error.message' run.ndjson)
	for n in 1 2 3 4 5 6 7 8 9; do
		cp broken.c "b$n.c"
		heal run --yes -- make "b$n.o"
	done
	mkdir bin
	printf '#!/bin/sh\necho "a.c: In function ‘twice’:"; echo "a.c:5:20: error: %s"\nexit 1\n' "$before" >bin/gcc
	chmod +x bin/gcc
	rm a.o
	PATH=$PWD/bin:$PATH make a.o 2>&1 | heal-detect | heal-analyze | heal-log -q
	assert_equal "$(heal-log history --status returned | wc -l)" 1
}

@test "an edit of what heal had written is a failure of the fix, and a further edit of the line is not" {
	by_run
	sed -i 's/int two = 2;/int two = 3;/' a.c
	echo 'int g(void) { return nowhere_declared_thing; }' >>a.c
	run -2 --separate-stderr by_run
	assert_equal "$(score)" '1 0'
	sed -i 's/int two = 3;/int two = 3, three = 3/' a.c
	run -2 --separate-stderr by_run
	assert_equal "$(heal-log history --status edited | wc -l)" 1
	assert_equal "$(score)" '0 1'
	[[ $(events) == *fix_edited* ]]
	# it is learned once
	run -2 --separate-stderr by_run
	assert_equal "$(heal-log export | grep -c '"fix_edited"')" 1
	heal-log verify
}

@test "a file that is restored, or another branch, is no verdict on a fix" {
	need git
	git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm one
	by_run
	cp broken.c a.c
	rm a.o
	by_run
	assert_equal "$(heal-log export | grep -c '"fix_edited"\|"fix_returned"')" 0
	git -c user.name=t -c user.email=t@t commit -qam two
	git switch -qc other
	sed -i 's/int two = 2;/long two = 2, three = 3/' a.c
	echo 'int g(void) { return nowhere_declared_thing; }' >>a.c
	rm a.o
	run -2 --separate-stderr heal run --yes -- make
	assert_equal "$(heal-log export | grep -c '"fix_edited"\|"fix_returned"')" 0
}

# ---- events ----

@test "each event has its own time, severity and result" {
	make 2>&1 | heal-detect >one.ndjson
	sleep 0.02
	heal-analyze one.ndjson >two.ndjson
	sleep 0.02
	HEAL_CORRELATION_ID=later heal-fix --apply --yes two.ndjson >three.ndjson
	sleep 0.02
	HEAL_CORRELATION_ID=last heal-validate three.ndjson -- make | heal-log -q
	run -0 bash -c "heal-log changelog | jq -r '.incidents[] | select(.error_message | test(\"expected\")) | [.event_type, .severity, .validation_result // \"-\"] | join(\" \")'"
	assert_output - <<-'END'
	error_detected ERROR -
	analysis_complete INFO -
	fix_generated INFO -
	fix_applied INFO -
	fix_validated INFO SUCCESS
	healing_complete INFO SUCCESS
	END
	run -0 bash -c "heal-log changelog | jq -r '[.incidents[] | select(.error_message | test(\"expected\"))] | (map(.timestamp) | unique | length), (map(.correlation_id) | unique | length), .[3].correlation_id, .[4].correlation_id'"
	assert_output $'4\n3\nlater\nlast'
}

@test "heal run writes the changelog to the log directory by itself" {
	SELF_HEAL_LOG_DIR=$PWD/logs by_run
	jq -e '.metadata.version == "1.0.0" and ([.incidents[].event_type] | index("fix_validated"))' logs/healing_changelog.json
}
