/* scan.c - find literals in a block: candidates, exact compare, collect (image.h) */
#include "image.h"

/* Windows per look-ahead.  A line full of errors gives its answer after the first few; a quiet
 * block is worth a long run, in which candidates are gathered without a branch per window. */
enum { RUN_MIN = 32, RUN_MAX = 1024 };

struct sweep {
	const struct gate *g;
	const uint8_t *p;
	size_t from, end;
	size_t limit;		/* no window at or behind it matters: end, or the end of the line with hits */
	size_t first;		/* where the first literal begins; end: none so far */
	struct gate_hit *hits;
	size_t room, n;
};

/* The indices of those of the n windows from p on (each readable in full) whose bit is set in the map. */
static inline __attribute__((always_inline))
size_t find(const struct gate *g, const uint8_t *p, size_t stride, size_t n, uint16_t *found)
{
	const uint8_t *map = g->map;
	size_t k = 0;

#pragma GCC unroll 4
	for (size_t i = 0; i < n; i++, p += stride) {
		uint32_t bit = gate_map_bit(gate_load(p) | GATE_FOLD);
		found[k] = (uint16_t)i;
		k += map[bit / 8] >> bit % 8 & 1;
	}
	return k;
}

static size_t find_in_run(const struct gate *g, const uint8_t *p, size_t n, uint16_t *found)
{
	return g->stride == 4 ? find(g, p, 4, n, found) : find(g, p, 2, n, found);
}

static inline bool eight_agree(const uint8_t *p, const uint8_t *text, const uint8_t *care)
{
	uint64_t b, t, c;

	memcpy(&b, p, 8);
	memcpy(&t, text, 8);
	memcpy(&c, care, 8);
	return ((b ^ t) & c) == 0;
}

/* Does the literal stand at p, of which n bytes (at least the literal's) can be read? */
static bool literal_at(const struct gate *g, const struct gate_text *t, const uint8_t *p, size_t n)
{
	const uint8_t *text = g->text + t->at, *care = g->care + t->at;
	size_t i;

	if (n >= 8) {
		if (!eight_agree(p, text, care))
			return false;
		if (t->n <= 8)
			return true;
		for (i = 8; i + 8 <= t->n; i += 8)
			if (!eight_agree(p + i, text + i, care + i))
				return false;
		i = t->n - 8u;
		return eight_agree(p + i, text + i, care + i);
	}
	for (i = 0; i < t->n; i++)
		if ((p[i] ^ text[i]) & care[i])
			return false;
	return true;
}

/* Where id belongs among hits sorted by position and id; an id keeps its first position only.
 * What is crowded out at the end could not come back: it would belong behind all that are there. */
static void hit_add(struct sweep *s, uint32_t id, size_t at)
{
	struct gate_hit *h = s->hits;
	size_t i;

	for (i = 0; i < s->n && h[i].id != id; i++)
		;
	if (i < s->n && h[i].at <= at)
		return;
	if (i == s->n) {
		if (s->n < s->room)
			s->n++;
		else if (s->n == 0 || at > h[i - 1].at || (at == h[i - 1].at && id > h[i - 1].id))
			return;
		else
			i--;
	}
	for (; i > 0 && (h[i - 1].at > at || (h[i - 1].at == at && h[i - 1].id > id)); i--)
		h[i] = h[i - 1];
	h[i] = (struct gate_hit){ id, at };
}

/* A literal stands at `at`.  The first one decides which line this is about. */
static void literal_found(struct sweep *s, const struct gate_text *t, size_t at)
{
	if (s->first == s->end) {
		const uint8_t *newline = memchr(s->p + at, '\n', s->end - at);
		if (newline)
			s->limit = (size_t)(newline - s->p);
	}
	if (at < s->first)
		s->first = at;
	for (uint32_t i = 0; i < t->n_ids; i++)
		hit_add(s, s->g->ids[t->ids + i], at);
}

/* Compare the literals that have this window, which stands at `at`. */
static void look(struct sweep *s, size_t at, uint32_t window)
{
	const struct gate *g = s->g;

	for (uint32_t part = 0; part < PARTS; part++) {
		if (!(g->parts & 1u << part))
			continue;
		uint32_t key = (window | GATE_FOLD) & g->part_mask[part];
		uint32_t bucket = gate_hash(key) >> g->bucket_shift;
		const struct gate_entry *e = g->entries + g->buckets[bucket], *end = g->entries + g->buckets[bucket + 1];
		for (; e < end; e++) {
			if (e->key != key || e->part != part)
				continue;
			const struct gate_text *t = &g->literals[e->literal];
			size_t start = at - (size_t)e->offset;	/* wraps below zero: then it is beyond the end */
			if (start >= s->from && start < s->end && t->n <= s->end - start &&
			    literal_at(g, t, s->p + start, s->end - start))
				literal_found(s, t, start);
		}
	}
}

