#!/usr/bin/env bats
# heal-fix: what it changes, and everything it must not let through.

setup() {
	load helper
	heal_setup
	mkdir -p .git
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	state=$XDG_STATE_HOME/heal
	# where a command of a fix can say that it ran
	mkdir "$BATS_TEST_TMPDIR/said"
	export HEAL_COMMAND_WRITABLE=$BATS_TEST_TMPDIR/said
}

# record STEPS [CONFIDENCE [ID [MORE MEMBERS]]]: an incident with one solution.
record() {
	jq -cn --argjson steps "$1" --argjson confidence "${2:-0.95}" --arg id "${3:-0193}" --argjson more "${4:-{\}}" \
		'{heal: 1, kind: "incident", id: $id, error: {rule: "t", level: "error", message: "m"},
		  solutions: [{id: "s1", type: "code_fix", applicability: "machine", confidence: $confidence, steps: $steps}]} * $more' |
		"$HEAL_BUILD/tests/sign"
}

# edit FILE LINE COLUMN END_LINE END_COLUMN TEXT: one edit step.
edit() {
	jq -cn --arg file "$1" --argjson at "[$2, $3, $4, $5]" --arg text "$6" '{do: "edit", file: $file,
		edits: [{line: $at[0], column: $at[1], end_line: $at[2], end_column: $at[3], text: $text}]}'
}

semicolon() { edit a.c 3 10 3 10 ';'; }

run_step() { jq -cn '{do: "run", argv: $ARGS.positional}' --args -- "$@"; }

fix() { run --separate-stderr heal-fix "$@"; }

# the status and reason of the one record in $output
fixed() { jq -r '.fix.status' <<<"$output"; }
reason() { jq -r '.fix.reason' <<<"$output"; }

# Programs that note how they were called, and do nothing.
fake() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	local name
	for name; do
		printf '#!/bin/sh\nprintf "%%s\\n" "$0 $*" >>"%s/said/calls"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/$name"
		chmod +x "$BATS_TEST_TMPDIR/bin/$name"
	done
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}
calls() { cat "$BATS_TEST_TMPDIR/said/calls" 2>/dev/null || true; }

