/* heal-monitor - check a project's health, once or at regular times
 *
 *   main                 the options, and one report or many
 *   heal-monitor/loop.c  report at regular times, each in a process of its own
 *   heal-monitor/lock.c  one monitor of a project at a time
 *   heal-monitor/show.c  a report as text
 *   heal-monitor/act.c   a healing session for a new issue
 *   heal-monitor/alert.c alerts, and the file of gauges for Prometheus
 *   heal-monitor/install.c  a timer of systemd or cron
 *
 * lib/health runs the checks and makes the report. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/proc.h"
#include "config/config.h"
#include "fix/hooks.h"
#include "health/health_report.h"
#include "monitor.h"
#include "present/present.h"
#include "redact/redact.h"
#include "store/health.h"
#include "store/history.h"

enum { INTERVAL = 60, INTERVAL_INSTALLED = 120, STOP_SECONDS = 20, QUIET_SECONDS = 2 };

static const char *format, *packs, *store_file, *colour = "auto";
static int interval, count;
static bool no_store, yes, quality, in_system;
static const char *directory;
static const char *by = "systemd";
static const struct opt opts[] = {
	OPT_INT('i', "interval", "SECONDS", &interval, "report at this interval (start: 60 by default, install: 120)"),
	OPT_INT('n', "count", "N", &count, "with --interval or start: exit after N reports"),
	OPT_CHOICE('f', "format", "ndjson|human", &format, "output format"),
	OPT_STR('s', "store", "FILE", &store_file, "the store (a file or a URL), instead of the configured one"),
	OPT_FLAG(0, "no-store", &no_store, "store nothing"),
	OPT_FLAG(0, "quality", &quality, "also rate how complete the project is, from 0 to 100"),
	OPT_STR('p', "packs", "FILE", &packs, "rule image to use instead of the installed one"),
	OPT_CHOICE('b', "by", "systemd|cron", &by, "install: a timer of the user's systemd, or a line of the crontab"),
	OPT_FLAG(0, "system", &in_system, "install: units of the system, which run as the project's owner"),
	OPT_STR('d', "directory", "DIR", &directory,
		"install --system: folder of the units, instead of /etc/systemd/system"),
	OPT_FLAG('y', "yes", &yes, "install: write it without asking"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour human output"),
	OPT_END,
};
static const struct tool tool = { "heal-monitor", "[start|stop|status|install] [DIR]",
	"check a project's health, once or at regular times", opts,
	"Without a command, one report of the project around DIR (default: the working\n"
	"directory) is printed and stored; the exit status is 1 if it is critical or failing.\n"
	"  start    report at regular times, in the background\n"
	"  stop     stop the monitor\n"
	"  status   is the project monitored? print its last report\n"
	"  install  print a timer that makes the reports, and install it\n"
	"  heal-monitor --format human\n" };

/* A report is a record unless text is asked for; status prints text unless a record is asked for. */
static bool is_human(void)
{
	return format && strcmp(format, "human") == 0;
}

struct monitor {
	struct arena a;
	struct str root;
	struct pack *pack;
	struct config *config;
	const char *store;
	double begun; /* of the present report */
	bool progress;
	enum health_status last; /* of the report before */
	bool settled;            /* the settings could be read for the present report */
};

/* ---- a report ---- */

/* The settings as they are now: they, or the trust in them, may have changed since the last report. */
static bool settings_read(void *ctx)
{
	struct monitor *m = ctx;
	struct err err;
	struct config *c = config_load(m->root.p, &err);

	m->settled = c != NULL;
	if (!c) {
		complain(err.status, "%s", err.text);
		return false;
	}
	config_free(m->config);
	m->config = c;
	return true;
}

static void progress(void *ctx, struct str check, size_t number, size_t of)
{
	struct monitor *m = ctx;

	if (m->progress && seconds_now() - m->begun > QUIET_SECONDS)
		fprintf(stderr, "heal-monitor: check %zu of %zu: %.*s\n", number, of, STR_ARG(check));
}

static void report_make(void *ctx, int fd, struct str line)
{
	struct monitor *m = ctx;
	struct arena a = ARENA_INIT;
	struct record before;
	struct err err;
	struct history *history = no_store ? NULL : history_open(m->store);
	struct store *store = no_store ? NULL : store_open_read(m->store, &err);
	FILE *out = fdopen(fd, "w");
	struct health_options o = { .pack = m->pack,
		.config = m->config,
		.root = m->root.p,
		.before = line.n && record_parse(&a, line, &before, NULL) ? &before.health : NULL,
		.store = store,
		.quality = quality,
		.progress = progress,
		.ctx = m };

	m->begun = seconds_now();
	if (history)
		o.history = history_questions(history);
	struct record r = health_report(&a, &o);
	if (!out)
		out_of_memory();
	redact_write(out, &r);
	fflush(out);
	history_close(history);
	store_close(store);
	arena_free(&a);
}

