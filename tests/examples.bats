#!/usr/bin/env bats
# The examples for many machines find what one heal-detect finds, however their work is divided

setup() {
	load helper
	heal_setup
	local n
	mkdir logs
	for n in 1 2 3 4 5; do
		printf 'all well\nsrc/a.c:%d:9: error: expected expression\n' "$n" >"logs/host $n.log"
	done
	printf 'nothing here\n' >logs/empty.log
	gzip logs/host\ 5.log
	heal-detect logs | found >wanted
}

# found: how often each fingerprint was found in each log
found() {
	jq -r '[.fingerprint, (.source.name | sub(".*/"; ""))] | @tsv' | sort
}

@test "GNU parallel finds what one process finds" {
	command -v parallel >/dev/null || skip "no parallel"
	"$HEAL_SOURCE/share/examples/parallel/scan-logs" logs | found | diff wanted -
	[[ $(wc -l <wanted) == 5 ]]
}

@test "GNU parallel reports a log that could not be read" {
	command -v parallel >/dev/null || skip "no parallel"
	head -c 40 logs/host\ 5.log.gz >logs/broken.gz
	run "$HEAL_SOURCE/share/examples/parallel/scan-logs" logs
	assert_failure
	assert_output --partial broken.gz
}

@test "the tasks of a Slurm array find together what one process finds" {
	local n
	find "$PWD/logs" -type f >list
	for n in 1 2 3; do
		SLURM_ARRAY_TASK_ID=$n SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3 LOGS=list OUTPUT=out \
			"$HEAL_SOURCE/share/examples/slurm/scan-logs.sbatch"
	done
	cat out/*.ndjson | found | diff wanted -
}

@test "a task of a Slurm array that runs again replaces its records" {
	local n
	find "$PWD/logs" -type f >list
	for n in 0 1 1 0; do
		SLURM_ARRAY_TASK_ID=$n SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=2 LOGS=list OUTPUT=out \
			"$HEAL_SOURCE/share/examples/slurm/scan-logs.sbatch"
	done
	cat out/*.ndjson | found | diff wanted -
	[[ -z $(find out -name '.part*') ]]
}

@test "Spark finds what one process finds" {
	python3 -c 'import pyspark, pandas, pyarrow' 2>/dev/null || skip "no pyspark with pandas and pyarrow"
	PYSPARK_SUBMIT_ARGS='--master local[2] pyspark-shell' \
		python3 "$HEAL_SOURCE/share/examples/spark/scan_logs.py" --glob '*.log*' out logs 2>/dev/null
	python3 -c 'import pandas; print("\n".join(pandas.read_parquet("out/incidents")["record"]))' | found | diff wanted -
}
