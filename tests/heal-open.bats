#!/usr/bin/env bats
# heal-open: packed files, archives and URLs as plain bytes, with no rights left

setup() {
	load helper
	heal_setup
	[[ -x $HEAL_BUILD/tools/heal-open ]] || skip "built without heal-open"
	seq 1 1000 >plain
}

teardown() {
	[[ -z ${server:-} ]] || kill "$server"
}

# serve: this directory over HTTP on the loopback; sets $url
serve() {
	: >server.log
	/usr/bin/python3 -u -m http.server --bind 127.0.0.1 0 >server.log 2>&1 3>&- &
	server=$!
	wait_for port_of server.log
	url=http://127.0.0.1:$port
}

@test "heal-open copies a plain file" {
	heal-open plain >out
	cmp plain out
}

@test "heal-open reads standard input for -" {
	heal-open - <plain >out
	cmp plain out
}

@test "heal-open unpacks each compression" {
	need gzip bzip2 xz zstd
	gzip -k plain && bzip2 -k plain && xz -k plain && zstd -q plain
	for file in plain.*; do
		heal-open "$file" >out
		cmp plain out
	done
}

@test "heal-open unpacks a compression within a compression" {
	need gzip xz
	gzip -c plain | xz -c >twice
	heal-open twice >out
	cmp plain out
}

@test "heal-open writes the members of an archive in order, each on lines of its own" {
	printf 'no newline' >first
	mkdir dir && echo last >dir/last
	tar -czf logs.tgz first dir plain
	run -0 heal-open logs.tgz
	assert_line --index 0 'no newline'
	assert_line --index 1 last
	assert_line --index 2 1
}

@test "heal-open unpacks a compressed member of an archive" {
	need gzip
	gzip -k plain
	tar -cf logs.tar plain.gz
	heal-open logs.tar >out
	cmp plain out
}

@test "heal-open reads zip archives, also from a pipe" {
	need zip
	zip -q logs.zip plain
	heal-open logs.zip >out
	cmp plain out
	cat logs.zip | heal-open - >out
	cmp plain out
}

@test "heal-open gives an empty file back as nothing" {
	: >empty
	run -0 heal-open empty
	assert_output ''
}

@test "heal-open keeps bytes that are no text" {
	printf 'a\0\xff\r\n\x1b[0m' >odd
	heal-open odd >out
	cmp odd out
}

@test "heal-open says that data is cut short, after what came before" {
	need gzip
	seq 1 100000 | gzip -c | head -c 100000 >cut.gz
	run -2 --separate-stderr heal-open cut.gz
	assert_equal "${lines[0]}" 1
	[[ $stderr == "heal-open: cannot unpack 'cut.gz': "?* ]]
}

@test "heal-open names a file that is not there, and a directory" {
	run -2 heal-open nowhere
	assert_output "heal-open: cannot open 'nowhere': No such file or directory"
	run -2 heal-open .
	assert_output "heal-open: cannot open '.': Is a directory"
}

@test "heal-open wants one operand" {
	run -2 heal-open
	run -2 heal-open a b
}

@test "heal-open stops at the ceiling" {
	head -c 3M /dev/zero | tr '\0' a >big
	run -2 --separate-stderr bash -c 'heal-open --max-mb 1 big | wc -c; exit "${PIPESTATUS[0]}"'
	((output <= 1 << 20))
	assert_equal "$stderr" "heal-open: 'big' contains more than 1 MiB; see --max-mb"
}

@test "heal-open stops a bomb" {
	need xz
	head -c 100M /dev/zero | tr '\0' a | xz -0 -c >bomb.xz
	run -2 --separate-stderr bash -c 'heal-open bomb.xz >/dev/null'
	assert_equal "$stderr" "heal-open: 'bomb.xz' unpacks to more than 1000 times its size; see --max-ratio"
	run -0 bash -c 'heal-open --max-ratio 100000 bomb.xz | wc -c'
	assert_output $((100 << 20))
}

