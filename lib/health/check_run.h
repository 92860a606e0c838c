/* check_run.h - run a check in a copy of the project, and collect its issues */
#ifndef HEAL_HEALTH_CHECK_RUN_H
#define HEAL_HEALTH_CHECK_RUN_H

#include "analyze/analyzer.h"
#include "health/benchmark.h"
#include "health/checks.h"
#include "sandbox/sandbox.h"

struct check_context {
	struct arena *a;
	const struct pack *pack;
	const struct config *config;
	const struct tree *tree; /* the project */
	struct source_tree *view;
	struct sandbox *copy;                  /* NULL: it could not be made */
	struct str no_copy;                    /* why not */
	const struct confinement *confinement; /* of the commands in the copy */
	struct solution_history history;
	struct benchmarks benchmarks;
	struct measurement_list measurements; /* of this report */
	struct str time;                      /* of the report */
	struct str benchmarks_due;            /* benchmarks last run before this time are run again */
};

struct check_found {
	struct health_check check;
	struct health_issue_list issues;
	struct str_list install; /* of what is missing */
	bool builds;             /* its result shows whether the project parses or compiles */
};

/* Never fails: a check that cannot be run is an issue, of severity 7 for tests, otherwise 5.  Tests that fail are run a
 * second time; an issue that the second run does not report is flaky and has a severity of at most 4.  The times of the
 * issues, and everything that depends on earlier reports, are left unset, except the `rise` of benchmarks. */
void check_run(struct check_context *x, const struct planned_check *p, struct check_found *out);

#endif