# refused STEPS [PATTERN]: the plan is refused, with --apply --yes and an approval-friendly setting.
refused() {
	record "$1" 1 "refused-$RANDOM" | { fix --apply --yes; echo "$status" >"$BATS_TEST_TMPDIR/status"; printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/out"; }
	status=$(<"$BATS_TEST_TMPDIR/status")
	output=$(<"$BATS_TEST_TMPDIR/out")
	[ "$status" -eq 3 ] || { echo "status $status: $output"; return 1; }
	[ "$(fixed)" = refused ] || { echo "not refused: $output"; return 1; }
	[[ $(reason) == *${2-}* ]] || { echo "reason: $(reason)"; return 1; }
}

feed() { printf '%s\n' "$1" >in.json; }

@test "without --apply nothing changes anywhere, and the diff is in the record" {
	before=$(sha256sum a.c)
	feed "$(record "[$(semicolon)]")"
	fix in.json
	[ "$status" -eq 0 ]
	[ "$(fixed)" = planned ]
	[[ $(jq -r .fix.diff <<<"$output") == *$'-\treturn 0\n+\treturn 0;'* ]]
	[ "$before" = "$(sha256sum a.c)" ]
	[ -z "$(find "$HOME" -type f ! -name origin.key)" ]
	printf '%s\n' "$output" | records
}

@test "--apply changes the file, and nothing but the range" {
	chmod 640 a.c
	feed "$(record "[$(semicolon)]")"
	fix --apply in.json
	[ "$status" -eq 0 ]
	[ "$(fixed)" = applied ]
	[ "$(cat a.c)" = $'int main(void)\n{\n\treturn 0;\n}' ]
	[ "$(stat -c %a a.c)" = 640 ]
	[ -f "$state/undo/$(jq -r .fix.backup <<<"$output")/0.old" ]
	printf '%s\n' "$output" | records
}

@test "a second run of the same record changes nothing" {
	feed "$(record "[$(semicolon)]")"
	heal-fix --apply in.json >out.json
	before=$(sha256sum a.c)
	fix --apply in.json
	[ "$status" -eq 0 ]
	[ "$(fixed)" = skipped ]
	fix --apply out.json
	[ "$(fixed)" = applied ]
	[ "$before" = "$(sha256sum a.c)" ]
}

@test "the diff of --diff is one that git apply takes" {
	need git
	rm -rf .git && git init -q .
	printf 'no newline' >b.c
	feed "$(record "[$(semicolon), $(edit b.c 1 11 1 11 '!'), {\"do\":\"create\",\"file\":\"dir/new file\",\"text\":\"x\\n\"}]")"
	heal-fix --yes --diff in.json >patch
	git apply patch
	[ "$(sed -n 3p a.c)" = $'\treturn 0;' ]
	[ "$(cat b.c)" = 'no newline!' ]
	[ "$(cat 'dir/new file')" = x ]
}

@test "members it does not know, records it does not handle and their order survive" {
	printf '%s\n' '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"},"mine":[1.50,"\u00e9"]}' >in.json
	record "[$(semicolon)]" | jq -c '.other = {"a": 1}' >>in.json
	fix in.json
	[ "${lines[0]}" = '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"},"mine":[1.50,"\u00e9"]}' ]
	[ "$(jq -c .other <<<"${lines[1]}")" = '{"a":1}' ]
}

@test "a bad line costs one line, and the exit status says so" {
	{ echo 'not json'; record "[$(semicolon)]"; } >in.json
	fix --apply in.json
	[ "$status" -eq 2 ]
	[ "$(fixed)" = applied ]
	[[ $stderr == *"in.json"*1* ]]
}

@test "below the threshold a plan waits, and --threshold moves it" {
	feed "$(record "[$(semicolon)]" 0.5)"
	fix --apply in.json
	[ "$status" -eq 3 ]
	[ "$(fixed)" = queued ]
	[ "$(find "$state/queue" -name '*.json' | wc -l)" -eq 1 ]
	fix --apply in.json
	[ "$(find "$state/queue" -name '*.json' | wc -l)" -eq 1 ]
	fix --apply --threshold 0.5 in.json
	[ "$(fixed)" = applied ]
	[ -z "$(find "$state/queue" -name '*.json')" ]
}

@test "staging lets green act; production wants an approval, and --yes is none" {
	feed "$(record "[$(semicolon)]")"
	fix --apply --yes --environment production in.json
	[ "$status" -eq 3 ]
	[ "$(fixed)" = queued ]
	[[ $(reason) == *production* ]]
	HEAL_ENV=production fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	fix --apply --environment staging in.json
	[ "$(fixed)" = applied ]
}

# queue: the one waiting plan's id
queued() { heal review | awk 'NR == 1 { print $1 }'; }

@test "an approval is bound to the plan's hash and is used up" {
	feed "$(record "[$(semicolon)]")"
	fix --apply --environment production in.json
	hash=$(jq -r .fix.plan <<<"$output")
	id=$(queued)
	mkdir -pm 700 "$state/approved"
	# an empty approval, one of the hash alone and one for another plan do not count
	: >"$state/approved/$hash.json"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	for text in "$hash" '{"plan": "'"$hash"'"}' '{"uid": 0, "plan": "'"${hash//[0-9]/0}"'"}'; do
		printf %s "$text" >"$state/approved/$hash.json"
		fix --apply --environment production in.json
		[ "$(fixed)" = queued ]
		[[ $(jq -r .fix.reason <<<"$output") == *'its approval does not count'* ]]
	done
	heal review approve "$id"
	jq -e --arg hash "$hash" --arg user "$(id -un)" --argjson uid "$(id -u)" \
		'.plan == $hash and .user == $user and .uid == $uid and .time != null' "$state/approved/$hash.json"
	cp a.c a.keep && printf '/* */\n' >>a.c
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	[ "$(jq -r .fix.plan <<<"$output")" != "$hash" ]
	[[ $(jq -r .fix.reason <<<"$output") == *"does not count: 'a.c' has changed since"* ]]
	cp a.keep a.c
	fix --apply --environment production in.json
	[ "$(fixed)" = applied ]
	[ ! -e "$state/approved/$hash.json" ]
}

@test "a denied plan is refused, with who, when and why" {
	feed "$(record "[$(semicolon)]")"
	fix --apply --environment production in.json
	id=$(queued)
	run -2 heal review deny "$id" --reason because
	run -0 heal review deny "$id" --reason by-hand
	fix --apply --yes in.json
	[ "$(fixed)" = refused ]
	[[ $(jq -r .fix.reason <<<"$output") == "this plan was denied ($(id -un), 2"*'): by-hand' ]]
	run -0 heal review
	assert_output --partial denied
	run -0 heal review approve "$id"
	fix --apply --yes in.json
	[ "$(fixed)" = applied ]
}

@test "the queue names project, command, age and how to go on; approve --apply goes on" {
	feed "$(record "[$(semicolon)]" | jq -c '.source.command = ["make", "-j2"]')"
	cp a.c a.old
	fix --apply --environment production in.json
	id=$(queued)
	run -0 heal review
	assert_output --partial "$PWD"
	assert_output --partial 'command: make -j2'
	assert_line --regexp '^[0-9a-f]{16}  waiting +[0-9]+ s old  '
	assert_output --partial "heal review approve $id"
	run -0 heal review approve "$id"
	assert_output --partial 'heal run -- make -j2'
	cmp a.c a.old
	HEAL_ENV=production run -0 heal review approve --apply "$id"
	assert_output --partial 'applied'
	run ! cmp -s a.c a.old
	heal undo
	cmp a.c a.old
	run -0 heal-log export
	assert_output --partial fix_approved
}

@test "a plan whose files have changed cannot be approved" {
	feed "$(record "[$(semicolon)]")"
	fix --apply --environment production in.json
	id=$(queued)
	echo '/* */' >>a.c
	run -3 heal review approve "$id"
	assert_output --partial "'a.c' has changed since the plan was made"
}

@test "an approval of what a command reads does not outlive a change of it" {
	mkdir bin && printf '#!/bin/sh\necho "$@" >>"%s/said/ran"\n' "$BATS_TEST_TMPDIR" >bin/pip && chmod +x bin/pip
	printf 'a==1\n-r more.txt\n' >requirements.txt && echo 'b==1' >more.txt && echo 'x' >unread
	feed "$(record '[{"do":"run","argv":["pip","install","-r","requirements.txt"]}]')"
	PATH=$PWD/bin:$PATH fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	heal review approve "$(queued)"
	echo 'c==1' >>more.txt
	PATH=$PWD/bin:$PATH fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.reason <<<"$output") == *"'more.txt' has changed since"* ]]
	echo 'b==1' >more.txt && touch .npmrc
	PATH=$PWD/bin:$PATH fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.reason <<<"$output") == *"'.npmrc' has appeared since"* ]]
	rm .npmrc && echo y >unread
	[ ! -e "$BATS_TEST_TMPDIR/said/ran" ]
	PATH=$PWD/bin:$PATH fix --apply --environment production in.json
	[ "$(fixed)" = applied ]
	[ -e "$BATS_TEST_TMPDIR/said/ran" ]
}

