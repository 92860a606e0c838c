/* test_count.h - count the tests that ran, from the output of test runners
 *
 * Many runners exit with 0 if no tests ran.  The table `tests` has patterns for their summaries.  The count only has to
 * be comparable before and after a fix. */
#ifndef HEAL_DETECT_TEST_COUNT_H
#define HEAL_DETECT_TEST_COUNT_H

#include "base/arena.h"
#include "record/record.h"
#include "rules/pack.h"

/* The number of tests in the output without skipped ones; 0: a runner reports none; -1: no summary of a known runner.
 */
long tests_run(const struct pack *pack, struct str output);

/* The check "tests", from the results of tests_run before and after a fix: passed; inconclusive if none or fewer ran;
 * skipped if there is no test runner. */
struct check tests_compare(struct arena *a, long before, long now);

#endif
