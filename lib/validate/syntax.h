/* syntax.h - does a file still parse? Asked of the language's own checker, which runs nothing of it */
#ifndef HEAL_SYNTAX_H
#define HEAL_SYNTAX_H

#include "arena.h"
#include "pack.h"

enum check_status { CHECK_PASSED, CHECK_FAILED, CHECK_INCONCLUSIVE, CHECK_SKIPPED };

struct check {
	struct str name;		/* "syntax" */
	enum check_status status;
	double seconds;
	struct str detail;		/* why, in a line */
};

const char *check_status_name(enum check_status s);

/* Run the `check` of the file's language (table `languages`) on path, which is relative to root.
 * Skipped: the language is unknown, has no checker, or that is not installed. */
struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path);

#endif
