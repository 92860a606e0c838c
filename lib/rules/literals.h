/* literals.h - which literals a text must hold for a pattern to match
 *
 * A sound approximation over the pattern's text: whatever the pattern matches
 * contains at least one of the literals found.  Where none of LITERAL_MIN bytes
 * can be proven, the set is empty and the pattern would have to run everywhere.
 * One liberty: the Kelvin sign and the long s, which a caseless UTF-8 pattern takes
 * for k and s, are not thought of. */
#ifndef HEAL_RULES_LITERALS_H
#define HEAL_RULES_LITERALS_H

#include "base/arena.h"

enum { LITERAL_MIN = 3, LITERAL_MAX = 64, LITERALS_MOST = 96, LITERALS_MORE = 3 };

struct literals_more {
	const struct str *at;
	size_t n;
};

struct literals {
	struct str at[LITERALS_MOST];
	size_t n; /* 0: nothing proven */
	bool nocase;
	struct literals_more more[LITERALS_MORE]; /* a match holds one of each of these, too */
	size_t more_n;
};

/* The set that is cheapest to look for, and more of them, in the arena (or in the pattern). */
void literals_of(struct arena *a, struct str pattern, struct literals *out);
/* What it costs to look for one of these (gate_cost). */
double literals_cost(const struct str *at, size_t n, bool nocase);

#endif
