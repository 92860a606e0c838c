/* Each report is made by a process of its own: neither a crash nor memory that is not freed can end the monitor. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/proc.h"
#include "monitor.h"

enum { LINE_MAX_BYTES = RECORD_MAX + 1 };

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	stopped = number;
}

static void signals_take(void)
{
	struct sigaction s = { .sa_handler = stop };

	sigaction(SIGTERM, &s, NULL);
	sigaction(SIGINT, &s, NULL);
	sigaction(SIGHUP, &s, NULL);
}

static void signals_default(void)
{
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
}

/* The report of a monitor that could not make one. */
static void failure_write(struct buf *out, struct str root, int status)
{
	struct arena a = ARENA_INIT;
	struct record r = record_new(&a, KIND_HEALTH);
	struct health_issue issue = { .id = uuid7(&a),
		.type = STR("runtime_error"),
		.severity = 9,
		.description = WIFSIGNALED(status) ?
			arena_printf(&a, "the report could not be made: its process was killed by signal %d",
				WTERMSIG(status)) :
			arena_printf(&a, "the report could not be made: its process ended with status %d",
				WEXITSTATUS(status)),
		.first_detected = r.time,
		.last_occurrence = r.time,
		.occurrence_count = 1 };
	struct recommendation advice = { .text = STR("investigate heal-monitor: 'heal-monitor DIR' makes one report") };

	r.health = (struct health){ .project_id = root,
		.timestamp = r.time,
		.overall_status = HEALTH_FAILING,
		.issues = { &issue, 1, 1 },
		.metrics = { .issues = 1, .critical = 1 },
		.recommendations = { &advice, 1, 1 } };
	record_write_buf(out, &r);
	arena_free(&a);
}

/* The child's line; while waiting, a signal is passed on to it. */
static int child_read(pid_t child, int fd, struct buf *out)
{
	char bytes[65536];
	int status = 0;
	bool told = false;

	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));
		if (n > 0)
			buf_add(out, (struct str){ bytes, (size_t)n });
		else if (n == 0 || errno != EINTR)
			break;
		if (stopped && !told) {
			kill(child, SIGTERM);
			told = true;
		}
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		if (stopped && !told) {
			kill(child, SIGTERM);
			told = true;
		}
	return status;
}

static void one_report(const struct monitor_loop *l, struct str root, struct buf *last)
{
	int ends[2], status = 0x7f00;
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	fflush(stdout);
	pid_t child = l->begin(l->ctx) && pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
	if (child == 0) {
		signals_default();
		close(ends[0]);
		l->report(l->ctx, ends[1], buf_str(last));
		_exit(0);
	}
	if (child > 0) {
		close(ends[1]);
		status = child_read(child, ends[0], &line);
		close(ends[0]);
	}
	bool whole = status == 0 && line.n && line.p[line.n - 1] == '\n';
	if (!whole) {
		buf_clear(&line);
		failure_write(&line, root, status);
	}
	if (!stopped || whole) {
		l->out(l->ctx, buf_str(&line));
		buf_clear(last);
		buf_add(last, buf_str(&line));
	}
	buf_release(&line);
}

/* Until `at`, or a signal. */
static void wait_until(double at)
{
	struct timespec t = { .tv_sec = (time_t)at, .tv_nsec = (long)((at - (double)(time_t)at) * 1e9) };

	while (!stopped && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

void monitor_loop(const struct monitor_loop *l, struct str root)
{
	struct buf last;
	double next = seconds_now();

	buf_init(&last, LINE_MAX_BYTES);
	buf_add(&last, l->before);
	signals_take();
	for (int n = 0; !stopped && (l->count == 0 || n < l->count); n++) {
		if (n > 0) {
			/* A report that takes longer than the interval leaves out what it missed. */
			while (next <= seconds_now())
				next += l->interval;
			wait_until(next);
		}
		if (!stopped)
			one_report(l, root, &last);
	}
	buf_release(&last);
}
