/* generated_tests.h - regression tests that heal proposed for repeated incidents, and their runs in a copy
 *
 * The tables `generated_tests` and `test_runs`.  A run was expected if the test passed with the fix, or failed without
 * it and reported the incident.  The confidence is the 5 % quantile (beta.h) of the rate of expected runs of the test's
 * present text. */
#ifndef HEAL_STORE_GENERATED_TESTS_H
#define HEAL_STORE_GENERATED_TESTS_H

#include "store/store.h"

struct store_test {
	struct str id; /* of project and fingerprint */
	struct str incident, project, fingerprint;
	struct str framework, path; /* path: of the test's file, below the root */
	struct str text;            /* SHA-256 of the file */
	struct str status;          /* proposed, added (its file is in the project), flaky, refused */
};

struct store_test_run {
	bool fixed;    /* with the fix */
	bool expected; /* see above */
	double seconds;
};

struct store_test_score {
	int64_t runs, expected;
	double confidence;
};

/* Keep the test in its newest state, and add its runs; *score: of all runs of this text. */
bool store_test_keep(struct store *s, const struct store_test *t, const struct store_test_run *runs, size_t n,
	struct store_test_score *score, struct err *err);

/* The number of incidents of a project with this fingerprint. */
bool store_recurrences(struct store *s, struct str fingerprint, struct str project, int64_t *n, struct err *err);

#endif
