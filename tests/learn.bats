#!/usr/bin/env bats
# heal-log learn: rules from accepted repairs, and what they may do

setup() {
	load helper
	heal_setup
	need git jq
	# The user's packs, learned ones among them, are used.
	unset HEAL_PACKS HEAL_STORE
	packs=$XDG_CONFIG_HOME/heal/patterns
	mkdir -p "$packs"
	cat >"$packs/paint.yaml" <<'END'
pack: paint
environment: config
rules:
  - id: paint.error
    match: '^paint: (?<file>[^:]+):(?<line>\d+): (?<message>.+)$'
    examples:
      - text: "paint: a.ini:7: no closing quote\n"
        expect: [{level: error, file: a.ini, line: 7}]
END
}

# says KEY MEANT: what the tool prints of line 2
says() { echo "paint: a.ini:2: no key '$1', did you mean '$2'?"; }

# Commits have whole seconds: each step is some later than the one before.
clock=$(date +%s)
tick() { clock=$((clock + 10)); }
now() { date -u -d "@$clock" +%Y-%m-%dT%H:%M:%S.000Z; }

reported() { says "$1" "$2" | heal-detect --command ./paint --status 1 | jq -c --arg now "$(now)" '.time = $now'; }

commit() {
	tick
	git add -A && GIT_COMMITTER_DATE="$clock +0000" git -c user.name=a -c user.email=a@example.org commit -qm "$1"
	tick
}

# broken DIR KEY MEANT: a project with an error, in a commit and in the store; the shell stands in it
broken() {
	mkdir -p "$1" && cd "$1" || return
	[[ -e .git ]] || git init -q .
	printf '[brush]\n%s = vermilion\nlast = 1\n' "$2" >a.ini
	commit broken
	reported "$2" "$3" | heal-log --quiet
}

# mended KEY MEANT [OPTION...]: a person's commit, and what is learned from it
mended() {
	sed -i "s/^$1/$2/" a.ini
	commit mended
	heal-log learn --from-git "${@:3}" 'HEAD~1..HEAD'
	cd ..
}

# With `run` the clock would stand still.
repair() {
	broken "$1" "$2" "$3"
	mended "$2" "$3" --passed
}

learned() { echo "$packs"/learned.paint-*.yaml; }

analysed() {
	printf '[brush]\n%s = red\n' "$1" >a.ini
	reported "$1" "$2" | heal-analyze --root . "${@:3}"
}

@test "a commit that ended an incident becomes a draft with an example that holds" {
	run --separate-stderr repair one colr color
	assert_success
	assert_line --partial "draft	1 repairs, 1 projects, 0 failures	0.22"
	assert_line --partial "1 repairs found, 1 of them new; 1 rules, 1 of them written"
	run heal-rules fmt --check "$(learned)"
	assert_success
	refute_output
	run heal-rules lint "$packs"
	assert_success
	run heal-rules test 'learned.*'
	assert_success
	assert_output "1 examples passed, 0 failed"
	run heal-log verify
	assert_success
}

@test "no text of the project is in a learned rule" {
	repair one colr color
	repair two opacty opacity
	run grep -E 'colr|color|opac|vermilion|brush|last =' "$(learned)"
	assert_failure 1
}

@test "a draft is shown, and not applied" {
	repair one colr color
	mkdir other && cd other
	analysed heigt height >records
	run jq -r '.analysis.by, .solutions[0].id[:14], .solutions[0].applicability, .solutions[0].confidence' records
	assert_output $'learned\nlearned.paint-\nplaceholder\n0.22'
	run -"$(heal_status person)" heal-fix --apply --yes --threshold 0 <records
	run cat a.ini
	assert_output $'[brush]\nheigt = red'
}

@test "two repairs in each of two projects make a rule universal, and its confidence is at most the bound" {
	repair one colr color
	repair one sise size >said
	run cat said
	assert_output --partial "proposed	2 repairs, 1 projects"
	repair two opacty opacity
	repair two blurr blur >said
	run cat said
	assert_output --partial "universal	4 repairs, 2 projects, 0 failures	0.54"
	mkdir other && cd other
	analysed heigt height --no-store >records
	run jq -r '.solutions[0] | .applicability, .confidence, .steps[0].edits[0].text' records
	assert_output $'machine\n0.54\nh'
}

