/* spelling_candidates.h - `nearest`: find the words most similar to a mistyped one
 *
 * The candidates are those of a list, a table, the project's code and files, the programs in PATH, the entries of a
 * directory or git's refs; a look-up may combine several sources. */
#ifndef HEAL_ANALYZE_SPELLING_CANDIDATES_H
#define HEAL_ANALYZE_SPELLING_CANDIDATES_H

#include "analyze/lookup.h"

struct spelling_candidate {
	struct str word; /* in the arena */
	double weight;   /* 0 to 1; lower for a greater distance, or with other candidates at the same distance */
};

/* The nearest words, best first, at most `most`.  Returns their number. */
size_t spelling_candidates_find(
	struct enquiry *q, struct node op, const struct scope *s, struct spelling_candidate *out, size_t most);

#endif