@test "an approval that another user wrote, or could have written, does not count" {
	[ "$(id -u)" = 0 ] || skip "needs root, to give files away"
	feed "$(record "[$(semicolon)]")"
	fix --apply --environment production in.json
	heal review approve "$(queued)"
	file=$(echo "$state"/approved/*.json)
	chown 1 "$file"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.reason <<<"$output") == *'belongs to the user '* ]]
	chown 0 "$file" && chmod 666 "$file"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.reason <<<"$output") == *'other users may write to it' ]]
	chmod 600 "$file" && ln "$file" "$BATS_TEST_TMPDIR/kept"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	rm "$BATS_TEST_TMPDIR/kept" && chown 1 "$state/approved"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	chown 0 "$state/approved" && chmod 777 "$state/approved"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	# a named user's counts, where the sticky bit keeps others from replacing it
	chmod 1777 "$state/approved"
	jq -c '.uid = 1' "$file" >x && cat x >"$file" && chown 1 "$file"
	fix --apply --environment production in.json
	[ "$(fixed)" = queued ]
	HEAL_APPROVERS=1 fix --apply --environment production in.json
	[ "$(fixed)" = applied ]
}

@test "never_fix keeps files from every fix" {
	feed "$(record "[$(semicolon)]")"
	HEAL_NEVER_FIX='*.c' fix --apply --yes in.json
	[ "$(fixed)" = refused ]
	[[ $(jq -r .fix.reason <<<"$output") == *'never_fix (HEAL_NEVER_FIX)' ]]
	mkdir .heal && echo '{"never_fix": ["**/a.c"]}' >.heal/config.json
	fix --apply --yes in.json
	[ "$(fixed)" = refused ]
}

@test "on a protected branch nothing is applied without a person" {
	need git
	rm -rf .git && git init -qb release/1 .
	feed "$(record "[$(semicolon)]")"
	fix --apply --yes --environment staging in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.reason <<<"$output") == "'release/1' is a protected branch"* ]]
	HEAL_PROTECTED_BRANCHES='rel*/*' fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	git symbolic-ref HEAD refs/heads/work
	HEAL_PROTECTED_BRANCHES='rel*/*' fix --environment staging --yes in.json
	[ "$(fixed)" = planned ]
	mkdir .git/rebase-merge && echo refs/heads/main >.git/rebase-merge/head-name
	fix --apply --yes --environment staging in.json
	[ "$(fixed)" = queued ]
	# in dev the default ones do not count
	fix --apply --yes in.json
	[ "$(fixed)" = applied ]
}

@test "several files are amber: --apply waits, --yes acts" {
	cp a.c b.c
	feed "$(record "[$(semicolon), $(edit b.c 3 10 3 10 ';')]")"
	fix --apply in.json
	[ "$status" -eq 3 ]
	[ "$(cmp a.c b.c)" = "" ]
	fix --apply --yes in.json
	[ "$(fixed)" = applied ]
	[ "$(sed -n 3p b.c)" = $'\treturn 0;' ]
}

@test "nothing is written outside the project or through a symlink" {
	echo victim >"$BATS_TEST_TMPDIR/victim"
	ln -s "$BATS_TEST_TMPDIR/victim" link
	ln -s "$BATS_TEST_TMPDIR" out
	refused "[$(edit ../victim 1 1 1 1 x)]" '..'
	refused "[$(edit sub/../../victim 1 1 1 1 x)]" '..'
	refused "[$(edit "$BATS_TEST_TMPDIR/victim" 1 1 1 1 x)]" outside
	refused "[$(edit /etc/passwd 1 1 1 1 x)]" outside
	refused "[$(edit link 1 1 1 1 x)]" symlink
	refused "[$(edit out/victim 1 1 1 1 x)]" symlink
	refused '[{"do":"create","file":"out/new","text":"x"}]' symlink
	refused '[{"do":"create","file":"../new","text":"x"}]' '..'
	refused '[{"do":"mode","file":"link","mode":"755"}]' symlink
	refused "[$(edit $'a.c\nb' 1 1 1 1 x)]" 'not a file name'
	[ "$(cat "$BATS_TEST_TMPDIR/victim")" = victim ]
}

@test "protected files are never written, whatever was approved" {
	mkdir -p .github/workflows sub .heal
	local name
	for name in .github/workflows/ci.yml .gitlab-ci.yml Jenkinsfile JENKINSFILE .env sub/.env.local key.pem id_rsa \
		.heal/config.json .git/config .git/hooks/pre-commit sub/.GIT/config terraform.tfstate; do
		mkdir -p "$(dirname "$name")"
		printf 'one\n' >"$name"
		refused "[$(edit "$name" 1 1 1 1 x)]" "'"
		rm -f "$name"
		refused "$(jq -cn --arg f "$name" '[{do: "create", file: $f, text: "x"}]')" "'"
	done
	printf '{"protected_paths": ["*.lock", "vendor"]}' >"$BATS_TEST_TMPDIR/c.json"
	mkdir -p "$XDG_CONFIG_HOME/heal" vendor/x && cp "$BATS_TEST_TMPDIR/c.json" "$XDG_CONFIG_HOME/heal/config.json"
	printf 'x\n' >vendor/x/y
	refused "[$(edit vendor/x/y 1 1 1 1 x)]" protected
}

@test "heal's own state is never written, where the project is that wide" {
	mkdir -p "$state" && echo x >"$state/trusted"
	cd "$HOME"
	feed "$(record "[$(edit .local/state/heal/trusted 1 1 1 1 x)]")"
	fix --root "$HOME" --apply --yes in.json
	[ "$(fixed)" = refused ]
	[ "$(cat "$state/trusted")" = x ]
}

