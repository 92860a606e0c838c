#!/usr/bin/env bats
# heal run and the filters in a pipe are the same functions: what is new in one acts in the other.
# The repair cases are run both ways, too (repair-cases --both-ways PATTERN).

setup() {
	load helper
	heal_setup
	need jq
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	printf 'all: a.o\n%%.o: %%.c\n\tgcc -Wall -c $<\n' >Makefile
	cp a.c broken.c
	need gcc make
}

by_run() { heal run --yes --records run.ndjson "$@" -- make; }
by_pipe() {
	make 2>&1 | heal-detect | heal-analyze | heal-fix --prove --apply --yes -- make |
		heal-validate -- make | heal-log >pipe.ndjson
}
# of FILE FILTER: of the incident that has a fix
of() { jq -r "select(.fix.solution) | $2" "$1"; }
# Without `control`: heal-validate runs the command without the fix itself, heal run has done so before.
checks='[.validation.checks[] | select(.check != "control") | .check + " " + .status] | join(", ")'

@test "both give the same records, and one correlation id to each run" {
	by_run
	cp a.c by-run.c && cp broken.c a.c && rm a.o
	by_pipe
	cmp a.c by-run.c
	assert_equal "$(of run.ndjson "$checks")" \
		'syntax passed, safety passed, rerun passed, new-incidents passed, performance skipped'
	assert_equal "$(of pipe.ndjson "$checks")" "$(of run.ndjson "$checks")"
	for file in run pipe; do
		run -0 jq -r .correlation_id $file.ndjson
		assert_equal "$(sort -u <<<"$output" | wc -l)" 1
		[[ $output =~ ^[0-9a-f]{8}- ]]
	done
	assert_equal "$(make 2>&1 | HEAL_CORRELATION_ID=mine heal-detect | jq -r .correlation_id | sort -u)" ''
}

@test "a caller may give the records of heal-detect their correlation id" {
	run -0 bash -c 'make 2>&1 | HEAL_CORRELATION_ID=mine heal-detect | jq -r .correlation_id | sort -u'
	assert_output mine
}

@test "a validator of the user's acts in both" {
	mkdir -p "$XDG_CONFIG_HOME/heal/validators.d"
	printf '#!/bin/sh\ncat >/dev/null\necho "{\\"status\\": \\"failed\\", \\"detail\\": \\"not today\\"}"\n' \
		>"$XDG_CONFIG_HOME/heal/validators.d/mood"
	chmod +x "$XDG_CONFIG_HOME/heal/validators.d/mood"
	run -2 --separate-stderr by_run --no-store
	[[ $stderr == *'not today'* ]]
	cmp a.c broken.c
	by_pipe || true
	cmp a.c broken.c
	for file in run pipe; do
		assert_equal "$(of $file.ndjson '.fix.status')" rolled_back
		assert_equal "$(of $file.ndjson '[.validation.checks[] | select(.check == "mood") | .status][0]')" failed
	done
}

# store OUTCOME SOLUTION: an outcome of that solution for the error of a.c
outcome() {
	make 2>&1 | heal-detect | heal-analyze --no-store | jq -c --arg s "$2" --arg v "$1" 'select(.error.tool == "gcc")
		| .id = ($v + (now | tostring)) | .fix = {solution: $s, status: (if $v == "failed" then "rolled_back" else "applied" end)}
		| .validation = {status: $v, resolved: ($v == "passed")}' | heal-log --quiet
}

@test "a confidence that was learned is the same in both" {
	prior=$(make 2>&1 | heal-detect | heal-analyze --no-store | jq 'select(.error.tool == "gcc") | .solutions[0].confidence')
	solution=$(make 2>&1 | heal-detect | heal-analyze | jq -r 'select(.error.tool == "gcc") | .solutions[0].id')
	for _ in 1 2 3 4; do outcome passed "$solution"; done
	learned=$(make 2>&1 | heal-detect | heal-analyze | jq 'select(.error.tool == "gcc") | .solutions[0].confidence')
	run -0 jq -n "$learned > $prior"
	assert_output true
	by_run
	# what was proven is surer: the odds against it are a third of what they were
	run -0 jq -n "[$(of run.ndjson '.solutions[0].confidence'), 1 - (1 - $learned) / 3] | (.[0] - .[1]) | fabs < 0.00001"
	assert_output true
}

