/* compile.c - literals into an image: choose the windows, lay out the tables (image.h) */
#include <stdlib.h>

#include "image.h"
#include "vec.h"

/* Rough costs in cycles; only their proportion matters, for the choice of windows and stride. */
#define COST_LOOK 3.0		/* hash a window and test its bit */
#define COST_CANDIDATE 20.0	/* a bit that was set: a branch nobody could foresee, a bucket */
#define COST_COMPARE 8.0	/* one literal compared */

/* A literal as it is stored: unique, and with every id that stands for it. */
struct unit {
	const uint8_t *text;
	size_t n;
	bool nocase;
	uint32_t ids, n_ids;
};

/* A choice of windows for all units at one stride. */
struct plan {
	uint32_t stride;
	double cost;		/* expected cycles per byte of ordinary text */
	size_t bits;		/* bits set in the map, if no two shared one */
	uint32_t parts;
	struct gate_entry *entries;
	size_t n;
};

struct compile {
	struct arena *tmp;
	const struct gate_weights *weights;
	struct unit *units;
	size_t n_units;
	uint32_t *ids;
	size_t n_ids;
};

static bool has_letter(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

static struct str lowered(struct arena *a, struct str s)
{
	char *p = arena_strdup(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] += 'a' - 'A';
	return (struct str){ p, s.n };
}

static int same_text(const struct gate_literal *a, const struct gate_literal *b)
{
	if (a->nocase != b->nocase)
		return a->nocase - b->nocase;
	return str_cmp(a->text, b->text);
}

static int by_text(const void *va, const void *vb)
{
	const struct gate_literal *a = va, *b = vb;
	int order = same_text(a, b);

	return order ? order : (a->id > b->id) - (a->id < b->id);
}

static bool literal_good(const struct gate_literal *l, struct err *err)
{
	char shown[80];

	if (l->text.n < GATE_SHORTEST || l->text.n > GATE_LONGEST)
		return err_set(err, HEAL_WRONG, "literal '%s' has %zu bytes, not %d to %d",
			       visible(l->text, shown, sizeof(shown)), l->text.n, GATE_SHORTEST, GATE_LONGEST);
	if (memchr(l->text.p, '\n', l->text.n))
		return err_set(err, HEAL_WRONG, "literal '%s' goes over a line's end",
			       visible(l->text, shown, sizeof(shown)));
	return true;
}

/* Check, sort, and give literals of the same text one unit. */
static bool units_make(struct compile *c, const struct gate_literal *literals, size_t n, struct err *err)
{
	struct gate_literal *sorted;

	if (n > GATE_MOST)
		return err_set(err, HEAL_WRONG, "%zu literals, more than %d", n, GATE_MOST);
	sorted = arena_alloc(c->tmp, n * sizeof(*sorted));
	for (size_t i = 0; i < n; i++) {
		if (!literal_good(&literals[i], err))
			return false;
		sorted[i] = literals[i];
		sorted[i].nocase = literals[i].nocase && has_letter(literals[i].text);
		if (sorted[i].nocase)
			sorted[i].text = lowered(c->tmp, literals[i].text);
	}
	qsort(sorted, n, sizeof(*sorted), by_text);
	c->units = arena_alloc(c->tmp, n * sizeof(*c->units));
	c->ids = arena_alloc(c->tmp, n * sizeof(*c->ids));
	for (size_t i = 0; i < n; i++) {
		const struct gate_literal *l = &sorted[i];
		bool again = i > 0 && same_text(l - 1, l) == 0;
		if (again && l->id == l[-1].id)
			continue;
		if (!again)
			c->units[c->n_units++] = (struct unit){
				(const uint8_t *)l->text.p, l->text.n, l->nocase, (uint32_t)c->n_ids, 0 };
		c->units[c->n_units - 1].n_ids++;
		c->ids[c->n_ids++] = l->id;
	}
	return true;
}

/* The windows chosen so far: an open hash set, for a window that is looked for anyway costs less. */
struct chosen {
	struct gate_entry **slot;
	size_t mask;
};

static struct gate_entry **chosen_slot(struct chosen *c, const struct gate_entry *e)
{
	size_t i = (gate_hash(e->key) >> 7) + e->part;

	for (;; i++) {
		struct gate_entry **s = &c->slot[i & c->mask];
		if (!*s || ((*s)->key == e->key && (*s)->part == e->part))
			return s;
	}
}

/* The window at this offset of the unit; false when it has none there. */
static bool window_at(const struct unit *u, int offset, struct gate_entry *e, const uint8_t **known, size_t *n_known)
{
	uint8_t bytes[GATE_WINDOW] = { 0 };
	int left = (int)u->n - offset;

	if (offset < -1 || left < GATE_WINDOW - 1)
		return false;
	e->part = offset < 0 ? PART_TAIL : left < GATE_WINDOW ? PART_HEAD : PART_FULL;
	e->offset = (int16_t)offset;
	*known = u->text + (offset < 0 ? 0 : offset);
	*n_known = e->part == PART_FULL ? GATE_WINDOW : GATE_WINDOW - 1;
	memcpy(bytes + (offset < 0 ? 1 : 0), *known, *n_known);
	e->key = (gate_load(bytes) | GATE_FOLD) & gate_part_mask(e->part);
	return true;
}

/* Bits of the map that a window takes: one, or one for each byte (case folded) beside three known ones. */
static size_t window_bits(const struct gate_entry *e)
{
	return e->part == PART_FULL ? 1 : 128;
}

/* The cheapest window of the unit at this phase goes to the plan; false: it has none. */
static bool window_choose(const struct compile *c, struct plan *plan, struct chosen *chosen,
			  uint32_t unit, uint32_t phase, double per_bit)
{
	const struct unit *u = &c->units[unit];
	struct gate_entry best = { 0 }, e = { .literal = unit };
	double best_cost = -1;

	for (int offset = phase == plan->stride - 1 ? -1 : (int)phase; offset < (int)u->n; offset += (int)plan->stride) {
		const uint8_t *known;
		size_t n;
		if (!window_at(u, offset, &e, &known, &n))
			continue;
		double weight = gate_weight(c->weights, known, n);
		double cost = weight * COST_COMPARE;
		if (!*chosen_slot(chosen, &e))
			cost += weight * COST_CANDIDATE + per_bit * (double)window_bits(&e);
		if (best_cost < 0 || cost < best_cost) {
			best_cost = cost;
			best = e;
		}
	}
	if (best_cost < 0)
		return false;
	plan->entries[plan->n] = best;
	struct gate_entry **s = chosen_slot(chosen, &best);
	if (!*s) {
		*s = &plan->entries[plan->n];
		plan->bits += window_bits(&best);
		plan->parts |= 1u << best.part;
	}
	plan->n++;
	plan->cost += best_cost;
	return true;
}

static uint32_t bits_for(size_t n, uint32_t min, uint32_t max)
{
	uint32_t bits = min;

	while (bits < max && ((size_t)1 << bits) < n)
		bits++;
	return bits;
}

/* All windows at this stride; false when some literal is too short for it.  Short literals come
 * first: they have no choice, and what they need the longer ones may share. */
static bool plan_make(const struct compile *c, uint32_t stride, struct plan *plan)
{
	struct chosen chosen;
	size_t room = 64;
	double per_bit = COST_CANDIDATE / (1 << GATE_MAP_BITS);

	while (room < c->n_units * stride * 2)
		room *= 2;
	chosen.slot = arena_alloc(c->tmp, room * sizeof(*chosen.slot));
	chosen.mask = room - 1;
	*plan = (struct plan){ .stride = stride };
	plan->entries = arena_alloc(c->tmp, c->n_units * stride * sizeof(*plan->entries));
	for (size_t n = GATE_SHORTEST; n <= GATE_LONGEST; n++)
		for (uint32_t i = 0; i < c->n_units; i++)
			for (uint32_t phase = 0; c->units[i].n == n && phase < stride; phase++)
				if (!window_choose(c, plan, &chosen, i, phase, per_bit))
					return false;
	double density = (double)plan->bits / (1 << GATE_MAP_BITS);
	plan->cost = (plan->cost + COST_LOOK + density * COST_CANDIDATE) / stride;
	return true;
}

static void bit_set(uint8_t *map, uint32_t bit)
{
	map[bit / 8] |= (uint8_t)(1u << bit % 8);
}

/* A window and what is beside it, in the three maps. */
static void maps_add(uint8_t *map, uint8_t *beside, uint8_t *bare, const struct gate_entry *e, const struct unit *u)
{
	uint8_t window[GATE_WINDOW];
	size_t at = (size_t)e->offset;

	if (e->part == PART_FULL) {
		bit_set(map, gate_map_bit(e->key));
		if (at + GATE_WINDOW + 2 <= u->n)
			bit_set(beside, gate_beside_bit(e->key, u->text[at + 4], u->text[at + 5], SIDE_BEHIND));
		else if (at >= 2)
			bit_set(beside, gate_beside_bit(e->key, u->text[at - 2], u->text[at - 1], SIDE_BEFORE));
		else
			bit_set(bare, gate_map_bit(e->key));
		return;
	}
	bool alone = u->n == GATE_WINDOW - 1;
	if (!alone && e->part == PART_HEAD)
		bit_set(beside, gate_beside_bit(e->key, 0, u->text[at - 1], SIDE_HEAD));
	else if (!alone)
		bit_set(beside, gate_beside_bit(e->key, u->text[3], 0, SIDE_TAIL));
	memcpy(window, &e->key, sizeof(window));
	for (unsigned any = 0; any < 256; any++) {
		window[e->part == PART_HEAD ? GATE_WINDOW - 1 : 0] = (uint8_t)any;
		bit_set(map, gate_map_bit(gate_load(window) | GATE_FOLD));
		if (alone)
			bit_set(bare, gate_map_bit(gate_load(window) | GATE_FOLD));
	}
}

/* Entries in the order of their buckets; buckets[i] is where bucket i begins. */
static void buckets_fill(const struct plan *plan, uint32_t bits, uint32_t *buckets, struct gate_entry *entries)
{
	uint32_t n = (uint32_t)1 << bits;

	for (size_t i = 0; i < plan->n; i++)
		buckets[gate_hash(plan->entries[i].key) >> (32 - bits)]++;
	for (uint32_t i = 0, sum = 0; i <= n; i++) {
		sum += buckets[i];
		buckets[i] = sum;
	}
	for (size_t i = plan->n; i-- > 0;)
		entries[--buckets[gate_hash(plan->entries[i].key) >> (32 - bits)]] = plan->entries[i];
}

static void texts_fill(const struct compile *c, struct gate_text *texts, uint8_t *text, uint8_t *care)
{
	uint32_t at = 0;

	for (size_t i = 0; i < c->n_units; i++) {
		const struct unit *u = &c->units[i];
		texts[i] = (struct gate_text){ at, u->ids, u->n_ids, (uint16_t)u->n, u->nocase };
		for (size_t k = 0; k < u->n; k++) {
			bool letter = u->text[k] >= 'a' && u->text[k] <= 'z';
			text[at + k] = u->text[k];
			care[at + k] = u->nocase && letter ? 0xdf : 0xff;
		}
		at += (uint32_t)(u->n + 7) / 8 * 8;
	}
}

/* The place of a table of n elements in the image; *size grows. */
static uint32_t table_place(uint64_t *size, uint64_t n, uint64_t element)
{
	uint64_t at = *size;

	*size = (at + n * element + 7) / 8 * 8;
	return (uint32_t)at;
}

/* Counts and places of all tables; the size of the whole. */
static uint64_t layout(const struct compile *c, const struct plan *plan, struct gate_header *h)
{
	uint64_t size = (sizeof(*h) + 7) / 8 * 8, text = 0;

	for (size_t i = 0; i < c->n_units; i++)
		text += (c->units[i].n + 7) / 8 * 8;
	memcpy(h->magic, GATE_MAGIC, sizeof(h->magic));
	h->order = GATE_ORDER;
	h->version = GATE_VERSION;
	h->stride = plan->stride;
	h->parts = plan->parts;
	h->bucket_bits = bits_for(plan->n, GATE_BUCKET_BITS_MIN, GATE_BUCKET_BITS_MAX);
	h->entries = (uint32_t)plan->n;
	h->literals = (uint32_t)c->n_units;
	h->ids = (uint32_t)c->n_ids;
	h->text = (uint32_t)text;
	h->map_at = table_place(&size, (1u << GATE_MAP_BITS) / 8, 1);
	h->beside_at = table_place(&size, (1u << GATE_MAP_BITS) / 8, 1);
	h->bare_at = table_place(&size, (1u << GATE_MAP_BITS) / 8, 1);
	h->buckets_at = table_place(&size, ((uint64_t)1 << h->bucket_bits) + 1, sizeof(uint32_t));
	h->entries_at = table_place(&size, h->entries, sizeof(struct gate_entry));
	h->literals_at = table_place(&size, h->literals, sizeof(struct gate_text));
	h->ids_at = table_place(&size, h->ids, sizeof(uint32_t));
	h->text_at = table_place(&size, text, 1);
	h->care_at = table_place(&size, text, 1);
	h->size = (uint32_t)size;
	return size;
}

static struct str image_make(struct arena *a, const struct compile *c, const struct plan *plan)
{
	struct gate_header h = { 0 };
	uint64_t size = layout(c, plan, &h);	/* GATE_MOST literals of GATE_LONGEST bytes stay far below 4 GiB */
	char *image = arena_alloc(a, size);

	memcpy(image, &h, sizeof(h));
	for (size_t i = 0; i < plan->n; i++)
		maps_add((uint8_t *)image + h.map_at, (uint8_t *)image + h.beside_at, (uint8_t *)image + h.bare_at,
			&plan->entries[i], &c->units[plan->entries[i].literal]);
	buckets_fill(plan, h.bucket_bits, (uint32_t *)(void *)(image + h.buckets_at),
		     (struct gate_entry *)(void *)(image + h.entries_at));
	texts_fill(c, (struct gate_text *)(void *)(image + h.literals_at),
		   (uint8_t *)image + h.text_at, (uint8_t *)image + h.care_at);
	if (c->n_ids)
		memcpy(image + h.ids_at, c->ids, c->n_ids * sizeof(*c->ids));
	return (struct str){ image, size };
}

struct str gate_compile(struct arena *a, const struct gate_literal *literals, size_t n, struct err *err)
{
	struct arena tmp = ARENA_INIT;
	struct compile c = { .tmp = &tmp };
	struct str image = STR_NONE;
	struct plan two, four;

	if (units_make(&c, literals, n, err)) {
		c.weights = gate_weights_new(&tmp);
		bool wide = plan_make(&c, 4, &four);
		plan_make(&c, 2, &two);		/* always possible: three bytes have a window at either phase */
		image = image_make(a, &c, wide && four.cost <= two.cost ? &four : &two);
	}
	arena_free(&tmp);
	return image;
}