@test "special files are refused" {
	mkfifo pipe
	mkdir dir
	echo x >suid && chmod 4755 suid
	printf 'a\0b\n' >binary
	refused "[$(edit pipe 1 1 1 1 x)]" regular
	refused "[$(edit dir 1 1 1 1 x)]"
	refused "[$(edit suid 1 1 1 1 x)]" setuid
	refused "[$(edit binary 1 1 1 1 x)]" 'not text'
	refused "[$(edit missing 1 1 1 1 x)]" 'not exist'
	refused '[{"do":"create","file":"a.c","text":"x"}]' 'exists'
	refused '[{"do":"mode","file":"a.c","mode":"4755"}]' mode
	refused '[{"do":"mode","file":"a.c","mode":"777"}]' mode
	feed "$(record '[{"do":"explode"}]')"
	fix --apply in.json
	[ "$status" -eq 2 ]
}

@test "overlapping edits are refused" {
	refused '[{"do":"edit","file":"a.c","edits":[{"line":1,"column":1,"end_line":1,"end_column":4,"text":"x"},{"line":1,"column":2,"end_line":1,"end_column":3,"text":"y"}]}]' overlap
	refused "[$(edit a.c 1 1 1 4 x), $(edit ./a.c 1 3 1 5 y)]" overlap
	refused "[$(edit a.c 99 1 99 1 x)]" 'no line'
}

@test "line ends, byte order mark and a missing last newline stay" {
	printf '\357\273\277one\r\ntwo\r\nlast' >w.txt
	feed "$(record "[$(edit w.txt 2 1 2 1 $'new\n')]")"
	heal-fix --apply in.json
	[ "$(od -An -c w.txt | tr -d ' \n')" = '357273277one\r\nnew\r\ntwo\r\nlast' ]
}

@test "a file that changed since the analysis is refused" {
	feed "$(record "$(semicolon | jq -c --arg h "$(sha256sum a.c | cut -d' ' -f1)" '.expect = $h | [.]')")"
	echo '// later' >>a.c
	fix --apply in.json
	[ "$(fixed)" = refused ]
	[[ $(reason) == *changed* ]]
}

@test "without a hash, a file written after the failure was seen is refused" {
	feed "$(record "[$(semicolon)]" 0.95 old '{"time": "2020-01-01T00:00:00.000Z"}')"
	fix --apply in.json
	[ "$(fixed)" = refused ]
	touch -d 2019-01-01 a.c
	fix --apply in.json
	[ "$(fixed)" = applied ]
}

@test "edits made for the file as it was are carried over heal's own earlier fixes" {
	printf 'a\nb\nc\n' >f
	hash=$(sha256sum f | cut -d' ' -f1)
	for step in "$(edit f 1 1 1 1 $'#include\n')" "$(edit f 3 2 3 2 ';')" "$(edit f 2 2 2 2 ';')" "$(edit f 1 1 1 1 $'#include\n')"; do
		record "$(jq -c --arg h "$hash" '.expect = $h | [.]' <<<"$step")" 0.95 "id-$RANDOM$RANDOM"
	done >in.json
	fix --apply in.json
	[ "$(cat f)" = $'#include\na\nb;\nc;' ]
	[ "$(jq -r .fix.status <<<"${lines[3]}")" = skipped ]
	record "$(edit f 3 1 3 2 'X' | jq -c --arg h "$hash" '.expect = $h | [.]')" >in.json
	fix --apply in.json
	[ "$(fixed)" = refused ]
}

@test "a program off the allow-list never runs" {
	fake evil sh rm curl
	refused "[$(run_step evil)]" 'not allowed'
	refused "[$(run_step sh -c 'touch x')]" 'not allowed'
	refused "[$(run_step rm -rf .)]" 'not allowed'
	refused "[$(run_step "$BATS_TEST_TMPDIR/bin/evil")]" path
	refused "[$(run_step ./npm install)]" path
	refused '[{"do":"run","argv":[]}]'
	[ -z "$(calls)" ]
}

@test "nothing slips through a slot" {
	fake npm pip terraform mkdir gofmt chmod ansible-galaxy go
	local bad
	for bad in 'x; rm -rf .' '--registry=http://evil' '-g' '../..' $'left\npad' 'left pad' '$(id)' '`id`' 'a|b' 'git+ssh://x/y' \
		'http://evil/x.tgz' 'file:../x' 'owner/repo' './local' '/abs' '' "$(printf 'x%.0s' {1..300})" 'ümlaut' '@scope' 'a@npm:evil'; do
		refused "[$(run_step npm install "$bad")]" 'not allowed'
		refused "[$(run_step pip install "$bad")]" 'not allowed'
	done
	refused "[$(run_step npm install left-pad extra)]" 'not allowed'
	refused "[$(run_step npm install left-pad --registry=http://evil)]" 'not allowed'
	refused "[$(run_step terraform init -plugin-dir=/tmp/evil)]" 'not allowed'
	refused "[$(run_step terraform init -from-module=http://evil)]" 'not allowed'
	refused "[$(run_step pip install -r ../../requirements.txt)]" '..'
	refused "[$(run_step pip install -r http://evil/r.txt)]" 'could be interpreted'
	refused "[$(run_step pip install -r git+ssh://evil/r.txt)]" 'could be interpreted'
	refused "[$(run_step pip install -r evil:r.txt)]" 'could be interpreted'
	refused "[$(run_step gofmt -w @list)]" 'could be interpreted'
	refused "[$(run_step pip install --index-url=http://evil requests)]" 'not allowed'
	refused "[$(run_step gofmt -w ../x.go)]" '..'
	refused "[$(run_step gofmt -w .git/config)]"
	refused "[$(run_step gofmt -w --cpuprofile=x)]" 'not allowed'
	refused "[$(run_step chmod 4755 a.c)]" 'not allowed'
	refused "[$(run_step chmod 777 a.c)]" 'not allowed'
	refused "[$(run_step mkdir -p ../x)]" '..'
	refused "[$(run_step go get 'example.com/x;id')]" 'not allowed'
	ln -s /etc/passwd p.go
	refused "[$(run_step gofmt -w p.go)]" 'regular'
	[ -z "$(calls)" ]
}

