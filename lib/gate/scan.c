/* scan.c - find literals in a block: windows, exact compare, collect (image.h) */
#include "gate/image.h"

enum { RUN = GATE_ROOM - 64 }; /* windows at a time: the results fit into the first-level cache */

/* The current line. */
struct sweep {
	const struct gate *g;
	const uint8_t *p;
	size_t from, end;
	size_t limit; /* windows from here on are ignored: end, or the end of the line with hits */
	size_t first; /* start of the first literal; end: none so far */
	struct gate_hit *hits;
	size_t room, n;
};

static inline bool eight_agree(const uint8_t *p, const uint8_t *text, const uint8_t *care)
{
	return ((gate_load_eight(p) ^ gate_load_eight(text)) & gate_load_eight(care)) == 0;
}

/* Is the literal at p, if its first eight bytes match? */
static bool rest_agrees(const struct gate *g, const struct gate_text *t, const uint8_t *p)
{
	const uint8_t *text = g->text + t->at, *care = g->care + t->at;
	size_t i;

	if (t->n <= 8)
		return true;
	for (i = 8; i + 8 <= t->n; i += 8)
		if (!eight_agree(p + i, text + i, care + i))
			return false;
	i = t->n - 8u;
	return eight_agree(p + i, text + i, care + i);
}

/* Is the literal at p, where n < 8 bytes can be read? */
static bool short_agrees(const struct gate *g, const struct gate_text *t, const uint8_t *p, size_t n)
{
	const uint8_t *text = g->text + t->at, *care = g->care + t->at;

	for (size_t i = 0; i < t->n; i++)
		if (i == n || ((p[i] ^ text[i]) & care[i]))
			return false;
	return true;
}

/* Insert a hit, sorted by position and id; only the first position of an id is kept.  A hit that is dropped at the end
 * would also be after all others later. */
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

/* Add a literal at `at`.  The first one determines the line. */
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

/* Compare the whole literal of an entry. */
static void entry_compare(struct sweep *s, const struct gate_entry *e, size_t start)
{
	const struct gate *g = s->g;
	size_t left = s->end - start;

	if (start < s->from || (left >= 8 && ((gate_load_eight(s->p + start) ^ e->text) & e->care)))
		return;
	if (e->literal >= g->n_literals || !gate_text_sound(g, &g->literals[e->literal]))
		return;
	const struct gate_text *t = &g->literals[e->literal];
	if (left >= 8 ? t->n <= left && rest_agrees(g, t, s->p + start) : short_agrees(g, t, s->p + start, left))
		literal_found(s, t, start);
}

/* Compare the literals of the hash's list with the text at the window `at`. */
static void list_compare(struct sweep *s, uint32_t hash, size_t at)
{
	const struct gate *g = s->g;
	uint32_t list = hash >> g->list_shift;
	uint32_t first = g->lists[list], last = g->lists[list + 1];
	const struct gate_entry *e = &g->entries[first], *end = &g->entries[last];
	const uint8_t *window = s->p + at;
	size_t after = s->end - at;

	if (last > g->n_entries)
		return; /* a damaged image */
	if (at < GATE_LONGEST || after < 8) {
		for (; e < end; e++)
			if (e->offset <= at)
				entry_compare(s, e, at - e->offset);
		return;
	}
	for (; e < end; e++) /* wherever in its literal the window is, eight bytes can be read */
		if (!((gate_load_eight(window - e->offset) ^ e->text) & e->care))
			entry_compare(s, e, at - e->offset);
}

static void sides_compare(struct sweep *s, const uint8_t *p, uint32_t sides, size_t at)
{
	for (; sides; sides &= sides - 1)
		list_compare(s, gate_hash_beside(p, (enum gate_side)__builtin_ctz(sides)), at);
}

/* The window at `at`, with zeros for its bytes (after the third) and adjacent bytes outside the block; no literal there
 * contains them. */