# The tool wants '=' on line 2; a draft knows that, and the shell stands in another project with the error.
without_equals() {
	mkdir one && cd one && git init -q .
	printf '[brush]\ncolor: red\n' >a.ini
	commit broken
	echo "paint: a.ini:2: expected '='" | heal-detect --command ./paint --status 1 |
		jq -c --arg now "$(now)" '.time = $now' | heal-log --quiet
	sed -i 's/:/ =/' a.ini
	commit mended
	heal-log learn --from-git --passed
	mkdir ../other && cd ../other
	printf '[brush]\nheight: 3\n' >a.ini
	printf '#!/bin/sh\ngrep -q = a.ini || { echo "paint: a.ini:2: expected '"'='"'"; exit 1; }\n' >paint
	chmod +x paint
}

@test "a draft that makes the command pass in a copy is proposed with its proof, and waits for approval" {
	without_equals
	run -"$(heal_status no)" heal run --yes -- ./paint
	run cat a.ini
	assert_output $'[brush]\nheight: 3'
	run jq -r 'select(.solutions) | .solutions[0] | .applicability, .proof.status' <(heal-log export)
	assert_output $'placeholder\npassed'
	heal review approve --apply "$(heal review | sed -n '1s/ .*//p')"
	run cat a.ini
	assert_output $'[brush]\nheight = 3'
}

@test "a draft that does not make the command pass is not proposed as proven" {
	without_equals
	echo 'echo "paint: a.ini:1: no brush"; exit 1' >>paint
	run -"$(heal_status no)" heal run --yes -- ./paint
	run jq -r 'select(.solutions) | .solutions[0].proof.status' <(heal-log export)
	assert_line failed
	refute_line passed
}

@test "a rule that is signed off may act, and keeps what a person wrote" {
	repair one colr color
	id=$(basename "$(learned)" .yaml)
	run heal-log learn --accept "$id"
	assert_success
	assert_output "$id is signed off"
	sed -i 's/description: Make.*/description: Correct the key./' "$(learned)"
	repair two opacty opacity >said
	run cat said
	assert_output --partial "draft, reviewed	2 repairs, 2 projects"
	mkdir other && cd other
	analysed heigt height >records
	run jq -r '.solutions[0] | .applicability, .description, .confidence' records
	assert_output $'machine\nCorrect the key.\n0.36'
}

@test "without a run that passed since, nothing is learned" {
	broken one colr color
	run mended colr color
	assert_success
	assert_output --partial "0 repairs found"
	clock=$((clock + 100))
	later=$(now)
	echo '{"heal":1,"kind":"session","id":"s1","time":"'"$later"'","session":{"command":["./paint"],"status":"healed","exit_code":0}}' |
		heal-log --quiet
	run heal-log learn --from-git
	assert_success
	assert_output --partial "1 repairs found, 1 of them new; 1 rules"
}

@test "an incident that came back was not ended by the commit" {
	broken one colr color
	reported colr color | jq -c '.time = "2999-01-01T00:00:00.000Z" | .id = "later"' | heal-log --quiet
	run mended colr color --passed
	assert_success
	assert_output --partial "0 repairs found"
}

@test "an incident of another project is not taken for this one's" {
	broken one colr color
	cd ..
	mkdir two && cd two && git init -q .
	printf '[brush]\ncolr = red\n' >a.ini
	commit broken
	run mended colr color --passed
	assert_output --partial "0 repairs found"
}

@test "a repair with a secret is not kept" {
	broken one colr color
	printf 'token = ghp_%s\n' 0123456789abcdefghijABCDEFGHIJ012345 >>a.ini
	commit 'broken still'
	reported colr color | heal-log --quiet
	run mended colr color --passed
	assert_success
	run grep -ac ghp_0123456789abcdefghij "$XDG_STATE_HOME/heal/heal.db"
	assert_output 0
	run learned
	assert_output --partial '*'
}