@test "a command runs below the root, in no folder that leads elsewhere" {
	fake npm
	mkdir -p "$BATS_TEST_TMPDIR/outside" sub
	ln -s "$BATS_TEST_TMPDIR/outside" out
	refused "[$(run_step npm install | jq -c '.dir = "out"')]" symlink
	refused "[$(run_step npm install | jq -c '.dir = "../outside"')]" '..'
	refused "[$(run_step npm install | jq -c '.dir = "/"')]"
	refused "[$(run_step npm install | jq -c '.dir = "missing"')]"
	[ -z "$(calls)" ]
	printf '#!/bin/sh\npwd -P >where\n' >"$BATS_TEST_TMPDIR/bin/npm"
	feed "$(record "[$(run_step npm install | jq -c '.dir = "sub"')]")"
	fix --apply --yes in.json
	[ "$(cat sub/where)" = "$PWD/sub" ]
}

@test "a program that only a relative PATH finds is not run" {
	printf '#!/bin/sh\ntouch ran\n' >npm && chmod +x npm
	local program
	program=$(command -v heal-fix)
	fix() { run --separate-stderr env PATH=. "$program" "$@"; }
	refused "[$(run_step npm install)]" relative
	[ ! -e ran ]
}

@test "a program in a relative directory of PATH is not run in place of the installed one" {
	printf '#!/bin/sh\ntouch ran\n' >npm && chmod +x npm
	fake npm
	feed "$(record "[$(run_step npm install)]")"
	PATH=.:$PATH fix --apply --yes in.json
	[ "$(calls)" = "$BATS_TEST_TMPDIR/bin/npm install --ignore-scripts" ]
	[ ! -e ran ]
}

@test "a package is installed on its own only when the project declares it" {
	fake npm pip
	printf '{"name":"x","scripts":{"evil":"y"},"dependencies":{"left-pad":"^1.0.0","@scope/thing":"1"}}' >package.json
	printf 'Requests[socks]>=2\n# comment\nruamel_yaml\n' >requirements.txt
	local name
	for name in leftpad left-pda evil name scripts left-pad@1.3.0; do
		feed "$(record "[$(run_step npm install "$name")]" 1 "q$name")"
		fix --apply --yes in.json
		[ "$(fixed)" = queued ] || { echo "$name: $output"; false; }
		[[ $(reason) == *"does not declare"* ]]
	done
	[[ $(feed "$(record "[$(run_step npm install leftpad)]" 1)"; heal-fix --yes in.json 2>&1) == *"'left-pad'"* ]]
	[ -z "$(calls)" ]
	for name in left-pad @scope/thing left-pad@1.0.0; do
		feed "$(record "[$(run_step npm install "$name")]" 1 "a$name")"
		fix --apply --yes in.json
		[ "$(fixed)" = applied ] || { echo "$name: $output"; false; }
	done
	for name in requests ruamel.yaml; do
		feed "$(record "[$(run_step pip install "$name")]" 1 "p$name")"
		fix --apply --yes in.json
		[ "$(fixed)" = applied ] || { echo "$name: $output"; false; }
	done
	feed "$(record "[$(run_step pip install request)]" 1 near)"
	fix --apply --yes in.json
	[[ $(reason) == *"'Requests'"* ]]
}

@test "a shipped table vouches for a name, a model does not" {
	fake pip
	step=$(run_step pip install PyYAML | jq -c '.source = "table" | [.]')
	feed "$(record "$step" 1 llm '{"analysis": {"by": "llm"}}')"
	fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	feed "$(record "$step" 1 rule '{"analysis": {"by": "rule"}}')"
	fix --apply --yes in.json
	[ "$(fixed)" = applied ]
	[[ $(calls) == *'pip install PyYAML'* ]]
}

@test "what reaches the system always asks" {
	fake apt-get sudo
	feed "$(record "[$(run_step apt-get install -y libyajl-dev | jq -c '.source = "table"')]" 1 0193 '{"analysis": {"by": "rule"}}')"
	fix --apply --yes in.json
	[ "$status" -eq 3 ]
	[ "$(fixed)" = queued ]
	[[ $(reason) == *red* ]]
	[ -z "$(calls)" ]
}

@test "a failing command takes the plan's edits back with it" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho junk >package-lock.json\necho boom >&2\nexit 7\n' >"$BATS_TEST_TMPDIR/bin/npm"
	chmod +x "$BATS_TEST_TMPDIR/bin/npm"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	printf '{}' >package.json
	touch -d '2020-02-02 02:02:02.123456789' a.c
	before=$(stat -c '%a %y' a.c; cat a.c)
	feed "$(record "[$(semicolon), $(run_step npm install)]")"
	fix --apply --yes in.json
	[ "$status" -eq 4 ]
	[ "$(fixed)" = failed ]
	[[ $(reason) == *boom* ]]
	[ "$before" = "$(stat -c '%a %y' a.c; cat a.c)" ]
	[ ! -e package-lock.json ]
}

