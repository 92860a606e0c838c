#!/usr/bin/env bats
# Who decides: hooks, settings by other names, saved settings.

setup() {
	load helper
	heal_setup
	mkdir -p .git "$BATS_TEST_TMPDIR/hooks"
	hooks=$BATS_TEST_TMPDIR/hooks
	export HEAL_NOTES=$BATS_TEST_TMPDIR/notes
	mkdir "$HEAL_NOTES"
	printf 'all:\n        echo built\n' >Makefile
}

# hook NAME LINE...: a hook that keeps its record, and runs the lines
hook() {
	local name=$1
	shift
	printf '%s\n' '#!/bin/sh' "cat >$HEAL_NOTES/\$1" "$@" >"$hooks/$name"
	chmod +x "$hooks/$name"
	export "HEAL_HOOKS_${name^^}=$hooks/$name"
}
healed() { heal run --yes -- make >out 2>err </dev/null; }
broken() { grep -q '^        echo' Makefile; }

@test "the hooks get their records" {
	for name in on_error pre_fix on_fix on_complete; do hook "$name"; done
	healed
	run ! broken
	jq -e '.kind == "incident" and .error.tool == "make" and (.solutions | length > 0)' "$HEAL_NOTES/on_error"
	jq -e '.fix.status == "planned" and (.fix.plan | length == 64) and (.fix.diff | length > 0)' "$HEAL_NOTES/pre_fix"
	jq -e '.fix.status == "applied" and .fix.backup != null' "$HEAL_NOTES/on_fix"
	jq -e '.kind == "session" and .session.status == "healed"' "$HEAL_NOTES/on_complete"
}

@test "pre_fix refuses a fix with its last line as the reason" {
	hook pre_fix 'echo first' 'echo "not on \033[31mFridays"' 'exit 1'
	run ! healed
	broken
	grep -qF 'hooks.pre_fix: not on \x1b[31mFridays' err
	make 2>&1 | heal-detect | heal-analyze | heal-fix --apply >fixed.json || true
	[[ $(jq -r '.fix.status // empty' fixed.json) == refused ]]
	[[ $(jq -r '.fix.reason // empty' fixed.json) == *Fridays ]]
	unset HEAL_HOOKS_PRE_FIX
	healed
	run ! broken
}

@test "a pre_fix that hangs, is missing or may be another's refuses, too" {
	hook pre_fix 'sleep 60'
	HEAL_HOOKS_TIMEOUT=0.2 run ! healed
	broken
	grep -q 'time limit' err
	HEAL_HOOKS_PRE_FIX=$hooks/none run ! healed
	broken
	HEAL_HOOKS_PRE_FIX=pre_fix run ! healed
	broken
	hook pre_fix
	chmod 777 "$hooks/pre_fix"
	run ! healed
	broken
	grep -q 'may have been written by other users' err
}

@test "other hooks decide nothing" {
	hook on_fix 'exit 1'
	hook on_error 'exit 1'
	hook on_complete 'exit 1'
	healed
	run ! broken
	grep -q 'hooks.on_fix exited with status 1' err
}

@test "what on_error changed in a file is what the repair reads" {
	printf 'total()\n{\n\techo 1\n}\n\ntotl\n' >a.sh
	hook on_error 'sed -i "s/^total()/totel()/" a.sh'
	heal run --yes -- bash a.sh >out 2>err
	grep -qx totel a.sh
}

@test "a dry run runs no hook" {
	for name in on_error pre_fix on_fix on_complete; do hook "$name"; done
	run ! heal run --dry-run -- make
	make 2>&1 | heal-detect | heal-analyze | heal-fix >fixed.json || true
	[[ -z $(ls "$HEAL_NOTES") ]]
}

@test "a project's hooks run only while it is trusted, with the contents that were trusted" {
	mkdir -p .heal/hooks
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$HEAL_NOTES" >.heal/hooks/p && chmod +x .heal/hooks/p
	echo '{"hooks": {"on_fix": ".heal/hooks/p"}}' >.heal/config.json
	cp Makefile Makefile.old
	healed
	[[ ! -e $HEAL_NOTES/ran ]]
	heal trust
	cp Makefile.old Makefile
	healed
	[[ -e $HEAL_NOTES/ran ]]
	rm "$HEAL_NOTES/ran" && echo ': more' >>.heal/hooks/p
	cp Makefile.old Makefile
	healed
	[[ ! -e $HEAL_NOTES/ran ]]
	# the user's own setting does not lead into a project that is not trusted
	cp Makefile.old Makefile
	HEAL_HOOKS_ON_FIX=$PWD/.heal/hooks/p healed
	[[ ! -e $HEAL_NOTES/ran ]]
}

