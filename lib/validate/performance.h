/* performance.h - did a fix make the command much slower, or need much more memory?
 *
 * Runs without and with a fix can only be compared if they did the same work.  The run without it failed, perhaps at
 * its first step; so they are compared only if a test runner states the same number of tests in both. */
#ifndef HEAL_VALIDATE_PERFORMANCE_H
#define HEAL_VALIDATE_PERFORMANCE_H

#include "config/config.h"
#include "exec/observed_run.h"
#include "record/record.h"

/* What runs took: the least of several, since other load only adds to it. */
struct run_cost {
	bool known;
	double seconds;
	int64_t memory; /* bytes */
	long tests;     /* of the last run; -1: not known */
};

void run_cost_add(struct run_cost *c, const struct observed_run *run, const struct pack *pack);

/* The check "performance": passed, warning or skipped.  A warning needs the factor performance.factor and an absolute
 * difference, performance.seconds or performance.memory_mb. */
struct check performance_check(
	struct arena *a, const struct config *config, const struct run_cost *before, const struct run_cost *now);

#endif
