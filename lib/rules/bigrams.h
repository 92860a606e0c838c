/* bigrams.h - the pairs of adjacent bytes of a text, as a set of 512: what rules words out without a search
 *
 * A text without one of a word's pairs does not contain the word.  Letters of either case are the same, and so are all
 * digits, so that the set answers for words in any case and for words with any digit. */
#ifndef HEAL_RULES_BIGRAMS_H
#define HEAL_RULES_BIGRAMS_H

#include "base/str.h"

/* SURE: words up to this length have no other pairs than those that are asked for. */
enum { BIGRAMS = 512, BIGRAM_BITS = 9, BIGRAMS_SURE = 4 };

struct bigrams {
	bool known; /* false: has is not filled */
	bool has[BIGRAMS];
};

void bigrams_find(struct bigrams *b, struct str text);
/* Three of the word's pairs, and BIGRAMS_ANY if it has none.  pivot: its rarest byte.  ANY_DIGIT (pack_image.h) in it
 * is any digit. */
uint32_t bigrams_of_word(struct str word, size_t pivot);

#define BIGRAMS_ANY (UINT32_C(1) << 31)

/* false: the text does not contain the word of these pairs. */
static inline bool bigrams_have(const struct bigrams *b, uint32_t word)
{
	enum { MASK = BIGRAMS - 1 };

	return (b->has[word & MASK] & b->has[word >> BIGRAM_BITS & MASK] & b->has[word >> 2 * BIGRAM_BITS & MASK]) ||
		(word & BIGRAMS_ANY);
}

#endif
