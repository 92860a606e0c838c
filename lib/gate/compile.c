/* compile.c - compile literals into an image: choose windows and lay out the tables (image.h) */
#include <stdlib.h>

#include "base/vec.h"
#include "gate/image.h"

/* The cost of a window in addition to its frequency, because it is one more in a bucket. */
#define CROWD 1e-4

/* A stored literal: unique, with all its ids. */
struct unit {
	const uint8_t *text;
	size_t n;
	bool nocase;
	uint32_t ids, n_ids;
};

/* A candidate window. */
struct window_choice {
	struct gate_window window;
	double cost;                   /* 0: a free slot */
	uint32_t users, n_users, left; /* in the list of users; those without a window yet */
};

/* A unit with a window, and its offset. */
struct user {
	uint32_t unit;
	uint16_t offset;
};

struct compile {
	struct arena *tmp;
	struct unit *units;
	size_t n_units;
	uint32_t *ids;
	size_t n_ids;
	struct window_choice *slot; /* open hash set of all candidate windows */
	size_t slots;
	struct window_choice **choices; /* used slots with users that have no window yet */
	size_t n_choices;
	struct user *users;
	struct gate_sets *windows; /* the chosen windows */
	size_t n_windows;
	struct gate_entry *entries; /* one per unit, in order */
	bool *served;               /* by unit: it has a window */
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
		return err_set(
			err, HEAL_WRONG, "literal '%s' contains a newline", visible(l->text, shown, sizeof(shown)));
	return true;
}

/* Check and sort the literals; those with the same text become one unit. */
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
			c->units[c->n_units++] = (struct unit){ (const uint8_t *)l->text.p, l->text.n, l->nocase,
				(uint32_t)c->n_ids, 0 };
		c->units[c->n_units - 1].n_ids++;
		c->ids[c->n_ids++] = l->id;
	}
	return true;
}

static struct window_choice *choice_at(struct compile *c, const struct gate_window *w)
{
	size_t i = (gate_load(w->bytes) * GATE_FACTOR >> 7) + w->brief;

	for (;; i++) {
		struct window_choice *s = &c->slot[i & (c->slots - 1)];
		if (s->cost == 0 ||
			(memcmp(s->window.bytes, w->bytes, GATE_WINDOW) == 0 && s->window.brief == w->brief))
			return s;
	}
}

static size_t windows_of(const struct unit *u)
{
	return u->n < GATE_WINDOW ? 1 : u->n - GATE_WINDOW + 1;
}

/* The unit's window at this offset, in either case or with any capitals. */
static struct gate_window window_at(const struct unit *u, size_t offset, bool capitals)
{
	struct gate_window w = { .brief = u->n < GATE_WINDOW };

	for (size_t i = 0; i < GATE_WINDOW && offset + i < u->n; i++)
		w.bytes[i] = gate_alike(u->text[offset + i], capitals && !u->nocase);
	return w;
}

static bool window_next(const struct unit *u, size_t *k, struct gate_window *w)
{
	if (*k >= 2 * windows_of(u))
		return false;
	*w = window_at(u, *k / 2, *k % 2);
	++*k;
	return true;
}