@test "a rule that would have changed another repair's file in another way is shown, and never acts" {
	repair one colr color
	broken two sise size
	sed -i 's/^sise/scale/' a.ini
	commit mended
	run heal-log learn --from-git --passed --verbose 'HEAD~1..HEAD'
	assert_success
	assert_line --partial "no rule: paint.error: the rule does not make the change of its repairs"
	assert_line --partial "draft	1 repairs, 1 projects, 0 failures	0.13"
	heal-log learn --accept "$(basename "$(learned)" .yaml)"
	mkdir ../other && cd ../other
	run jq -r '.solutions[0] | .applicability, .confidence' <(analysed heigt height)
	assert_output $'placeholder\n0.13'
}

@test "heal's own fix is learned from" {
	diff='--- a/a.ini\n+++ b/a.ini\n@@ -1,3 +1,3 @@\n [brush]\n-colr = red\n+color = red\n last = 1\n'
	reported colr color |
		jq -c '. + {fix: {solution: "s", status: "applied", attempt: 1, diff: "'"$diff"'"},
			validation: {status: "passed", resolved: true, checks: []}}' | heal-log --quiet
	run heal-log learn
	assert_success
	assert_line --partial "draft	1 repairs"
	mkdir other && cd other
	run jq -r '.solutions[0].steps[0].edits[0].text' <(analysed heigt height)
	assert_output h
}

@test "a rule that stopped working is deprecated, and no longer tried" {
	repair one colr color
	id=$(basename "$(learned)" .yaml)
	for n in 1 2; do
		reported colr color | jq -c '.id = "failed'$n'" | . + {fix: {solution: "'"$id"'", status: "rolled_back", attempt: 1},
			validation: {status: "failed", resolved: false, checks: []}}' | heal-log --quiet
	done
	run heal-log learn
	assert_success
	assert_line --partial "deprecated	1 repairs, 1 projects, 2 failures"
	mkdir other && cd other
	run jq -r '.solutions | length' <(analysed heigt height)
	assert_output 0
}

@test "what cannot be done is said in one line" {
	run --separate-stderr -"$(heal_status wrong)" heal-log learn --accept learned.none
	assert_equal "${#stderr_lines[@]}" 1
	[[ $stderr == "heal-log learn: no learned rule 'learned.none'"* ]]
	git init -q . && echo x >x && commit x
	run --separate-stderr -"$(heal_status wrong)" heal-log learn --from-git --passed -- '--output=x'
	[[ $stderr == "heal-log learn: '--output=x' is no range of commits"* ]]
	run --separate-stderr -"$(heal_status wrong)" heal-log learn --from-git --passed NONE..HEAD
	[[ $stderr == "heal-log learn: no commits in 'NONE..HEAD'"* ]]
	mkdir "$BATS_TEST_TMPDIR/bare"
	run --separate-stderr -"$(heal_status wrong)" heal-log learn --from-git --root "$BATS_TEST_TMPDIR/bare"
	[[ $stderr == *"is in no repository with commits" ]]
}

# ---- the place is the parser's ----

# compiled DIR TEXT MENDED: a project with a.py, a person's commit, and what is learned from it
compiled() {
	mkdir "$1" && cd "$1" && git init -q .
	printf "$2" >a.py
	commit broken
	{ python3 -m py_compile a.py 2>&1 || :; } |
		heal-detect --command 'python3 -m py_compile a.py' --status 1 | jq -c --arg now "$(now)" '.time = $now' | heal-log --quiet
	printf "$3" >a.py
	commit mended
	heal-log learn --from-git --passed 'HEAD~1..HEAD'
	cd ..
}

