/* open.c - look at an image without trusting it
 *
 * Images come from files that anyone may have damaged.  What is checked here
 * is all that gate_scan relies on; wrong contents can then cost hits, but no
 * read outside the image or the block. */
#include <stdlib.h>

#include "image.h"

/* A table of n elements of the given size at offset `at`, inside the image? */
static bool table_fits(const struct gate_header *h, uint32_t at, uint64_t n, uint64_t size)
{
	return at % 8 == 0 && at >= sizeof(*h) && at <= h->size && n * size <= h->size - at;
}

static bool header_sound(const struct gate_header *h, size_t n)
{
	return memcmp(h->magic, GATE_MAGIC, sizeof(h->magic)) == 0 && h->order == GATE_ORDER &&
	       h->version == GATE_VERSION && h->size == n && h->list_bits >= GATE_LIST_BITS_MIN &&
	       h->list_bits <= GATE_LIST_BITS_MAX && h->sides < 1 << SIDES;
}

static bool tables_fit(const struct gate_header *h)
{
	return table_fits(h, h->reach_at, GATE_GROUPS * 256, sizeof(uint64_t)) &&
	       table_fits(h, h->map_at, (1u << GATE_MAP_BITS) / 8, 1) &&
	       table_fits(h, h->beside_at, (1u << GATE_MAP_BITS) / 8, 1) &&
	       table_fits(h, h->lists_at, ((uint64_t)1 << h->list_bits) + 1, sizeof(uint32_t)) &&
	       table_fits(h, h->entries_at, h->entries, sizeof(struct gate_entry)) &&
	       table_fits(h, h->literals_at, h->literals, sizeof(struct gate_text)) &&
	       table_fits(h, h->ids_at, h->ids, sizeof(uint32_t)) &&
	       table_fits(h, h->text_at, h->text, 1) && table_fits(h, h->care_at, h->text, 1);
}

static bool lists_sound(const struct gate *g, const struct gate_header *h)
{
	uint32_t n = (uint32_t)1 << h->list_bits;

	for (uint32_t i = 0; i < n; i++)
		if (g->lists[i] > g->lists[i + 1])
			return false;
	return g->lists[n] <= h->entries;
}

static bool entries_sound(const struct gate *g, const struct gate_header *h)
{
	for (uint32_t i = 0; i < h->entries; i++) {
		const struct gate_entry *e = &g->entries[i];
		if (e->literal >= h->literals || e->offset > GATE_LONGEST)
			return false;
	}
	return true;
}

static bool literals_sound(const struct gate *g, const struct gate_header *h)
{
	for (uint32_t i = 0; i < h->literals; i++) {
		const struct gate_text *t = &g->literals[i];
		if (t->n < GATE_SHORTEST || t->n > GATE_LONGEST || t->at % 8 || t->at > h->text ||
		    (t->n + 7u) / 8 * 8 > h->text - t->at ||
		    t->ids > h->ids || t->n_ids > h->ids - t->ids)
			return false;
	}
	return true;
}

/* reach in the kernels' tables: what any byte with these bits has. */
static void reach_spread(struct gate *g)
{
	for (unsigned c = 0; c < 256; c++)
		for (int place = 0; place < GATE_PLACES; place++)
			for (int group = 0; group < GATE_GROUPS; group++) {
				uint8_t buckets = (uint8_t)(g->reach[group][c] >> 8 * place);
				g->low[group][place][c % 16] |= buckets;
				g->high[group][place][c / 16] |= buckets;
				g->six[group][place][c % 64] |= buckets;
			}
}

const struct gate *gate_open(struct arena *a, struct str image, struct err *err)
{
	const struct gate_header *h = (const void *)image.p;

	if (!image.p || image.n < sizeof(*h) || (uintptr_t)image.p % 8 || !header_sound(h, image.n) || !tables_fit(h)) {
		err_set(err, HEAL_WRONG, "the image of literals is damaged or of another version");
		return NULL;
	}
	struct gate *g = ARENA_NEW(a, struct gate);
	g->reach = (const void *)(image.p + h->reach_at);
	g->map = (const void *)(image.p + h->map_at);
	g->beside = (const void *)(image.p + h->beside_at);
	g->lists = (const void *)(image.p + h->lists_at);
	g->entries = (const void *)(image.p + h->entries_at);
	g->literals = (const void *)(image.p + h->literals_at);
	g->ids = (const void *)(image.p + h->ids_at);
	g->text = (const void *)(image.p + h->text_at);
	g->care = (const void *)(image.p + h->care_at);
	g->list_shift = 32 - h->list_bits;
	g->sides = h->sides;
	g->n_literals = h->literals;
	if (!lists_sound(g, h) || !entries_sound(g, h) || !literals_sound(g, h)) {
		err_set(err, HEAL_WRONG, "the image of literals is damaged");
		return NULL;
	}
	reach_spread(g);
	g->find = gate_kernel_choose(getenv("HEAL_GATE")).find;
	return g;
}
