#!/usr/bin/env bats
# Experiments: which variant is tried first, what its trials say, and how the roll-out follows from them

setup() {
	load helper
	heal_setup
	unset HEAL_STORE
}

trials() { /usr/bin/python3 "$HEAL_SOURCE/tests/experiments.py" "$@"; }
of() { heal-log experiments --format ndjson | jq -c "select(.experiment == \"$1\") | $2"; }

# A program that fails unless its file says "right", and a pack with two variants of a fix, the first of them wrong.
frob() {
	unset HEAL_PACKS # the packs of the user count only beside installed ones
	mkdir -p "$XDG_CONFIG_HOME/heal/patterns" project
	cat >"$XDG_CONFIG_HOME/heal/patterns/frobc.yaml" <<-'END'
		pack: frobc
		rules:
		  - id: frobc.error
		    match: '^(?<file>[\w.]+):(?<line>\d+): frob error: (?<message>.+)$'
		causes:
		  - id: frobc.word
		    rule: frobc.error
		    type: syntax_error
		    confidence: 0.95
		    cause: "The word is wrong."
		    solutions:
		      - id: "frobc.bad"
		        variant: old
		        description: "Write bad."
		        confidence: 0.95
		        steps:
		          - {edit: "{file}", replace: 'wrong', with: "bad", line: "{line}"}
		      - id: "frobc.right"
		        variant: new
		        description: "Write right."
		        confidence: 0.9
		        steps:
		          - {edit: "{file}", replace: 'wrong', with: "right", line: "{line}"}
	END
	cat >project/frobc <<-'END'
		#!/bin/sh
		grep -q right a.frob && exit
		echo "a.frob:1: frob error: $(cat message)" >&2
		exit 1
	END
	chmod +x project/frobc
	cd project
	git init -q 2>/dev/null || mkdir .heal
	echo wrong >a.frob
	echo 'unknown word' >message
}

analysed() { echo 'a.frob:1: frob error: unknown word' | heal-detect | heal-analyze "$@"; }

@test "a solution without an experiment has no variant and no assignment" {
	frob
	sed -i '/variant:/d' "$XDG_CONFIG_HOME/heal/patterns/frobc.yaml"
	run -0 bash -c "$(declare -f analysed); analysed | jq -c '[.assignments, [.solutions[] | [.id, .variant]]]'"
	assert_output '[null,[["frobc.bad",null],["frobc.right",null]]]'
}

@test "a cause with one variant, or with three, is a fault of the pack" {
	frob
	pack=$XDG_CONFIG_HOME/heal/patterns/frobc.yaml
	mkdir two one three
	cp "$pack" two
	run -0 heal-rules lint two
	sed 's/variant: new/variant: old/' "$pack" >one/one.yaml
	run -2 heal-rules lint one
	assert_output --partial 'one/one.yaml:6: an experiment compares two variants, and this cause names one'
	sed '$ a\      - {id: "frobc.third", variant: third, description: d, steps: [{advise: a}]}' "$pack" >three/three.yaml
	run -2 heal-rules lint three
	assert_output --partial 'names more'
}

@test "the assignment follows from experiment, fingerprint and tree, and does not flip" {
	frob
	analysed >one
	analysed >two
	diff <(jq -c .assignments one) <(jq -c .assignments two)
	records <one
	/usr/bin/python3 - one "$(pwd -P)" <<-'END'
	import hashlib, json, sys
	record = json.load(open(sys.argv[1]))
	[assigned] = record["assignments"]
	text = "\n".join([assigned["experiment"], record["fingerprint"], sys.argv[2], ""])
	unit = hashlib.sha256(text.encode()).hexdigest()[:16]
	assert assigned["unit"] == unit, (assigned, unit)
	assert assigned["share"] == 10 and assigned["experiment"] == "frobc.word"
	assert assigned["challenger"] == (int(unit, 16) / 2**64 < 0.1)
	first = record["solutions"][0]["variant"]
	assert first == assigned["variant"] == ("frobc.word/new" if assigned["challenger"] else "frobc.word/old")
	END
}

@test "over many errors the challenger gets its share" {
	frob
	for i in $(seq 300); do echo "a.frob:1: frob error: unknown word w${i}q$(printf '%x' $((i * 7919))) x$(tr 0-9 a-j <<<"$i")"; done |
		heal-detect | heal-analyze | jq -c .assignments[0].challenger | sort | uniq -c >counts
	run -0 awk '$2 == "true" {print $1}' counts
	# 300 trials of 10 %: 4 standard deviations are 21
	((output >= 9 && output <= 51))
}

