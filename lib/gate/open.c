/* open.c - check and open an image
 *
 * Images come from files that may be damaged.  Opening checks that the tables are inside the image; their contents are
 * checked when they are used (gate_text_sound), so that opening does not read them all.  Invalid contents can suppress
 * hits, but never cause reads outside the image or the block. */
#include <stdlib.h>

#include "gate/image.h"

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
		table_fits(h, h->replacement_at, (1u << GATE_MAP_BITS) / 8, 1) &&
		table_fits(h, h->lists_at, ((uint64_t)1 << h->list_bits) + 1, sizeof(uint32_t)) &&
		table_fits(h, h->entries_at, h->entries, sizeof(struct gate_entry)) &&
		table_fits(h, h->literals_at, h->literals, sizeof(struct gate_text)) &&
		table_fits(h, h->ids_at, h->ids, sizeof(uint32_t)) && table_fits(h, h->text_at, h->text, 1) &&
		table_fits(h, h->care_at, h->text, 1);
}

/* Convert reach to the tables of the kernels: the union of all bytes with these bits. */
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
		err_set(err, HEAL_WRONG, "the image of literals is damaged or has another version");
		return NULL;
	}
	struct gate *g = ARENA_NEW(a, struct gate);
	g->reach = (const void *)(image.p + h->reach_at);
	g->map = (const void *)(image.p + h->map_at);
	g->beside = (const void *)(image.p + h->replacement_at);
	g->lists = (const void *)(image.p + h->lists_at);
	g->entries = (const void *)(image.p + h->entries_at);
	g->literals = (const void *)(image.p + h->literals_at);
	g->ids = (const void *)(image.p + h->ids_at);
	g->text = (const void *)(image.p + h->text_at);
	g->care = (const void *)(image.p + h->care_at);
	g->list_shift = 32 - h->list_bits;
	g->sides = h->sides;
	g->n_entries = h->entries;
	g->n_literals = h->literals;
	g->n_ids = h->ids;
	g->n_text = h->text;
	reach_spread(g);
	g->kernel = gate_kernel_choose(getenv("HEAL_GATE"));
	return g;
}