@test "the configuration of self_healing_config.json means what it says" {
	mkdir -p "$XDG_CONFIG_HOME/heal"
	cat >"$XDG_CONFIG_HOME/heal/config.json" <<-'END'
	{
	  "enabled": true,
	  "environments": ["python", "terraform", "ansible", "bash"],
	  "retry": {"max_attempts": 3, "backoff_multiplier": 2.0, "initial_delay_seconds": 1.0},
	  "logging": {"log_directory": "./self_healing_logs", "verbose": true},
	  "safety": {"dry_run": false, "backup_before_fix": true}
	}
	END
	run -0 --separate-stderr heal config
	[[ -z $stderr ]]
	assert_line --regexp '^max_attempts +3 .*config.json:4'
	assert_line --regexp '^retry.multiplier +2 .*config.json:4'
	assert_line --regexp '^verbose +true .*config.json:5'
	assert_line --regexp '^environments +python, terraform, ansible, bash'
	# make is none of the environments
	run ! healed
	broken
	grep -q "errors of '.*' are not repaired: environments" err
	printf 'def f()\n    return 1\nf()\n' >a.py
	heal run --yes -- python3 a.py >out 2>err </dev/null
	grep -qx 'def f():' a.py
	jq -e '[.incidents[].event_type] | contains(["error_detected", "fix_applied"])' self_healing_logs/healing_changelog.json
	grep -q 'healed' self_healing_logs/heal.log
}

@test "in a project's root it is read like .heal/config.json" {
	echo '{"safety": {"require_approval": true, "protected_paths": ["x"], "backup_before_fix": false},
		"retry": {"max_attempts": 20}, "environments": ["c"]}' >self_healing_config.json
	run -0 --separate-stderr heal config
	assert_line --regexp '^require_approval +true '
	assert_line --regexp '^protected_paths +x '
	assert_line --regexp '^max_attempts +3 +default'
	assert_line --regexp '^environments +c '
	[[ $stderr == *'max_attempts would loosen'*  && $stderr == *'backup cannot be changed'* ]]
	heal trust
	run -0 heal config
	assert_line --regexp '^max_attempts +20 '
}

@test "an untrusted project chooses among the user's environments only" {
	mkdir -p .heal
	echo '{"environments": ["python", "make"]}' >.heal/config.json
	run -0 --separate-stderr env SELF_HEAL_ENVIRONMENTS=python heal config
	assert_line --regexp '^environments +python +SELF_HEAL'
	mkdir -p "$XDG_CONFIG_HOME/heal"
	echo '{"environments": ["python"]}' >"$XDG_CONFIG_HOME/heal/config.json"
	run -0 --separate-stderr heal config
	assert_line --regexp '^environments +python +.*/heal/config'
	[[ $stderr == *'environments would loosen'* ]]
	echo '{"environments": []}' >.heal/config.json
	run -0 --separate-stderr heal config
	[[ $stderr == *'environments would loosen'* ]]
}

@test "the variables mean what they mean there" {
	SELF_HEAL_MAX_ATTEMPTS=5 SELF_HEAL_LOG_DIR=/l SELF_HEAL_VERBOSE=true SELF_HEAL_DRY_RUN=true run -0 heal config
	assert_line --regexp '^max_attempts +5 +SELF_HEAL_MAX_ATTEMPTS'
	assert_line --regexp '^log.directory +/l +SELF_HEAL_LOG_DIR'
	assert_line --regexp '^verbose +true '
	assert_line --regexp '^dry_run +true '
	SELF_HEAL_BACKUP=false run -0 heal config
	assert_output --partial 'backup cannot be changed'
	SELF_HEAL_ENABLED=false run ! healed
	broken
}

@test "only the allowed programs are run" {
	jq -cn '{heal: 1, kind: "incident", id: "i", error: {rule: "t", level: "error", message: "m"}, solutions: [{id: "s",
		confidence: 1, applicability: "machine", steps: [{do: "run", argv: ["mkdir", "-p", "d"]}]}]}' >in.json
	echo '{"safety": {"allowed_external_commands": ["pip", "npm"]}}' >self_healing_config.json
	run -3 --separate-stderr heal-fix --apply --yes in.json
	[[ $(jq -r .fix.reason <<<"$output") == "'mkdir' is not among allowed_programs"* ]]
	[[ ! -d d ]]
}

@test "heal config --save writes settings that read back the same" {
	mkdir -p "$XDG_CONFIG_HOME/heal"
	HEAL_THRESHOLD=0.97 HEAL_PROTECTED_PATHS=a:b HEAL_CONTEXT_HOURS=22-6 HEAL_PROTECTED_BRANCHES='x/*' \
		heal config --save saved.json
	run -2 heal config --save saved.json
	cp saved.json "$XDG_CONFIG_HOME/heal/config.json"
	run -0 --separate-stderr heal config
	[[ -z $stderr ]]
	assert_line --regexp '^threshold +0.97 '
	assert_line --regexp '^protected_paths +a, b '
	assert_line --regexp '^protected_branches +main, master, release/\*, x/\* '
	assert_line --regexp '^context.hours +22-6 '
	heal config --save again.json
	cmp saved.json again.json
}

