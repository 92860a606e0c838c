# helper.bash - what every bats file loads first:
#
#     setup() { load helper; heal_setup; }
#
# After heal_setup a test runs the built tools in a clean environment: a private HOME and XDG
# directories below $BATS_TEST_TMPDIR, LC_ALL=C.UTF-8, the built packs, none of the developer's
# variables; it stands in an empty directory, $BATS_TEST_TMPDIR/work.
#
#   HEAL_SOURCE, HEAL_BUILD   the source tree, the build tree
#   need PROGRAM...           skip, by name, where one is not installed
#   wait_for COMMAND...       until it succeeds, a minute at most: no test sleeps and hopes
#   field EXPRESSION          jq -r EXPRESSION over the records on standard input
#   records                   how many records standard input holds, each checked against the schema
#   heal_schema_check FILE    hold every line of FILE against the record's JSON Schema
#   heal_status NAME          the exit status by its name: ok no wrong person refused broken

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/environment.bash"

heal_setup() {
	heal_find_build || return
	heal_environment "$BATS_TEST_TMPDIR"
	bats_load_library bats-support
	bats_load_library bats-assert
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

need() {
	local program
	for program; do
		command -v "$program" >/dev/null || skip "no $program"
	done
}

wait_for() {
	local end=$((SECONDS + 60))
	until "$@"; do
		((SECONDS < end)) || { echo "waited in vain for: $*" >&2; return 1; }
		sleep 0.02
	done
}

# For wait_for:

# lines FILE N: it has so many, or more
lines() { (($(wc -l <"$1") >= $2)); }

# drained FD: the pipe behind it holds nothing that was not read yet
drained() {
	/usr/bin/python3 -c 'import fcntl, sys, termios; sys.exit(any(fcntl.ioctl(int(sys.argv[1]), termios.FIONREAD, bytes(4))))' "$1"
}

# has_read PID FILE: it has the file open and has read all of it
has_read() {
	local fd
	for fd in "/proc/$1/fd/"*; do
		[[ $fd -ef $2 && $(sed -n 's/^pos:\s*//p' "/proc/$1/fdinfo/${fd##*/}") == "$(stat -c %s "$2")" ]] && return
	done
	return 1
}

# A server that prints "... port N ..." to the file; sets $port.
port_of() {
	port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$1")
	[[ -n $port ]]
}

field() {
	jq -r "$1"
}

# All lines in one run: loading the validator costs more than using it.
heal_schema_check() {
	/usr/bin/python3 - "$HEAL_BUILD/share/schema/record.schema.json" "$1" <<-'END'
	import json, sys
	import jsonschema

	schema = json.load(open(sys.argv[1]))
	check = jsonschema.Draft202012Validator(schema)
	bad = 0
	for number, line in enumerate(open(sys.argv[2], "rb"), 1):
	    try:
	        record = json.loads(line.decode("utf-8"))
	    except ValueError as e:
	        print(f"{sys.argv[2]}:{number}: not JSON in UTF-8: {e}")
	        bad += 1
	        continue
	    for e in check.iter_errors(record):
	        print(f"{sys.argv[2]}:{number}: {'.'.join(map(str, e.path))}: {e.message[:300]}")
	        bad += 1
	sys.exit(bad != 0)
	END
}

records() {
	local file
	file=$(mktemp) && cat >"$file" && heal_schema_check "$file" >&2 && wc -l <"$file"
}

heal_status() {
	case $1 in
	ok) echo 0 ;; no) echo 1 ;; wrong) echo 2 ;; person) echo 3 ;; refused) echo 4 ;; broken) echo 5 ;;
	*) return 1 ;;
	esac
}
