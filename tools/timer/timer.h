/* timer.h - let systemd or cron run a command of heal at regular times
 *
 * For heal-log and heal-monitor.  What would be written is printed first; it is written if the person agrees on the
 * terminal, or with `yes`.  Failures end the program. */
#ifndef HEAL_TIMER_H
#define HEAL_TIMER_H

#include "base/arena.h"

struct timer {
	const char *name;        /* of the units: "heal-improve" */
	const char *description; /* in the units */
	char *const *argv;       /* argv[0]: an absolute path */
	const char *when;        /* lines of the unit's section [Timer] */
	const char *cron;        /* the time in a crontab: "0 2 * * 0" */
	const char *mark;        /* a comment by which its line in the crontab is found again */
	const char *again;       /* the command that asks nobody, for the message */
	bool yes;
	const char *system_dir; /* units of the system's systemd are written here; NULL: those of the user */
	const char *user;       /* as whom the system runs it */
};

/* The path of the present program. */
struct str program_path(struct arena *a);
void timer_systemd(struct arena *a, const struct timer *t);
void timer_cron(struct arena *a, const struct timer *t);

#endif
