/* buckets.c - distribute windows to buckets with as few false positives as possible
 *
 * A bucket accepts every combination of its windows' bytes: with "rror" and "atal" also "atar".  The cost is counted in
 * a sample of ordinary text, where each position is a bit, and estimated from byte frequencies, because the sample is
 * short.  Each window is put where it costs least, those that pass most first, because they leave the least choice, and
 * then moved while that reduces the cost. */
#include <stdlib.h>

#include "gate/image.h"

enum { ROUNDS = 3, WORD = 64, LOOKS = 2 * GATE_PLACES };

/* The kernels test the halves of bytes separately, so a set contains all combinations of its halves. */
struct halves {
	uint16_t low[GATE_PLACES], high[GATE_PLACES];
};

struct deal {
	size_t words;         /* of 64 positions in the sample */
	uint64_t *low, *high; /* [16][words]: bytes with these low, high four bits */
	uint64_t *window;     /* LOOKS bit sets of the current window */
	uint64_t *buckets;    /* and of each bucket */
	double share[256];    /* of each byte in the sample */
	const struct gate_sets *windows;
	size_t n;
	struct halves *halves; /* by window */
	uint8_t *bucket;       /* by window */
	struct halves full[GATE_BUCKETS];
	double counted[GATE_BUCKETS], guessed[GATE_BUCKETS]; /* positions of the sample that pass, see below */
	size_t in[GATE_BUCKETS];                             /* windows */
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
	d->window = arena_alloc(tmp, LOOKS * d->words * sizeof(*d->window));
	d->buckets = arena_alloc(tmp, GATE_BUCKETS * LOOKS * d->words * sizeof(*d->buckets));
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = (uint8_t)text.p[i];
		d->low[c % 16 * d->words + i / WORD] |= (uint64_t)1 << i % WORD;
		d->high[c / 16 * d->words + i / WORD] |= (uint64_t)1 << i % WORD;
		d->share[c] += 1.0 / (double)text.n;
	}
}

/* The positions in the sample at which a window has one of these halves at this place. */
static void look_add(const struct deal *d, const uint64_t *halves, uint32_t set, int place, uint64_t *look)
{
	for (; set; set &= set - 1) {
		const uint64_t *half = halves + (size_t)__builtin_ctz(set) * d->words;
		for (size_t i = 0; i + 1 < d->words; i++)
			look[i] |= place ? half[i] >> place | half[i + 1] << (WORD - place) : half[i];
	}
}

static void looks_add(const struct deal *d, const struct halves *h, uint64_t *looks)
{
	for (int place = 0; place < GATE_PLACES; place++) {
		look_add(d, d->low, h->low[place], place, looks + (size_t)(2 * place) * d->words);
		look_add(d, d->high, h->high[place], place, looks + (size_t)(2 * place + 1) * d->words);
	}
}

static uint64_t *looks_of(const struct deal *d, size_t bucket)
{
	return d->buckets + bucket * LOOKS * d->words;
}

/* The number of windows of the sample that pass the bucket together with d->window. */
static double counted(const struct deal *d, size_t bucket)
{
	const uint64_t *one = looks_of(d, bucket), *other = d->window;
	size_t n = 0;

	for (size_t i = 0; i + 1 < d->words; i++) {
		uint64_t pass = ~(uint64_t)0;
		for (size_t at = i; at < LOOKS * d->words; at += d->words)
			pass &= one[at] | other[at];
		for (; pass; pass &= pass - 1)
			n++;
	}
	return (double)n;
}

/* The estimated number if bytes were independent. */
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

/* A candidate bucket, with a lower bound of the additional cost. */
struct offer {
	uint8_t bucket;
	struct halves with;
	double guessed, least;
};

/* Ordered by the lower bound. */
static size_t offers_make(const struct deal *d, size_t i, struct offer offers[GATE_BUCKETS])
{
	bool empty = false;
	size_t n = 0, k;

	for (uint8_t b = 0; b < GATE_BUCKETS; b++) {
		if (d->in[b] == 0 && empty)
			continue; /* all empty buckets are equal */
		empty |= d->in[b] == 0;
		struct offer o = { .bucket = b, .with = both(&d->full[b], &d->halves[i]) };
		o.guessed = guessed(d, &o.with);
		o.least = o.guessed - d->guessed[b];
		for (k = n++; k > 0 && offers[k - 1].least > o.least; k--)
			offers[k] = offers[k - 1];
		offers[k] = o;
	}
	return n;
}

