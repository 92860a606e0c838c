/* rewrites.h - candidate edits that a refactoring left undone: at calls, at the heads of functions, at signs and types
 *
 * For an error that a row of the table `rewrites` knows, edits are derived from the shape of the functions and calls
 * involved.  Most of them are wrong: each is to be tried, and kept only if no other one of its tier helps. */
#ifndef HEAL_ANALYZE_REWRITES_H
#define HEAL_ANALYZE_REWRITES_H

#include "analyze/function_shape.h"
#include "record/record.h"

enum { REWRITE_TIERS = 2 }; /* from 1: names of the code support the edit; 2: only the trial can */

struct rewrite {
	const struct text *x;
	size_t at, gone; /* offset, number of bytes removed */
	struct str text; /* inserted */
	struct str description;
	struct str kind; /* a word of `try` in the table */
	int tier;
};

struct rewrite_list {
	struct rewrite *at;
	size_t n, room;
};

/* Add those for the incident, best first in each tier. */
void rewrites_find(struct arena *a, const struct pack *pack, struct source_tree *v, const struct record *r,
	struct rewrite_list *out);

#endif
