#include "detect/collect.h"

#include <string.h>

void collection_init(struct collection *c)
{
	memset(c, 0, sizeof(*c));
}

void collection_release(struct collection *c)
{
	arena_free(&c->a);
}

void collection_clear(struct collection *c)
{
	arena_free(&c->a);
	collection_init(c);
}

static struct str key_of(struct arena *a, const struct record *r)
{
	struct str print = record_str(r, F_FINGERPRINT);

	return arena_printf(a, "%.*s:%lld:%lld", STR_ARG(print), (long long)record_int(r, F_ERROR_LINE, 0),
		(long long)record_int(r, F_ERROR_COLUMN, 0));
}

static size_t bucket_of(struct str key)
{
	size_t h = 5381;

	for (size_t i = 0; i < key.n; i++)
		h = h * 33 + (unsigned char)key.p[i];
	return h % COLLECT_BUCKETS;
}

struct collected *collection_add(struct collection *c, const struct record *r)
{
	struct str key = key_of(r->a, r);
	struct collected **bucket = &c->bucket[bucket_of(key)], *at = *bucket;
	int64_t line = record_int(r, F_SOURCE_LINE, 0);

	while (at && !str_eq(at->key, key))
		at = at->chain;
	if (at) {
		at->count += record_int(r, F_ERROR_COUNT, 1);
		at->last_line = record_int(r, F_ERROR_LAST_LINE, line);
		return at;
	}
	if (c->n == COLLECT_MAX || c->a.total > COLLECT_BYTES) {
		c->dropped++;
		return NULL;
	}
	at = ARENA_NEW(&c->a, struct collected);
	*at = (struct collected){ .r = { &c->a, json_copy(&c->a, r->root) },
		.key = arena_str(&c->a, key),
		.count = record_int(r, F_ERROR_COUNT, 1),
		.first_line = line,
		.last_line = record_int(r, F_ERROR_LAST_LINE, line),
		.chain = *bucket };
	*bucket = at;
	if (c->last)
		c->last->next = at;
	else
		c->first = at;
	c->last = at;
	c->n++;
	return at;
}

void collection_finish(struct collection *c)
{
	for (struct collected *at = c->first; at; at = at->next) {
		record_set_int(&at->r, F_ERROR_COUNT, at->count);
		if (at->first_line >= 1)
			record_set_int(&at->r, F_ERROR_FIRST_LINE, at->first_line);
		if (at->last_line >= 1)
			record_set_int(&at->r, F_ERROR_LAST_LINE, at->last_line);
	}
}
