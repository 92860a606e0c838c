/* syntax.h - does a file still parse? Asked of the language's own checker, which runs nothing of it */
#ifndef HEAL_VALIDATE_SYNTAX_H
#define HEAL_VALIDATE_SYNTAX_H

#include "base/arena.h"
#include "record/record.h"
#include "rules/pack.h"

/* Run the `check` of the file's language (table `languages`) on path, which is relative to root.
 * Skipped: the language is unknown, has no checker, or that is not installed. */
struct check syntax_check(struct arena *a, const struct pack *pack, const char *root, struct str path);

#endif
