#!/usr/bin/env bats
# heal-llm with a real server, that of llama.cpp: a model of random weights (llm/model.py) answers nonsense in the form that the server's
# grammar enforces.  HEAL_LLAMA_SERVER names the program if it is not in the path.

setup() {
	load helper
	server=${HEAL_LLAMA_SERVER:-$(command -v llama-server || :)}
	heal_setup
	need python3
	need jq
	need curl
	[[ -x $server ]] || skip "no llama-server"
	python3 -B "$HEAL_SOURCE/tests/llm/model.py" "$BATS_TEST_TMPDIR/random.gguf" 1
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$server" -m "$BATS_TEST_TMPDIR/random.gguf" --host 127.0.0.1 --port "$port" -c 32768 -np 1 -t 1 --no-warmup >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	model=$!
	wait_for curl -sfo /dev/null "http://127.0.0.1:$port/health"
	export HEAL_LLM_PROVIDER=compatible HEAL_LLM_URL=http://127.0.0.1:$port HEAL_LLM_MODEL=random HEAL_LLM_CAUSES_TEMPERATURE=1
	export HEAL_LLM_ANALYSIS_TEMPERATURE=1 HEAL_LLM_CANDIDATES_TEMPERATURE=1 HEAL_LLM_CANDIDATES_TOKENS=600 HEAL_LLM_CAUSES_TOKENS=600
	printf 'def add(a, b):\n    return a - b\n\n\nassert add(1, 2) == 3, "the sum"\n' >calc.py
	cp calc.py before
}

teardown() {
	[[ -z ${model:-} ]] || kill "$model"
}

@test "nothing that a model of random weights answers is applied" {
	python3 calc.py 2>&1 | heal-detect | heal-analyze >incident
	for operation in analysis causes candidates candidates candidates; do
		run --separate-stderr heal-llm --no-store --no-cache --operations "$operation" incident
		[[ $status == 0 || $status == 4 ]] || fail "$status $stderr"
		((status == 0)) || [[ $(wc -l <<<"$stderr") == 1 && $stderr == *"$operation"* ]] || fail "$stderr"
		assert_equal "$(wc -l <<<"$output")" 1
		heal-fix --prove --apply --yes -- python3 calc.py <<<"$output" >fixed || :
		cmp before calc.py
	done
	grep -q 'stop processing' "$BATS_TEST_TMPDIR/log"
}

@test "heal run with a model of random weights ends as without it" {
	for n in 1 2 3; do
		run heal run --llm --yes -- python3 calc.py
		assert_equal "$status" 1
		refute_output --partial healed
		cmp before calc.py
	done
	grep -q 'stop processing' "$BATS_TEST_TMPDIR/log"
}
