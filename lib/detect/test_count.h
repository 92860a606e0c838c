/* test_count.h - how many tests ran, read from what test runners print
 *
 * "No tests ran" and "all tests passed" look alike by the exit status of many a
 * runner.  The table `tests` knows their summaries; what it counts is the same
 * before and after a fix, and need not be what a person would count. */
#ifndef HEAL_DETECT_TEST_COUNT_H
#define HEAL_DETECT_TEST_COUNT_H

#include "base/arena.h"
#include "record/record.h"
#include "rules/pack.h"

/* The tests that output tells of, skipped ones left out; 0: a runner said that it ran none;
 * -1: no runner that the table knows has spoken. */
long tests_run(const struct pack *pack, struct str output);

/* Before and after a fix, each as tests_run gives it: passed; inconclusive where none or fewer ran, since what
 * did not run is never passed; skipped where no test runner is concerned.  The check is called "tests". */
struct check tests_compare(struct arena *a, long before, long now);

#endif
