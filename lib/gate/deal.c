/* deal.c - windows into buckets, so that what the buckets let pass by mistake is least
 *
 * A bucket passes every mixture of its windows' bytes: "rror" and "atal" in one bucket pass "atar",
 * too.  What that costs is counted in the sample of ordinary text, where each place of the text is a
 * bit; and guessed from how common each byte is, for the sample is short.  Windows go one by one
 * where they cost least, and then move once more while that helps. */
#include "image.h"

enum { ROUNDS = 1, WORD = 64 };

/* The kernels look bytes up by halves, so a set of bytes is all pairs of such halves. */
struct halves {
	uint16_t low[GATE_PLACES], high[GATE_PLACES];
};

struct deal {
	size_t words;			/* of 64 places in the sample */
	uint64_t *low, *high;		/* [16][words]: the byte there has these low, high four bits */
	uint64_t *pass, *some;		/* [words]: for counting */
	double share[256];		/* of each byte in the sample */
	const struct gate_sets *windows;
	size_t n;
	struct halves *halves;		/* by window */
	uint8_t *bucket;		/* by window */
	struct halves full[GATE_BUCKETS];
	double cost[GATE_BUCKETS];
	size_t in[GATE_BUCKETS];	/* windows */
};

static bool set_has(const struct gate_sets *s, int place, unsigned c)
{
	return s->bytes[place][c / 64] >> c % 64 & 1;
}

static struct halves halves_of(const struct gate_sets *s)
{
	struct halves h = { 0 };

	for (int place = 0; place < GATE_PLACES; place++)
		for (unsigned c = 0; c < 256; c++)
			if (set_has(s, place, c)) {
				h.low[place] |= (uint16_t)(1u << c % 16);
				h.high[place] |= (uint16_t)(1u << c / 16);
			}
	return h;
}

static struct halves both(const struct halves *a, const struct halves *b)
{
	struct halves h;

	for (int place = 0; place < GATE_PLACES; place++) {
		h.low[place] = a->low[place] | b->low[place];
		h.high[place] = a->high[place] | b->high[place];
	}
	return h;
}

static void sample_take(struct deal *d, struct arena *tmp)
{
	struct str text = gate_sample();

	d->words = text.n / WORD + 2;
	d->low = arena_alloc(tmp, 16 * d->words * sizeof(*d->low));
	d->high = arena_alloc(tmp, 16 * d->words * sizeof(*d->high));
	d->pass = arena_alloc(tmp, d->words * sizeof(*d->pass));
	d->some = arena_alloc(tmp, d->words * sizeof(*d->some));
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = (uint8_t)text.p[i];
		d->low[c % 16 * d->words + i / WORD] |= (uint64_t)1 << i % WORD;
		d->high[c / 16 * d->words + i / WORD] |= (uint64_t)1 << i % WORD;
		d->share[c] += 1.0 / (double)text.n;
	}
}

/* Where the sample has one of these halves, in `some`. */
static void places_of(const struct deal *d, const uint64_t *halves, uint32_t set, uint64_t *some)
{
	memset(some, 0, d->words * sizeof(*some));
	for (; set; set &= set - 1) {
		const uint64_t *half = halves + (size_t)__builtin_ctz(set) * d->words;
		for (size_t i = 0; i < d->words; i++)
			some[i] |= half[i];
	}
}

/* How many windows of the sample pass. */
static double counted(const struct deal *d, const struct halves *h)
{
	uint64_t *pass = d->pass, *some = d->some;
	size_t n = 0;

	memset(pass, 255, d->words * sizeof(*pass));
	for (int place = 0; place < GATE_PLACES; place++)
		for (int half = 0; half < 2; half++) {
			uint16_t set = half ? h->high[place] : h->low[place];
			if (set == 0xffff)
				continue;
			places_of(d, half ? d->high : d->low, set, some);
			for (size_t i = 0; i + 1 < d->words; i++)
				pass[i] &= place ? some[i] >> place | some[i + 1] << (WORD - place) : some[i];
		}
	for (size_t i = 0; i + 1 < d->words; i++)
		n += (size_t)__builtin_popcountll(pass[i]);
	return (double)n;
}

/* How many would pass if bytes did not depend on one another. */
static double guessed(const struct deal *d, const struct halves *h)
{
	double all = (double)(d->words * WORD);

	for (int place = 0; place < GATE_PLACES; place++) {
		double share = 1e-3;
		for (uint32_t high = h->high[place]; high; high &= high - 1)
			for (uint32_t low = h->low[place]; low; low &= low - 1)
				share += d->share[__builtin_ctz(high) * 16 + __builtin_ctz(low)];
		all *= share;
	}
	return all;
}

static double passed(const struct deal *d, const struct halves *h)
{
	return counted(d, h) + guessed(d, h);
}

static void window_put(struct deal *d, size_t i)
{
	double best = 0, total = 0;
	uint8_t to = 0;
	bool empty = false;

	for (uint8_t b = 0; b < GATE_BUCKETS; b++) {
		if (d->in[b] == 0 && empty)
			continue;	/* one empty bucket is like another */
		empty |= d->in[b] == 0;
		struct halves with = both(&d->full[b], &d->halves[i]);
		double cost = memcmp(&with, &d->full[b], sizeof(with)) == 0 ? d->cost[b] : passed(d, &with);
		if (b == 0 || cost - d->cost[b] < best) {
			best = cost - d->cost[b];
			total = cost;
			to = b;
		}
	}
	d->bucket[i] = to;
	d->in[to]++;
	d->cost[to] = total;
	d->full[to] = both(&d->full[to], &d->halves[i]);
}

static void window_take(struct deal *d, size_t i)
{
	uint8_t from = d->bucket[i];

	d->in[from]--;
	d->full[from] = (struct halves){ 0 };
	for (size_t k = 0; k < d->n; k++)
		if (k != i && d->bucket[k] == from)
			d->full[from] = both(&d->full[from], &d->halves[k]);
	d->cost[from] = passed(d, &d->full[from]);
}

static void reach_fill(const struct deal *d, uint64_t (*reach)[256])
{
	for (size_t i = 0; i < d->n; i++)
		for (int place = 0; place < GATE_PLACES; place++)
			for (unsigned c = 0; c < 256; c++)
				if (set_has(&d->windows[i], place, c))
					reach[d->bucket[i] / 8][c] |= (uint64_t)1 << (8 * place + d->bucket[i] % 8);
}

void gate_deal(struct arena *tmp, const struct gate_sets *windows, size_t n, uint64_t (*reach)[256])
{
	struct deal d = { .windows = windows, .n = n };

	sample_take(&d, tmp);
	d.halves = arena_alloc(tmp, (n + 1) * sizeof(*d.halves));
	d.bucket = arena_alloc(tmp, n + 1);
	for (size_t i = 0; i < n; i++)
		d.halves[i] = halves_of(&windows[i]);
	for (size_t i = 0; i < n; i++)
		window_put(&d, i);
	for (int round = 0; round < ROUNDS && n > GATE_BUCKETS; round++)
		for (size_t i = 0; i < n; i++) {
			window_take(&d, i);
			window_put(&d, i);
		}
	reach_fill(&d, reach);
}
