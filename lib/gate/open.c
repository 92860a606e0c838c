/* open.c - look at an image without trusting it
 *
 * Images come from files that anyone may have damaged.  What is checked here
 * is all that gate_scan relies on; wrong contents can then cost hits, but no
 * read outside the image or the block. */
#include "image.h"

/* A table of n elements of the given size at offset `at`, inside the image? */
static bool table_fits(const struct gate_header *h, uint32_t at, uint64_t n, uint64_t size)
{
	return at % 8 == 0 && at >= sizeof(*h) && at <= h->size && n * size <= h->size - at;
}

static bool header_sound(const struct gate_header *h, size_t n)
{
	return memcmp(h->magic, GATE_MAGIC, sizeof(h->magic)) == 0 && h->order == GATE_ORDER &&
	       h->version == GATE_VERSION && h->size == n && (h->stride == 2 || h->stride == 4) &&
	       h->bucket_bits >= GATE_BUCKET_BITS_MIN && h->bucket_bits <= GATE_BUCKET_BITS_MAX &&
	       h->parts < 1 << PARTS;
}

static bool tables_fit(const struct gate_header *h)
{
	return table_fits(h, h->map_at, (1u << GATE_MAP_BITS) / 8, 1) &&
	       table_fits(h, h->beside_at, (1u << GATE_MAP_BITS) / 8, 1) &&
	       table_fits(h, h->bare_at, (1u << GATE_MAP_BITS) / 8, 1) &&
	       table_fits(h, h->buckets_at, ((uint64_t)1 << h->bucket_bits) + 1, sizeof(uint32_t)) &&
	       table_fits(h, h->entries_at, h->entries, sizeof(struct gate_entry)) &&
	       table_fits(h, h->literals_at, h->literals, sizeof(struct gate_text)) &&
	       table_fits(h, h->ids_at, h->ids, sizeof(uint32_t)) &&
	       table_fits(h, h->text_at, h->text, 1) && table_fits(h, h->care_at, h->text, 1);
}

static bool buckets_sound(const struct gate *g, const struct gate_header *h)
{
	uint32_t n = (uint32_t)1 << h->bucket_bits;

	for (uint32_t i = 0; i < n; i++)
		if (g->buckets[i] > g->buckets[i + 1])
			return false;
	return g->buckets[n] <= h->entries;
}

static bool entries_sound(const struct gate *g, const struct gate_header *h)
{
	for (uint32_t i = 0; i < h->entries; i++) {
		const struct gate_entry *e = &g->entries[i];
		if (e->literal >= h->literals || e->part >= PARTS || e->offset < -1 || e->offset > GATE_LONGEST)
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

const struct gate *gate_open(struct arena *a, struct str image, struct err *err)
{
	const struct gate_header *h = (const void *)image.p;

	if (!image.p || image.n < sizeof(*h) || (uintptr_t)image.p % 8 || !header_sound(h, image.n) || !tables_fit(h)) {
		err_set(err, HEAL_WRONG, "the image of literals is damaged or of another version");
		return NULL;
	}
	struct gate *g = ARENA_NEW(a, struct gate);
	g->map = (const void *)(image.p + h->map_at);
	g->beside = (const void *)(image.p + h->beside_at);
	g->bare = (const void *)(image.p + h->bare_at);
	g->buckets = (const void *)(image.p + h->buckets_at);
	g->entries = (const void *)(image.p + h->entries_at);
	g->literals = (const void *)(image.p + h->literals_at);
	g->ids = (const void *)(image.p + h->ids_at);
	g->text = (const void *)(image.p + h->text_at);
	g->care = (const void *)(image.p + h->care_at);
	g->stride = h->stride;
	g->bucket_shift = 32 - h->bucket_bits;
	g->parts = h->parts;
	g->n_literals = h->literals;
	for (int part = 0; part < PARTS; part++)
		g->part_mask[part] = gate_part_mask(part);
	if (!buckets_sound(g, h) || !entries_sound(g, h) || !literals_sound(g, h)) {
		err_set(err, HEAL_WRONG, "the image of literals is damaged");
		return NULL;
	}
	return g;
}
