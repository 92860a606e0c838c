/* test_outcomes.h - the tests that passed and failed, by name, from the output of test runners
 *
 * The table `test-outcomes` has patterns for the lines that name them. */
#ifndef HEAL_DETECT_TEST_OUTCOMES_H
#define HEAL_DETECT_TEST_OUTCOMES_H

#include "base/arena.h"
#include "base/vec.h"
#include "rules/pack.h"

struct test_outcome {
	struct str name;
	bool failed; /* of several tests of that name: any of them */
};

struct test_outcomes {
	VEC(struct test_outcome) all; /* by name, each once */
};

/* The names are in the arena. */
void test_outcomes_read(struct arena *a, const struct pack *pack, struct str output, struct test_outcomes *out);
/* NULL: no test of that name was reported. */
const struct test_outcome *test_outcome_find(const struct test_outcomes *outcomes, struct str name);

#endif
