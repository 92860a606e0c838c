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

static struct str key_of(struct arena *a, const struct record *r)
{
	struct str print = r->fingerprint;

	return arena_printf(a, "%.*s:%lld:%lld", STR_ARG(print), (long long)r->error.line, (long long)r->error.column);
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
	int64_t line = r->source.line;

	if (!c->bucket)
		c->bucket = arena_alloc(&c->a, COLLECT_BUCKETS * sizeof(*c->bucket));
	struct collected **bucket = &c->bucket[bucket_of(key)], *at = *bucket;
	while (at && !str_eq(at->key, key))
		at = at->chain;
	if (at) {
		at->count += incident_count(r);
		at->last_line = (r->error.last_line ? r->error.last_line : line);
		return at;
	}
	if (c->n == COLLECT_MAX || c->a.total > COLLECT_BYTES) {
		c->dropped++;
		return NULL;
	}
	at = ARENA_NEW(&c->a, struct collected);
	*at = (struct collected){ .r = record_copy(&c->a, r),
		.key = arena_str(&c->a, key),
		.count = incident_count(r),
		.first_line = line,
		.last_line = (r->error.last_line ? r->error.last_line : line),
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
		at->r.error.count = at->count;
		if (at->first_line >= 1)
			at->r.error.first_line = at->first_line;
		if (at->last_line >= 1)
			at->r.error.last_line = at->last_line;
	}
}
