/* rerun.h - a command run once more, quietly, and what it prints read
 *
 * stdout and stderr come as one, in the order they were written, as in
 * `command 2>&1 | heal-detect`; stdin is /dev/null.  No shell.  At the deadline the
 * command and all that it started is killed. */
#ifndef HEAL_VALIDATE_RERUN_H
#define HEAL_VALIDATE_RERUN_H

#include "detect/collect.h"
#include "rules/pack.h"

struct rerun_options {
	char *const *argv; /* NULL-terminated */
	const char *dir;   /* where it runs; NULL: here */
	struct str cwd;    /* as for the detector: names below it become relative; empty: they stay */
	const struct pack *pack;
	double timeout; /* seconds; 0: none */
	size_t max;     /* bytes of output that are looked at; 0: 32 MiB */
};

struct rerun_result {
	int status; /* as a shell gives it; 126 and 127: it did not run */
	double seconds;
	bool timed_out;
	bool truncated;              /* there was more output than `max` */
	struct collection incidents; /* finished */
	long tests;                  /* tests_run(); -1: no test runner spoke */
};

/* false: no process could be made (err).  Release what was filled either way. */
bool rerun_command(const struct rerun_options *o, struct rerun_result *r, struct err *err);
void rerun_release(struct rerun_result *r);

/* The same failures, the same end: equal for runs that agree.  hex: SHA256_HEX bytes. */
void rerun_signature(const struct rerun_result *r, char *hex);

#endif
