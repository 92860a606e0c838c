/* quick.h - check that a fix does not break the syntax of a file */
#ifndef HEAL_VALIDATE_QUICK_H
#define HEAL_VALIDATE_QUICK_H

#include "journal/journal.h"
#include "validate/syntax.h"

/* syntax_check of a file below the root; the detail begins with its name.  If it fails, the content before the fix
 * (old; p == NULL: no such file) is checked in a separate directory.  If that fails too, the check is skipped, since
 * the failure is not caused by the fix. */
struct check quick_syntax(
	struct arena *a, const struct pack *pack, const struct tree *tree, struct str path, struct str old);

#endif
