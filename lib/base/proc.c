#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/descendants.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/temporary_folder.h"

extern char **environ;

#define LOOK 0.25 /* seconds between looks at the number of processes of a confined program */

double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int proc_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static struct str path_variable(void)
{
	const char *path = getenv("PATH");

	return str_of(path ? path : "/usr/bin:/bin");
}

struct str proc_find(struct arena *a, const char *name)
{
	struct str rest = path_variable(), dir;

	if (strchr(name, '/'))
		return is_program(name) ? arena_str(a, str_of(name)) : STR_NONE;
	while (str_split(&rest, ':', &dir)) {
		struct str full = arena_printf(a, "%.*s/%s", STR_ARG(dir), name);
		if (dir.n && dir.p[0] == '/' && is_program(full.p))
			return full;
	}
	return STR_NONE;
}

/* Our environment, with only the absolute directories of PATH. */
static char *const *environment_clean(struct arena *a)
{
	struct str rest = path_variable(), dir, path = STR("PATH=");
	size_t n = 0, put = 0;

	while (str_split(&rest, ':', &dir))
		if (dir.n && dir.p[0] == '/')
			path = arena_printf(a, "%.*s%s%.*s", STR_ARG(path), path.n > 5 ? ":" : "", STR_ARG(dir));
	while (environ[n])
		n++;
	char **clean = arena_alloc(a, (n + 2) * sizeof(*clean));
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "PATH=", 5) != 0)
			clean[put++] = environ[i];
	clean[put++] = arena_strdup(a, path);
	clean[put] = NULL;
	return clean;
}

/* What the child executes, prepared before vfork because the child must not allocate. */
struct start {
	const char *program;
	char *const *env;
	struct confined *confined;    /* or NULL */
	struct temporary_folder made; /* its folder, where it is not given */
};

static bool confine(struct arena *a, const struct proc *p, struct start *s)
{
	struct confinement_request q = { .profile = p->confinement,
		.folder = p->folder,
		.write = p->write,
		.overlaid = p->overlaid,
		.read = p->read,
		.all_variables = p->helper };

	if (!p->confinement)
		return true;
	if (!q.folder) {
		/* Those with mounts of their own are programs that may need much. */
		if (p->confinement->namespace ? !temporary_folder_make(a, &s->made, "confined", NULL) :
						!temporary_folder_make_small(a, &s->made, "confined", NULL))
			return false;
		q.folder = s->made.path.p;
	}
	s->confined = confined_new(a, &q, s->env);
	s->env = confined_environment(s->confined);
	return true;
}

static void start_end(struct start *s)
{
	confined_release(s->confined);
	temporary_folder_remove(&s->made);
}

static struct start start_of(struct arena *a, const struct proc *p)
{
	struct start s = { .program = p->argv[0], .env = p->env, .made = TEMPORARY_FOLDER_NONE };
	struct str found = p->helper ? proc_find_helper(a, p->argv[0]) : proc_find(a, p->argv[0]);

	if (found.p)
		s.program = found.p;
	else if (p->helper || !strchr(s.program, '/'))
		s.program = ""; /* not found; execvpe would also search the relative directories */
	if (p->helper)
		s.env = helper_environment(a, p->also);
	else if (!p->env)
		s.env = environment_clean(a);
	return s;
}

/* The child has its own process group, which ^C on the terminal does not reach, so signals are forwarded to it, the
 * second as KILL.  The signal is raised here when the child has ended. */