@test "heal-open fetches a URL, packed or not" {
	need gzip
	gzip -k plain
	serve
	heal-open "$url/plain.gz" >out
	cmp plain out
	heal-open "$url/plain" >out
	cmp plain out
}

@test "heal-detect reads a log and an archive of logs by their URLs, and repeats no secret of them" {
	need gzip tar
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
	gzip -k log && tar -cf logs.tar log
	serve
	host=${url#http://}
	run -0 bash -c 'heal-detect "$@" | jq -r .source.name' - "$url/log" "http://user:secret@$host/log.gz" "$url/logs.tar?sig=secret"
	assert_output "$url/log
$url/log.gz
$url/logs.tar!log"
	run -4 heal-detect "http://user:secret@127.0.0.1:1/x?sig=secret#secret"
	refute_output --partial secret
}

@test "heal-open takes an HTTP error for an error" {
	serve
	run -4 heal-open "$url/nothing"
	assert_output --partial 'error: 404'
	run -4 heal-open http://127.0.0.1:1/
	assert_output --partial 'cannot fetch the URL'
}

@test "heal-open does not repeat a URL's password" {
	run -4 heal-open http://user:secret@127.0.0.1:1/
	refute_output --partial secret
}

@test "heal-open holds the ceiling for what it fetches" {
	head -c 3M /dev/zero | tr '\0' a >big
	serve
	run --separate-stderr bash -c 'heal-open --max-mb 1 "$1/big" | wc -c; exit "${PIPESTATUS[0]}"' - "$url"
	assert_failure 2
	((output <= 1 << 20))
}

@test "heal-open knows no other protocol, also not behind a redirection" {
	run -2 heal-open file:///etc/passwd
	run -2 heal-open ftp://127.0.0.1/x
	cat >redirect.py <<-'END'
	import http.server
	class Handler(http.server.BaseHTTPRequestHandler):
	    def do_GET(self):
	        self.send_response(302)
	        self.send_header("Location", "file:///etc/passwd")
	        self.end_headers()
	server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
	print("on port", server.server_port, ".", flush=True)
	server.serve_forever()
	END
	: >server.log
	/usr/bin/python3 -u redirect.py >server.log 2>/dev/null 3>&- &
	server=$!
	wait_for port_of server.log
	run -4 heal-open "http://127.0.0.1:$port/"
	refute_output --partial root:
}

@test "heal-open gives up on a server that says nothing" {
	: >server.log
	/usr/bin/python3 -u -c 'import socket, time
s = socket.create_server(("127.0.0.1", 0)); print("on port", s.getsockname()[1], ".", flush=True); time.sleep(60)' >server.log 3>&- &
	server=$!
	wait_for port_of server.log
	run -4 heal-open --timeout 1 "http://127.0.0.1:$port/"
}

@test "heal-open gives its rights away before it reads" {
	need strace
	strace -f -o trace heal-open plain >/dev/null 2>&1 || skip "strace may not trace here"
	run -0 awk '/PR_SET_NO_NEW_PRIVS/ { a = NR } /seccomp\(SECCOMP_SET_MODE_FILTER/ { b = NR } /read\([0-9]+, "1\\n2\\n/ { c = NR }
		END { exit !(a && b && c && a < b && b < c) }' trace
	grep -q '^[0-9]* *seccomp(.*) *= 0$' trace
	if grep -q 'landlock_create_ruleset(NULL.*= [1-9]' trace; then
		grep -q 'landlock_restrict_self(.*= 0$' trace
	fi
	# nothing is opened once the input is read
	run -1 bash -c 'sed "1,/seccomp(SECCOMP_SET_MODE/d" trace | grep -E "(open(at2?)?|socket|connect|execve|clone3?|v?fork)\(.* = [0-9]"'
}

@test "heal-open survives a full disk and a closed reader" {
	run -4 bash -c 'heal-open plain >/dev/full'
	assert_output --partial 'cannot write to standard output'
	seq 1 1000000 >long
	run bash -c 'heal-open long | head -n 1; exit "${PIPESTATUS[0]}"'
	assert_failure 141
	assert_output 1
}
