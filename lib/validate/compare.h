/* compare.h - incidents before and after: what is gone, and what is new
 *
 * A fingerprint knows no line numbers, so the same mistake made twice in a file has
 * one fingerprint at two places.  Fixes move lines: a place is carried from the file
 * as it was before the first fix to the file as it is now. */
#ifndef HEAL_VALIDATE_COMPARE_H
#define HEAL_VALIDATE_COMPARE_H

#include "base/vec.h"
#include "detect/collect.h"
#include "journal/journal.h"

/* An incident that was seen without the fixes. */
struct seen_place {
	struct str fingerprint, file; /* file: below the root, or empty */
	int64_t line, column;
	int rank; /* of its level */
};

/* A file as it was before the first fix, and where its lines are now. */
struct original {
	struct str path, text;
	struct hunk *hunks;
	size_t n;
	bool absent; /* there was no such file */
};

struct comparison {
	struct arena *a;
	const struct tree *tree;
	struct str cwd; /* absolute: what file names are relative to where source.cwd does not say */
	VEC(struct seen_place) before;
	VEC(struct original) originals;
	bool sorted;
};

/* All of it lives in a; tree stays the caller's. */
void comparison_init(struct comparison *c, struct arena *a, const struct tree *tree, struct str cwd);
/* Every incident of the run without the fixes. */
void comparison_before(struct comparison *c, const struct record *r);
/* The entries whose changes lie between before and after, oldest first. */
void comparison_entry(struct comparison *c, const struct journal_entry *e);
/* The files changed: look at them again.  Call before the two that follow. */
void comparison_look(struct comparison *c);

/* Is the incident gone?  What cannot be told from another place of the same fingerprint is not. */
bool comparison_resolved(const struct comparison *c, const struct record *r, const struct collection *now);
/* Incidents at least as bad as `level` that were not there before, or not so bad, tallies left out; first (may be
 * NULL) is one of them, owned by now. */
size_t comparison_new(
	struct comparison *c, const struct collection *now, enum level level, const struct record **first);

#endif