static const int passed_on[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
enum { PASSED_ON = sizeof(passed_on) / sizeof(passed_on[0]) };
static volatile sig_atomic_t running, caught;

static void pass_on(int signal)
{
	int error = errno;

	if (running > 0)
		kill(-(pid_t)running, caught ? SIGKILL : signal);
	caught = signal;
	errno = error;
}

__attribute__((noreturn)) static void child_begin(
	const struct proc *p, const struct start *s, int in, int out, int error_out)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, now;
	sigset_t none;

	if (!s->confined)
		setpgid(0, 0);
	sigaction(SIGPIPE, &usual, NULL);
	for (int i = 0; i < PASSED_ON; i++) /* handlers of the parent */
		if (sigaction(passed_on[i], NULL, &now) == 0 && now.sa_handler == pass_on)
			sigaction(passed_on[i], &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(in, 0);
	dup2(out, 1);
	dup2(error_out, 2);
	if (s->confined) /* with a session of its own */
		confined_enter(s->confined);
	if (p->dir && chdir(p->dir) < 0)
		_exit(126);
	execvpe(s->program, p->argv, s->env);
	_exit(errno == ENOENT ? 127 : 126);
}

/* vfork avoids copying the page tables, which would take longer than all the rest.  The child shares our memory, so it
 * only makes system calls, and signals are blocked until it has reset our handlers. */
static pid_t spawn(const struct proc *p, const struct start *s, int in, int out, int error_out)
{
	sigset_t all, mask;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	pid_t pid = vfork();
	if (pid == 0)
		child_begin(p, s, in, out, error_out);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return pid;
}

struct drain {
	struct buf text;
	int fd;
};

enum { PIECE = 16384 };

/* Read available output; false at the end. */
static bool drain_read(struct drain *d, char *piece, ssize_t *n)
{
	*n = read(d->fd, piece, PIECE);

	if (*n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (*n <= 0)
		return false;
	buf_add(&d->text, (struct str){ piece, (size_t)*n });
	return true;
}

/* The process that is talked to, and what is watched meanwhile. */
struct talk {
	struct drain out[2];
	int in;
	struct str input;
	struct buf said; /* in a dialogue; the input is its end */
	bool listens;    /* the dialogue goes on */
	double deadline; /* 0: none */
	/* For a confined process: */
	const struct proc *p;
	struct descendants others;
	double look; /* when to count its processes again */
	int pidfd;   /* becomes readable at its end; -1: not used, or it has ended */
	pid_t pid;
	bool reaped;
	int wait_status;
};

/* What it left running would keep the output open. */
static void ended(struct talk *t)
{
	close(t->pidfd);
	t->pidfd = -1;
	while (!t->reaped && !(t->reaped = waitpid(t->pid, &t->wait_status, 0) == t->pid) && errno == EINTR)
		;
	descendants_end(&t->others, 0);
}

static bool is_within_limits(struct talk *t, double now)
{
	size_t most = t->pidfd >= 0 ? (size_t)t->p->confinement->processes : 0;

	if (!most || now < t->look)
		return true;
	t->look = now + LOOK;
	return descendants_count(&t->others, most + 1) <= most;
}

/* Seconds until something must be done; -1: nothing. */
static double time_left(const struct talk *t, double now)
{
	double left = t->deadline > 0 ? t->deadline - now : -1;

	if (t->deadline > 0 && left <= 0)
		return 0;
	if (t->pidfd >= 0 && t->p->confinement->processes && (left < 0 || t->look - now < left))
		left = t->look > now ? t->look - now : 0.001;
	return left;
}

static void talk_write(struct talk *t)
{
	ssize_t n = t->input.n ? write(t->in, t->input.p, t->input.n) : 0;

	if (n > 0)
		t->input = str_sub(t->input, (size_t)n, t->input.n);
	if ((t->input.n == 0 && !t->listens) || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(t->in);
		t->in = -1;
	}
}

enum { SAID_MAX = 64 << 20 };

static void hear(struct talk *t, struct str piece)
{
	const struct proc_dialogue *d = t->p->dialogue;

	if (!t->listens)
		return;
	buf_drop(&t->said, t->said.n - t->input.n);
	t->listens = d->hear(d->ctx, piece, &t->said) && !t->said.truncated;
	t->input = buf_str(&t->said);
}

static void dialogue_begin(struct talk *t)
{
	t->listens = t->p->dialogue != NULL;
	if (t->listens)
		buf_init(&t->said, SAID_MAX);
	hear(t, STR(""));
}

static void talk_read(struct talk *t, struct drain *d)
{
	char piece[PIECE];
	ssize_t n;
	bool first = d == &t->out[0];

	if (!drain_read(d, piece, &n)) {
		close(d->fd);
		d->fd = -1;
		t->listens &= !first;
	} else if (n > 0 && first) {
		if (t->p->got)
			t->p->got(t->p->got_ctx, (struct str){ piece, (size_t)n });
		hear(t, (struct str){ piece, (size_t)n });
	}
}

/* Write stdin and read the outputs until they are closed; false if the deadline passes or it starts too much. */
static bool talk(struct talk *t)
{
	struct drain *d = t->out;
	struct pollfd f[4];

	while (d[0].fd >= 0 || d[1].fd >= 0 || t->in >= 0) {
		double now = seconds_now(), left = time_left(t, now);
		if (left == 0 || !is_within_limits(t, now))
			return false;
		for (int i = 0; i < 2; i++)
			f[i] = (struct pollfd){ .fd = d[i].fd, .events = POLLIN };
		f[2] = (struct pollfd){ .fd = t->listens && !t->input.n ? -1 : t->in, .events = POLLOUT };
		f[3] = (struct pollfd){ .fd = t->pidfd, .events = POLLIN };
		if (poll(f, 4, left < 0 ? -1 : (int)(left * 1000) + 1) < 0 && errno != EINTR)
			return true;
		for (int i = 0; i < 2; i++)
			if (d[i].fd >= 0 && f[i].revents)
				talk_read(t, &d[i]);
		if (t->in >= 0 && f[2].revents)
			talk_write(t);
		if (t->pidfd >= 0 && f[3].revents)
			ended(t);
	}
	return true;
}

static bool pipes_open(int in[2], int out[2], int error_out[2], bool split)
{
	return pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && (!split || pipe2(error_out, O_CLOEXEC) == 0);
}

static void close_all(int fds[2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void signals_begin(struct sigaction old[PASSED_ON])
{
	struct sigaction act = { .sa_handler = pass_on, .sa_flags = SA_RESTART };

	running = caught = 0;
	sigemptyset(&act.sa_mask);
	for (int i = 0; i < PASSED_ON; i++) {
		sigaction(passed_on[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(passed_on[i], &act, NULL);
	}
}

static void signals_child(pid_t pid)
{
	running = pid;
	if (caught) /* received before the child existed */
		kill(-pid, caught);
}

static void signals_end(const struct sigaction old[PASSED_ON])
{
	running = 0;
	for (int i = 0; i < PASSED_ON; i++)
		sigaction(passed_on[i], &old[i], NULL);
	if (caught)
		raise(caught);
}

static void talk_begin(struct talk *t, pid_t pid)
{
	t->pid = pid;
	if (!t->p->confinement)
		return;
	t->look = seconds_now() + LOOK;
	t->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Also kills what a confined program left; false: it did not end by itself. */
static bool talk_end(struct talk *t, bool by_itself)
{
	if (!by_itself) {
		kill(-t->pid, SIGKILL);
		if (t->p->confinement)
			descendants_end(&t->others, t->pid);
	}
	while (!t->reaped && waitpid(t->pid, &t->wait_status, 0) < 0 && errno == EINTR)
		;
	if (t->p->confinement)
		descendants_end(&t->others, 0);
	if (t->pidfd >= 0)
		close(t->pidfd);
	return by_itself;
}

bool proc_run(struct arena *a, const struct proc *p, struct proc_result *r, struct err *err)
{
	int in[2], out[2], error_out[2];
	double begin = seconds_now();
	size_t max = p->max ? p->max : 1 << 20;
	struct sigaction old[PASSED_ON];
	struct talk t = { .p = p, .input = p->input, .deadline = p->timeout > 0 ? begin + p->timeout : 0, .pidfd = -1 };
	struct drain *d = t.out;

	struct start start = start_of(a, p);

	*r = (struct proc_result){ 0 };
	in[0] = in[1] = out[0] = out[1] = error_out[0] = error_out[1] = -1;
	signals_begin(old);
	pid_t pid = -1;
	if (p->confinement)
		descendants_begin(&t.others);
	if (confine(a, p, &start) && pipes_open(in, out, error_out, p->split))
		pid = spawn(p, &start, in[0], out[1], p->split ? error_out[1] : out[1]);
	if (pid < 0) {
		err_errno(err, HEAL_REFUSED, "cannot start '%s'", p->argv[0]);
		close_all(in), close_all(out), close_all(error_out);
		if (p->confinement)
			descendants_end(&t.others, 0);
		start_end(&start);
		signals_end(old);
		return false;
	}
	if (!p->confinement)
		setpgid(pid, pid);
	signals_child(pid);
	close(in[0]), close(out[1]);
	if (p->split)
		close(error_out[1]);
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	t.in = in[1];
	d[0].fd = out[0];
	d[1].fd = p->split ? error_out[0] : -1;
	buf_init(&d[0].text, max);
	buf_init(&d[1].text, max);
	void (*pipe_action)(int) = signal(SIGPIPE, SIG_IGN);
	talk_begin(&t, pid);
	dialogue_begin(&t);
	r->timed_out = !talk_end(&t, talk(&t));
	signal(SIGPIPE, pipe_action);
	r->status = proc_status(t.wait_status);
	r->output = arena_str(a, buf_str(&d[0].text));
	r->err_output = arena_str(a, buf_str(&d[1].text));
	r->truncated = d[0].text.truncated || d[1].text.truncated;
	r->enforced = confined_enforced(start.confined);
	r->seconds = seconds_now() - begin;
	for (int i = 0; i < 2; i++) {
		buf_release(&d[i].text);
		if (d[i].fd >= 0)
			close(d[i].fd);
	}
	if (t.in >= 0)
		close(t.in);
	if (p->dialogue)
		buf_release(&t.said);
	start_end(&start);
	signals_end(old);
	return true;
}

static bool is_plain(struct str s)
{
	static const char safe[] = "@%+=:,./-_";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(safe, c)))
			return false;
	}
	return s.n > 0;
}

struct str argv_show(struct arena *a, char *const *argv)
{
	struct str line = STR("");

	for (size_t i = 0; argv[i]; i++) {
		char word[4096];
		struct str raw = str_of(argv[i]);
		visible(raw, word, sizeof(word));
		struct str shown = str_of(word);
		if (!is_plain(raw)) {
			struct str quoted = STR("'"), rest = shown, piece;
			bool first = true;
			while (str_split(&rest, '\'', &piece)) {
				quoted = arena_printf(
					a, "%.*s%s%.*s", STR_ARG(quoted), first ? "" : "'\\''", STR_ARG(piece));
				first = false;
			}
			shown = arena_printf(a, "%.*s'", STR_ARG(quoted));
		}
		line = arena_printf(a, "%.*s%s%.*s", STR_ARG(line), i ? " " : "", STR_ARG(shown));
	}
	return line;
}