static void window_try(struct sweep *s, size_t at)
{
	uint8_t copy[2 * GATE_BESIDE + GATE_WINDOW] = { 0 };
	const uint8_t *p = s->p + at;
	size_t left = s->end - at, before = at - s->from;

	if (before < GATE_BESIDE || left < GATE_WINDOW + GATE_BESIDE) {
		before = before < GATE_BESIDE ? before : GATE_BESIDE;
		left = left < GATE_WINDOW + GATE_BESIDE ? left : GATE_WINDOW + GATE_BESIDE;
		memcpy(copy + GATE_BESIDE - before, p - before, before + left);
		p = copy + GATE_BESIDE;
	}
	sides_compare(s, p, s->g->kernel.sides(s->g, p), at);
}

/* Search the windows at the edges of a block, where adjacent bytes cannot be read. */
static size_t places_at_edge(const struct gate *g, struct str block, size_t from, uint32_t *found)
{
	uint8_t copy[GATE_READ] = { 0 };
	size_t left = block.n - from, n;

	memcpy(copy, block.p + from, left < sizeof(copy) ? left : sizeof(copy));
	n = g->kernel.in_map(g, copy, found, g->kernel.find(g, copy, 0, 64, found));
	while (n && left - found[n - 1] < GATE_SHORTEST)
		n--;
	for (size_t i = 0; i < n; i++)
		found[i] += (uint32_t)from;
	return n;
}

/* Find the positions among at most RUN windows, from *at on. */
static size_t places_of_run(
	const struct gate *g, struct str block, size_t begin, size_t *at, uint32_t *found, uint8_t *sides)
{
	const uint8_t *p = (const uint8_t *)block.p;
	size_t from = *at, whole = 0, n;

	if (from - begin < GATE_BESIDE || block.n - from < GATE_READ + GATE_BESIDE) {
		n = places_at_edge(g, block, from, found);
		memset(sides, 0, n);
		*at = block.n - from < 64 ? block.n : from + 64;
		return n;
	}
	whole = (block.n - from - (GATE_READ - 64) - GATE_BESIDE) / 64 * 64;
	if (whole > RUN)
		whole = RUN;
	n = g->kernel.in_map(g, p, found, g->kernel.find(g, p, from, from + whole, found));
	*at = from + whole;
	return g->kernel.in_beside(g, p, found, sides, n);
}

void gate_sweep_begin(struct gate_sweep *s, const struct gate *g, struct str block, size_t from)
{
	s->g = g;
	s->block = block;
	s->seen = s->next = from;
	s->i = s->n = 0;
}

size_t gate_sweep_next(struct gate_sweep *s, size_t from, struct gate_hit *hits, size_t room, size_t *n)
{
	struct str block = s->block;
	struct sweep line = { s->g, (const uint8_t *)block.p, from, block.n, block.n, block.n, hits, room, 0 };

	/* A window contains at least three bytes of its literal, and a literal no newline, so windows are in the order
	 * of lines: the first literal found is in the right line, and all others of the line follow before the next
	 * line. */
	if (from < s->next)
		gate_sweep_begin(s, s->g, block, from);
	if (s->seen < from)
		s->seen = from;
	for (;;) {
		for (; s->i < s->n && s->places[s->i] < line.limit; s->i++) {
			size_t at = s->places[s->i];
			if (at >= from && s->sides[s->i])
				sides_compare(&line, line.p + at, s->sides[s->i], at);
			else if (at >= from)
				window_try(&line, at);
		}
		if (s->i < s->n || s->seen >= line.limit)
			break;
		s->i = 0;
		s->n = places_of_run(s->g, block, from, &s->seen, s->places, s->sides);
	}
	s->next = line.first == line.end ? from : line.limit;
	*n = line.n;
	return line.first;
}

size_t gate_scan(const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n)
{
	struct gate_sweep s;

	gate_sweep_begin(&s, g, block, from);
	return gate_sweep_next(&s, from, hits, room, n);
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

/* The smallest id greater than `above` of a literal at p that is not yet a hit; false: none. */
static bool next_id(const struct gate *g, const uint8_t *p, size_t left, const struct gate_hit *hits, size_t n,
	int64_t above, uint32_t *id)
{
	bool any = false;

	for (uint32_t l = 0; l < g->n_literals; l++) {
		const struct gate_text *t = &g->literals[l];
		if (!gate_text_sound(g, t) || !naive_at(g, t, p, left))
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

size_t gate_scan_naive(
	const struct gate *g, struct str block, size_t from, struct gate_hit *hits, size_t room, size_t *n)
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
