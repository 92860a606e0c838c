/* weigh.c - what ordinary output looks like
 *
 * A literal is best looked for by those of its bytes that quiet logs do not hold: "o: command not f",
 * not "error".  Only speed depends on what is said here. */
#include "image.h"

/* How common runs of three and four bytes are, in the forms that windows have: a character for each
 * hash, in half powers of two from 'A' (next to never) upwards.  tests/bench/train.py makes it. */
static const char shares[] =
#include "weights.inc"
;

/* Lines of builds, tests, deployments and services that work; names and numbers do not matter. */
static const char sample[] =
#include "sample.inc"
;

double gate_weight(const uint8_t *bytes, size_t n)
{
	uint32_t h = (uint32_t)n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * 0x01000193u;
	int level = shares[(h ^ h >> 15) % (sizeof(shares) - 1)] - 'A';
	return (level & 1 ? 1.4142 : 1) * (double)(1u << level / 2) / (1 << 21);
}

struct str gate_sample(void)
{
	return STR(sample);
}