static void report_store(struct monitor *m, const struct record *r, struct str line)
{
	struct err err;
	struct store *s = no_store ? NULL : store_open(m->store, &err);

	if (no_store)
		return;
	if (!s || !store_add_line(s, r, line, &err))
		complain(err.status, "the report is not stored: %s", err.text);
	store_close(s);
}

/* The hook runs only when the status changes, so that a program that alerts somebody does not run at every report. */
static void change_tell(struct monitor *m, struct arena *a, const struct record *r)
{
	struct str why;

	if (m->settled && m->last != HEALTH_NONE && m->last != r->health.overall_status &&
		!hook_run(a, m->config, m->root, HOOK_ON_HEALTH, r, &why))
		say("%.*s", STR_ARG(why));
}

static void event_out(void *ctx, const struct record *event)
{
	(void)ctx;
	if (is_human())
		say("%.*s: %.*s", STR_ARG(event->event.name), STR_ARG(event->event.detail));
	else
		redact_write(stdout, event);
	fflush(stdout);
}

static struct acting acting_of(struct monitor *m)
{
	return (struct acting){ m->config, m->root, m->store, event_out, m };
}

static void act(struct monitor *m, const struct record *r, bool has_before)
{
	struct acting x = acting_of(m);

	if (!m->settled)
		return;
	monitor_metrics(&x, r);
	if (no_store)
		return;
	monitor_alert(&x, r, has_before);
	monitor_act(&x, r);
}

static void report_out(void *ctx, struct str line)
{
	struct monitor *m = ctx;
	struct arena a = ARENA_INIT;
	struct record r;
	struct err err;

	if (!record_parse(&a, str_trim(line), &r, &err))
		die(HEAL_BROKEN, "a report cannot be read: %s", err.text);
	bool has_before = m->last != HEALTH_NONE;
	change_tell(m, &a, &r);
	m->last = r.health.overall_status;
	report_store(m, &r, str_trim(line));
	if (is_human())
		health_show(&r.health, colour_wanted(stdout, colour_parse(colour)));
	else
		fwrite(line.p, 1, line.n, stdout);
	fflush(stdout);
	act(m, &r, has_before);
	arena_free(&a);
}

/* ---- the report before ---- */

struct kept {
	struct arena *a;
	struct str line;
};

static bool line_keep(void *ctx, const struct record *r)
{
	struct kept *k = ctx;
	struct buf line;

	buf_init(&line, RECORD_MAX + 1);
	record_write_buf(&line, r);
	k->line = arena_str(k->a, buf_str(&line));
	buf_release(&line);
	return false;
}

/* The line of the newest stored report of the project; empty: there is none. */
static struct str report_before(struct monitor *m)
{
	struct kept k = { &m->a, STR("") };
	struct err err;
	struct store *s = no_store ? NULL : store_open_read(m->store, &err);

	if (s)
		store_health(s, m->root, 1, line_keep, &k, &err);
	store_close(s);
	return k.line;
}

/* ---- the commands ---- */

static int report_loop(struct monitor *m)
{
	struct record before;
	struct monitor_loop l = { .interval = interval,
		.count = interval ? count : 1,
		.before = report_before(m),
		.begin = settings_read,
		.report = report_make,
		.out = report_out,
		.ctx = m };

	if (l.before.n && record_parse(&m->a, str_trim(l.before), &before, NULL))
		m->last = before.health.overall_status;
	monitor_loop(&l, m->root);
	return m->last == HEALTH_CRITICAL || m->last == HEALTH_FAILING ? HEAL_NO : HEAL_OK;
}

static void files_find(struct monitor *m, struct monitor_files *out)
{
	struct err err;

	if (!monitor_files(&m->a, m->root, out, &err))
		die(err.status, "%s", err.text);
}

static void lock(struct monitor *m)
{
	struct monitor_files f;
	struct err err;
	pid_t holder = 0;

	files_find(m, &f);
	switch (monitor_lock(&f, interval, &holder, &err)) {
	case 0:
		die(HEAL_REFUSED, "process %d monitors '%s' already; 'heal-monitor stop' ends it", (int)holder,
			m->root.p);
	case -1:
		die(err.status, "%s", err.text);
	}
}

/* Standard streams of a process in the background: its messages go to a file. */
static void background(const struct monitor_files *f)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log = open(f->log.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (null < 0 || log < 0)
		die(HEAL_REFUSED, "cannot open '%s': %s", null < 0 ? "/dev/null" : f->log.p, strerror(errno));
	setsid();
	dup2(null, 0);
	dup2(null, 1);
	dup2(log, 2);
}

/* Wait until the process holds the lock, or has ended, having said why. */
static bool has_started(const struct monitor_files *f, pid_t child)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int ignored, status;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (monitor_holder(f, &ignored) == child)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static int start(struct monitor *m)
{
	struct monitor_files f;
	int ignored;

	if (!interval)
		interval = INTERVAL;
	files_find(m, &f);
	pid_t holder = monitor_holder(&f, &ignored);
	if (holder)
		die(HEAL_REFUSED, "process %d monitors '%s' already; 'heal-monitor stop' ends it", (int)holder,
			m->root.p);
	pid_t child = fork();
	if (child < 0)
		die(HEAL_REFUSED, "cannot start a process: %s", strerror(errno));
	if (child == 0) {
		lock(m);
		background(&f);
		exit(report_loop(m));
	}
	if (!has_started(&f, child))
		return HEAL_REFUSED;
	say("process %d reports on '%s' every %d s; 'heal-monitor status' shows the last report", (int)child, m->root.p,
		interval);
	return HEAL_OK;
}

