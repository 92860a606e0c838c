/* observed_run.h - run the command once and collect the incidents in its output */
#ifndef HEAL_EXEC_OBSERVED_RUN_H
#define HEAL_EXEC_OBSERVED_RUN_H

#include "detect/collect.h"
#include "exec/runner.h"
#include "rules/pack.h"

struct observe_options {
	const struct pack *pack;
	char *const *argv;
	const char *dir;                       /* working directory; real, absolute; NULL: ours */
	struct str cwd;                        /* what the detector makes names relative to; empty: dir */
	const char *copy, *original;           /* as in runner.h */
	const struct confinement *confinement; /* as in runner.h */
	const char *folder, *write, *read;
	const struct names *overlaid;
	struct confined **kept;
	bool trial;     /* with the settings of the table trial-environment */
	bool through;   /* show its output */
	bool front;     /* as in runner.h */
	bool merge;     /* stdout and stderr are one stream, as after `2>&1` */
	bool no_input;  /* stdin is /dev/null */
	double timeout; /* seconds; 0: none */
};

struct observed_run {
	struct runner_result run;    /* status -1: not known */
	struct collection incidents; /* finished; errors first seen in this order */
	struct buf output;           /* OUTPUT_MAX bytes of it at most */
	size_t serious;              /* incidents that are errors or worse, and no summaries */
};

enum { OUTPUT_MAX = 32 << 20 };

/* Run the command to its end.  false: it was not run (err).  Call the release function in both cases. */
bool observe(const struct observe_options *o, struct observed_run *w, struct err *err);
void observed_run_release(struct observed_run *w);

/* A run made from the records of one; its exit status and output are those that the records state. */
void observed_run_init(struct observed_run *w);
/* Add a copy of the incident, unless the run has an equal one; the run's own is returned. */
struct record *observed_run_add(struct observed_run *w, const struct record *r);

/* Does the incident count as a failure?  An error or worse that is not a summary; if the run has none (a linter that
 * only warns, and fails), any incident that is not a summary. */
bool incident_counts(const struct observed_run *w, const struct record *r);
/* The first of them that does not follow from another; if all do, the first of them; NULL: there is none. */
struct record *observed_run_first_root(const struct observed_run *w);
/* The number of those. */
size_t observed_run_errors(const struct observed_run *w);

/* Equal for runs with the same failures and the same exit status.  Warnings are left out, because a file that is up to
 * date is not compiled again.  hex: SHA256_HEX bytes. */
void observed_run_signature(const struct observed_run *w, char *hex);

/* The number of tests, as from tests_run (test_count.h); also -1 if there was too much output. */
long observed_run_tests(const struct observed_run *w, const struct pack *pack);

#endif
