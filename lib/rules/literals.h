/* literals.h - derive literals that every match of a pattern contains
 *
 * The approximation is sound: each match contains at least one of the literals.  If there are none of LITERAL_MIN
 * bytes, the set is empty, and the pattern would have to be run on every line.  One exception: the Kelvin sign and the
 * long s, which a caseless UTF-8 pattern matches as k and s, are ignored. */
#ifndef HEAL_RULES_LITERALS_H
#define HEAL_RULES_LITERALS_H

#include "base/arena.h"

enum { LITERAL_MIN = 3, LITERAL_MAX = 64, LITERALS_MOST = 96, LITERALS_MORE = 4, CHECKED_MIN = 2 };

struct literals_more {
	const struct str *at;
	size_t n;
};

struct literals {
	struct str at[LITERALS_MOST];
	size_t n; /* 0: nothing proven */
	bool nocase;
	struct literals_more more[LITERALS_MORE]; /* a match holds one of each of these, too; they may be shorter */
	size_t more_n;
	/* A match begins where the subject does, with one of these, and ends where it does, with one of those. */
	struct literals_more heads, tails;
	uint64_t shape; /* bytes that each match contains, and whether a digit is among them (form_shape.h) */
};

/* What the pattern is matched with: a line as rules see it, which has no white space but blanks and tabs, or any text.
 */
enum literals_subject { LITERALS_LINE, LITERALS_TEXT };

/* The set with the lowest search cost, and further ones, in the arena or in the pattern. */
void literals_of(struct arena *a, struct str pattern, enum literals_subject subject, struct literals *out);
/* The cost of searching for these (gate_cost). */
double literals_cost(const struct str *at, size_t n, bool nocase);

#endif