/* Collect all candidate windows and their users. */
static void choices_gather(struct compile *c)
{
	struct gate_window w;
	size_t all = 0;
	uint32_t sum = 0;

	for (size_t i = 0; i < c->n_units; i++)
		all += 2 * windows_of(&c->units[i]);
	for (c->slots = 64; c->slots < all * 2;)
		c->slots *= 2;
	c->slot = arena_alloc(c->tmp, c->slots * sizeof(*c->slot));
	c->users = arena_alloc(c->tmp, all * sizeof(*c->users));
	c->choices = arena_alloc(c->tmp, all * sizeof(*c->choices));
	for (size_t i = 0; i < c->n_units; i++)
		for (size_t k = 0; window_next(&c->units[i], &k, &w);) {
			struct window_choice *s = choice_at(c, &w);
			if (s->cost == 0) {
				s->window = w;
				s->cost = CROWD + gate_weight(w.bytes, w.brief ? GATE_WINDOW - 1 : GATE_WINDOW);
			}
			s->n_users++;
		}
	for (size_t i = 0; i < c->slots; i++) {
		c->slot[i].users = sum;
		sum += c->slot[i].n_users;
		if (c->slot[i].n_users)
			c->choices[c->n_choices++] = &c->slot[i];
	}
	for (uint32_t i = 0; i < c->n_units; i++)
		for (size_t k = 0; window_next(&c->units[i], &k, &w);) {
			struct window_choice *s = choice_at(c, &w);
			c->users[s->users + s->left++] = (struct user){ i, (uint16_t)((k - 1) / 2) };
		}
}

/* The adjacent bytes that the unit is listed under: as many as it has. */
static enum gate_side side_of(const struct unit *u, size_t offset)
{
	size_t rest = u->n - offset;

	if (u->n < GATE_WINDOW)
		return SIDE_BRIEF;
	if (rest >= GATE_WINDOW + 4)
		return SIDE_BEHIND;
	if (offset >= 4)
		return SIDE_BEFORE;
	if (rest >= GATE_WINDOW + 2)
		return SIDE_TWO_BEHIND;
	if (offset >= 2)
		return SIDE_TWO_BEFORE;
	if (rest > GATE_WINDOW)
		return SIDE_ONE_BEHIND;
	return offset ? SIDE_ONE_BEFORE : SIDE_NONE;
}

static uint8_t care_of(const struct unit *u, size_t i)
{
	return u->nocase && u->text[i] >= 'a' && u->text[i] <= 'z' ? 0xdf : 0xff;
}

static struct gate_entry entry_make(const struct unit *u, uint32_t unit, uint16_t offset)
{
	struct gate_entry e = { .literal = unit, .offset = (uint8_t)offset, .side = (uint8_t)side_of(u, offset) };
	uint8_t text[8] = { 0 }, care[8] = { 0 };

	for (size_t i = 0; i < 8 && i < u->n; i++) {
		text[i] = u->text[i];
		care[i] = care_of(u, i);
	}
	memcpy(&e.text, text, sizeof(text));
	memcpy(&e.care, care, sizeof(care));
	return e;
}

/* Add the possible bytes at each position of the window to its sets. */
static void sets_add(struct gate_sets *s, const struct unit *u, size_t offset)
{
	for (size_t place = 0; place < GATE_PLACES; place++)
		for (unsigned c = 0; c < 256; c++) {
			size_t at = offset + place;
			uint8_t small = gate_alike((uint8_t)c, false);
			if (at >= u->n || c == u->text[at] ||
				(u->nocase && c >= 'A' && c <= 'Z' && small == u->text[at]))
				s->bytes[place][c / 64] |= (uint64_t)1 << c % 64;
		}
}

/* Assign the window to all its users that have none yet. */
static void choice_take(struct compile *c, const struct window_choice *s)
{
	struct gate_sets *sets = &c->windows[c->n_windows++];
	struct gate_window w;

	for (uint32_t i = s->users; i < s->users + s->n_users; i++) {
		struct user u = c->users[i];
		if (c->served[u.unit])
			continue;
		c->served[u.unit] = true;
		sets_add(sets, &c->units[u.unit], u.offset);
		c->entries[u.unit] = entry_make(&c->units[u.unit], u.unit, u.offset);
		for (size_t k = 0; window_next(&c->units[u.unit], &k, &w);)
			choice_at(c, &w)->left--;
	}
}