@test "a command that makes a check silent is rolled back" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\nsed -i "s/$/ # noqa/" "$3"\n' >"$BATS_TEST_TMPDIR/bin/autopep8"
	sed -i 's/"$3"/"$2"/' "$BATS_TEST_TMPDIR/bin/autopep8"
	chmod +x "$BATS_TEST_TMPDIR/bin/autopep8"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	echo 'import os' >m.py
	feed "$(record "[$(run_step autopep8 --in-place m.py)]")"
	fix --apply --yes in.json
	[ "$(fixed)" = failed ]
	[ "$(cat m.py)" = 'import os' ]
	refused "[$(run_step autopep8 --in-place m.py | jq -c '.do = "delegate"')]" silences
}

@test "a delegate works in a copy, and only the named files come back" {
	mkdir -p "$BATS_TEST_TMPDIR/bin" src
	printf '#!/bin/sh\nprintf "formatted\\n" >"$2"; echo x >other; rm -f ../../a.c a.c\n' >"$BATS_TEST_TMPDIR/bin/gofmt"
	chmod +x "$BATS_TEST_TMPDIR/bin/gofmt"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	printf 'raw\n' >src/x.go
	feed "$(record "[$(run_step gofmt -w src/x.go | jq -c '.do = "delegate"')]")"
	fix in.json
	[ "$(cat src/x.go)" = raw ]
	[[ $(jq -r .fix.diff <<<"$output") == *+formatted* ]]
	fix --apply in.json
	[ "$(fixed)" = applied ]
	[ "$(cat src/x.go)" = formatted ]
	[ ! -e other ] && [ -e a.c ]
	[ -z "$(ls "$TMPDIR")" ]
}

# fixer NAME BODY: a tool of that name, a shell script
fixer() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
	chmod +x "$BATS_TEST_TMPDIR/bin/$1"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# delegate WORD...: a step that leaves it to a tool
delegate() { run_step "$@" | jq -c '.do = "delegate"'; }

@test "what a delegate prints as a diff is judged and applied, for the file that it was given" {
	printf '#!/bin/sh\necho $1\n' >x.sh
	printf 'y\n' >y.sh
	fixer shellcheck 'cat <<-"END"
		--- a/x.sh
		+++ b/x.sh
		@@ -1,2 +1,2 @@
		 #!/bin/sh
		-echo $1
		+echo "$1"
		--- a/y.sh
		+++ b/y.sh
		@@ -1 +1 @@
		-y
		+n
	END
	exit 1'
	feed "$(record "[$(delegate shellcheck --format=diff x.sh)]")"
	fix --apply in.json
	[ "$(fixed)" = applied ]
	[ "$(tail -n 1 x.sh)" = 'echo "$1"' ]
	[ "$(cat y.sh)" = y ]
}

@test "a delegate's diff that does not fit the file, or is about others, is refused" {
	printf 'echo $2\n' >x.sh
	fixer shellcheck 'printf -- "--- a/x.sh\n+++ b/x.sh\n@@ -1 +1 @@\n-echo \$1\n+echo\n"'
	refused "[$(delegate shellcheck --format=diff x.sh)]" 'does not apply'
	fixer shellcheck 'printf -- "--- ../x.sh\n+++ /etc/passwd\n@@ -1 +1 @@\n-echo \$2\n+echo\n"'
	refused "[$(delegate shellcheck --format=diff x.sh)]" 'other files'
	fixer shellcheck 'printf -- "--- a/x.sh\n+++ b/x.sh\n@@ -1 +1 @@\n-echo \$2\n+echo \$2 # shellcheck disable=SC2086\n"'
	refused "[$(delegate shellcheck --format=diff x.sh)]" silences
	fixer shellcheck 'echo "no issues"'
	feed "$(record "[$(delegate shellcheck --format=diff x.sh)]")"
	fix --apply in.json
	[ "$(fixed)" = skipped ]
	[ "$(cat x.sh)" = 'echo $2' ]
}

@test "a delegate that fails, hangs, empties or deletes its file or a test is refused, and nothing is left of it" {
	printf 'def test_a():\n    assert f() == 3\n\n\ndef test_b():\n    assert g()\n' >test_m.py
	before=$(sha256sum test_m.py)
	fixer ruff 'printf "x = 1\n" >"$3"; exit 2'
	refused "[$(delegate ruff check --fix test_m.py)]" 'status 2'
	fixer ruff 'printf "x = 1\n" >"$2"; kill -SEGV $$'
	refused "[$(delegate ruff format test_m.py)]" 'status 139'
	fixer ruff 'printf "x = 1\n" >"$2"; exec sleep 60'
	HEAL_TIMEOUT=1 refused "[$(delegate ruff format test_m.py)]" 'more than 1 s'
	fixer ruff ': >"$2"'
	refused "[$(delegate ruff format test_m.py)]" 'empties'
	fixer ruff 'rm "$2"'
	refused "[$(delegate ruff format test_m.py)]" deletes
	fixer ruff 'sed -i "/test_b/,\$d" "$2"'
	refused "[$(delegate ruff format test_m.py)]" 'deletes a test'
	fixer ruff 'ln -sf /etc/passwd "$2"'
	refused "[$(delegate ruff format test_m.py)]"
	[ "$before" = "$(sha256sum test_m.py)" ]
	[ -z "$(ls "$TMPDIR")" ]
}

@test "a delegate that may run code of the project is not started without consent, and its plan says so" {
	mkdir -p node_modules/.bin
	printf 'a\n' >x.js
	fixer eslint 'touch "$HOME/started"; echo fixed >"$3"'
	feed "$(record "[$(delegate eslint --fix x.js)]")"
	fix in.json
	[ "$(fixed)" = planned ]
	[[ $(reason) == *"'eslint' may run code of the project"* ]]
	[[ $(jq -r .fix.diff <<<"$output") == '# run in a copy: eslint --fix x.js' ]]
	HEAL_DRY_RUN=true fix --apply --yes in.json
	HEAL_ENVIRONMENT=production fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	[ ! -e "$HOME/started" ]
	printf '#!/bin/sh\ntouch "$HOME/started"; echo own >"$2"\n' >node_modules/.bin/gofmt
	chmod +x node_modules/.bin/gofmt
	feed "$(record "[$(delegate gofmt -w x.js)]" 0.95 0195)"
	fix in.json
	[ ! -e "$HOME/started" ]
	fix --apply in.json
	[ "$(fixed)" = applied ]
	[ "$(cat x.js)" = own ]
}