static bool bit_is(const uint8_t *map, uint32_t bit)
{
	return map[bit / 8] >> bit % 8 & 1;
}

/* Do the bytes beside the window fit some literal?  Where they lie outside the sweep they may. */
static bool is_worth(const struct sweep *s, size_t at, uint32_t window)
{
	const struct gate *g = s->g;
	const uint8_t *p = s->p + at;
	uint32_t folded = window | GATE_FOLD;

	return s->end - at < GATE_WINDOW + 2 || at - s->from < 2 || bit_is(g->bare, gate_map_bit(folded)) ||
	       bit_is(g->beside, gate_beside_bit(folded, p[4], p[5], SIDE_BEHIND)) ||
	       bit_is(g->beside, gate_beside_bit(folded, p[-2], p[-1], SIDE_BEFORE)) ||
	       bit_is(g->beside, gate_beside_bit(folded & g->part_mask[PART_HEAD], 0, p[-1], SIDE_HEAD)) ||
	       bit_is(g->beside, gate_beside_bit(folded & g->part_mask[PART_TAIL], p[4], 0, SIDE_TAIL));
}

size_t gate_scan(const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n)
{
	struct sweep s = { g, (const uint8_t *)block.p, from, block.n, block.n, block.n, hits, room, 0 };
	uint16_t found[RUN_MAX];
	size_t at = from, run = RUN_MIN;

	/* A later line's window never precedes an earlier line's: each holds three bytes of its literal
	 * or more, and a literal no newline.  So the first literal found is in the right line, and once
	 * that line's windows are through, all of the line is found. */
	while (at < s.limit && s.end - at >= GATE_WINDOW) {
		size_t windows = (s.end - at - GATE_WINDOW) / g->stride + 1;
		size_t wanted = (s.limit - at + g->stride - 1) / g->stride;
		if (windows > wanted)
			windows = wanted;
		if (windows > run)
			windows = run;
		size_t k = find_in_run(g, s.p + at, windows, found);
		for (size_t i = 0; i < k; i++) {
			size_t w = at + found[i] * g->stride;
			if (w >= s.limit)
				break;
			uint32_t window = gate_load(s.p + w);
			if (is_worth(&s, w, window))
				look(&s, w, window);
		}
		at += windows * g->stride;
		if (run < RUN_MAX)
			run *= 2;
	}
	if (at < s.limit && s.end - at == GATE_WINDOW - 1) {	/* the last three bytes, and none behind */
		uint8_t last[GATE_WINDOW] = { s.p[at], s.p[at + 1], s.p[at + 2], 0 };
		look(&s, at, gate_load(last));
	}
	*n = s.n;
	return s.first;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool naive_at(const struct gate *g, const struct gate_text *t, const uint8_t *p, size_t n)
{
	const uint8_t *text = g->text + t->at;

	if (t->n > n)
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (t->nocase ? lower(p[i]) != lower(text[i]) : p[i] != text[i])
			return false;
	return true;
}

static bool id_known(const struct gate_hit *hits, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (hits[i].id == id)
			return true;
	return false;
}

/* The smallest id over `above` of the literals at p that is not among the hits; false: none. */
static bool next_id(const struct gate *g, const uint8_t *p, size_t left, const struct gate_hit *hits, size_t n,
		    int64_t above, uint32_t *id)
{
	bool any = false;

	for (uint32_t l = 0; l < g->n_literals; l++) {
		const struct gate_text *t = &g->literals[l];
		if (!naive_at(g, t, p, left))
			continue;
		for (uint32_t i = 0; i < t->n_ids; i++) {
			uint32_t x = g->ids[t->ids + i];
			if (x > above && (!any || x < *id) && !id_known(hits, n, x)) {
				any = true;
				*id = x;
			}
		}
	}
	return any;
}

size_t gate_scan_naive(const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n)
{
	const uint8_t *p = (const uint8_t *)block.p;
	size_t first = block.n;
	uint32_t id = 0;

	*n = 0;
	for (size_t at = from; at < block.n; at++) {
		if (first != block.n && p[at] == '\n')
			break;
		for (int64_t above = -1; next_id(g, p + at, block.n - at, hits, *n, above, &id); above = id) {
			if (first == block.n)
				first = at;
			if (*n < room)
				hits[(*n)++] = (struct gate_hit){ id, at };
		}
	}
	return first;
}
