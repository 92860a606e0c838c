#!/usr/bin/env bats
# redaction: secrets are found wherever they stand, and however often a text occurs

setup() {
	load helper
	heal_setup
}

# message N TEXT: an incident with it
message() {
	jq -nc --arg id "id-$1" --arg text "$2" '{heal: 1, kind: "incident", id: $id, time: "2026-11-20T12:00:00.123Z",
		error: {rule: "r", level: "error", message: $text}}'
}

@test "a secret of the environment is found at every place of a text" {
	export DEPLOY_SECRET=q7ZmR2xVt9Wb
	pad=
	for ((i = 0; i < 12; i++)); do
		message "$i-a" "$pad $DEPLOY_SECRET"
		message "$i-b" "$pad $DEPLOY_SECRET$pad."
		pad+=y
	done | heal-log --quiet
	run ! grep -q "$DEPLOY_SECRET" <(heal-log export)
	run -0 grep -c 'redacted: environment' <(heal-log export)
	assert_output 24
}

@test "an encoded token is found at every place of a text" {
	token=ghp_$(printf '%.0sa1' {1..18})
	for bytes in "$token" "k=$token" "key $token"; do
		code=$(printf %s "$bytes" | base64 -w 0)
		pad=
		for ((i = 0; i < 26; i++)); do
			message "${#bytes}-$i-a" "$pad:${code%%=*}"
			message "${#bytes}-$i-b" "$pad:${code%%=*}:$pad"
			pad+=y
		done
		echo "${code%%=*}" >>codes
	done | heal-log --quiet
	run ! grep -qFf codes <(heal-log export)
	run -0 grep -c 'redacted: github-token' <(heal-log export)
	assert_output 156
}

@test "what was no secret in one member is one in another" {
	text=$(printf '%.0skQ7mZx2RvT' {1..8})
	for i in 1 2 3; do
		message "$i" "unexpected token: $text"
		message "name-$i" "$text" | jq -c '.error.fields = {password: .error.message, other: .error.message}'
	done | heal-log --quiet
	message plain "$text" | heal-log --quiet
	run -0 jq -r '.error.fields.password // empty' <(heal-log export)
	assert_line --regexp --index 2 '^\[redacted: password [0-9a-f]{8}\]$'
	run -0 jq -r 'select(.id == "id-plain").error.message' <(heal-log export)
	assert_output "$text"
}
