/* One poll loop; signals arrive through a signalfd.  A stream has a buffer of one piece, which is written before more
 * is read, so a slow reader slows the command down without blocking the other stream or the signals. */
#include "exec/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descendants.h"
#include "base/proc.h"
#include "exec/mount_namespace.h"
#include "exec/runner_exec.h"
#include "exec/runner_tty.h"

#define SILENCE 0.5  /* seconds without output after the end, with the pipe still open */
#define PATIENCE 2.0 /* seconds after the end, if there is always output */
#define GRACE 2.0    /* seconds from TERM to KILL */
#define LOOK 0.25    /* seconds between looks at the number of processes of a confined command */
#define SPACE_LEFT 4 /* a confined command may use all but this part of the free space */
enum { PIECE = 64 * 1024, CAPACITY = 1 << 20 }; /* CAPACITY: the size of a pipe */

struct stream {
	int fd;       /* 1 or 2 */
	int from;     /* our end of its pipe or pty; -1: closed */
	int to;       /* where it is copied; -1: nowhere */
	bool is_tty;  /* `from` is a pty, which reports the end as EIO */
	bool whole;   /* `to` is a file: writes do not block */
	bool drained; /* there was nothing to read at some time since the command's end */
	size_t late;  /* bytes read since the command's end */
	size_t at, n; /* of piece: what is not yet written */
	char *piece;  /* of PIECE bytes */
};

struct run {
	const struct runner_options *o;
	struct runner_result *r;
	struct stream out[2];
	int ends[2]; /* the command's stdout and stderr, until it is started */
	int report;  /* receives a byte if exec fails */
	int signals;
	bool watching; /* restore mask and dispositions below */
	char **env;    /* the command's */
	const char **with_shell;
	sigset_t wanted, mask; /* signals of the signalfd; previous mask */
	struct sigaction on_pipe, on_child;
	pid_t child;
	double begin, ended, active; /* monotonic; ended 0: still running */
	double kill_at;              /* 0: never */
	int kill_with;
	/* for a confined command: */
	struct arena a;
	struct confined *confined;
	struct descendants others;
	double look;           /* when to count its processes again; 0: never */
	uint64_t free_space;   /* at its start; 0: not known */
	char pieces[2][PIECE]; /* last, because only what is before is set to zero */
};

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* --- set up --- */

static bool pipe_open(int *from, int *end)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0)
		return false;
	*from = p[0];
	*end = p[1];
	return true;
}

static bool stream_open(struct run *run, int i)
{
	struct stream *s = &run->out[i];
	struct stat st;

	s->fd = i + 1;
	s->to = run->o->through ? s->fd : -1;
	s->is_tty = s->to >= 0 && isatty(s->to) && tty_open(s->to, &s->from, &run->ends[i]);
	if (!s->is_tty && !pipe_open(&s->from, &run->ends[i]))
		return false;
	s->whole = s->to >= 0 && fstat(s->to, &st) == 0 && S_ISREG(st.st_mode);
	fcntl(s->from, F_SETFL, fcntl(s->from, F_GETFL) | O_NONBLOCK);
	return true;
}

static bool streams_open(struct run *run)
{
	run->r->merged = run->o->through ? same_target(1, 2) : run->o->merge;
	if (!stream_open(run, 0))
		return false;
	return run->r->merged || stream_open(run, 1);
}

/* Ignored signals stay ignored, for nohup and `&`. */
static void want(struct run *run, int sig)
{
	struct sigaction was;

	if (sigaction(sig, NULL, &was) == 0 && (was.sa_flags & SA_SIGINFO || was.sa_handler != SIG_IGN))
		sigaddset(&run->wanted, sig);
}