@test "an approved start of a delegate shows its changes, which need an approval of their own" {
	printf 'a\n' >x.js
	fixer eslint 'echo fixed >"$2"'
	feed "$(record "[$(delegate eslint --fix x.js)]")"
	export HEAL_ENVIRONMENT=production
	fix --apply in.json
	heal review approve "$(heal review | head -n 1 | cut -d' ' -f1)"
	fix --apply in.json
	[ "$(fixed)" = queued ]
	[[ $(jq -r .fix.diff <<<"$output") == *+fixed* ]]
	[ "$(cat x.js)" = a ]
}

@test "a delegate is the project's own tool where it has one, and finds its modules" {
	mkdir -p sub/src node_modules/.bin node_modules/lib
	printf 'a\n' >sub/src/x.js
	fixer eslint 'echo global >"$2"'
	printf '#!/bin/sh\ncat node_modules/lib/words ../node_modules/lib/words >"$2" 2>/dev/null\nexit 0\n' >node_modules/.bin/eslint
	chmod +x node_modules/.bin/eslint
	echo own >node_modules/lib/words
	feed "$(record "[$(delegate eslint --fix src/x.js | jq -c '.dir = "sub"')]")"
	fix --apply in.json
	[ "$(fixed)" = applied ]
	[ "$(cat sub/src/x.js)" = own ]
	[ "$(cat node_modules/lib/words)" = own ]
	# What changes the project itself is no delegate, and comes from PATH.
	feed "$(record "[$(run_step eslint --fix sub/src/x.js)]" 0.95 0194)"
	fix --apply --yes in.json
	[ "$(cat sub/src/x.js)" = global ]
}

@test "a change that only hides the failure is refused" {
	mkdir -p tests
	printf 'import os\ndef f():\n    pass\n' >m.py
	printf 'def test_a():\n    assert f() == 3\n\ndef test_b():\n    assert True\n' >tests/test_m.py
	printf 'set -e\nmake\n' >run.sh
	printf -- '- name: x\n  command: /bin/false\n' >play.yml
	printf 'all:\n\tfalse\n' >Makefile
	printf '{"compilerOptions":{"strict":true}}\n' >tsconfig.json
	refused "[$(edit m.py 1 10 1 10 '  # noqa')]" silences
	refused "[$(edit m.py 1 10 1 10 '  #  NOQA' | sed 's/NOQA/noqa: E501/')]" silences
	refused "[$(edit m.py 1 10 1 10 '  # type: ignore')]" silences
	refused "[$(edit run.sh 2 5 2 5 ' || true')]" ignores
	refused "[$(edit run.sh 2 5 2 5 $' || \\\n  true')]" ignores
	refused "[$(edit run.sh 2 5 2 5 ' || :')]" ignores
	refused "[$(edit run.sh 1 1 1 7 'set +e')]"
	refused "[$(edit run.sh 1 1 2 1 '')]" 'disables a check'
	refused "[$(edit play.yml 2 22 2 22 $'\n  ignore_errors: yes')]" Ansible
	refused "[$(edit play.yml 2 22 2 22 $'\n  failed_when: false')]" Ansible
	refused "[$(edit Makefile 2 2 2 2 '-')]" make
	refused "[$(edit Makefile 1 1 1 1 $'CFLAGS += -Wno-error\n')]" compiler
	refused "[$(edit a.c 1 1 1 1 $'#pragma GCC diagnostic ignored "-Wall"\n')]" compiler
	refused "[$(edit tests/test_m.py 1 1 1 1 $'import pytest\n@pytest.mark.skip\n')]" skips
	refused "[$(edit tests/test_m.py 1 1 3 1 '')]" 'deletes a test'
	refused "[$(edit tests/test_m.py 2 5 2 20 'pass')]" 'deletes an assertion'
	refused "[$(edit tests/test_m.py 1 1 1 9 'def xtest_')]" 'deletes a test'
	refused "[$(edit tsconfig.json 1 21 1 34 '"strict":false')]"
	refused "[$(edit m.py 2 1 4 1 $'try:\n    f()\nexcept Exception:\n    pass\n')]" ignores
	refused '[{"do":"create","file":"x.py","text":"import os # noqa\n"}]' silences
	# what stood there before may stay
	printf 'import os  # noqa\nx = 1\n' >keep.py
	feed "$(record "[$(edit keep.py 1 8 1 10 'sys')]")"
	fix --apply in.json
	[ "$(fixed)" = applied ]
	# a changed assertion is for a person
	feed "$(record "[$(edit tests/test_m.py 2 19 2 20 '4')]" 1 assertion)"
	fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	[[ $(reason) == *assertion* ]]
}

@test "a project's own settings tighten, and loosen nothing until trusted" {
	mkdir -p .heal
	printf '{"threshold": 0.1, "allowed_commands": ["evil"], "environment": "staging", "protected_paths": ["a.c"]}' >.heal/config.json
	fake evil
	refused "[$(semicolon)]" protected
	printf '{"threshold": 0.1, "allowed_commands": ["evil"], "auto": "amber"}' >.heal/config.json
	refused "[$(run_step evil)]" 'not allowed'
	feed "$(record "[$(semicolon)]" 0.5)"
	fix --apply in.json
	[ "$(fixed)" = queued ]
	[[ $stderr == *"heal trust"* ]]
	# trusted: this very content, at this very place
	mkdir -p "$state"
	printf '%s %s\n' "$(sha256sum .heal/config.json | cut -d' ' -f1)" "$(realpath .heal/config.json)" >"$state/trusted"
	feed "$(record "[$(run_step evil)]" 0.5 trusted)"
	fix --apply --yes in.json
	[ "$(fixed)" = applied ]
	printf ' ' >>.heal/config.json
	refused "[$(run_step evil)]" 'not allowed'
}

