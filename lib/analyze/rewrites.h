/* rewrites.h - candidate edits that a refactoring left undone: at calls, at the heads of functions, at signs and types
 *
 * For an error that a row of the table `rewrites` knows, edits are derived from the shape of the functions and calls
 * involved.  Most of them are wrong: each is to be tried, and kept only if no other one of its tier helps. */
#ifndef HEAL_ANALYZE_REWRITES_H
#define HEAL_ANALYZE_REWRITES_H

#include "analyze/function_shape.h"
#include "record/record.h"

enum { REWRITE_TIERS = 2 }; /* from 1: names of the code support the edit; 2: only the trial can */

struct rewrite_edit {
	const struct text *x;
	size_t at, gone; /* offset, number of bytes removed */
	struct str text; /* inserted */
};

struct rewrite_edit_list {
	struct rewrite_edit *at;
	size_t n, room;
};

struct rewrite {
	struct rewrite_edit_list edits; /* of a file from its start on, files in any order */
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

/* How often other calls of the function pass more than the call whose bracket is at the offset. */
enum call_evidence {
	CALL_USUAL,   /* none does, or nothing is known of such files */
	CALL_SHORT,   /* some do */
	CALL_SHORTEST /* some do, and none passes as little */
};

/* Add what the call could lack. */
enum call_evidence rewrites_of_call(struct arena *a, const struct pack *pack, struct source_tree *v,
	const struct text *x, size_t open, struct rewrite_list *out);

#endif