@test "a token that was lost is learned, and the parser says where it belongs" {
	need python3
	compiled one 'shape = [1,\n         2\n         3]\n' 'shape = [1,\n         2,\n         3]\n'
	run grep -cE 'shape|candidates: token' "$packs"/learned.python-*.yaml
	assert_output 1
	compiled two 'f(x, "a", y z)\n' 'f(x, "a", y, z)\n' >said
	run cat said
	assert_line --partial "draft	2 repairs, 2 projects"
}

# joined DIR: a call that lost its bracket, so that two words of the file stand as one; there is no last newline
joined() {
	local text="def $1(width):\\n    return absolutewidth)\\n\\n\\ndef absolute(x):\\n    return x"
	compiled "$1" "$text" "${text/absolutewidth/absolute(width}"
}

@test "a sign that was lost between two words is learned as the sign, whatever the words" {
	need python3
	joined one
	compiled two 'def size(path):\n    return lenpath)\n\n\nsize(len)\n' 'def size(path):\n    return len(path)\n\n\nsize(len)\n' >said
	run cat said
	assert_line --partial "draft	2 repairs, 2 projects"
	run grep -cE 'absolute|width|path' "$packs"/learned.python-*.yaml
	assert_output 0
}

@test "a change that is right only where nothing else can be meant is learned for such places alone" {
	need python3
	joined one
	compiled two 'total = sum + first) + second\n' 'total = sum + (first) + second\n'
	joined three >said
	run cat said
	assert_line --partial "draft	2 repairs, 2 projects"
	run -0 grep -lE "place_kind.*natural" "$packs"/learned.python-*.yaml
	assert_equal "$(grep -cE 'repairs: 2|contradictions: 0' "$output")" 2
}

# listing COMMA [TOP]: a statement that is longer than the lines around a change that are kept
listing() {
	printf '%sshape = [\n' "$2"
	printf '    %d,\n' {1..30}
	printf '    31%s\n' "$1"
	printf '    %d,\n' {32..60}
	printf ']\n'
}

@test "of a long file the part that parses alone is kept, so that the parser can say where a token belongs" {
	need python3 sqlite3
	compiled one "$(listing '')\n" "$(listing ,)\n"
	run grep -c 'candidates: token' "$packs"/learned.python-*.yaml
	assert_output 1
	# it is the statement, and nothing of the others
	compiled two "colour = 1\n\n$(listing '')\n\nweight = 2\n" "colour = 1\n\n$(listing ,)\n\nweight = 2\n" >said
	run cat said
	assert_line --partial "draft	2 repairs, 2 projects"
	run sqlite3 "$XDG_STATE_HOME/heal/heal.db" "SELECT count(*) FROM repairs WHERE instr(after_text, 'colour') OR instr(after_text, 'weight')"
	assert_output 0
}

@test "of a file with a secret only a part without it is kept" {
	need python3 sqlite3
	compiled one "$(listing '' 'password = "hunter2hunter2"\n')\n" "$(listing , 'password = "hunter2hunter2"\n')\n" >said
	run cat said
	assert_line --partial "1 repairs found, 1 of them new"
	run sqlite3 "$XDG_STATE_HOME/heal/heal.db" "SELECT count(*) FROM repairs WHERE instr(before_text || after_text, 'hunter')"
	assert_output 0
}

# both ONE TWO: a project with two errors, in a commit and in the store
both() {
	mkdir -p two && cd two || return
	git init -q .
	printf '[brush]\n%s = vermilion\nlast = 1\nfirst = 0\n%s = 3\n' colr sise >a.ini
	commit broken
	{ says colr color; says sise size | sed 's/:2:/:5:/'; } | heal-detect --command ./paint --status 1 |
		jq -c --arg now "$(now)" '.time = $now' | heal-log --quiet
}

@test "of a commit that ended two errors, each is learned from the change next to it, as one decision" {
	both
	sed -i 's/^colr/color/; s/^sise/size/' a.ini
	commit mended
	run heal-log learn --from-git --passed 'HEAD~1..HEAD'
	assert_success
	assert_line --partial "draft	1 repairs, 1 projects, 0 failures	0.22"
	assert_line --partial "2 repairs found, 2 of them new; 1 rules"
	mkdir ../other && cd ../other
	run jq -r '.solutions[0].steps[0].edits[0] | .line, .text' <(analysed heigt height)
	assert_output $'2\nh'
}

