/* spelling_candidates.h - `nearest`: the words that may have been meant, where this one was mistyped
 *
 * The candidates come from a list, a table, the project's code and files, the
 * programs in PATH, the entries of a directory or git's refs; several sources
 * of one look-up add up. */
#ifndef HEAL_ANALYZE_SPELLING_CANDIDATES_H
#define HEAL_ANALYZE_SPELLING_CANDIDATES_H

#include "analyze/lookup.h"

struct spelling_candidate {
	struct str word; /* in the arena */
	double weight;   /* 0 to 1: less with distance, and beside rivals just as near */
};

/* The nearest words, best first, at most `most`; how many. */
size_t spelling_candidates_find(
	struct enquiry *q, struct node op, const struct scope *s, struct spelling_candidate *out, size_t most);

#endif