@test "a fix that failed for an error rests in both, and may be tried again when another verdict came" {
	solution=$(make 2>&1 | heal-detect | heal-analyze | jq -r 'select(.error.tool == "gcc") | .solutions[0].id')
	outcome failed "$solution"
	run -0 bash -c "make 2>&1 | heal-detect | heal-analyze | jq -r '.solutions[]? | .rests_until // empty'"
	[[ $output > $(date -u +%Y-%m-%dT%H) ]]
	make 2>&1 | heal-detect | heal-analyze | heal-fix --apply --yes >fixed.json || true
	run -0 jq -r 'select(.error.tool == "gcc") | .fix.status + ": " + .fix.reason' fixed.json
	assert_output --partial 'skipped: it recently failed for this error'
	cmp a.c broken.c
	run -2 --separate-stderr by_run
	[[ $stderr == *"the solution $solution failed here; it rests until 20"* ]]
	cmp a.c broken.c
	outcome passed "$solution"
	by_run
	run ! cmp a.c broken.c
}

@test "heal-fix --prove applies a candidate below the threshold after it was seen to help, and no other" {
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
	    type: syntax_error
	    severity: 7
	    confidence: 0.9
	    cause: it is bad
	    solutions:
	      - {id: t.worse, description: Make it worse., because: A guess., confidence: 0.7, steps: [{edit: '{file}', replace: bad, with: worse, line: '{line}'}]}
	      - {id: t.good, description: Make it good., because: A guess., confidence: 0.6, steps: [{edit: '{file}', replace: bad, with: good, line: '{line}'}]}
	END
	unset HEAL_PACKS
	export HEAL_PACKS=
	printf '#!/bin/sh\ngrep -q good app || { echo "check: app:1: error: bad"; exit 1; }\n' >check
	chmod +x check
	echo bad >app
	run -3 --separate-stderr bash -c './check 2>&1 | heal-detect | heal-analyze | heal-fix --apply --yes >queued.json'
	assert_equal "$(jq -r .fix.reason queued.json)" 'confidence 0.70 is below the threshold 0.85'
	assert_equal "$(cat app)" bad
	bash -c './check 2>&1 | heal-detect | heal-analyze | heal-fix --prove --apply --yes -- ./check | heal-validate -- ./check >out.json'
	assert_equal "$(cat app)" good
	assert_equal "$(jq -r '[.fix.solution, .fix.status, .validation.status, .solutions[0].proof.status] | join(" ")' out.json)" \
		't.good applied passed passed'
	assert_equal "$(jq -r '.solutions[] | select(.id == "t.worse") | .proof.status' out.json)" failed
}

@test "nothing is applied unproven where --prove can make no copy" {
	make 2>&1 | heal-detect | heal-analyze >in.json
	HEAL_TRIAL_MAX_MB=0 run -4 --separate-stderr heal-fix --prove --apply --yes in.json -- make
	[[ $stderr == *'nothing can be tried in a copy'* ]]
	cmp a.c broken.c
}

@test "a trial in a copy leaves the command's input alone" {
	printf 'all: a.o\n\t@read answer || :; echo "got $$answer"\n%%.o: %%.c\n\tgcc -Wall -c $<\n' >Makefile
	run -0 --separate-stderr heal run --yes -- make <<<yes
	[[ $output == *'got yes'* ]]
}

@test "--prove requires a command, and a command requires --prove" {
	run -2 --separate-stderr heal-fix --prove
	[[ $stderr == *'--prove requires the command'* ]]
	run -2 --separate-stderr heal-fix -- make
	[[ $stderr == *'a command requires --prove'* ]]
}
