/* weigh.c - what ordinary output looks like
 *
 * A literal is best looked for by those of its bytes that quiet logs do not hold: "o: command not f",
 * not "error".  Only speed depends on what is said here. */
#include "gate/image.h"

/* How common runs of three and four bytes are, in the forms that windows have: a character for each
 * hash, in half powers of two from 'A' (next to never) upwards.  tests/bench/train.py makes it. */
static const char shares[] =
#include "gate/weights.inc"
	;

/* Lines of builds, tests, deployments and services that work; names and numbers do not matter. */
static const char sample[] =
#include "gate/sample.inc"
	;

double gate_weight(const uint8_t *bytes, size_t n)
{
	uint32_t h = (uint32_t)n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * 0x01000193u;
	int level = shares[(h ^ h >> 15) % (sizeof(shares) - 1)] - 'A';
	return (level & 1 ? 1.4142 : 1) * (double)(1u << level / 2) / (1 << 21);
}

/* A hit makes somebody look at the line; a window that is there makes the scan look closer; a literal more crowds the
 * tables. */
static const double HIT = 6000, CLOSER = 100, CROWDED = 4e-4, BRIEF = 8e-2;

/* The share of places at which the text stands, as far as each byte depends on the three before it only. */
static double text_share(const uint8_t *p, size_t n)
{
	double share = gate_weight(p, n < GATE_WINDOW ? n : GATE_WINDOW);

	for (size_t i = 1; i + GATE_WINDOW <= n; i++) {
		double next = gate_weight(p + i, GATE_WINDOW) / gate_weight(p + i, GATE_WINDOW - 1);
		share *= next < 1 ? next : 1;
	}
	return share;
}

static double rarest_window(const uint8_t *p, size_t n)
{
	double least = gate_weight(p, n < GATE_WINDOW ? n : GATE_WINDOW);

	for (size_t i = 1; i + GATE_WINDOW <= n; i++) {
		double share = gate_weight(p + i, GATE_WINDOW);
		least = share < least ? share : least;
	}
	return least;
}

static uint64_t text_hash(const uint8_t *p, size_t n)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 1099511628211u;
	return h;
}

static bool seen_add(uint64_t *seen, size_t *n, size_t most, uint64_t hash)
{
	for (size_t i = 0; i < *n; i++)
		if (seen[i] == hash)
			return false;
	if (*n < most)
		seen[(*n)++] = hash;
	return true;
}

/* Texts that are alike to the windows (any digit for a digit) are one. */
static double cost_as(const struct gate_literal *literals, size_t n, bool capitals)
{
	enum { SEEN = 256 };
	uint64_t seen[SEEN];
	size_t seen_n = 0;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t text[GATE_LONGEST];
		size_t length = literals[i].text.n < GATE_LONGEST ? literals[i].text.n : GATE_LONGEST;
		for (size_t k = 0; k < length; k++)
			text[k] = gate_alike((uint8_t)literals[i].text.p[k], capitals && !literals[i].nocase);
		sum += length < GATE_WINDOW ? BRIEF : CROWDED;
		if (seen_add(seen, &seen_n, SEEN, text_hash(text, length)))
			sum += HIT * text_share(text, length) + CLOSER * rarest_window(text, length);
	}
	return sum;
}

double gate_cost(const struct gate_literal *literals, size_t n)
{
	double plain = cost_as(literals, n, false), capitals = cost_as(literals, n, true);

	return plain < capitals ? plain : capitals;
}

/* How often the sample has each byte; counted when first asked. */
static const size_t *byte_counts(void)
{
	static size_t counts[256];
	static bool made;

	for (size_t i = 0; !made && i < sizeof(sample) - 1; i++)
		counts[(unsigned char)sample[i]]++;
	made = true;
	return counts;
}

size_t gate_pivot(struct str text, char never)
{
	const size_t *counts = byte_counts();
	size_t best = 0, least = SIZE_MAX;

	for (size_t i = 0; i < text.n; i++) {
		size_t n = counts[(unsigned char)text.p[i]];
		if (text.p[i] != never && n < least) {
			least = n;
			best = i;
		}
	}
	return best;
}

struct str gate_sample(void)
{
	return STR(sample);
}
