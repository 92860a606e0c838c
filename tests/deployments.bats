#!/usr/bin/env bats
# Deployments: noting them, and the errors that rose after them

setup() {
	load helper
	heal_setup
	unset HEAL_STORE
}

history_of() { /usr/bin/python3 "$HEAL_SOURCE/tests/deployments.py" "$@"; }

# errors FINGERPRINT DAY...: an incident for each, so many days ago
errors() {
	local fingerprint=$1 day
	shift
	for day; do
		printf '{"heal":1,"kind":"incident","id":"%s-%s","time":"%s","fingerprint":"%s","error":{"rule":"rule.%s","level":"error","message":"m %s"}}\n' \
			"$fingerprint" "$day" "$(date -u -d "now - $(awk -v d="$day" 'BEGIN {print int(d * 86400)}') seconds" +%FT%T.000Z)" \
			"$fingerprint" "$fingerprint" "$fingerprint"
	done | heal-log --quiet
}

# Steady errors for 14 days; `new` only since 3 days ago.
broken() {
	errors steady $(seq 0.5 13.5)
	errors new 0.2 0.5 0.7 1.1 1.4 1.8 2.2 2.6 2.9
}

@test "deploy notes a version, an environment, a time and a status" {
	run -0 heal-log deploy v1.2 --env production --at 2026-11-01T10:00:00Z --status failed
	assert_line --index 0 '2026-11-01 10:00:00  v1.2  production  failed'
	run -0 bash -c "heal-log export | jq -c '[.kind, .time, .deployment]'"
	assert_output '["deployment","2026-11-01T10:00:00.000Z",{"revision":"v1.2","environment":"production","status":"failed"}]'
	heal-log export >all
	records <all
	run -0 heal-log verify
}

@test "deploy refuses what is no version, no time, or no status" {
	run -2 --separate-stderr heal-log deploy
	[[ $stderr == *"requires one version"* ]]
	run -2 heal-log deploy ''
	run -2 heal-log deploy $'v1\n2'
	run -2 --separate-stderr heal-log deploy v1 --at yesterday-ish
	[[ $stderr == *"--at: invalid time"* ]]
	run -2 heal-log deploy v1 --status perhaps
	run -2 --separate-stderr env HEAL_DRY_RUN=true heal-log deploy v1
	[[ $stderr == *"dry_run is set"* ]]
	run ! test -e "$XDG_STATE_HOME/heal/heal.db"
}

@test "errors after a deployment are counted where nothing is known of the time before" {
	errors new 0.2 0.5 0.7
	run -0 heal-log deploy v2 --at 1d
	assert_line '  errors      unknown before, 3 in 1.0 d after'
	refute_output --partial rose
}

@test "an error that began after a deployment is reported with its p-value" {
	broken
	run -0 heal-log deploy v2 --at 3d
	assert_output --partial 'rose        rule.new: m new'
	assert_output --partial '0 in 7.0 d before, 9 in 3.0 d after'
	refute_output --partial 'rule.steady'
	run -0 bash -c "heal-log deploys --format ndjson | jq -c '.rose[] | [.fingerprint, .before, .after, .p]'"
	# 9 of 9 events in 3 of 10 days: 0.3^9
	[[ $output == '["new",0,9,1.968'*e-05']' || $output == '["new",0,9,0.00001968'*']' || $output == '["new",0,9,0.0000196'*']' ]]
}

@test "an error that was there before, or fell, is not reported" {
	errors steady $(seq 0.5 13.5)
	errors fell $(seq 4.1 0.4 9)
	heal-log deploy v2 --at 3d >/dev/null
	run -0 bash -c "heal-log deploys --format ndjson | jq -c .rose"
	assert_output '[]'
}

@test "several records of one session count once" {
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '{"heal":1,"kind":"incident","id":"s%s","correlation_id":"c","time":"%s","fingerprint":"f","error":{"rule":"r","level":"error","message":"m"}}\n' \
			"$i" "$(date -u -d 'now - 1 day' +%FT%T.000Z)"
	done | heal-log --quiet
	errors steady $(seq 0.5 13.5)
	heal-log deploy v2 --at 3d >/dev/null
	run -0 bash -c "heal-log deploys --format ndjson | jq -c '[.rose, .errors_after]'"
	assert_output '[[],4]'
}

@test "of two deployments the one at which the error began is the suspect" {
	broken
	heal-log deploy v1 --at 5d >/dev/null
	heal-log deploy v2 --at 3d >/dev/null
	heal-log deploy v3 --at 1d >/dev/null
	run -0 bash -c "heal-log deploys --format ndjson | jq -c 'select(.rose != []) | [.revision, .rose[0].suspects[0].revision]'"
	assert_output '["v2","v2"]'
	run -0 heal-log deploys v2
	assert_line --index 0 --partial 'v2'
	assert_output --partial 'suspect: v2'
}

@test "a rollback is proposed as the user configured it, and not run" {
	broken
	mkdir -p "$XDG_CONFIG_HOME/heal"
	echo '{"deploy.rollback": "touch rolled back.to={previous} from={version}"}' >"$XDG_CONFIG_HOME/heal/config.json"
	heal-log deploy 'v1; rm -rf x' --at 6d --env production >/dev/null
	heal-log deploy v-failed --at 4d --env production --status failed >/dev/null
	heal-log deploy v1.9 --at 5d --env staging >/dev/null
	heal-log deploy v2 --at 3d --env production >/dev/null
	run -0 heal-log deploys v2
	assert_output --partial "to roll back, run: touch rolled 'back.to=v1; rm -rf x' from=v2"
	run ! test -e rolled
	echo '{"deploy.rollback": "make $(x) && y"}' >"$XDG_CONFIG_HOME/heal/config.json"
	run -2 --separate-stderr heal-log deploys v2
	[[ $stderr == *"deploy.rollback"* ]]
}

@test "health before and after comes from the stored health records" {
	errors steady $(seq 0.5 13.5)
	for day in 5 4 2 1; do
		printf '{"heal":1,"kind":"health","id":"h%s","time":"%s","health":{"overall_status":"good","health_score":0.%s}}\n' "$day" \
			"$(date -u -d "now - $day days" +%FT%T.000Z)" "$((day + 1))"
	done | heal-log --quiet
	heal-log deploy v2 --at 3d >/dev/null
	run -0 bash -c "heal-log deploys --format ndjson | jq -c '[.health_before, .health_after]'"
	assert_output '[0.55,0.25]'
}

@test "planted regressions are found, and little else" {
	local planted=0 found=0 right=0 seed
	for seed in 1 2 3 4 5; do
		history_of make "$seed" planted >in
		heal-log --quiet --store "$seed.db" in
		heal-log deploys --format ndjson --store "$seed.db" | history_of score planted >score
		echo "# history $seed: $(cat score)" >&3
		((planted += $(jq .planted score), found += $(jq .found score), right += $(jq .right score), 1))
	done
	echo "# precision $right of $found, recall $right of $planted" >&3
	((right * 10 >= found * 9))
	((right * 100 >= planted * 75))
}

@test "deploys of a store without deployments says so" {
	errors steady 1
	run -0 --separate-stderr heal-log deploys
	[[ $stderr == *"no deployment in the store"* ]]
	run -0 --separate-stderr heal-log deploys v9
	[[ $stderr == *"no deployment of 'v9'"* ]]
}
