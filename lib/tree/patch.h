/* patch.h - apply a unified diff without fuzz
 *
 * Plain or git format.  Unlike patch(1), every removed or context line must be in the file at the position that the
 * diff states, byte for byte; the line counts of each hunk must be correct, and hunks must be in order.  A diff is
 * untrusted. */
#ifndef HEAL_TREE_PATCH_H
#define HEAL_TREE_PATCH_H

#include "base/arena.h"
#include "base/diag.h"

struct patch_file {
	struct str old_name, new_name; /* as written after --- and +++, up to a tab */
	struct str hunks;
};

/* The diff of the next file; other lines are skipped.  false: there is none. */
bool patch_next(struct str *rest, struct patch_file *f);

/* Apply the hunks to old; *new is in the arena.  false: err names the line of the hunks that does not apply. */
bool patch_apply(struct arena *a, struct str old, struct str hunks, struct str *new, struct err *err);

#endif