static bool signals_begin(struct run *run)
{
	static const int watched[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, usual = { .sa_handler = SIG_DFL };

	sigemptyset(&run->wanted);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		want(run, watched[i]);
	sigaddset(&run->wanted, SIGCONT);
	sigaddset(&run->wanted, SIGWINCH);
	sigaddset(&run->wanted, SIGCHLD);
	sigprocmask(SIG_BLOCK, &run->wanted, &run->mask);
	sigaction(SIGPIPE, &ignore, &run->on_pipe);
	sigaction(SIGCHLD, &usual, &run->on_child); /* if it were ignored, there would be no exit status */
	run->watching = true;
	run->signals = signalfd(-1, &run->wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	return run->signals >= 0;
}

static void signals_restore(const struct run *run)
{
	sigaction(SIGPIPE, &run->on_pipe, NULL);
	sigaction(SIGCHLD, &run->on_child, NULL);
	sigprocmask(SIG_SETMASK, &run->mask, NULL);
}

extern char **environ;

static bool is_set(char *const *set, const char *inherited)
{
	size_t name = strcspn(inherited, "=") + 1;

	for (; set && *set; set++)
		if (strncmp(*set, inherited, name) == 0)
			return true;
	return false;
}

/* Blocks of the file system with the temporary folder. */
static uint64_t free_space(const struct run *run)
{
	struct statvfs s;

	return statvfs(run->o->folder, &s) == 0 ? s.f_bavail : 0;
}

static void confine(struct run *run)
{
	struct confinement_request q = { .profile = run->o->confinement,
		.folder = run->o->folder,
		.write = run->o->write,
		.read = run->o->read,
		.original = run->o->original,
		.overlaid = run->o->overlaid,
		.kept = run->o->kept };

	if (!q.profile)
		return;
	descendants_begin(&run->others);
	run->confined = confined_new(&run->a, &q, run->env);
	run->free_space = free_space(run);
	run->look = q.profile->processes ? run->begin + LOOK : 0;
}

/* Our environment with additions. */
static void environment_make(struct run *run)
{
	char *const *set = run->o->env;
	size_t n = 0, more = 0, argc = 0;

	while (environ && environ[n])
		n++;
	while (set && set[more])
		more++;
	while (run->o->argv[argc])
		argc++;
	run->env = calloc(n + more + 1, sizeof(*run->env));
	run->with_shell = calloc(argc + 2, sizeof(*run->with_shell));
	if (!run->env || !run->with_shell)
		out_of_memory();
	for (size_t i = 0; i < more; i++)
		run->env[i] = set[i];
	for (size_t i = 0; i < n; i++)
		if (!is_set(set, environ[i]))
			run->env[more++] = environ[i];
}

/* The command gets our original mask, dispositions and stdin.  Runs in the memory of the parent (see spawn). */
__attribute__((noreturn)) static void child_begin(const struct run *run, int dir, int report)
{
	char *const *env = run->confined ? confined_environment(run->confined) : run->env;
	struct exec_request c = { run->o->argv, env, run->with_shell, report };
	int out = run->ends[0], error_out = run->r->merged ? out : run->ends[1];

	/* A command in a copy is of no use if we exit. */
	if (run->o->timeout > 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	int in = run->o->no_input ? open("/dev/null", O_RDONLY | O_CLOEXEC) : 0;

	if (dup2(out, 1) < 0 || dup2(error_out, 2) < 0 || (run->o->no_input && dup2(in, 0) < 0))
		_exit(126);
	bool in_place = run->confined ? confined_enter(run->confined) :
		run->o->copy          ? mount_namespace_enter(run->o->copy, run->o->original) :
					true;
	if (!in_place) {
		(void)!write(report, &(char){ RUNNER_NO_NAMESPACE }, 1);
		_exit(126);
	}
	/* Enter it by name, because another directory may be mounted there now. */
	if (dir >= 0 && (run->o->copy || run->confined ? chdir(run->o->dir) : fchdir(dir)) < 0) {
		dprintf(2, "%s: cannot change to '%s': %s\n", tool_name, run->o->dir, strerror(errno));
		_exit(126);
	}
	signals_restore(run); /* last: a ^Z before exec would stop us */
	exec_command(&c);
}

/* vfork avoids copying the page tables, which would take longer than all the rest; we are suspended until exec.  The
 * child only makes system calls and writes to its stack. */
static pid_t spawn(const struct run *run, int dir, int report)
{
	pid_t pid = vfork();

	if (pid == 0)
		child_begin(run, dir, report);
	return pid;
}

static bool start(struct run *run, struct err *err)
{
	int dir = -1, report = -1;

	if (run->o->dir && (dir = open(run->o->dir, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return err_errno(err, HEAL_WRONG, "cannot change to '%s'", run->o->dir);
	if (streams_open(run) && pipe_open(&run->report, &report) && signals_begin(run)) {
		environment_make(run);
		run->begin = seconds_now();
		confine(run);
		run->child = spawn(run, dir, report);
	}
	if (run->child < 0)
		err_errno(err, HEAL_REFUSED, "cannot start '%s'", run->o->argv[0]);
	shut(&dir);
	shut(&report);
	shut(&run->ends[0]);
	shut(&run->ends[1]);
	return run->child > 0;
}

/* --- output --- */

static bool is_ready(int fd, short events)
{
	struct pollfd f = { .fd = fd, .events = events };

	return poll(&f, 1, 0) > 0;
}

/* The reader of our output has exited: close the command's output, too. */
static void lose(struct run *run, struct stream *s, int why)
{
	s->to = -1;
	s->n = 0;
	if (why == EPIPE || (why == EIO && s->is_tty))
		shut(&s->from);
	else
		run->r->lost = why;
}

/* Write as much as possible without blocking: a pipe that is ready accepts PIPE_BUF bytes. */
static void pass(struct run *run, struct stream *s)
{
	while (s->n && s->to >= 0) {
		size_t step = s->whole || s->n < PIPE_BUF ? s->n : PIPE_BUF;
		if (!s->whole && !is_ready(s->to, POLLOUT))
			return;
		ssize_t n = write(s->to, s->piece + s->at, step);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			lose(run, s, errno);
			return;
		}
		s->at += (size_t)n;
		s->n -= (size_t)n;
		run->active = seconds_now();
	}
}

static void take(struct run *run, struct stream *s)
{
	ssize_t n = read(s->from, s->piece, PIECE);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* a pty without users returns EIO */
		shut(&s->from);
		return;
	}
	run->active = seconds_now();
	s->at = 0;
	s->n = s->to >= 0 ? (size_t)n : 0;
	if (run->ended > 0) {
		s->late += (size_t)n;
		s->drained |= !is_ready(s->from, POLLIN);
	}
	pass(run, s);
	if (run->o->seen)
		run->o->seen(run->o->ctx, s->fd, (struct str){ s->piece, (size_t)n });
}

/* --- signals --- */

static void stop_self(struct run *run, int sig)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL); /* stopped here until CONT */
	sigprocmask(SIG_BLOCK, &one, NULL);
	run->active = seconds_now();
}

/* usage: of the child and the processes that it waited for. */
static void child_ended(struct run *run, int status, const struct rusage *usage)
{
	run->ended = run->active = seconds_now();
	run->r->seconds = run->ended - run->begin;
	run->r->peak_memory = (int64_t)usage->ru_maxrss * 1024;
	run->r->signalled = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	/* A parent may see the end of a child that was killed before it, and end by itself before its own turn. */
	run->r->status = run->r->stopped ? 128 + SIGKILL : proc_status(status);
}

/* One SIGCHLD may report several changes. */
static void child_changed(struct run *run)
{
	while (run->ended <= 0) {
		struct rusage usage;
		int status;
		if (wait4(run->child, &status, WNOHANG | WUNTRACED, &usage) <= 0)
			return;
		if (!WIFSTOPPED(status))
			child_ended(run, status, &usage);
		/* It stopped itself, as an editor does on ^Z: stop, too, so that the shell notices. */
		else if (WSTOPSIG(status) == SIGTSTP && sigismember(&run->wanted, SIGTSTP))
			stop_self(run, SIGTSTP);
	}
}

static void window_changed(struct run *run)
{
	bool changed = false;

	for (int i = 0; i < 2; i++)
		if (run->out[i].is_tty && run->out[i].from >= 0 && run->out[i].to >= 0)
			changed |= tty_resize(run->out[i].to, run->out[i].from);
	/* The terminal signalled the whole group before the pty had its new size, which then needs another signal. */
	if (changed)
		kill(0, SIGWINCH);
}

static void signal_one(struct run *run, const struct signalfd_siginfo *s)
{
	int sig = (int)s->ssi_signo;
	/* A signal from the keyboard reached it already, unless it has its own session; its own `kill 0` must not be
	 * sent back to it. */
	bool ours = (s->ssi_code != SI_KERNEL || run->confined) && (pid_t)s->ssi_pid != run->child;

	if (sig == SIGCHLD) {
		child_changed(run);
		return;
	}
	if (sig == SIGWINCH) {
		window_changed(run);
		return;
	}
	/* Where nobody sees the command, what it left in the background has nobody else to end it. */
	if (run->ended <= 0 && ours && run->o->through)
		kill(run->child, sig);
	else if (run->ended <= 0 && ours)
		descendants_signal(run->child, sig);
	if (sig == SIGTSTP)
		stop_self(run, sig);
	else if (sig != SIGCONT) {
		run->r->interrupted = sig;
		interruption_note(sig);
	}
}

static void signals_take(struct run *run)
{
	struct signalfd_siginfo s;

	while (read(run->signals, &s, sizeof(s)) == (ssize_t)sizeof(s))
		signal_one(run, &s);
}

/* --- the loop --- */

static void kill_if_late(struct run *run, double now)
{
	if (run->kill_at <= 0 || now < run->kill_at || run->ended > 0)
		return;
	run->r->timed_out = true;
	descendants_signal(run->child, run->kill_with);
	run->kill_at = run->kill_with == SIGKILL ? 0 : now + GRACE;
	run->kill_with = SIGKILL;
}

static void stop_if_greedy(struct run *run, double now)
{
	size_t most = run->confined ? (size_t)run->o->confinement->processes : 0;

	if (!most || now < run->look || run->ended > 0)
		return;
	run->look = now + LOOK;
	if (descendants_count(&run->others, most + 1) > most)
		run->r->stopped = RUNNER_PROCESSES;
	else if (run->free_space && free_space(run) < run->free_space / SPACE_LEFT)
		run->r->stopped = RUNNER_SPACE;
	if (run->r->stopped)
		descendants_signal(run->child, SIGKILL);
}

/* Continue waiting?  *wait: seconds, -1: no limit. */
static bool waits(const struct run *run, double now, double *wait)
{
	bool open = false, pending = false, read_all = true;

	for (int i = 0; i < 2; i++) {
		const struct stream *s = &run->out[i];
		pending |= s->n > 0;
		open |= s->from >= 0;
		read_all &= s->from < 0 || s->drained || s->late > CAPACITY;
	}
	*wait = -1;
	if (run->ended <= 0) {
		if (run->kill_at > 0)
			*wait = run->kill_at > now ? run->kill_at - now : 0;
		if (run->look > 0 && (*wait < 0 || run->look - now < *wait))
			*wait = run->look > now ? run->look - now : 0;
		return true;
	}
	if (pending)
		return true;
	*wait = run->active + SILENCE - now;
	/* Stop reading a background process, but only after all of the command's own output. */
	return open && *wait > 0 && !(read_all && now - run->ended > PATIENCE);
}

static void turn(struct run *run, double wait)
{
	struct pollfd f[5] = { { .fd = run->signals, .events = POLLIN } };

	for (int i = 0; i < 2; i++) {
		struct stream *s = &run->out[i];
		f[1 + i] = (struct pollfd){ .fd = s->n ? -1 : s->from, .events = POLLIN };
		/* No events: only to notice that the reader has exited. */
		f[3 + i] = (struct pollfd){ .fd = s->from >= 0 || s->n ? s->to : -1, .events = s->n ? POLLOUT : 0 };
	}
	if (poll(f, 5, wait < 0 ? -1 : (int)(wait * 1000) + 1) < 0)
		return;
	for (int i = 0; i < 2; i++) {
		struct stream *s = &run->out[i];
		if (f[3 + i].revents & POLLOUT)
			pass(run, s);
		else if (f[3 + i].revents)
			lose(run, s, f[3 + i].revents & POLLNVAL ? EBADF : s->is_tty ? EIO : EPIPE);
		if (f[1 + i].revents && s->from >= 0 && !s->n)
			take(run, s);
		else if (run->ended > 0 && f[1 + i].fd >= 0)
			s->drained = true;
	}
	if (f[0].revents) /* last, so that output written before the end is read first */
		signals_take(run);
}

static void loop(struct run *run)
{
	double now, wait;

	while (now = seconds_now(), kill_if_late(run, now), stop_if_greedy(run, now), waits(run, now, &wait))
		turn(run, wait);
	for (int i = 0; i < 2; i++)
		run->r->left_open |= run->out[i].from >= 0;
}

static void finish(struct run *run);

/* Without memory the command still runs to its end: its output is passed on, but no longer looked at, and heal ends
 * with its status.  Nothing below allocates. */
static struct run *running;
static pid_t runner_of;

static void run_on(void)
{
	static struct runner_options unread;

	/* In a child, or in a thread that only reads the output, it is not ours to wait for. */
	if (!running || getpid() != runner_of || gettid() != runner_of)
		return;
	unread = *running->o;
	unread.seen = NULL;
	running->o = &unread;
	loop(running);
	out_of_memory_exits(running->r->status);
	finish(running);
}

static void finish(struct run *run)
{
	char how;

	if (run->child > 0 && read(run->report, &how, 1) == 1)
		run->r->start = (enum runner_start)how;
	for (int i = 0; i < 2; i++) {
		shut(&run->out[i].from);
		shut(&run->ends[i]);
	}
	run->r->enforced = confined_enforced(run->confined);
	if (run->confined)
		descendants_end(&run->others, 0);
	confined_release(run->confined);
	arena_free(&run->a);
	shut(&run->report);
	shut(&run->signals);
	if (run->watching)
		signals_restore(run);
	free(run->env);
	free(run->with_shell);
}

int runner_run(const struct runner_options *o, struct runner_result *r, struct err *err)
{
	struct run *run = malloc(sizeof(*run));

	if (!run)
		out_of_memory();
	memset(run, 0, offsetof(struct run, pieces));
	run->out[0].piece = run->pieces[0];
	run->out[1].piece = run->pieces[1];
	*r = (struct runner_result){ 0 };
	run->o = o;
	run->r = r;
	run->a = ARENA_INIT;
	run->child = -1;
	run->report = run->signals = run->ends[0] = run->ends[1] = -1;
	run->out[0].from = run->out[1].from = run->out[0].to = run->out[1].to = -1;
	fflush(stdout); /* our earlier output comes first */
	fflush(stderr);
	bool ok = start(run, err);
	if (ok) {
		run->kill_at = o->timeout > 0 ? run->begin + o->timeout : 0;
		run->kill_with = SIGTERM;
		if (o->front) {
			running = run;
			runner_of = getpid();
			out_of_memory_calls(run_on);
		}
		loop(run);
		out_of_memory_calls(NULL);
		if (o->front && r->status >= 0)
			out_of_memory_exits(r->status);
	}
	finish(run);
	free(run);
	return ok ? 0 : -1;
}
