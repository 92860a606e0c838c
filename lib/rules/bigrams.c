#include "rules/bigrams.h"

#include <string.h>

#include "rules/pack_image.h"

/* Letters of either case become one, and so do some signs; digits, and what stands for any, become '0'. */
#define FOLDED(c) ((c) == ANY_DIGIT || ((c) >= '0' && (c) <= '9') ? '0' : (c) | 0x20u)
#define FOUR(f, c) f(c), f((c) + 1), f((c) + 2), f((c) + 3)
#define SIXTEEN(f, c) FOUR(f, c), FOUR(f, (c) + 4), FOUR(f, (c) + 8), FOUR(f, (c) + 12)
#define ALL(f)                                                                                                         \
	SIXTEEN(f, 0), SIXTEEN(f, 16), SIXTEEN(f, 32), SIXTEEN(f, 48), SIXTEEN(f, 64), SIXTEEN(f, 80), SIXTEEN(f, 96), \
		SIXTEEN(f, 112), SIXTEEN(f, 128), SIXTEEN(f, 144), SIXTEEN(f, 160), SIXTEEN(f, 176), SIXTEEN(f, 192),  \
		SIXTEEN(f, 208), SIXTEEN(f, 224), SIXTEEN(f, 240)
#define FIRST(c) FOLDED(c) * 7 % BIGRAMS
#define SECOND(c) FOLDED(c) * 5 % BIGRAMS

static const uint16_t of_first[256] = { ALL(FIRST) }, of_second[256] = { ALL(SECOND) };

static inline unsigned pair_of(char first, char second)
{
	return of_first[(unsigned char)first] ^ of_second[(unsigned char)second];
}

void bigrams_find(struct bigrams *b, struct str text)
{
	memset(b->has, 0, sizeof(b->has));
	for (size_t i = 1; i < text.n; i++)
		b->has[pair_of(text.p[i - 1], text.p[i])] = true;
	b->known = true;
}

static uint32_t pair_at(struct str word, size_t i)
{
	return pair_of(word.p[i], word.p[i + 1]);
}

/* Those around its rarest byte, and the one that is farthest from it. */
uint32_t bigrams_of_word(struct str word, size_t pivot)
{
	if (word.n < 2)
		return BIGRAMS_ANY;
	size_t last = word.n - 2, before = pivot > 0 ? pivot - 1 : 0, behind = pivot < last ? pivot : last;
	size_t far = pivot > last / 2 ? 0 : last;
	return pair_at(word, before) | pair_at(word, behind) << BIGRAM_BITS | pair_at(word, far) << 2 * BIGRAM_BITS;
}
