/* minimize.h - reduce the difference between project and copy to the part that is needed
 *
 * The changes of a rule's solution are one piece, since half of them might pass and still be wrong.  The changes of a
 * tool's fixer or a language model are split: a piece is a changed line, a group of lines replaced by more or fewer
 * lines, or a new file; with `words`, each word in them that differs.  Equal replacements in a file are one
 * piece: the same error in several places. */
#ifndef HEAL_LOOP_MINIMIZE_H
#define HEAL_LOOP_MINIMIZE_H

#include "sandbox/sandbox.h"
#include "tree/diff.h"

struct pieces;

/* A file before and after a solution.  The texts must outlive the pieces. */
struct made {
	size_t solution; /* its number */
	struct str path, old, new;
	bool existed;
	bool whole; /* is not split */
};

/* paths: below both roots; made: in the order of the changes.  Project and copy must outlive it.  NULL: err, a file
 * could not be read. */
struct pieces *pieces_new(struct arena *a, const struct tree *project, struct sandbox *copy, const struct str *paths,
	size_t n, const struct made *made, size_t made_n, bool words, struct err *err);
size_t pieces_count(const struct pieces *p);
/* Write the project's files with the pieces for which keep[i] is true into the copy. */
bool pieces_put(struct pieces *p, const bool *keep, struct err *err);

/* Remove pieces while passes() is true for the rest: first in chunks of half the set, then of a quarter, finally single
 * ones, until none can be removed (Zeller's ddmin without testing subsets on their own).  keep: n members, all true;
 * afterwards true for the pieces that are needed, a set for which passes() was true.  limit: maximum number of calls of
 * passes().  Returns the number of calls. */
int minimise(bool *keep, size_t n, int limit, bool (*passes)(void *ctx, const bool *keep), void *ctx);

#endif