static void window_put(struct deal *d, size_t i)
{
	struct offer offers[GATE_BUCKETS];
	const struct offer *to = offers;
	double best = 0, count = 0;
	size_t n = offers_make(d, i, offers);

	memset(d->window, 0, LOOKS * d->words * sizeof(*d->window));
	looks_add(d, &d->halves[i], d->window);
	for (size_t k = 0; k < n && (k == 0 || offers[k].least < best); k++) {
		uint8_t b = offers[k].bucket;
		bool same = memcmp(&offers[k].with, &d->full[b], sizeof(offers[k].with)) == 0;
		double c = same ? d->counted[b] : counted(d, b), more = c - d->counted[b] + offers[k].least;
		if (k == 0 || more < best) {
			best = more;
			count = c;
			to = &offers[k];
		}
	}
	d->bucket[i] = to->bucket;
	d->in[to->bucket]++;
	d->counted[to->bucket] = count;
	d->guessed[to->bucket] = to->guessed;
	d->full[to->bucket] = to->with;
	looks_add(d, &d->halves[i], looks_of(d, to->bucket));
}

static void window_take(struct deal *d, size_t i)
{
	uint8_t from = d->bucket[i];

	d->in[from]--;
	d->full[from] = (struct halves){ 0 };
	for (size_t k = 0; k < d->n; k++)
		if (k != i && d->bucket[k] == from)
			d->full[from] = both(&d->full[from], &d->halves[k]);
	memset(looks_of(d, from), 0, LOOKS * d->words * sizeof(uint64_t));
	memset(d->window, 0, LOOKS * d->words * sizeof(*d->window));
	looks_add(d, &d->full[from], looks_of(d, from));
	d->counted[from] = counted(d, from);
	d->guessed[from] = guessed(d, &d->full[from]);
}

static void reach_fill(const struct deal *d, uint64_t (*reach)[256])
{
	for (size_t i = 0; i < d->n; i++)
		for (int place = 0; place < GATE_PLACES; place++)
			for (unsigned c = 0; c < 256; c++)
				if (set_has(&d->windows[i], place, c))
					reach[d->bucket[i] / 8][c] |= (uint64_t)1 << (8 * place + d->bucket[i] % 8);
}

struct turn {
	double passes;
	size_t window;
};

static int by_passes(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;

	if (a->passes < b->passes || a->passes > b->passes)
		return a->passes < b->passes ? 1 : -1;
	return a->window < b->window ? -1 : a->window > b->window;
}

static const struct turn *turns_make(const struct deal *d, struct arena *tmp)
{
	struct turn *turns = arena_alloc(tmp, (d->n + 1) * sizeof(*turns));

	for (size_t i = 0; i < d->n; i++)
		turns[i] = (struct turn){ guessed(d, &d->halves[i]), i };
	qsort(turns, d->n, sizeof(*turns), by_passes);
	return turns;
}

void gate_deal(struct arena *tmp, const struct gate_sets *windows, size_t n, uint64_t (*reach)[256])
{
	struct deal d = { .windows = windows, .n = n };

	sample_take(&d, tmp);
	d.halves = arena_alloc(tmp, (n + 1) * sizeof(*d.halves));
	d.bucket = arena_alloc(tmp, n + 1);
	for (size_t i = 0; i < n; i++)
		d.halves[i] = halves_of(&windows[i]);
	const struct turn *order = turns_make(&d, tmp);
	for (size_t i = 0; i < n; i++)
		window_put(&d, order[i].window);
	for (int round = 0; round < ROUNDS && n > GATE_BUCKETS; round++)
		for (size_t i = 0; i < n; i++) {
			window_take(&d, order[i].window);
			window_put(&d, order[i].window);
		}
	reach_fill(&d, reach);
}