/* Greedy cover: repeatedly choose the window with the lowest cost per unit. */
static void windows_choose(struct compile *c)
{
	choices_gather(c);
	c->windows = arena_alloc(c->tmp, (c->n_units + 1) * sizeof(*c->windows));
	c->entries = arena_alloc(c->tmp, (c->n_units + 1) * sizeof(*c->entries));
	c->served = arena_alloc(c->tmp, c->n_units + 1);
	while (c->n_choices) {
		const struct window_choice *best = c->choices[0];
		size_t kept = 0;
		for (size_t i = 0; i < c->n_choices; i++) {
			struct window_choice *s = c->choices[i];
			if (s->left == 0)
				continue;
			c->choices[kept++] = s;
			if (s->cost * best->left < best->cost * s->left)
				best = s;
		}
		c->n_choices = kept;
		if (kept)
			choice_take(c, best);
	}
}

static uint32_t bits_for(size_t n, uint32_t min, uint32_t max)
{
	uint32_t bits = min;

	while (bits < max && ((size_t)1 << bits) < n)
		bits++;
	return bits;
}

/* A unit's text padded with zeros, to enumerate the cases of its window. */
struct variants {
	uint8_t text[GATE_BESIDE + GATE_LONGEST + GATE_BESIDE];
	uint8_t *window;
	uint32_t letters[GATE_WINDOW], n_letters; /* where in the window */
	uint32_t next;                            /* bit i: letter i is a capital */
};

static struct variants variants_of(const struct compile *c, size_t unit)
{
	const struct unit *u = &c->units[unit];
	size_t at = c->entries[unit].offset;
	struct variants v = { .next = 0 };

	memcpy(v.text + GATE_BESIDE, u->text, u->n);
	for (uint32_t i = 0; i < GATE_WINDOW && at + i < u->n; i++)
		if (care_of(u, at + i) != 0xff)
			v.letters[v.n_letters++] = i;
	return v;
}

static bool variant_next(const struct compile *c, size_t unit, struct variants *v)
{
	if (v->next >> v->n_letters)
		return false;
	v->window = v->text + GATE_BESIDE + c->entries[unit].offset;
	for (uint32_t i = 0; i < v->n_letters; i++) {
		uint8_t *letter = &v->window[v->letters[i]];
		*letter = v->next >> i & 1 ? *letter & 0xdf : *letter | 0x20;
	}
	v->next++;
	return true;
}

static void map_fill(const struct compile *c, uint32_t *map)
{
	for (size_t i = 0; i < c->n_units; i++)
		for (struct variants v = variants_of(c, i); variant_next(c, i, &v);) {
			uint32_t window = gate_load(v.window);
			map[gate_map_word(window)] |= c->units[i].n < GATE_WINDOW ? UINT32_MAX :
										    (uint32_t)1 << gate_map_bit(window);
		}
}

/* The hash that the unit is listed under. */
static uint32_t unit_hash(const struct compile *c, size_t unit)
{
	struct variants v = variants_of(c, unit);

	variant_next(c, unit, &v);
	return gate_hash_beside(v.window, (enum gate_side)c->entries[unit].side);
}

/* Sort the entries by list; lists[i] is the start of list i. */
static void lists_fill(
	const struct compile *c, uint32_t bits, uint64_t *beside, uint32_t *lists, struct gate_entry *entries)
{
	uint32_t n = (uint32_t)1 << bits;

	for (size_t i = 0; i < c->n_units; i++) {
		uint32_t hash = unit_hash(c, i);
		beside[gate_word(hash)] |= (uint64_t)1 << (hash >> 8 & 63) | (uint64_t)1 << (hash & 63);
		lists[hash >> (32 - bits)]++;
	}
	for (uint32_t i = 0, sum = 0; i <= n; i++) {
		sum += lists[i];
		lists[i] = sum;
	}
	for (size_t i = c->n_units; i-- > 0;)
		entries[--lists[unit_hash(c, i) >> (32 - bits)]] = c->entries[i];
}

