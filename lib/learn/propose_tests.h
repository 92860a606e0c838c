/* propose_tests.h - regression tests for incidents that were fixed and had occurred several times
 *
 * An incident of which the store has a repair (store/repairs.h), and whose fingerprint occurred TEST_AFTER times in the
 * project, gets a test in the project's own framework (test_framework.h), if one is proven (test_proof.h).  The test is
 * queued for review, never added: `heal review approve --apply` adds it.  One that is in the project already is run
 * again. */
#ifndef HEAL_LEARN_PROPOSE_TESTS_H
#define HEAL_LEARN_PROPOSE_TESTS_H

#include "config/config.h"
#include "rules/pack.h"
#include "store/generated_tests.h"

enum { TEST_AFTER = 3 };

struct test_proposal {
	struct str message; /* of the incident */
	int64_t occurrences;
	struct str framework, path, status; /* as in generated_tests.h; status.n == 0: there is no test, see why */
	struct str plan;                    /* proposed: its id in the review queue */
	struct store_test_score score;
	struct str why;
};
typedef void test_proposal_fn(void *ctx, const struct test_proposal *p);

struct propose_options {
	const struct pack *pack;
	const struct config *config;
	const char *root;     /* of the project: only its incidents count */
	char *const *command; /* what a test may run besides the framework, since a record may say anything; empty:
				 nothing */
};

/* Call `each` with every repeated incident that has a repair.  false: err. */
bool propose_tests(
	struct store *s, const struct propose_options *o, test_proposal_fn *each, void *ctx, struct err *err);

#endif
