/* rebase_edits.h - convert edits for an older version of a file to the current one */
#ifndef HEAL_FIX_REBASE_EDITS_H
#define HEAL_FIX_REBASE_EDITS_H

#include "tree/edit.h"
#include "tree/rooted_path.h"

/* The content with the SHA-256 `sha`, if all changes from it to `present_sha` are applied entries of the journal.
 * false: there are other changes. */
bool older_content(struct arena *a, const struct tree *t, struct str name, struct str sha, struct str present_sha,
	struct str *content);

/* Convert the ranges of n edits from `base` to `present`.  An insertion of a text that was inserted there meanwhile is
 * dropped, so *n may decrease.  false: the lines of an edit were changed. */
bool edits_rebase(struct arena *a, struct str base, struct str present, struct edit *edits, size_t *n, struct err *err);

#endif
