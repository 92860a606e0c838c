/* Real commands, run as heal runs them: alone (only seen), and in a process of its own whose
 * stdout and stderr are pipes, files and terminals of ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/proc.h"
#include "exec/runner.h"
#include "tap.h"

enum { ROOM = 32 << 20 };

static struct buf text[2]; /* seen from stdout and stderr */
static char scratch[] = "/tmp/heal-runner-XXXXXX";

static void keep(void *ctx, int fd, struct str bytes)
{
	buf_add(&((struct buf *)ctx)[fd - 1], bytes);
}

static void forget(struct buf b[2])
{
	buf_clear(&b[0]);
	buf_clear(&b[1]);
}

static struct runner_result run_with(char *const *argv, const char *dir, double timeout)
{
	struct runner_options o = { .argv = argv, .dir = dir, .timeout = timeout, .seen = keep, .ctx = text };
	struct runner_result r;
	struct err err;

	forget(text);
	if (runner_run(&o, &r, &err) < 0) {
		printf("# %s\n", err.text);
		r.status = -1;
	}
	return r;
}

#define ARGV(...) ((char *const *)(const char *const[]){ __VA_ARGS__, NULL })
#define SH(script) ARGV("sh", "-c", (script))

static struct runner_result sh(const char *script)
{
	return run_with(SH(script), NULL, 0);
}

static void write_script(const char *name, struct str content, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, content.p, content.n) != (ssize_t)content.n || fchmod(fd, mode) < 0)
		printf("# cannot write %s\n", name);
	close(fd);
}

