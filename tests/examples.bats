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

# clickhouse SCRIPTS QUERY: run a query in ClickHouse, whose executable functions are in that folder
clickhouse() {
	python3 -c 'import chdb' 2>/dev/null || skip "no chdb"
	python3 - "$1" "$2" <<-'END'
		import chdb, sys
		session = chdb.connect("click?user_scripts_path=" + sys.argv[1])
		print(session.query(sys.argv[2], "TSVRaw"), end="")
	END
}

@test "ClickHouse finds what one process finds" {
	clickhouse "$HEAL_SOURCE/share/examples/clickhouse" "SELECT record FROM executable('scan-logs', 'TSVRaw',
		'record String', (SELECT _path FROM file('$PWD/logs/*', 'One')), SETTINGS check_exit_code = true)" >records
	found <records | diff wanted -
}

@test "a query of ClickHouse over a log that cannot be read fails" {
	clickhouse "$HEAL_SOURCE/share/examples/clickhouse" 'SELECT 1' >/dev/null
	run clickhouse "$HEAL_SOURCE/share/examples/clickhouse" "SELECT count() FROM executable('scan-logs', 'TSVRaw',
		'record String', (SELECT '$PWD/absent.log'), SETTINGS check_exit_code = true)"
	assert_failure
	assert_output --partial 'return code'
}

@test "DuckDB has a row for each incident, and counts those of several runs together" {
	python3 -c 'import duckdb' 2>/dev/null || skip "no duckdb"
	local n
	for n in 1 2; do
		heal-detect logs | python3 -c 'import duckdb, sys
duckdb.connect("incidents.db").execute(open(sys.argv[1]).read())' "$HEAL_SOURCE/share/examples/duckdb/incidents.sql"
	done
	python3 -c 'import duckdb; store = duckdb.connect("incidents.db")
print("\n".join(row[0] for row in store.execute("SELECT record FROM incidents").fetchall()))' >records
	found <records | diff <(sort wanted wanted) -
	run -0 python3 -c 'import duckdb
print(duckdb.connect("incidents.db").execute("SELECT incidents, logs, example FROM fingerprints").fetchall())'
	assert_output "[(10, 5, 'expected expression')]"
}
