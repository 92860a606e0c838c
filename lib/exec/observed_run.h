/* observed_run.h - one run of the command: its output read as it comes, its incidents kept */
#ifndef HEAL_EXEC_OBSERVED_RUN_H
#define HEAL_EXEC_OBSERVED_RUN_H

#include "detect/collect.h"
#include "exec/runner.h"
#include "rules/pack.h"

struct observe_options {
	const struct pack *pack;
	char *const *argv;
	const char *dir;             /* where it runs; NULL: here */
	struct str cwd;              /* what the detector makes names relative to; empty: dir */
	const char *copy, *original; /* as in runner.h */
	bool trial;                  /* with the settings of the table trial-environment */
	bool through;                /* the user sees its output */
	bool merge;                  /* stdout and stderr are one stream, as behind `2>&1` */
	bool no_input;               /* stdin is /dev/null: ours is not the command's */
	double timeout;              /* seconds; 0: none */
};

struct observed_run {
	struct runner_result run;    /* status -1: not known */
	struct collection incidents; /* finished; errors first seen in this order */
	struct buf output;           /* OUTPUT_MAX bytes of it at most */
	size_t serious;              /* incidents that are errors or worse, and no tallies */
};

enum { OUTPUT_MAX = 32 << 20 };

/* Run to the end.  false: nothing was run (err).  Release what was filled either way. */
bool observe(const struct observe_options *o, struct observed_run *w, struct err *err);
void observed_run_release(struct observed_run *w);

/* A run made of the records of one: what they say of its exit status and its output is taken for it. */
void observed_run_init(struct observed_run *w);
/* The incident as the run keeps it: a copy, or the equal one that it has already. */
struct record *observed_run_add(struct observed_run *w, const struct record *r);

/* An incident that counts: an error or worse that is no mere tally of others; where the run has none
 * such (a linter that only warns, and fails), every incident but tallies. */
bool incident_counts(const struct observed_run *w, const struct record *r);
/* How many of them. */
size_t observed_run_errors(const struct observed_run *w);

/* The same failures, the same end: equal for runs that agree.  Warnings are left out: what is up to date is not
 * compiled again, and warns no more.  hex: SHA256_HEX bytes. */
void observed_run_signature(const struct observed_run *w, char *hex);

/* The tests that ran, as tests_run (test_count.h); -1 also where there was too much output to tell. */
long observed_run_tests(const struct observed_run *w, const struct pack *pack);

#endif
