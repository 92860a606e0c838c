/* minimize.h - the difference between project and copy taken apart, to see which part of it is needed
 *
 * What a rule's solution changed is one piece, for its author knew what belongs together: a print without its
 * brackets harms nobody and yet is wrong.  What a tool's own fixer or a model changed is taken apart further: a
 * piece is a changed line, a run of lines for which more or fewer came, or a new file; those of one file that make
 * the same replacement are one, a slip that was made in several places. */
#ifndef HEAL_LOOP_MINIMIZE_H
#define HEAL_LOOP_MINIMIZE_H

#include "sandbox/sandbox.h"
#include "tree/diff.h"

struct pieces;

/* What one solution made of one file.  Texts must live as long as the pieces. */
struct made {
	size_t solution; /* its number */
	struct str path, old, new;
	bool existed;
	bool whole; /* belongs together */
};

/* paths: below both roots; made: in the order in which it was done.  Project and copy must outlive it.  NULL: err, a
 * file could not be read. */
struct pieces *pieces_new(struct arena *a, const struct tree *project, struct sandbox *copy, const struct str *paths,
	size_t n, const struct made *made, size_t made_n, struct err *err);
size_t pieces_count(const struct pieces *p);
/* Give the copy the project's files with those pieces for which keep[i] holds. */
bool pieces_put(struct pieces *p, const bool *keep, struct err *err);

/* Make the set smaller as long as passes() holds for what is left: chunks of half of it go first, then of a
 * quarter, at last one by one, until none can go (Zeller's ddmin, without the tests of subsets alone).  keep: n
 * members, all true; afterwards those that are needed.  limit: how often passes() may be called.  The number of
 * calls.  What is left has passed. */
int minimise(bool *keep, size_t n, int limit, bool (*passes)(void *ctx, const bool *keep), void *ctx);

#endif
