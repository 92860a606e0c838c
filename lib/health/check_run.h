/* check_run.h - make a check in a copy of the project, and find its issues */
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
	struct sandbox *copy;                  /* NULL: there is none */
	struct str no_copy;                    /* why */
	const struct confinement *confinement; /* of the commands in the copy */
	struct solution_history history;
	struct benchmarks benchmarks;
	struct measurement_list measurements; /* that the checks made */
	struct str time;                      /* of the report */
	struct str benchmarks_due;            /* a benchmark that ran before this time runs again */
};

struct check_found {
	struct health_check check;
	struct health_issue_list issues;
	struct str_list install; /* of what is missing */
	bool builds;             /* it says whether the project compiles */
};

/* Never fails: a check that cannot run is an issue, of severity 7 for tests, otherwise 5.  One that fails runs twice;
 * an issue that the second run does not have is flaky, and has at most severity 4.  Issues have neither times nor
 * anything of earlier reports. */
void check_run(struct check_context *x, const struct planned_check *p, struct check_found *out);

#endif
