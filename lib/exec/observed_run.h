/* observed_run.h - run the command once and collect the incidents in its output */
#ifndef HEAL_EXEC_OBSERVED_RUN_H
#define HEAL_EXEC_OBSERVED_RUN_H

#include "detect/collect.h"
#include "exec/runner.h"
#include "rules/pack.h"

struct watch_options {
	const struct pack *pack;
	char *const *argv;
	const char *dir;             /* working directory; real, absolute */
	const char *copy, *original; /* as in runner.h */
	bool trial;                  /* with the settings of the table trial-environment */
	bool through;                /* show its output */
	double timeout;              /* seconds; 0: none */
};

struct watched {
	struct runner_result run;
	struct collection incidents; /* finished; in order of first occurrence */
	struct buf output;
	size_t serious;
};

/* Run the command to its end.  false: it was not run (err).  Call the release function in both cases. */
bool watch(const struct watch_options *o, struct watched *w, struct err *err);
void watched_release(struct watched *w);

/* Does the incident count as a failure?  An error or worse that is not a summary; if the run has none (a linter that
 * only warns, and fails), any incident that is not a summary. */
bool incident_counts(const struct watched *w, const struct record *r);
/* The number of those. */
size_t watched_errors(const struct watched *w);

/* The number of tests, as from tests_run (test_count.h); also -1 if there was too much output. */
long watched_tests(const struct watched *w, const struct pack *pack);

#endif