@test "a table of the user declares an experiment" {
	frob
	sed -i '/variant:/d' "$XDG_CONFIG_HOME/heal/patterns/frobc.yaml"
	mkdir -p "$XDG_CONFIG_HOME/heal/tables"
	cat >"$XDG_CONFIG_HOME/heal/tables/experiments.yaml" <<-'END'
		table: experiments
		rows:
		  spelling: {control: ["frobc.bad"], challenger: ["frobc.ri*"]}
	END
	analysed >one
	run -0 jq -c '[.assignments[0].experiment, ([.solutions[].variant] | sort)]' one
	assert_output '["spelling",["spelling/challenger","spelling/control"]]'
}

@test "the failure of the assigned variant counts, also where the other one healed" {
	frob
	run -0 heal run --yes --no-color -- ./frobc
	run -0 cat a.frob
	assert_output right
	assigned=$(heal-log export | jq -r 'select(.assignments) | .assignments[0].variant' | tail -n 1)
	run -0 bash -c "heal-log export | jq -r 'select(.fix.status == \"applied\") | .fix.variant' | tail -n 1"
	assert_output frobc.word/new
	if [[ $assigned == */old ]]; then
		assert_equal "$(of frobc.word '[.control.trials, .control.successes, .challenger.trials]')" '[1,0,0]'
	else
		assert_equal "$(of frobc.word '[.challenger.trials, .challenger.successes, .control.trials]')" '[1,1,0]'
	fi
	# The same error in the same tree is the same unit.
	echo wrong >a.frob
	run heal run --yes --no-color -- ./frobc
	assert_equal "$(of frobc.word '.control.trials + .challenger.trials')" 1
	run -0 heal-log verify
}

@test "a better challenger goes from 10 to 50 to 100 percent, and the events say why" {
	trials make good 100 10 0.5 0.95 1 | heal-log --quiet
	assert_equal "$(of good .share)" 50
	trials make good 150 50 0.5 0.95 2 | heal-log --quiet
	assert_equal "$(of good '[.state, .share]')" '["won",100]'
	run -0 bash -c "heal-log export | jq -c 'select(.event.change) | [.event.name, .event.change.before, .event.change.after]'"
	assert_output "$(printf '%s\n' '["improvement_made","","50"]' '["improvement_made","50","100"]')"
	heal-log export >all
	records <all
	run -0 heal-log verify
}

@test "a worse challenger is demoted by itself, and is tried last from then on" {
	trials make bad 250 10 0.95 0.2 3 | heal-log --quiet
	trials make bad 60 50 0.95 0.2 4 | heal-log --quiet
	assert_equal "$(of bad '[.state, .share]')" '["demoted",0]'
}

@test "equal variants are not told apart" {
	trials make same 100 10 0.7 0.7 5 | heal-log --quiet
	trials make same 400 50 0.7 0.7 6 | heal-log --quiet
	assert_equal "$(of same '[.state, .share]')" '["running",50]'
}

@test "what experiments prints can be computed again from the export alone" {
	trials make good 100 10 0.5 0.95 1 | heal-log --quiet
	trials make good 80 50 0.5 0.95 2 | heal-log --quiet
	trials make same 100 10 0.7 0.7 5 | heal-log --quiet
	trials make same 100 10 0.7 0.7 5 | heal-log --quiet
	heal-log export | trials recompute | jq -S -c . | sort >theirs
	heal-log experiments --format ndjson | jq -S -c '{experiment, share, control: [.control.trials, .control.successes],
		challenger: [.challenger.trials, .challenger.successes], better, worse}' | sort >ours
	/usr/bin/python3 - ours theirs <<-'END'
	import json, sys
	ours, theirs = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
	assert len(ours) == len(theirs) == 2
	for a, b in zip(ours, theirs):
	    for key in ("experiment", "share", "control", "challenger"):
	        assert a[key] == b[key], (a, b)
	    for key in ("better", "worse"):
	        assert abs(a[key] - b[key]) <= 1e-3 * abs(b[key]), (a, b)
	END
	run -0 bash -c 'heal-log experiments --trials | wc -l'
	assert_output 280
}

@test "an export makes a store with the same decisions" {
	trials make good 100 10 0.5 0.95 1 | heal-log --quiet
	heal-log export | heal-log --quiet --store other.db
	diff <(heal-log experiments --format ndjson) <(heal-log experiments --format ndjson --store other.db)
}

@test "a stage that a person undid is not changed again" {
	trials make good 100 10 0.5 0.95 1 | heal-log --quiet
	id=$(heal-log improve --list --format ndjson | jq -r 'select(.kind == "stage") | .id')
	run -0 heal-log improve --undo "$id"
	assert_equal "$(of good '[.share, .pinned]')" '[10,true]'
	trials make good 100 10 0.5 0.95 7 | heal-log --quiet
	run -0 heal-log improve
	assert_equal "$(of good .share)" 10
	run -2 --separate-stderr heal-log improve --undo "$id"
	[[ $stderr == *"changed again since"* ]]
}

@test "experiments of a store without any says so" {
	echo '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_applied"}}' | heal-log --quiet
	run -0 --separate-stderr heal-log experiments
	assert_output ''
	[[ $stderr == *"no experiment"* ]]
}