@test "a faulty settings file is named, and makes careful" {
	mkdir -p "$XDG_CONFIG_HOME/heal"
	printf '{"environment": "production",}' >"$XDG_CONFIG_HOME/heal/config.json"
	feed "$(record "[$(semicolon)]")"
	fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	[[ $stderr == *config.json* ]]
	printf '{"enviroment": "production"}' >"$XDG_CONFIG_HOME/heal/config.json"
	fix --apply --yes in.json
	[ "$(fixed)" = queued ]
	[[ $stderr == *"did you mean 'environment'"* ]]
}

@test "switched off, it changes nothing" {
	feed "$(record "[$(semicolon)]")"
	SELF_HEAL_ENABLED=false fix --apply --yes in.json
	[ "$(fixed)" = refused ]
	SELF_HEAL_DRY_RUN=true fix --apply --yes in.json
	[ "$(fixed)" = planned ]
	[ "$(sed -n 3p a.c)" = $'\treturn 0' ]
}

@test "advice and retries change nothing" {
	feed "$(record '[{"do":"retry","attempts":3},{"do":"advise","text":"x"}]')"
	fix --apply in.json
	[ "$status" -eq 0 ]
	[ "$(fixed)" = skipped ]
}

@test "the second solution is taken when the first is refused" {
	record "[$(semicolon)]" | jq -c '.solutions = [(.solutions[0] | .id = "bad" | .steps = [{"do":"run","argv":["rm","-rf","/"]}])] + .solutions' >in.json
	fix --apply in.json
	[ "$(fixed)" = applied ]
	[ "$(jq -r .fix.solution <<<"$output")" = s1 ]
	fix --apply --solution bad in.json
	[ "$status" -eq 0 ]	# applied already
}

@test "what a killed heal left is put back at the next start" {
	feed "$(record "[$(semicolon)]")"
	heal-fix --apply in.json >/dev/null
	entry=$(echo "$state"/undo/*-*)
	sed -i 's/"applied"/"prepared"/' "$entry/manifest.json"
	: >"$entry/lock"
	feed "$(record '[{"do":"advise","text":"x"}]' 1 other)"
	fix --apply in.json
	[[ $stderr == *"rolled back"* ]]
	[ "$(sed -n 3p a.c)" = $'\treturn 0' ]
	[ "$(jq -r .state "$entry/manifest.json")" = undone ]
}

@test "an entry that a power cut emptied goes, and nothing is said" {
	local entry=$state/undo/01234567-89ab-7def-8123-456789abcdef
	mkdir -p "$entry"
	: >"$entry/manifest.json"
	feed "$(record '[{"do":"advise","text":"x"}]' 1 other)"
	fix --apply in.json
	[ "$stderr" = "" ]
	[ ! -e "$entry" ]
}

@test "the way back is on disk before a file is replaced, and the file before it says so" {
	need strace
	local file what folder=$PWD
	# at PATTERN: the line of the last call of this kind
	at() { grep -nE "$1" calls | tail -n 1 | cut -d: -f1 | grep .; }
	feed "$(record "[$(semicolon)]")"
	# A leak checker cannot look at a process that is traced.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -f -y -e trace=fsync,rename,renameat,renameat2 -o calls heal-fix --apply in.json >/dev/null
	entry=$(echo "$state"/undo/*-*)
	file=$(at '"a\.c"')
	for what in "$entry/0\.old" "$state/undo" "$folder/\.heal-[^>]*\.tmp"; do
		(($(at "fsync\([0-9]+<$what>\) += 0") < file))
	done
	for what in "$entry" "$entry/manifest\.json"; do
		(($(grep -nE "fsync\([0-9]+<$what>\) += 0" calls | head -n 1 | cut -d: -f1) < file))
	done
	applied=$(at '"manifest\.json"')
	((file < $(at "fsync\([0-9]+<$folder>\) += 0")))
	(($(at "fsync\([0-9]+<$folder>\) += 0") < applied))
	(($(at "fsync\([0-9]+<$entry/manifest\.json\.new>\) += 0") < applied))
	((applied < $(at "fsync\([0-9]+<$entry>\) += 0")))
}

@test "no place for the backup: nothing is changed" {
	feed "$(record "[$(semicolon)]")"
	rm -rf "$state" && mkdir -p "$(dirname "$state")" && : >"$state"
	fix --apply in.json
	[ "$status" -eq 4 ]
	[ "$(fixed)" = failed ]
	[ "$(sed -n 3p a.c)" = $'\treturn 0' ]
}

@test "an output that does not arrive is a failure" {
	feed "$(record "[$(semicolon)]")"
	run bash -c 'heal-fix in.json >/dev/full'
	[ "$status" -ne 0 ]
}

@test "wrong options are wrong usage" {
	fix --threshold 7 in.json
	[ "$status" -eq 2 ]
	fix --environment moon
	[ "$status" -eq 2 ]
	fix --root /nonexistent </dev/null
	[ "$status" -eq 2 ]
	fix missing.json
	[ "$status" -eq 2 ]
	fix --aply
	[ "$status" -eq 2 ]
	[[ $stderr == *"'--apply'"* ]]
}
