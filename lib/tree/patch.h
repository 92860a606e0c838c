/* patch.h - a unified diff laid upon the very bytes that it was made for
 *
 * Plain or git's.  No guessing as patch(1) does it: every line that goes or stays must be in the file where the diff
 * says, byte for byte, the counts of each hunk must add up, and hunks come in order.  A diff is untrusted text. */
#ifndef HEAL_TREE_PATCH_H
#define HEAL_TREE_PATCH_H

#include "base/arena.h"
#include "base/diag.h"

struct patch_file {
	struct str old_name, new_name; /* as written behind --- and +++, up to a tab */
	struct str hunks;
};

/* The part of the next file that the diff is about; other lines are passed over.  false: there is none. */
bool patch_next(struct str *rest, struct patch_file *f);

/* What becomes of old; *new is in the arena.  false: err says in which line of the hunks they do not fit. */
bool patch_apply(struct arena *a, struct str old, struct str hunks, struct str *new, struct err *err);

#endif