static size_t open_fds(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void test_status(void)
{
	size_t fds = open_fds(), lines = 0; /* ls has one more: the folder */
	struct runner_result r = sh("printf out; printf err >&2; exit 3");

	is_int(r.status, 3, "the exit status is kept");
	is_int(r.signalled, 0, "an exit is no signal");
	is_str(buf_str(&text[0]), "out", "stdout is seen as stream 1");
	is_str(buf_str(&text[1]), "err", "stderr is seen as stream 2");
	ok(!r.left_open && !r.merged && r.start == RUNNER_STARTED, "nothing is left open");
	r = sh("kill -9 $$");
	is_int(r.status, 137, "killed by 9 is 137");
	is_int(r.signalled, SIGKILL, "the signal is told");
	r = sh("sleep 0.2");
	ok(r.seconds > 0.19 && r.seconds < 5, "the time is measured");
	r = run_with(ARGV("ls", "/proc/self/fd"), NULL, 0);
	for (size_t i = 0; i < text[0].n; i++)
		lines += text[0].p[i] == '\n';
	is_int((long long)lines, (long long)fds + 1, "no descriptor of ours reaches the command");
	r = run_with(ARGV("pwd"), "/", 0);
	is_str(buf_str(&text[0]), "/\n", "the command runs in dir");
	struct runner_options o = { .argv = SH("true"), .dir = "/nonexistent" };
	struct err err;
	is_int(runner_run(&o, &r, &err), -1, "a dir that is not there is an error");
	is_int(err.status, HEAL_WRONG, "and a wrong usage");
	is_int((long long)open_fds(), (long long)fds, "no descriptor is left");
	is_int(waitpid(-1, NULL, WNOHANG), -1, "no zombie is left");
}

static void starts(const char *name, int status, enum runner_start start, const char *says)
{
	struct runner_result r = run_with(ARGV(name, "arg"), NULL, 0);
	char title[300];

	snprintf(title, sizeof(title), "%s: status", name);
	is_int(r.status, status, title);
	snprintf(title, sizeof(title), "%s: reason", name);
	is_int(r.start, start, title);
	snprintf(title, sizeof(title), "%s: message", name);
	is_str(buf_str(&text[1]), says, title);
}

static void test_not_started(void)
{
	static const char elf[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\0\0";

	write_script("noexec", STR("#!/bin/sh\n"), 0644);
	write_script("lost", STR("#!/no/such -x\n"), 0755);
	write_script("dos", STR("#!/bin/sh\r\necho hi\r\n"), 0755);
	write_script("notprog", STR("#!/etc/passwd\n"), 0755);
	write_script("foreign", (struct str){ elf, sizeof(elf) - 1 }, 0755);
	write_script("plain", STR("echo plain $1\n"), 0755);
	mkdir("bin", 0755);
	write_script("bin/inpath", STR("x"), 0644);
	setenv("PATH", "/usr/bin:/bin:bin", 1);
	starts("nosuch-command", 127, RUNNER_NOT_FOUND, "heal: nosuch-command: command not found\n");
	starts("", 127, RUNNER_NOT_FOUND, "heal: : command not found\n");
	starts("bad\033[1m", 127, RUNNER_NOT_FOUND, "heal: bad\\x1b[1m: command not found\n");
	starts("./nosuch", 127, RUNNER_NOT_FOUND, "heal: ./nosuch: No such file or directory\n");
	starts("./plain/x", 126, RUNNER_NOT_EXECUTABLE, "heal: ./plain/x: Not a directory\n");
	starts("./bin", 126, RUNNER_NOT_EXECUTABLE, "heal: ./bin: Is a directory\n");
	starts("./noexec", 126, RUNNER_NOT_EXECUTABLE, "heal: ./noexec: Permission denied\n");
	starts("inpath", 126, RUNNER_NOT_EXECUTABLE, "heal: bin/inpath: Permission denied\n");
	starts("./lost", 127, RUNNER_BAD_INTERPRETER,
		"heal: ./lost: /no/such: bad interpreter: No such file or directory\n");
	starts("./dos", 127, RUNNER_BAD_INTERPRETER,
		"heal: ./dos: /bin/sh^M: bad interpreter: No such file or directory\n");
	starts("./notprog", 126, RUNNER_BAD_INTERPRETER,
		"heal: ./notprog: /etc/passwd: bad interpreter: Permission denied\n");
	starts("./foreign", 126, RUNNER_NOT_EXECUTABLE,
		"heal: ./foreign: cannot execute binary file: Exec format error\n");
	starts("./plain", 0, RUNNER_STARTED, "");
	is_str(buf_str(&text[0]), "plain arg\n", "a script without #! runs as a shell would run it");
}

static void test_background(void)
{
	double begin = seconds_now();
	struct runner_result r = sh("echo before; sleep 60 & echo $! >pid; echo after");

	ok(seconds_now() - begin < 10, "a process in the background is not waited for");
	ok(r.left_open && r.status == 0 && r.seconds < 5, "and it is told that it holds the pipe");
	is_str(buf_str(&text[0]), "before\nafter\n", "all before the end is read");
	sh("kill $(cat pid)");
	r = sh("(while kill -0 $$ 2>/dev/null; do sleep 0.01; done; echo late) & echo early");
	is_str(buf_str(&text[0]), "early\nlate\n", "what comes soon after the end is still read");
	ok(!r.left_open, "and then the pipe is closed");
	begin = seconds_now();
	r = sh("while echo x; do sleep 0.05; done & echo mine");
	ok(seconds_now() - begin < 15 && r.left_open, "a chatterer in the background does not hold us");
	begin = seconds_now();
	r = sh("yes & echo mine >&2");
	ok(seconds_now() - begin < 30 && r.left_open, "nor does a loud one");
	is_str(buf_str(&text[1]), "mine\n", "the command's own output is complete");
}

static void test_timeout(void)
{
	double begin = seconds_now();
	struct runner_result r = run_with(SH("sleep 77 & echo $! >pid; wait"), NULL, 0.3);

	ok(r.timed_out && r.signalled == SIGTERM && seconds_now() - begin < 15,
		"a command that takes too long is ended");
	r = sh("for i in $(seq 200); do grep -q '^State:.*[SRD] ' /proc/$(cat pid)/status 2>/dev/null || exit 0;"
	       " sleep 0.1; done; exit 1");
	is_int(r.status, 0, "with all below it");
	begin = seconds_now();
	r = run_with(SH("trap '' TERM; while :; do sleep 0.1; done"), NULL, 0.2);
	ok(r.signalled == SIGKILL && seconds_now() - begin < 15, "by force if need be");
}

/* --- a process of its own, as heal is --- */

struct shared {
	struct runner_result r;
	size_t n[2];
	char head[2][4096]; /* the first bytes seen */
	int stops;
	bool done;
	pid_t heal;
};
static struct shared *shared;

static void count(void *ctx, int fd, struct str bytes)
{
	struct shared *s = ctx;
	size_t at = s->n[fd - 1], fits = at < sizeof(s->head[0]) ? sizeof(s->head[0]) - at : 0;

	memcpy(s->head[fd - 1] + (fits ? at : 0), bytes.p, bytes.n < fits ? bytes.n : fits);
	s->n[fd - 1] += bytes.n;
}

static struct str seen(int fd)
{
	size_t n = shared->n[fd - 1];

	return (struct str){ shared->head[fd - 1], n < sizeof(shared->head[0]) ? n : sizeof(shared->head[0]) };
}

__attribute__((noreturn)) static void be_heal(char *const *argv, int in, int out, int error_out)
{
	struct runner_options o = { .argv = argv, .through = true, .seen = count, .ctx = shared };
	struct err err;

	dup2(in, 0), dup2(out, 1), dup2(error_out, 2);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	size_t fds = open_fds();
	if (runner_run(&o, &shared->r, &err) < 0 || open_fds() != fds)
		_exit(99);
	shared->done = true;
	_exit(shared->r.status);
}

static pid_t outside(const char *script, int in, int out, int error_out)
{
	memset(shared, 0, sizeof(*shared));
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		be_heal(SH(script), in, out, error_out);
	return pid;
}

static int ended(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return proc_status(status);
}

/* Read both (-1: none) to their ends. */
static void collect(int a, int b)
{
	static char piece[65536];
	struct pollfd f[2] = { { .fd = a, .events = POLLIN }, { .fd = b, .events = POLLIN } };

	while (f[0].fd >= 0 || f[1].fd >= 0) {
		if (poll(f, 2, 20000) <= 0)
			return;
		for (int i = 0; i < 2; i++) {
			if (f[i].fd < 0 || !f[i].revents)
				continue;
			ssize_t n = read(f[i].fd, piece, sizeof(piece));
			if (n <= 0)
				f[i].fd = -1;
			else
				buf_add(&text[i], (struct str){ piece, (size_t)n });
		}
	}
}

static int nowhere(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static void test_through(void)
{
	int o[2], e[2], in[2], none = nowhere();
	size_t good = 0;

	ok(pipe(o) == 0 && pipe(e) == 0, "pipes");
	forget(text);
	pid_t pid = outside(
		"i=0; while [ $i -lt 160 ]; do head -c 65536 /dev/zero; head -c 65536 /dev/zero | tr '\\0' e >&2;"
		" i=$((i+1)); done; exit 7",
		none, o[1], e[1]);
	close(o[1]), close(e[1]);
	collect(o[0], e[0]);
	is_int(ended(pid), 7, "10 MB on each stream go through, and the status");
	for (size_t i = 0; i < text[0].n; i++)
		good += text[0].p[i] == '\0';
	for (size_t i = 0; i < text[1].n; i++)
		good += text[1].p[i] == 'e';
	is_int((long long)good, 2 * 160 * 65536, "every byte on its own stream");
	ok(shared->n[0] == 160 * 65536 && shared->n[1] == 160 * 65536, "and every byte was seen");
	close(o[0]), close(e[0]);

	ok(pipe(o) == 0 && pipe(in) == 0, "pipes");
	forget(text);
	ok(write(in[1], "one\ntwo\n", 8) == 8, "input");
	close(in[1]);
	pid = outside("while read x; do echo out $x; echo err $x >&2; done", in[0], o[1], o[1]);
	close(o[1]), close(in[0]);
	collect(o[0], -1);
	is_int(ended(pid), 0, "stdin is inherited");
	is_str(buf_str(&text[0]), "out one\nerr one\nout two\nerr two\n", "2>&1 keeps the order exactly");
	ok(shared->r.merged, "and says that the streams are one");
	close(o[0]), close(none);
}

/* Lets the command go on that waits for the file "go" (UNTIL_GO); what it did until then is over. */
#define UNTIL_GO "while ! rm go 2>/dev/null; do sleep 0.01; done; "

static void go(void)
{
	close(open("go", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static void test_reader(void)
{
	int o[2], none = nowhere(), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	double begin = seconds_now();
	char piece[8];

	ok(pipe(o) == 0, "pipe");
	pid_t pid = outside("yes", none, o[1], none);
	close(o[1]);
	ok(read(o[0], piece, sizeof(piece)) == 8, "read a little");
	close(o[0]);
	is_int(ended(pid), 128 + SIGPIPE, "a reader that left ends the command by SIGPIPE");
	ok(shared->done && seconds_now() - begin < 10, "and not heal");

	ok(pipe(o) == 0, "pipe");
	/* Heal may not have noticed it at the first one. */
	pid = outside(UNTIL_GO "for i in 1 2 3 4 5 6 7 8 9; do echo x; sleep 0.1; done; exit 5", none, o[1], none);
	close(o[1]), close(o[0]);
	go();
	is_int(ended(pid), 128 + SIGPIPE, "also when it left before the first byte");

	ok(pipe(o) == 0, "pipe");
	forget(text);
	pid = outside("head -c 200000 /dev/zero", none, o[1], none);
	close(o[1]);
	/* longer than the runner has patience with a pipe that stays open after the end */
	nanosleep(&(struct timespec){ .tv_sec = 3 }, NULL);
	collect(o[0], -1);
	is_int(ended(pid), 0, "a slow reader is waited for");
	is_int((long long)text[0].n, 200000, "and gets everything");
	close(o[0]);

	pid = outside("echo x; echo y; exit 6", none, full, none);
	is_int(ended(pid), 6, "a full disk does not end the command");
	is_int(shared->r.lost, ENOSPC, "but is told");
	is_str(seen(1), "x\ny\n", "and the output was seen");
	close(full), close(none);
}

/* A signal before the command has set its trap would only test sh: wait for its word. */
static void await(int fd, char want)
{
	char c = 0;

	while (c != want && read(fd, &c, 1) == 1)
		;
}

static void test_signals(void)
{
	int o[2], none = nowhere();

	ok(pipe(o) == 0, "pipe");
	pid_t pid = outside("trap 'exit 9' TERM; printf r; while :; do sleep 0.05; done", none, o[1], none);
	close(o[1]);
	await(o[0], 'r');
	kill(pid, SIGTERM);
	is_int(ended(pid), 9, "TERM is passed on, and the answer waited for");
	is_int(shared->r.interrupted, SIGTERM, "and told");
	close(o[0]);

	ok(pipe(o) == 0, "pipe");
	pid = outside("printf r; exec sleep 20", none, o[1], none);
	close(o[1]);
	await(o[0], 'r');
	kill(pid, SIGINT);
	is_int(ended(pid), 128 + SIGINT, "INT too");
	close(o[0]);

	signal(SIGHUP, SIG_IGN);
	ok(pipe(o) == 0, "pipe");
	pid = outside("printf r; " UNTIL_GO "exit 3", none, o[1], none);
	close(o[1]);
	await(o[0], 'r');
	kill(pid, SIGHUP);
	go();
	is_int(ended(pid), 3, "what is ignored (nohup) stays ignored");
	is_int(shared->r.interrupted, 0, "and interrupts nothing");
	signal(SIGHUP, SIG_DFL);
	close(o[0]), close(none);
	signal(SIGCHLD, SIG_IGN);
	is_int(sh("exit 4").status, 4, "the status is kept where SIGCHLD is ignored");
	signal(SIGCHLD, SIG_DFL);
}

/* --- terminals --- */

/* What a shell with job control does around heal: a session on the terminal, heal in its foreground. */
__attribute__((noreturn)) static void be_shell(const char *script, int slave)
{
	int status;

	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	signal(SIGTTOU, SIG_IGN);
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(slave, getpid());
		signal(SIGTTOU, SIG_DFL);
		be_heal(SH(script), slave, slave, slave);
	}
	shared->heal = pid;
	while (waitpid(pid, &status, WUNTRACED) > 0 && WIFSTOPPED(status)) {
		shared->stops++;
		kill(-pid, SIGCONT);
	}
	_exit(proc_status(status));
}

static pid_t on_terminal(const char *script, int *master)
{
	int slave;
	struct winsize size = { .ws_row = 33, .ws_col = 77 };

	if (openpty(master, &slave, NULL, NULL, &size) < 0)
		return -1;
	memset(shared, 0, sizeof(*shared));
	forget(text);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		be_shell(script, slave);
	close(slave);
	return pid;
}

static void test_terminal(void)
{
	int master;
	pid_t pid = on_terminal(
		"test -t 0 && test -t 1 && test -t 2 && echo tty; stty size <&1; printf 'e\\n' >&2", &master);

	if (pid < 0) {
		tap_skip("terminals", "no pty here");
		return;
	}
	collect(master, -1);
	is_int(ended(pid), 0, "a command on a terminal sees one on all three");
	is_str(buf_str(&text[0]), "tty\r\n33 77\r\ne\r\n", "its size is copied, a line end is made CR LF once");
	is_str(seen(1), "tty\n33 77\ne\n", "what is seen has the bytes as written");
	close(master);

	pid = on_terminal("n=0; trap 'n=$((n+1))' INT; printf r; i=0;"
			  " while [ $i -lt 8 ]; do sleep 0.1; i=$((i+1)); done; exit $n",
		&master);
	await(master, 'r');
	ok(write(master, "\003", 1) == 1, "press ^C");
	collect(master, -1);
	is_int(ended(pid), 1, "^C reaches the command, and once only");
	is_int(shared->r.interrupted, SIGINT, "and is told");
	close(master);

	pid = on_terminal(
		"trap 'printf w; stty size <&1; exit 0' WINCH; printf r; while :; do sleep 0.05; done", &master);
	await(master, 'r');
	ioctl(master, TIOCSWINSZ, &(struct winsize){ .ws_row = 20, .ws_col = 50 });
	collect(master, -1);
	is_int(ended(pid), 0, "a new window size is told to the command");
	ok(str_ends(buf_str(&text[0]), "20 50\r\n") || str_ends(buf_str(&text[0]), "33 77\r\n"), "with a size");
	close(master);
}

static void test_window_settled(void)
{
	int master;
	pid_t pid = on_terminal("printf r; exec 3<&1; for i in $(seq 400); do"
				" [ \"$(stty size <&3)\" = '20 50' ] && break; sleep 0.05; done; stty size <&3",
		&master);

	if (pid < 0) {
		tap_skip("a window size that changes later", "no pty here");
		return;
	}
	await(master, 'r');
	ioctl(master, TIOCSWINSZ, &(struct winsize){ .ws_row = 20, .ws_col = 50 });
	collect(master, -1);
	ended(pid);
	is_str(buf_str(&text[0]), "20 50\r\n", "the new window size is the pty's soon after");
	close(master);
}

/* Until the shell has seen heal stop: a minute at most. */
static void await_stop(void)
{
	for (int i = 0; i < 6000 && !*(volatile int *)&shared->stops; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

static void test_stop(void)
{
	int master;
	pid_t pid = on_terminal("printf r; " UNTIL_GO "exit 8", &master);

	if (pid < 0) {
		tap_skip("^Z", "no pty here");
		return;
	}
	await(master, 'r');
	ok(write(master, "\032", 1) == 1, "press ^Z");
	await_stop();
	go();
	collect(master, -1);
	is_int(ended(pid), 8, "^Z and fg: the command goes on");
	is_int(shared->stops, 1, "the shell saw heal stop");
	close(master);

	pid = on_terminal("kill -TSTP $$; exit 5", &master);
	collect(master, -1);
	is_int(ended(pid), 5, "a command that stops itself goes on after fg");
	ok(shared->stops >= 1, "the shell saw heal stop with it");
	close(master);

	pid = on_terminal("printf r; " UNTIL_GO "exit 6", &master);
	await(master, 'r');
	kill(shared->heal, SIGTSTP);
	await_stop();
	go();
	collect(master, -1);
	is_int(ended(pid), 6, "TSTP to heal alone: both stop, both go on");
	is_int(shared->stops, 1, "the shell saw it");
	close(master);
}

static double quickest(bool with_runner)
{
	double best = 1e9;

	for (int i = 0; i < 60; i++) {
		double begin = seconds_now();
		if (with_runner) {
			run_with(ARGV("/bin/true"), NULL, 0);
		} else {
			pid_t pid = fork();
			if (pid == 0) {
				execl("/bin/true", "true", (char *)NULL);
				_exit(127);
			}
			ended(pid);
		}
		double took = seconds_now() - begin;
		best = took < best ? took : best;
	}
	return best;
}

static void test_speed(void)
{
	double bare = quickest(false), ours = quickest(true);

	printf("# bare %.2f ms, with the runner %.2f ms\n", bare * 1e3, ours * 1e3);
	ok(ours - bare < 0.003, "the overhead is under 3 ms");
}

int main(void)
{
	char clean[100];

	buf_init(&text[0], ROOM);
	buf_init(&text[1], ROOM);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !mkdtemp(scratch) || chdir(scratch) < 0)
		return 1;
	test_status();
	test_not_started();
	test_background();
	test_timeout();
	test_through();
	test_reader();
	test_signals();
	test_terminal();
	test_window_settled();
	test_stop();
	test_speed();
	snprintf(clean, sizeof(clean), "rm -rf %s", scratch);
	sh(clean);
	buf_release(&text[0]);
	buf_release(&text[1]);
	return tap_end();
}
