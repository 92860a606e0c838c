/* A healing session for an issue of a report: the check's command, by heal run, as if the user had typed it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/proc.h"
#include "health/healing.h"
#include "monitor.h"
#include "timer.h"

enum { OUTPUT_MAX = 1 << 20, SHOWN = 300 };

/* One session of a project at a time, also of several monitors: -1: another process has one. */
static int session_lock(const struct monitor_files *f)
{
	int fd = open(f->session.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static struct str last_line(struct str text)
{
	struct str line, last = STR("");

	while (str_line(&text, &line))
		last = str_trim(line).n ? str_trim(line) : last;
	return last;
}

/* The exit status of heal run is that of the command.  Standard input is empty, so it asks nobody. */
static bool session_run(struct arena *a, const struct acting *x, const struct healing *h, struct str *detail)
{
	const struct health_check *c = h->check;
	struct str dir = c->directory.n ? path_join(a, x->root, c->directory) : x->root;
	char **argv = arena_alloc(a, (c->command.n + 8) * sizeof(*argv));
	char shown[SHOWN];
	struct proc_result result;
	struct err err;
	size_t n = 0;

	argv[n++] = arena_strdup(a, path_join(a, path_dir(program_path(a)), STR("heal")));
	argv[n++] = arena_strdup(a, STR("run"));
	argv[n++] = arena_strdup(a, STR("--root"));
	argv[n++] = arena_strdup(a, x->root);
	argv[n++] = arena_strdup(a, STR("--"));
	for (size_t i = 0; i < c->command.n; i++)
		argv[n++] = arena_strdup(a, c->command.at[i]);
	argv[n] = NULL;
	struct proc p = { .argv = argv,
		.dir = arena_strdup(a, dir),
		.timeout = config_double(x->config, "health.heal_seconds"),
		.max = OUTPUT_MAX,
		.split = true };
	if (!proc_run(a, &p, &result, &err)) {
		*detail = arena_printf(a, "the session could not be started: %s", err.text);
		return false;
	}
	visible(last_line(result.err_output), shown, sizeof(shown));
	*detail = result.timed_out ? STR("it took longer than health.heal_seconds") :
				     arena_printf(a, "%.*s: heal run ended with status %d%s%s", STR_ARG(c->check),
					     result.status, *shown ? ": " : "", shown);
	return !result.timed_out && result.status == 0;
}

static void session(struct arena *a, const struct acting *x, struct store *s, const struct record *report)
{
	const struct breaker_rule rule = breaker_rule_of(x->config);
	struct healing h;
	struct record ended;
	struct str detail;
	struct err err;

	if (!healing_begin(s, a, report, &rule, (int64_t)time(NULL), &h, &err)) {
		complain(err.status, "no healing session: %s", err.text);
		return;
	}
	if (!h.issue)
		return;
	x->out(x->ctx, &h.started);
	bool success = session_run(a, x, &h, &detail);
	if (!healing_end(s, a, &h, &rule, success, detail, (int64_t)time(NULL), &ended, &err))
		complain(err.status, "the result of the healing session is not stored: %s", err.text);
	else
		x->out(x->ctx, &ended);
}

void monitor_act(const struct acting *x, const struct record *report)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct monitor_files f;

	if (!config_bool(x->config, "health.heal") || !config_bool(x->config, "enabled"))
		return;
	/* The command runs in the project itself.  In one that brings settings nobody has trusted, it does not. */
	if (config_trusted(x->config) == TRUST_NONE) {
		say("no healing session: the settings of the project are not trusted (heal trust)");
		return;
	}
	int lock = monitor_files(&a, x->root, &f, &err) ? session_lock(&f) : -1;
	struct store *s = lock >= 0 ? store_open_all(x->store, &err) : NULL;
	/* Without the states of the store the same issue would start a session at each report. */
	if (lock >= 0 && !s)
		complain(err.status, "no healing session: %s", err.text);
	if (s)
		session(&a, x, s, report);
	store_close(s);
	if (lock >= 0)
		close(lock);
	arena_free(&a);
}

/* ---- what is known of it ---- */

struct listing {
	struct breaker_rule rule;
};

static void breaker_line(void *ctx, struct str name, struct str value)
{
	struct listing *l = ctx;
	struct arena a = ARENA_INIT;
	struct breaker b = breaker_parse(value);
	char shown[SHOWN];

	printf("breaker %s: %s\n", visible(name, shown, sizeof(shown)),
		breaker_show(&a, &b, &l->rule, (int64_t)time(NULL)).p);
	arena_free(&a);
}

void monitor_breakers_show(const struct acting *x)
{
	struct listing l = { breaker_rule_of(x->config) };
	struct err err;
	struct store *s = store_open_read(x->store, &err);

	if (s)
		monitor_states_each(s, MONITOR_BREAKER, x->root, breaker_line, &l, &err);
	store_close(s);
}
