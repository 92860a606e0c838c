/* line_memo.h - what was tried in vain on lines like this one
 *
 * Logs repeat themselves: in those of our tests one line in five is a copy of one above, and twice as many if digits do
 * not count.  Two lines are alike here if they have the same literals of the gate, and so the same candidates, and
 *  - are the same, or
 *  - differ in digits alone, and none of the rules that were tried in vain, nor a prefix, tells digits apart
 *    (digits.h).
 * What was tried in vain on one then need not be tried on the other.  What did match is always tried again: it has to
 * find where the parts of the message are. */
#ifndef HEAL_DETECT_LINE_MEMO_H
#define HEAL_DETECT_LINE_MEMO_H

#include "detect/block.h"

enum { MEMO_LINE = 240, MEMO_LITERALS = 24, MEMO_LINES = 256, MEMO_FRESH = 32 };

/* What is compared of a line; n == 0: it is too long, or has too many literals, and is not remembered. */
struct line_key {
	uint32_t n, literals_n;
	uint64_t hash; /* of the text, in which each digit is the same; 0: not known yet */
	uint32_t literals[MEMO_LITERALS];
};

/* What to begin with: every attempt before it was in vain. */
struct line_outcome {
	bool none;  /* there is none: no rule matches */
	bool exact; /* so it is for this very line alone */
	bool general;
	uint32_t rule;
	/* The prefixes of the line, and how much of it was left behind each. */
	unsigned certain, taken, depth;
	struct regex *prefix[PREFIX_DEPTH];
	size_t indent[PREFIX_DEPTH], left[PREFIX_DEPTH + 1];
};

struct line_memo;

struct line_memo *line_memo_new(void);
void line_memo_free(struct line_memo *m);
void line_key_set(struct line_key *k, struct str line, const uint32_t *literals, size_t n);
/* NULL: nothing is known of such lines.  It is valid until the next is kept. */
const struct line_outcome *line_memo_find(const struct line_memo *m, struct line_key *k, struct str line);
/* Was there such a line before?  What comes but once is not worth to be kept. */
bool line_memo_wants(struct line_memo *m, struct line_key *k, struct str line);
void line_memo_keep(struct line_memo *m, struct line_key *k, struct str line, const struct line_outcome *outcome);
/* NULL is fine.  While it is shared, other threads read it, and what is kept can be found only afterwards. */
void line_memo_share(struct line_memo *m);
void line_memo_shared_no_more(struct line_memo *m);

#endif
