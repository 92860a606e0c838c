/* test_proof.h - run a drafted test in a copy of the project, with and without the fix
 *
 * The test is proven if every run with the fix passed, and every run without it failed and reported the incident: one
 * with its fingerprint or at its line, or a line with its message.  A run that did not start, took too long or ran no
 * test is not as expected.  The copy is confined as a trial is, and never has a network. */
#ifndef HEAL_LEARN_TEST_PROOF_H
#define HEAL_LEARN_TEST_PROOF_H

#include "config/config.h"
#include "learn/test_framework.h"
#include "sandbox/sandbox.h"
#include "store/generated_tests.h"

enum { TEST_PAIRS = 3 };

struct test_bench {
	const struct pack *pack;
	const struct config *config;
	const struct tree *tree;
	const struct record *incident;
	struct str file, fixed, broken; /* at fault: its name below the root, its text with and without the fix */
	mode_t mode;
	double seconds; /* at most, for one run */
};

struct test_proof {
	struct store_test_run runs[2 * TEST_PAIRS]; /* in turn: with the fix, without it */
	size_t n;
	bool proven;
	struct str why; /* not proven: why */
};

/* Stops at the first unexpected run of the first pair; after that one, which says that the test shows the incident, all
 * pairs are run.  false: err, there is no copy. */
bool test_prove(struct arena *a, const struct test_bench *b, const struct test_draft *d, struct test_proof *out,
	struct err *err);

#endif
