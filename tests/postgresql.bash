# postgresql.bash - a PostgreSQL server of a bats file, on a socket in a folder of its own
#
#   pg_make            make the server's folder and start it: $pg_folder
#   pg_start [OPTION...], pg_stop [MODE], pg_kill, pg_remove
#   pg_new NAME        a new empty database: $url
#   pg_sql SQL         run it in the database of $url; rows without decoration
#
# The server refuses to run as root, so there it runs as nobody.

pg_programs() {
	local bin
	for bin in /usr/lib/postgresql/*/bin; do
		[[ -x $bin/initdb ]] && pg_bin=$bin
	done
	[[ -n ${pg_bin:-} ]] && command -v psql >/dev/null
}

pg_as() {
	if ((EUID == 0)); then
		(cd / && setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/ "$@")
	else
		"$@"
	fi
}

pg_make() {
	pg_programs || return
	pg_folder=$(mktemp -d /tmp/heal-pg.XXXXXX)
	chmod 755 "$pg_folder"
	((EUID != 0)) || chown 65534 "$pg_folder"
	pg_as "$pg_bin/initdb" -D "$pg_folder/data" -U heal --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
	export pg_folder pg_bin
	pg_start
}

pg_start() {
	pg_as "$pg_bin/pg_ctl" -w -t 120 -s -D "$pg_folder/data" -l "$pg_folder/log" start \
		-o "-c listen_addresses= -c unix_socket_directories=$pg_folder -c fsync=off -c max_connections=20 $*" 3>&- 4>&-
}

pg_stop() {
	pg_as "$pg_bin/pg_ctl" -w -s -D "$pg_folder/data" -m "${1:-fast}" stop
}

# The server and its processes, as when the power fails.
pg_kill() {
	local pid
	pid=$(head -1 "$pg_folder/data/postmaster.pid")
	kill -9 "$pid" $(ps -o pid= --ppid "$pid")
	wait_for pg_gone
	rm -f "$pg_folder/data/postmaster.pid" "$pg_folder"/.s.PGSQL.*
}

pg_gone() { ! ps -eo args= | grep -F "postgres: " | grep -qF "$pg_folder" && ! pg_answers; }
pg_answers() { psql -h "$pg_folder" -U heal -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

pg_remove() {
	[[ -n ${pg_folder:-} ]] || return 0
	pg_stop immediate || :
	rm -rf "$pg_folder"
}

pg_new() {
	psql -q -h "$pg_folder" -U heal -d postgres -c "CREATE DATABASE $1"
	database=$1
	url="postgresql://heal@/$1?host=$pg_folder"
}

pg_sql() { psql -h "$pg_folder" -U heal -d "$database" -Atqc "$1"; }
