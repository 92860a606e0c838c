/* project_tests.h - the command that runs the tests of a project, from its files */
#ifndef HEAL_VALIDATE_PROJECT_TESTS_H
#define HEAL_VALIDATE_PROJECT_TESTS_H

#include "base/arena.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

struct project_tests {
	struct str dir; /* below the root; empty: the root */
	char **prepare; /* run before it, or NULL */
	char **argv;
	struct node row; /* of the table `project-tests` */
};

/* Those in the folder of the file, or in the nearest folder above it that has tests.  false: none are known, or their
 * program is not installed; *why says which. */
bool project_tests_find(struct arena *a, const struct pack *pack, const struct tree *tree, struct str file,
	struct project_tests *out, struct str *why);

/* Is there one of the `signs` of the row in this folder?  dir: absolute. */
bool project_has_sign(struct arena *a, const struct tree *tree, struct str dir, struct node row);
/* The first program of `needs` and `argv` that is not installed; empty: all are. */
struct str programs_missing(struct arena *a, struct node row);

/* Does this command run the same tests?  Its options are not compared. */
bool project_tests_is(const struct project_tests *t, char *const *argv);
/* The same for a row of the table. */
bool project_tests_row_is(struct node row, char *const *argv);

#endif
