/* quick.h - a file parses, or fails to for a reason that the fix did not bring */
#ifndef HEAL_VALIDATE_QUICK_H
#define HEAL_VALIDATE_QUICK_H

#include "journal/journal.h"
#include "validate/syntax.h"

/* syntax_check of a file below the root; with its name in front of the detail.  Where it fails, the
 * bytes before the fix (old; p == NULL: no such file) are checked too, in a folder of their own: if
 * they do not pass there either, the checker cannot tell, and the check is skipped. */
struct check quick_syntax(
	struct arena *a, const struct pack *pack, const struct tree *tree, struct str path, struct str old);

#endif
