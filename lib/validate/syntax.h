/* syntax.h - check the syntax of a file with the checker of its language, which does not run it */
#ifndef HEAL_VALIDATE_SYNTAX_H
#define HEAL_VALIDATE_SYNTAX_H

#include "base/arena.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

/* Run the `check` of the file's language (table `languages`) on path, relative to root.  Skipped: the language is
 * unknown, has no checker, or it is not installed. */
struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path);

/* The same; if it fails, *first is the first error that the rules know in what the checker prints, without the file's
 * name, and all zero if they know none. */
struct check syntax_check_error(
	struct arena *a, const struct pack *pack, const char *root, struct str path, struct error *first);

/* syntax_check of a file below the root; the detail begins with its name.  If it fails, the content before the fix
 * (old; p == NULL: no such file) is checked in a separate directory.  If that fails too, the check is skipped, since
 * the failure is not caused by the fix. */
struct check syntax_check_fixed(
	struct arena *a, const struct pack *pack, const struct tree *tree, struct str path, struct str old);

#endif
