#include "base/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

struct count {
	uint64_t key;
	uint32_t n; /* 0: free */
};

uint64_t hash_of(struct str text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * UINT64_C(1099511628211);
	return h;
}

void counts_init(struct counts *c)
{
	memset(c, 0, sizeof(*c));
}

void counts_release(struct counts *c)
{
	free(c->at);
	counts_init(c);
}

static struct count *place_of(const struct counts *c, uint64_t key)
{
	size_t i = key & (c->room - 1);

	while (c->at[i].n && c->at[i].key != key)
		i = (i + 1) & (c->room - 1);
	return &c->at[i];
}

static void grow(struct counts *c)
{
	struct counts bigger = { .used = c->used, .room = c->room ? c->room * 2 : 256 };

	bigger.at = calloc(bigger.room, sizeof(*bigger.at));
	if (!bigger.at)
		out_of_memory();
	for (size_t i = 0; i < c->room; i++)
		if (c->at[i].n)
			*place_of(&bigger, c->at[i].key) = c->at[i];
	free(c->at);
	*c = bigger;
}

/* Counts are stored plus one, so that an entry whose count is 0 still occupies its slot. */
uint32_t counts_add(struct counts *c, struct str text)
{
	uint64_t key = hash_of(text);

	if (c->used * 2 >= c->room)
		grow(c);
	struct count *at = place_of(c, key);
	if (!at->n) {
		if (c->used == COUNTS_MAX)
			return 1;
		*at = (struct count){ key, 1 };
		c->used++;
	}
	if (at->n < UINT32_MAX)
		at->n++;
	return at->n - 1;
}

bool counts_take(struct counts *c, struct str text)
{
	struct count *at = c->used ? place_of(c, hash_of(text)) : NULL;

	if (!at || at->n < 2)
		return false;
	at->n--;
	return true;
}
