/* The programs of heal that a tool runs: a pipe of children, without a shell. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descendants.h"
#include "base/path.h"
#include "base/proc.h"
#include "server.h"

/* Beside this program; never looked for elsewhere. */
static const char *program_here(struct arena *a, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	return n <= 0 ? NULL : arena_printf(a, "%.*s/%s", STR_ARG(path_dir((struct str){ self, (size_t)n })), name).p;
}

struct ends {
	int in, out, err, ask; /* of one child */
};

/* In the child; only what is safe after fork. */
__attribute__((noreturn)) static void child_run(
	const char *program, char *const *argv, const struct pipeline *p, struct ends e, pid_t parent, pid_t group)
{
	sigset_t none;

	setpgid(0, group);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent && fchdir(p->dir) == 0 && dup2(e.in, 0) == 0 && dup2(e.out, 1) == 1 &&
		dup2(e.err, 2) == 2 && (e.ask < 0 || fcntl(e.ask, F_SETFD, 0) == 0))
		execv(program, argv);
	_exit(127);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The number of the socket in the place of "%ask". */
static char *const *argv_with(struct arena *a, char *const *argv, int fd)
{
	size_t n = 0;

	while (argv[n])
		n++;
	char **out = arena_alloc(a, (n + 1) * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out[i] = strcmp(argv[i], "%ask") == 0 ? arena_strdup(a, arena_printf(a, "%d", fd)) : argv[i];
	return out;
}

static bool stage_start(struct arena *a, struct children *c, const struct pipeline *p, size_t i, struct ends e)
{
	const char *program = program_here(a, p->argv[i][0]);
	char *const *argv = argv_with(a, p->argv[i], e.ask);
	pid_t parent = getpid();

	c->pid[i] = program ? fork() : -1;
	if (c->pid[i] == 0)
		child_run(program, argv, p, e, parent, c->group);
	if (c->pid[i] > 0) {
		setpgid(c->pid[i], c->group);
		c->group = c->group ? c->group : c->pid[i];
	}
	c->status[i] = c->pid[i] < 0 ? 127 : -1;
	c->n = i + 1;
	return c->pid[i] > 0;
}

bool children_start(struct arena *a, struct children *c, const struct pipeline *p, struct err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, errors[2] = { -1, -1 }, ask[2] = { -1, -1 }, next[2];
	bool ok = pipe2(in, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0 &&
		(p->ask_stage < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ask) == 0);

	*c = (struct children){ .in = in[1], .out = -1, .err = errors[0], .ask = ask[0], .input = p->input };
	buf_init(&c->output, OUTPUT_MAX);
	buf_init(&c->errors, 1 << 20);
	buf_init(&c->question, 1 << 20);
	for (size_t i = 0; ok && i < p->n; i++) {
		int from = i ? out[0] : in[0];
		ok = pipe2(next, O_CLOEXEC) == 0;
		if (!ok)
			break;
		ok = stage_start(
			a, c, p, i, (struct ends){ from, next[1], errors[1], (int)i == p->ask_stage ? ask[1] : -1 });
		close(from);
		close(next[1]);
		if (i == 0)
			in[0] = -1;
		out[0] = next[0];
	}
	c->out = out[0];
	fd_close(&in[0]);
	fd_close(&errors[1]);
	fd_close(&ask[1]);
	if (!ok) {
		err_errno(err, HEAL_REFUSED, "cannot start a program");
		for (size_t i = 0; i < c->n; i++)
			if (c->status[i] < 0 && kill(c->pid[i], SIGKILL) == 0)
				waitpid(c->pid[i], NULL, 0);
		children_release(c);
		return false;
	}
	for (int *fd = (int[]){ c->in, c->out, c->err, c->ask, -2 }; *fd != -2; fd++)
		if (*fd >= 0)
			fcntl(*fd, F_SETFL, O_NONBLOCK);
	return true;
}

static void input_write(struct children *c)
{
	while (c->in >= 0) {
		ssize_t n = c->input.n ? write(c->in, c->input.p, c->input.n) : 0;
		if (n < 0 && errno == EAGAIN)
			return;
		c->input = n > 0 ? str_sub(c->input, (size_t)n, c->input.n) : STR("");
		if (!c->input.n)
			fd_close(&c->in);
	}
}

static void output_read(int *fd, struct buf *to)
{
	char piece[65536];

	while (*fd >= 0) {
		ssize_t n = read(*fd, piece, sizeof(piece));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			fd_close(fd);
		else
			buf_add(to, (struct str){ piece, (size_t)n });
	}
}

static bool all_reaped(struct children *c)
{
	bool all = true;

	for (size_t i = 0; i < c->n; i++) {
		int status;
		if (c->status[i] >= 0)
			continue;
		pid_t got = waitpid(c->pid[i], &status, WNOHANG);
		if (got == c->pid[i])
			c->status[i] = proc_status(status);
		else if (got < 0)
			c->status[i] = 127;
		else
			all = false;
	}
	return all;
}

bool children_work(struct children *c)
{
	input_write(c);
	output_read(&c->out, &c->output);
	output_read(&c->err, &c->errors);
	output_read(&c->ask, &c->question);
	bool ended = all_reaped(c);
	if (c->kill_at > 0 && seconds_now() > c->kill_at) {
		for (size_t i = 0; i < c->n; i++)
			if (c->status[i] < 0)
				descendants_signal(c->pid[i], SIGKILL);
		c->kill_at = seconds_now() + 1;
	}
	/* What a child left behind may hold the pipes; its output is not waited for. */
	return ended;
}

void children_stop(struct children *c)
{
	/* Without an answer a question means no. */
	fd_close(&c->ask);
	fd_close(&c->in);
	for (size_t i = 0; i < c->n; i++)
		if (c->status[i] < 0)
			kill(c->pid[i], SIGTERM);
	if (!(c->kill_at > 0))
		c->kill_at = seconds_now() + STOP_SECONDS;
}

void children_release(struct children *c)
{
	/* The command that a stopped heal run ended may have left what it started. */
	if (c->kill_at > 0 && c->group)
		kill(-c->group, SIGKILL);
	fd_close(&c->in);
	fd_close(&c->out);
	fd_close(&c->err);
	fd_close(&c->ask);
	buf_release(&c->output);
	buf_release(&c->errors);
	buf_release(&c->question);
}