static int stop(struct monitor *m)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	struct monitor_files f;
	int ignored;
	double end = seconds_now() + STOP_SECONDS;

	files_find(m, &f);
	pid_t holder = monitor_holder(&f, &ignored);
	if (holder <= 0) {
		complain(HEAL_NO, "'%s' is not monitored", m->root.p);
		return HEAL_NO;
	}
	if (kill(holder, SIGTERM) < 0)
		die(HEAL_REFUSED, "cannot stop process %d: %s", (int)holder, strerror(errno));
	while (monitor_holder(&f, &ignored) == holder) {
		if (seconds_now() > end)
			die(HEAL_REFUSED, "process %d has not ended in %d s", (int)holder, STOP_SECONDS);
		nanosleep(&pause, NULL);
	}
	say("process %d has ended", (int)holder);
	return HEAL_OK;
}

static int status(struct monitor *m)
{
	struct monitor_files f;
	struct arena a = ARENA_INIT;
	struct record r;
	int every;

	files_find(m, &f);
	pid_t holder = monitor_holder(&f, &every);
	struct str line = report_before(m);
	struct acting x = acting_of(m);
	if (format && strcmp(format, "ndjson") == 0) {
		fwrite(line.p, 1, line.n, stdout);
	} else {
		if (line.n && record_parse(&a, str_trim(line), &r, NULL))
			health_show(&r.health, colour_wanted(stdout, colour_parse(colour)));
		monitor_breakers_show(&x);
	}
	if (holder)
		say("process %d monitors '%s' every %d s", (int)holder, m->root.p, every);
	else
		complain(HEAL_NO, "'%s' is not monitored", m->root.p);
	arena_free(&a);
	return holder ? HEAL_OK : HEAL_NO;
}

static int install(struct monitor *m)
{
	struct monitor_timer t = { .store = store_file,
		.cron = strcmp(by, "cron") == 0,
		.system = in_system,
		.directory = directory ? directory : "/etc/systemd/system",
		.yes = yes };

	if (t.cron && t.system)
		die(HEAL_WRONG, "--system writes units of systemd, not a line of the crontab");
	if (directory && !t.system)
		die(HEAL_WRONG, "--directory needs --system");
	monitor_install(&m->a, m->root, interval ? interval : INTERVAL_INSTALLED, &t);
	return HEAL_OK;
}

/* ---- main ---- */

static int (*command_take(int *argc, char **argv))(struct monitor *)
{
	static const struct {
		const char *name;
		int (*run)(struct monitor *);
	} commands[] = { { "start", start }, { "stop", stop }, { "status", status }, { "install", install } };

	for (size_t i = 0; *argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			memmove(argv + 1, argv + 2, (size_t)(--*argc) * sizeof(*argv));
			return commands[i].run;
		}
	return NULL;
}

/* A healing session uses the same store.  A password may not be in its arguments, and it runs in another directory. */
static void store_pass_on(struct arena *a)
{
	struct str name = str_of(store_file);
	char *here = NULL;

	if (str_find(name, STR("://")) == name.n && !path_is_absolute(name) && (here = getcwd(NULL, 0)))
		name = path_join(a, str_of(here), name);
	setenv("HEAL_STORE", arena_strdup(a, name), true);
	free(here);
}

static void open_all(struct monitor *m, const char *dir)
{
	struct err err;

	if (!is_dir(dir))
		die(HEAL_WRONG, "'%s' is not a directory", dir);
	m->root = project_root(&m->a, dir);
	m->config = config_or_die(m->root.p);
	m->pack = pack_load(packs, &err);
	if (!m->pack)
		die(err.status, "%s", err.text);
	struct str set = config_str(m->config, "store");
	if (store_file)
		store_pass_on(&m->a);
	m->store = store_file ? store_file : set.n ? arena_strdup(&m->a, set) : NULL;
	m->progress = isatty(2);
	proc_helpers_avoid(m->root.p);
}

int main(int argc, char **argv)
{
	struct monitor m = { .a = ARENA_INIT };

	tool_begin(&tool, &argc, argv, NULL, false);
	int (*command)(struct monitor *) = command_take(&argc, argv);
	if (argc > 2)
		die(HEAL_WRONG, "unexpected argument '%s'; one directory at most", argv[2]);
	if (count && !interval && command != start)
		die(HEAL_WRONG, "--count needs --interval");
	open_all(&m, argc > 1 ? argv[1] : ".");
	if (!command && interval)
		lock(&m);
	int result = command ? command(&m) : report_loop(&m);
	config_free(m.config);
	pack_free(m.pack);
	arena_free(&m.a);
	return tool_end(result);
}
