/* observed_run.h - one run of the command: its output read as it comes, its incidents kept */
#ifndef HEAL_EXEC_OBSERVED_RUN_H
#define HEAL_EXEC_OBSERVED_RUN_H

#include "detect/collect.h"
#include "exec/runner.h"
#include "rules/pack.h"

struct watch_options {
	const struct pack *pack;
	char *const *argv;
	const char *dir;             /* where it runs; real, absolute */
	const char *copy, *original; /* as in runner.h */
	bool trial;                  /* with the settings of the table trial-environment */
	bool through;                /* the user sees its output */
	double timeout;              /* seconds; 0: none */
};

struct watched {
	struct runner_result run;
	struct collection incidents; /* finished; errors first seen in this order */
	struct buf output;
	size_t serious;
};

/* Run to the end.  false: nothing was run (err).  Release what was filled either way. */
bool watch(const struct watch_options *o, struct watched *w, struct err *err);
void watched_release(struct watched *w);

/* An incident that counts: an error or worse that is no mere tally of others; where the run has none
 * such (a linter that only warns, and fails), every incident but tallies. */
bool incident_counts(const struct watched *w, const struct record *r);
/* How many of them. */
size_t watched_errors(const struct watched *w);

/* The tests that ran, as tests_run (test_count.h); -1 also where there was too much output to tell. */
long watched_tests(const struct watched *w, const struct pack *pack);

#endif
