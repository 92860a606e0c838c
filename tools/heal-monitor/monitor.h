/* monitor.h - the parts of heal-monitor */
#ifndef HEAL_MONITOR_H
#define HEAL_MONITOR_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/config.h"
#include "record/record.h"

/* ---- lock.c: one monitor of a project at a time ---- */

/* Files in the state directory: monitors/<hash of the project's root>.* */
struct monitor_files {
	struct str lock, log, session, alerts;
};
bool monitor_files(struct arena *a, struct str root, struct monitor_files *out, struct err *err);

/* Lock the project for this process, until it ends.  1: locked; 0: process *holder monitors it already; -1: err. */
int monitor_lock(const struct monitor_files *f, int interval, pid_t *holder, struct err *err);
/* The process that monitors the project and its interval in seconds, 0 if it is not known; 0: there is none. */
pid_t monitor_holder(const struct monitor_files *f, int *interval);

/* ---- loop.c: report at regular times ---- */

/* Makes one report and writes its line to fd; runs in a process of its own.  before: the last one's line, or empty. */
typedef void monitor_report_fn(void *ctx, int fd, struct str before);
/* Gets each line. */
typedef void monitor_out_fn(void *ctx, struct str line);

/* Called before each report; false: no report can be made, and the reason was printed. */
typedef bool monitor_begin_fn(void *ctx);

struct monitor_loop {
	int interval; /* seconds from the start of a report to the start of the next; 0: make one report only */
	int count;    /* number of reports; 0: until a signal is received */
	struct str before;
	monitor_begin_fn *begin;
	monitor_report_fn *report;
	monitor_out_fn *out;
	void *ctx;
};
/* If the process crashes or writes no line, a report with the status failing is made instead. */
void monitor_loop(const struct monitor_loop *l, struct str root);

/* ---- act.c: start heal run for an issue of a report ---- */

struct acting {
	const struct config *config;
	struct str root;
	const char *store;
	void (*out)(void *ctx, const struct record *event);
	void *ctx;
};
/* At most one session, if the setting health.heal permits it; it returns when the session has ended. */
void monitor_act(const struct acting *x, const struct record *report);
/* Print the breakers of the project that have a failure. */
void monitor_breakers_show(const struct acting *x);

/* ---- alert.c ---- */

/* Send the alerts that are due, by the settings alert.*.  has_before: there is a previous report. */
void monitor_alert(const struct acting *x, const struct record *report, bool has_before);
/* Write the file of the setting health.metrics. */
void monitor_metrics(const struct acting *x, const struct record *report);

/* ---- install.c: a timer of systemd or cron ---- */
struct monitor_timer {
	const char *store;     /* or NULL */
	bool cron, system;     /* system: units of the system's systemd, which runs it as the project's owner */
	const char *directory; /* of these units */
	bool yes;
};
void monitor_install(struct arena *a, struct str root, int interval, const struct monitor_timer *wanted);

/* ---- show.c ---- */
void health_show(const struct health *h, bool colour);

#endif
