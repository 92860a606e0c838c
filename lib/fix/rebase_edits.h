/* rebase_edits.h - edits made for an older state of a file, carried over to the present one */
#ifndef HEAL_FIX_REBASE_EDITS_H
#define HEAL_FIX_REBASE_EDITS_H

#include "tree/edit.h"
#include "tree/rooted_path.h"

/* The bytes that the file had when its SHA-256 was `sha`, if heal itself made every change from
 * there to `present_sha`, by applied entries of the journal.  false: somebody else had a hand in it. */
bool older_content(struct arena *a, const struct tree *t, struct str name, struct str sha, struct str present_sha,
	struct str *content);

/* Rewrite the places of n edits of `base` for `present`.  An insertion whose very text was put
 * there meanwhile is dropped, so *n may shrink.  false: an edit lies where something changed. */
bool edits_rebase(struct arena *a, struct str base, struct str present, struct edit *edits, size_t *n, struct err *err);

#endif