# repository: the project as a git repository with one commit, and programs that must not run
repository() {
	need git
	rm -rf .git
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@a
	git init -qb work .
	git add . && git commit -qm first
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$HEAL_NOTES" >evil && chmod +x evil
	mkdir -p .git/hooks
	for name in pre-commit commit-msg post-commit reference-transaction post-index-change; do cp evil ".git/hooks/$name"; done
}

@test "--commit makes one commit with only the files of the fix, and with trailers" {
	repository
	echo other >other && git add other && rm -f "$HEAL_NOTES/ran"
	heal run --yes --commit -- make >out 2>err </dev/null
	grep -q '^heal: committed ' err
	[[ ! -e $HEAL_NOTES/ran ]]
	assert_equal "$(git log --format=%s | wc -l)" 2
	assert_equal "$(git show --format= --name-only HEAD)" Makefile
	assert_equal "$(git diff --cached --name-only)" other
	assert_equal "$(git diff --name-only)" ''
	git show -s --format=%B HEAD >message
	grep -qx 'Heal-Solution: make.spaces-for-tab' message
	grep -Eqx 'Heal-Fingerprint: [0-9a-f]{32}' message
	grep -Eqx 'Heal-Plan: [0-9a-f]{64}' message
	assert_equal "$(git show -s --format='%(trailers:only)' HEAD | grep -c ^Heal)" 3
	git fsck --strict
}

@test "commit.hooks runs the repository's hooks, which may refuse" {
	repository
	HEAL_COMMIT_HOOKS=true heal run --yes --commit -- make >out 2>err </dev/null
	[[ -e $HEAL_NOTES/ran ]]
	assert_equal "$(git show --format= --name-only HEAD)" Makefile
}

@test "a file with changes of the user's is not committed" {
	repository
	echo '# mine' >>Makefile
	heal run --yes --commit -- make >out 2>err </dev/null
	grep -q "not committed: 'Makefile' had changes that were not committed" err
	assert_equal "$(git log --format=%s)" first
}

@test "nothing is committed during a merge, and a filter of the repository does not run" {
	repository
	git rev-parse HEAD >.git/MERGE_HEAD
	heal run --yes --commit -- make >out 2>err </dev/null
	grep -q 'not committed: MERGE_HEAD' err
	rm .git/MERGE_HEAD && git checkout -q Makefile
	echo 'Makefile filter=x' >.gitattributes
	git config filter.x.clean "$PWD/evil"
	heal run --yes --commit -- make >out 2>err </dev/null
	grep -q 'has a git filter' err
	assert_equal "$(git log --format=%s)" first
}

@test "a fix below the repository's root is committed there" {
	repository
	mkdir -p d/.heal && cp Makefile d/Makefile && git add d && git -c core.hooksPath=/dev/null commit -qm second && cd d
	heal run --yes --commit -- make >../out 2>../err </dev/null
	grep -q '^heal: committed ' ../err
	assert_equal "$(git show --format= --name-only HEAD)" d/Makefile
	assert_equal "$(git rev-list --count HEAD)" 3
}

@test "heal policy test shows what would happen now, and why" {
	run -0 heal policy test
	assert_line --regexp '^edit +green +- +queue +green: needs --apply or --yes$'
	assert_line --regexp '^edit +green +--apply +apply$'
	assert_line --regexp '^command +red +--yes +queue +its risk is red'
	assert_line --regexp '^retry +- +any +skip'
	assert_line --regexp '^advice +- +any +skip'
	HEAL_ENABLED=false run -0 heal policy test
	assert_line --regexp '^edit +green +asked +refuse +heal is disabled'
	HEAL_ENV=production run -0 heal policy test
	assert_line --regexp '^edit +green +--yes +queue +production'
	run -0 heal policy test
	[[ -z $(find "$XDG_STATE_HOME" -type f 2>/dev/null) ]] # it has changed nothing
	run -2 heal policy
	run -2 heal policy test . .
	run -2 heal policy test /nowhere
}

@test "heal policy test names the branch and the context that raise the bar" {
	need git
	git init -qb release/1 .
	HEAL_PROTECTED_BRANCHES='release/*' HEAL_CONTEXT_HOURS=0-24 HEAL_THRESHOLD=0.95 run -0 heal policy test
	assert_line --regexp '^branch +release/1, protected$'
	assert_line --regexp '^edit +green +--yes +queue .*protected branch'
	assert_line --partial '1.00 now'
	assert_line --partial 'raised: it is between the hours 0-24 (context.hours)'
	assert_line --regexp '^edit +green +--yes +queue +confidence 0.99 is below the threshold 1.00'
	HEAL_CONTEXT_WEEKDAYS=samstag run -0 heal policy test
	assert_line --partial "'samstag' is no weekday"
}
