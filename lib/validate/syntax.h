/* syntax.h - check the syntax of a file with the checker of its language, which does not run it */
#ifndef HEAL_VALIDATE_SYNTAX_H
#define HEAL_VALIDATE_SYNTAX_H

#include "base/arena.h"
#include "record/record.h"
#include "rules/pack.h"

/* Run the `check` of the file's language (table `languages`) on path, relative to root.  Skipped: the language is
 * unknown, has no checker, or it is not installed. */
struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path);

#endif
