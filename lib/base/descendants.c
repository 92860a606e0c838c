#include "base/descendants.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEPTH = 64, ROUNDS = 2000 };

/* Call `each` for each child of pid, until it returns false. */
static void children(pid_t pid, bool (*each)(void *ctx, pid_t child), void *ctx)
{
	char path[64], path_one[128];
	struct dirent *task;
	int child;
	bool more = true;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	while (more && tasks && (task = readdir(tasks))) {
		if (task->d_name[0] == '.')
			continue;
		snprintf(path_one, sizeof(path_one), "%s/%.20s/children", path, task->d_name);
		FILE *f = fopen(path_one, "re");
		while (more && f && fscanf(f, "%d", &child) == 1)
			if (child > 1)
				more = each(ctx, child);
		if (f)
			fclose(f);
	}
	if (tasks)
		closedir(tasks);
}

struct tree {
	const struct descendants *d; /* those to leave out, on the first level; or NULL */
	pid_t child;                 /* not to be reaped */
	int signal, depth;
	size_t n, max;
	bool reap;
};

static bool is_ours(const struct tree *t, pid_t pid)
{
	for (size_t i = 0; t->d && t->depth == 0 && i < t->d->before_n; i++)
		if (t->d->before[i] == pid)
			return false;
	return true;
}

/* Signals after which a process is to do nothing more, by default. */
static bool is_end(int signal)
{
	return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT;
}

/* A parent is stopped meanwhile: else it could start another child after its children were listed, or go on with its
 * next step when one of them ended.  descendants_end looks again until there is none. */
static bool visit(void *ctx, pid_t pid)
{
	struct tree *t = ctx;

	if (!is_ours(t, pid))
		return true;
	bool stops = is_end(t->signal) && !t->reap;
	if (stops)
		kill(pid, SIGSTOP);
	t->n++;
	if (t->n >= t->max)
		return false;
	t->depth++;
	if (t->depth < DEPTH)
		children(pid, visit, t);
	t->depth--;
	if (t->signal)
		kill(pid, t->signal);
	if (stops)
		kill(pid, SIGCONT);
	if (t->reap && t->depth == 0 && pid != t->child)
		waitpid(pid, NULL, WNOHANG);
	return true;
}

void descendants_signal(pid_t pid, int signal)
{
	struct tree t = { .signal = signal, .max = (size_t)-1 };

	visit(&t, pid);
}

size_t descendants_count(const struct descendants *d, size_t max)
{
	struct tree t = { .d = d, .max = max };

	children(getpid(), visit, &t);
	return t.n;
}

static bool note(void *ctx, pid_t pid)
{
	struct descendants *d = ctx;

	d->before[d->before_n++] = pid;
	return d->before_n < DESCENDANTS_BEFORE;
}

void descendants_begin(struct descendants *d)
{
	d->before_n = 0;
	d->was_subreaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &d->was_subreaper);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	children(getpid(), note, d);
}

/* What is killed does not start anything more, so this ends, even while they fork. */
void descendants_end(struct descendants *d, pid_t child)
{
	struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < ROUNDS; i++) {
		struct tree t = { .d = d, .child = child, .signal = SIGKILL, .max = (size_t)-1, .reap = true };
		children(getpid(), visit, &t);
		if (t.n == 0 || (t.n == 1 && child && i > 0))
			break;
		nanosleep(&pause, NULL);
	}
	prctl(PR_SET_CHILD_SUBREAPER, d->was_subreaper);
}
