/* test_framework.h - a regression test for an incident, written in the project's own test framework
 *
 * The table `test-frameworks` says how a framework is recognised, and has the texts.  Nothing here says that a test is
 * any good: test_proof.h does. */
#ifndef HEAL_LEARN_TEST_FRAMEWORK_H
#define HEAL_LEARN_TEST_FRAMEWORK_H

#include "base/vec.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

/* What failed. */
struct test_subject {
	const struct pack *pack;
	const struct tree *tree;
	struct str id;      /* letters and digits: part of the test's name */
	struct str message; /* of the incident; only its letters and digits are used */
	struct str file;    /* at fault, below the root */
	struct str text;    /* of that file, with the fix */
	struct str cwd;     /* where the command ran, below the root; "." for the root */
	const struct str_list *command;
};

struct test_file {
	struct str path, text; /* below the root; whole */
	struct str added;      /* what was appended to a file that is there; p == NULL: the file is new */
};

struct test_draft {
	struct str framework;
	VEC(struct test_file) files; /* the test's own first */
	struct str dir;              /* where it is run: absolute */
	char **prepare, **argv;      /* prepare: run before it, or NULL */
	bool there;                  /* the test's file is in the project already, and `files` has its text as it is */
};

struct test_drafts {
	VEC(struct test_draft) all;
};

/* All tests that may show the incident, those of one framework in the order of the table.  None: *why says why. */
void test_drafts_make(struct arena *a, const struct test_subject *s, struct test_drafts *out, struct str *why);

#endif