static void texts_fill(const struct compile *c, struct gate_text *texts, uint8_t *text, uint8_t *care)
{
	uint32_t at = 0;

	for (size_t i = 0; i < c->n_units; i++) {
		const struct unit *u = &c->units[i];
		texts[i] = (struct gate_text){ at, u->ids, u->n_ids, (uint16_t)u->n, u->nocase };
		for (size_t k = 0; k < u->n; k++) {
			text[at + k] = u->text[k];
			care[at + k] = care_of(u, k);
		}
		at += (uint32_t)(u->n + 7) / 8 * 8;
	}
}

/* Reserve space for a table of n elements; returns its offset and increases *size. */
static uint32_t table_place(uint64_t *size, uint64_t n, uint64_t element)
{
	uint64_t at = *size;

	*size = (at + n * element + 7) / 8 * 8;
	return (uint32_t)at;
}

/* Set the counts and offsets of all tables; returns the total size. */
static uint64_t layout(const struct compile *c, struct gate_header *h)
{
	uint64_t size = (sizeof(*h) + 7) / 8 * 8, text = 0;

	for (size_t i = 0; i < c->n_units; i++)
		text += (c->units[i].n + 7) / 8 * 8;
	memcpy(h->magic, GATE_MAGIC, sizeof(h->magic));
	h->order = GATE_ORDER;
	h->version = GATE_VERSION;
	for (size_t i = 0; i < c->n_units; i++)
		h->sides |= 1u << c->entries[i].side;
	h->entries = (uint32_t)c->n_units;
	h->list_bits = bits_for(h->entries, GATE_LIST_BITS_MIN, GATE_LIST_BITS_MAX);
	h->literals = (uint32_t)c->n_units;
	h->ids = (uint32_t)c->n_ids;
	h->text = (uint32_t)text;
	h->reach_at = table_place(&size, GATE_GROUPS * 256, sizeof(uint64_t));
	h->map_at = table_place(&size, (1u << GATE_MAP_BITS) / 8, 1);
	h->replacement_at = table_place(&size, (1u << GATE_MAP_BITS) / 8, 1);
	h->lists_at = table_place(&size, ((uint64_t)1 << h->list_bits) + 1, sizeof(uint32_t));
	h->entries_at = table_place(&size, h->entries, sizeof(struct gate_entry));
	h->literals_at = table_place(&size, h->literals, sizeof(struct gate_text));
	h->ids_at = table_place(&size, h->ids, sizeof(uint32_t));
	h->text_at = table_place(&size, text, 1);
	h->care_at = table_place(&size, text, 1);
	h->size = (uint32_t)size;
	return size;
}

static struct str image_make(struct arena *a, const struct compile *c)
{
	struct gate_header h = { 0 };
	uint64_t size = layout(c, &h); /* GATE_MOST literals of GATE_LONGEST bytes are far below 4 GiB */
	char *image = arena_alloc(a, size);

	memcpy(image, &h, sizeof(h));
	gate_deal(c->tmp, c->windows, c->n_windows, (uint64_t(*)[256])(void *)(image + h.reach_at));
	map_fill(c, (uint32_t *)(void *)(image + h.map_at));
	lists_fill(c, h.list_bits, (uint64_t *)(void *)(image + h.replacement_at),
		(uint32_t *)(void *)(image + h.lists_at), (struct gate_entry *)(void *)(image + h.entries_at));
	texts_fill(c, (struct gate_text *)(void *)(image + h.literals_at), (uint8_t *)image + h.text_at,
		(uint8_t *)image + h.care_at);
	if (c->n_ids)
		memcpy(image + h.ids_at, c->ids, c->n_ids * sizeof(*c->ids));
	return (struct str){ image, size };
}

struct str gate_compile(struct arena *a, const struct gate_literal *literals, size_t n, struct err *err)
{
	struct arena tmp = ARENA_INIT;
	struct compile c = { .tmp = &tmp };
	struct str image = STR_NONE;

	if (units_make(&c, literals, n, err)) {
		windows_choose(&c);
		image = image_make(a, &c);
	}
	arena_free(&tmp);
	return image;
}
