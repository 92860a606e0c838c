#!/usr/bin/env bats
# heal-monitor: what the project's benchmarks measure, and which became slower than they were.

setup() {
	load helper
	heal_setup
	mkdir .heal
	export HEAL_HEALTH_BENCHMARK_HOURS=0
	printf '#!/bin/sh\ncat times\n' >bench.sh
	chmod +x bench.sh
}

# report NS...: a report for each time that the benchmark states
report() {
	local ns
	for ns; do
		printf 'BenchmarkSum-8   \t 100\t        %s ns/op\nBenchmarkSteady-8   \t 100\t    5.5 ns/op\n' "$ns" >times
		heal-monitor >report || :
	done
}

of() { jq -r "$1" report; }
issues() { of '[.health.issues[] | select(.type == "performance_issue") | .description] | join("\n")'; }

@test "a slow-down is found, with its size, its time and its p-value; the steady benchmark is not named" {
	report 100 102 101 99 103 98 100 101 97 102 100 99
	assert_equal "$(issues)" ''
	assert_equal "$(of '[.health.measurements[] | [.name, .nanoseconds, .number]] | tojson')" '[["Sum",99,12],["Steady",5.5,12]]'
	heal_schema_check report
	report 121 119 120 123 118 122 120
	[[ $(issues) =~ ^'Sum takes 120 ns instead of 100 ns, 20 % longer, since 2'[^\;]*'; p = 0.0'[0-9]*$ ]]
	heal_schema_check report
	local first
	first=$(of '.health.measurements[0].rise.since')
	[[ $(heal-log health --format ndjson | jq -r '.time' | sed -n 7p) == "$first" ]]
	assert_equal "$(of '.health.issues[0] | [.severity, .check] | tojson')" '[5,"script-benchmarks"]'
}

@test "what is fast again is no issue, nor is a rise below health.slowdown" {
	report 100 102 101 99 103 98 100 101 97 102 100 99 121 119 120 123 118 122 120
	[[ -n $(issues) ]]
	HEAL_HEALTH_SLOWDOWN=0.3 report 120
	assert_equal "$(issues)" ''
	report 100 99 101
	assert_equal "$(issues)" ''
}

@test "an issue is the same one in the next report" {
	report 100 102 101 99 103 98 100 101 97 102 100 99 121 119 120 123 118 122 120
	local first
	first=$(of '.health.issues[0].fingerprint')
	report 121
	assert_equal "$(of '.health | [.issues[0].fingerprint, .metrics.new] | tojson')" "[\"$first\",0]"
}

@test "benchmarks run again only when they are due, and what they found stays" {
	export HEAL_HEALTH_BENCHMARK_HOURS=24
	report 100 50
	assert_equal "$(of '.health | [.measurements, (.checks[] | select(.kind == "performance") | .status)] | tojson')" '[null,"passed"]'
	[[ $(of '.health.checks[] | select(.kind == "performance") | .detail') == 'last measured at 2'* ]]
	HEAL_HEALTH_BENCHMARK_HOURS=0 report 102 101 99 103 98 100 101 97 102 100 99 121 119 120 123 118 122 120
	report 1
	[[ $(issues) == 'Sum takes 120 ns'* ]]
}

@test "a benchmark that fails is not measured" {
	printf '#!/bin/sh\ncat times\nexit 3\n' >bench.sh
	report 100
	assert_equal "$(of '.health | [.measurements, (.checks[] | select(.kind == "performance") | .status)] | tojson')" '[null,"unable"]'
}

@test "the command of health.benchmark is measured as a whole" {
	rm bench.sh
	HEAL_HEALTH_BENCHMARK='sleep 0.2' heal-monitor >report || :
	assert_equal "$(of '.health.measurements[0] | [.check, .name, .nanoseconds >= 2e8] | tojson')" '["benchmark","benchmark",true]'
	HEAL_HEALTH_BENCHMARK='sleep 0.2; touch x' heal-monitor >report || :
	[[ $(of '.health.checks[] | select(.check == "benchmark") | .detail') == *'must be one command'* ]]
	HEAL_HEALTH_BENCHMARK=true HEAL_HEALTH_WITHOUT=benchmark heal-monitor >report || :
	assert_equal "$(of '[.health.checks[]? | .check] | tojson')" '[]'
}

# What the tools print, and what is read of it: NAME NANOSECONDS lines.
printed() {
	printf '%s\n' "$2" >times
	heal-monitor >report || :
	assert_equal "$(of '[.health.measurements[] | "\(.name) \(.nanoseconds)"] | join("\n")')" "$1"
}

@test "the output of benchmark tools is read" {
	printed 'Sum/100 26.4' $'BenchmarkSum/100-2   \t 2634356\t        40.94 ns/op\nBenchmarkSum/100-2   \t 4647902\t        26.40 ns/op\t  0 B/op\nPASS'
	printed 'tests::add 1234' 'test tests::add ... bench:       1,234 ns/iter (+/- 12)'
	printed $'fib 20 26029\na long name of a group/of a benchmark 1500000' \
		$'fib 20                  time:   [25.9 \xc2\xb5s 26.029 \xc2\xb5s 26.3 \xc2\xb5s]\na long name of a group/of a benchmark\n                        time:   [1.4 ms 1.5 ms 1.6 ms]\n                        change: [-1.2% +0.1% +1.2%] (p = 0.9 > 0.05)'
	printed 'a.py::test_a 830' $'{\n    "benchmarks": [\n        {\n            "fullname": "a.py::test_a",\n            "options": {\n                "min_time": 5e-06\n            },\n            "stats": {\n                "min": 8.3e-07,\n                "max": 1\n            }\n        }\n    ]\n}'
	printed 'BM_Sort/8 12' $'Benchmark   Time  CPU  Iterations\nBM_Sort/8         12 ns         11 ns     58 '
	printed 'make x 2500000' $'Benchmark 1: make x\n  Time (mean \xc2\xb1 \xcf\x83):       2.5 ms \xc2\xb1   0.1 ms    [User: 1 ms, System: 1 ms]'
	printed 'RegExp#test 50' 'RegExp#test x 20,000,000 ops/sec ±1.10% (91 runs sampled)'
}

@test "the benchmarks of Go modules, of Python and of make are found" {
	need go
	rm bench.sh
	printf 'module x\n\ngo 1.18\n' >go.mod
	printf 'package x\n\nimport "testing"\n\nfunc BenchmarkSum(b *testing.B) {\n\tfor i := 0; i < b.N; i++ {\n\t}\n}\n' >x_test.go
	printf '.PHONY: bench\nbench:\n\t@sleep 0.1\n' >Makefile
	heal-monitor >report || :
	assert_equal "$(of '[.health.measurements[] | "\(.check) \(.name)"] | tojson')" '["go-benchmarks Sum","make-benchmarks make-benchmarks"]'
}

@test "without the store a benchmark is measured, and compared with nothing" {
	printf 'BenchmarkSum-8   \t 100\t        5 ns/op\n' >times
	local i
	for i in 1 2; do heal-monitor --no-store >report; done
	assert_equal "$(of '.health.measurements[0].number')" 1
}