@test "of adjacent lines that a commit changed, each is the change of its own error" {
	both
	printf '[brush]\ncolr = vermilion\nsise = 3\n' >a.ini
	commit 'broken still'
	{ says colr color; says sise size | sed 's/:2:/:3:/'; } | heal-detect --command ./paint --status 1 |
		jq -c --arg now "$(now)" '.time = $now' | heal-log --quiet
	printf '[brush]\ncolor = vermilion\nsize = 3\n' >a.ini
	commit mended
	run heal-log learn --from-git --passed 'HEAD~1..HEAD'
	assert_line --partial "draft	1 repairs, 1 projects, 0 failures	0.22"
	assert_line --partial "2 repairs found, 2 of them new; 1 rules"
}

@test "an error that none of a commit's several changes is next to teaches nothing" {
	both
	printf '[brush]\ncolor = vermilion\nlast = 1\nfirst = 0\nsise = 3\nmore = 0\nscale = 3\nno = 1\n' >a.ini
	sed -i 's/^color/colr/' a.ini
	commit 'broken still'
	says scale size | sed 's/:2:/:5:/' | heal-detect --command ./paint --status 1 |
		jq -c --arg now "$(now)" '.time = $now' | heal-log --quiet
	sed -i '2s/colr/color/; 8s/no/yes/' a.ini
	commit mended
	run heal-log learn --from-git --passed 'HEAD~1..HEAD'
	assert_line --partial "0 repairs found"
}

@test "repairs that a language model proposed make a draft, and do not confirm it" {
	local pair
	for pair in colr:color sise:size opacty:opacity; do
		reported "${pair%:*}" "${pair#*:}" |
			jq -c --arg old "${pair%:*}" --arg new "${pair#*:}" '.id += $new | . + {fix: {solution: "llm.1234", status: "applied", attempt: 1,
				diff: "--- a/a.ini\n+++ b/a.ini\n@@ -1,3 +1,3 @@\n [brush]\n-\($old) = red\n+\($new) = red\n last = 1\n"},
				validation: {status: "passed", resolved: true, checks: []}}' | heal-log --quiet
	done
	run -0 heal-log learn
	assert_line --partial "draft	0 repairs, 0 projects, 0 failures	0.05"
	# as the same ones of heal's own rules do
	heal-log export | jq -c '.id += "x" | .fix.solution = "s"' | heal-log --quiet
	run -0 heal-log learn
	assert_line --partial "proposed	3 repairs, 1 projects"
}

@test "a proven repair that a language model proposed is learned" {
	need python3
	printf '#!/bin/bash\nif grep -q "^%s" a.ini; then echo "paint: a.ini:2: no key '"'%s'"', did you mean '"'%s'"'?"; exit 1; fi\n' hue hue color >paint
	chmod +x paint
	printf '[brush]\nhue = vermilion\nlast = 1\n' >a.ini
	git init -q . && commit broken
	jq -cn '{candidates: [{description: "x", reasoning: "", type: "code_fix", confidence: 0.9, complexity: 1, minutes: 1, commands: [], edits: [{file: "a.ini", search: "hue = ", replace: "color = "}]}]} | [{text: tojson}]' >script
	python3 "$HEAL_SOURCE/tests/llm/server.py" --script script "$BATS_TEST_TMPDIR/port" 3>&- &
	model=$!
	wait_for test -s "$BATS_TEST_TMPDIR/port"
	run env HEAL_LLM_PROVIDER=openai HEAL_LLM_URL="http://127.0.0.1:$(<"$BATS_TEST_TMPDIR/port")" HEAL_LLM_MODEL=m heal run --llm --yes -- ./paint
	kill "$model"
	echo "$output"
	grep -q '^color' a.ini
	run -0 heal-log learn -v
	assert_output --partial '1 repairs found'
	run -0 heal-log history --status fixed
}
