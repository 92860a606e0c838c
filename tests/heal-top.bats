#!/usr/bin/env bats
# heal top: what it shows, once and on a terminal, and that the terminal is as before however it ends.

setup() {
	load helper
	heal_setup
}

# A store with one of each; texts that would take over a terminal.
filled() {
	cat >records <<-'END'
		{"heal":1,"kind":"health","id":"h1","time":"2026-01-01T10:00:00.000Z","health":{"project_id":"/src/shop","timestamp":"2026-01-01T10:00:00.000Z","overall_status":"warning","health_score":0.5,"issues":[],"metrics":{"duration_ms":1,"checks":1,"unable":0,"missing":0,"issues":3,"critical":0,"new":0}}}
		{"heal":1,"kind":"health","id":"h2","time":"2026-01-01T11:00:00.000Z","health":{"project_id":"/src/shop","timestamp":"2026-01-01T11:00:00.000Z","overall_status":"good","health_score":0.7,"issues":[]}}
		{"heal":1,"kind":"health","id":"h3","time":"2026-01-01T09:00:00.000Z","health":{"project_id":"/src/evil\u001b[2J","timestamp":"2026-01-01T09:00:00.000Z","overall_status":"failing","health_score":0.1,"issues":[]}}
		{"heal":1,"kind":"session","id":"s1","time":"2026-01-01T11:30:00.000Z","session":{"command":["make","a\u001b]0;t\u0007\nb"],"status":"healed","exit_code":0,"first_exit_code":2,"incidents":2,"fixed":1,"attempts":1,"runs":2,"seconds":1.5}}
	END
	heal-log <records
	printf 'a.c:1:2: error: unknown type name \033[31m\xe2\x80\xae\n' | heal-detect | heal-log >/dev/null
}

# On a terminal of ROWS rows: on_terminal ROWS ACTION; prints what was written there, and how it ended.
on_terminal() {
	/usr/bin/python3 - "$@" <<-'END'
	import fcntl, os, pty, select, signal, struct, sys, termios, time
	rows, action = int(sys.argv[1]), sys.argv[2]
	master, slave = pty.openpty()
	size = lambda r: fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", r, 100, 0, 0))
	size(rows)
	before = termios.tcgetattr(slave)
	pid = os.fork()
	if pid == 0:
	    os.setsid()
	    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
	    for fd in 0, 1, 2:
	        os.dup2(slave, fd)
	    for number in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM: # nohup's and a job's in a script
	        signal.signal(number, signal.SIG_DFL)
	    os.execvp("heal", ["heal", "top", "--interval", "1000"])
	seen = b""
	def read_until(what, least=1):
	    global seen
	    end = time.time() + 20
	    while seen.count(what) < least and time.time() < end:
	        if select.select([master], [], [], 0.1)[0]:
	            seen += os.read(master, 65536)
	    assert seen.count(what) >= least, (what, seen)
	read_until(b"\x1b[K", rows) # the end of each line
	raw = termios.tcgetattr(slave)
	assert not raw[3] & termios.ICANON and not raw[3] & termios.ECHO
	if action == "resize":
	    seen = b""
	    size(30)
	    read_until(b"\x1b[K", 30)
	    action = "q"
	if action == "stop":
	    os.kill(pid, signal.SIGTSTP)
	    assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
	    assert termios.tcgetattr(slave) == before
	    seen = b""
	    os.kill(pid, signal.SIGCONT)
	    read_until(b"\x1b[K", rows)
	    assert termios.tcgetattr(slave) == raw
	    action = "q"
	if action == "q":
	    os.write(master, b"q")
	else:
	    os.kill(pid, getattr(signal, action))
	read_until(b"\x1b[?1049l")
	status = os.waitpid(pid, 0)[1]
	print("signal" if os.WIFSIGNALED(status) else "exit", os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
	print("restored" if termios.tcgetattr(slave) == before else "changed")
	if len(sys.argv) > 3:
	    print(repr(seen))
	END
}

@test "without a terminal it is printed once, each project with its newest report" {
	filled
	run -0 heal top
	assert_line --index 1 --partial '1 incidents, 0 resolved'
	assert_line '2026-01-01 11:00:00  good      0.70     0 issues  /src/shop'
	refute_output --partial 'warning'
	assert_line --partial '2026-01-01 11:30:00  healed        1 of 2   fixed     1.5 s  make a'
	assert_line --partial 'a.c:1'
}

@test "hostile text is shown, and does nothing" {
	filled
	run -0 heal top --once
	refute_output --partial $'\033'
	refute_output --partial $'\a'
	refute_output --partial $'\u202e'
	assert_line --partial '/src/evil\x1b[2J'
	assert_line --partial 'make a\x1b]0;t\x07\nb'
	run -0 heal top --once --color always
	refute_output --partial $'\033[2J'
}

@test "on a terminal q ends it, and the terminal is as before" {
	filled
	run -0 on_terminal 24 q
	assert_output $'exit 0\nrestored'
}

@test "a signal ends it as signals do, and the terminal is as before" {
	filled
	local name
	for name in SIGTERM SIGINT SIGHUP SIGQUIT SIGSEGV; do
		ulimit -c 0
		run -0 on_terminal 24 $name
		assert_output "signal $(kill -l "$name")"$'\nrestored'
	done
}

@test "a stop gives the terminal back until it goes on; a new size is drawn" {
	filled
	run -0 on_terminal 24 stop
	assert_output $'exit 0\nrestored'
	run -0 on_terminal 10 resize
	assert_output $'exit 0\nrestored'
}

@test "colours only where they are wanted" {
	filled
	TERM=xterm run -0 on_terminal 24 q shown
	assert_output --partial '[32mgood'
	TERM=xterm NO_COLOR=1 run -0 on_terminal 24 q shown
	refute_output --partial '[32mgood'
}

@test "without a store it says so, and on a terminal waits for one" {
	run heal top --once
	((status > 0))
	assert_output --partial 'heal: '
	run -0 on_terminal 24 q
	assert_output $'exit 0\nrestored'
}

@test "wrong usage is said in one line" {
	run -2 heal top x
	assert_output "heal: unexpected argument 'x'"
	run -2 heal top --interval 0
}
