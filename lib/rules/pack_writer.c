#include "rules/pack_writer.h"

#include <stdlib.h>
#include <string.h>

#include "rules/node.h"

void writer_align(struct buf *out, size_t to)
{
	while (out->n % to)
		buf_addc(out, '\0');
}

static uint64_t text_hash(struct str s)
{
	uint64_t h = 1469598103934665603u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

static void pool_rehash(struct writer *w)
{
	w->hash_n = w->hash_n ? w->hash_n * 2 : 1 << 14;
	w->hash = arena_alloc(w->a, w->hash_n * sizeof(*w->hash));
	for (size_t k = 0; k < w->pool.n; k++) {
		size_t i = text_hash(w->pool.at[k].text) % w->hash_n;
		while (w->hash[i])
			i = (i + 1) % w->hash_n;
		w->hash[i] = (uint32_t)k + 1;
	}
}

/* Equal texts are written once. */
uint32_t writer_text(struct writer *w, struct str s)
{
	if (2 * w->pool.n >= w->hash_n)
		pool_rehash(w);
	size_t i = text_hash(s) % w->hash_n;
	for (; w->hash[i]; i = (i + 1) % w->hash_n)
		if (str_eq(w->pool.at[w->hash[i] - 1].text, s))
			return w->pool.at[w->hash[i] - 1].at;
	uint32_t at = (uint32_t)w->out.n;
	buf_add(&w->out, s);
	buf_addc(&w->out, '\0');
	*VEC_ADD(w->a, &w->pool) = (struct pooled){ s, at };
	w->hash[i] = (uint32_t)w->pool.n;
	return at;
}

static void word_put(struct writer *w, uint32_t v)
{
	buf_add(&w->out, (struct str){ (const char *)&v, sizeof(v) });
}

struct member_ref {
	struct str key;
	uint32_t key_at, at, i;
	struct yaml *rest; /* or NULL */
};

static int by_key(const void *x, const void *y)
{
	const struct member_ref *a = x, *b = y;
	int c = str_cmp(a->key, b->key);

	return c ? c : (a->i > b->i) - (a->i < b->i);
}

static int by_place(const void *x, const void *y)
{
	const struct member_ref *a = x, *b = y;

	return (a->i > b->i) - (a->i < b->i);
}

/* Of rows with one name the last counts, in the place of the first. */
static uint32_t members_unite(struct member_ref *m, uint32_t n)
{
	uint32_t kept = 0;

	qsort(m, n, sizeof(*m), by_key);
	for (uint32_t i = 0; i < n; i++)
		if (kept && str_eq(m[kept - 1].key, m[i].key)) {
			m[kept - 1].at = m[i].at;
			m[kept - 1].rest = m[i].rest;
		} else {
			m[kept++] = m[i];
		}
	qsort(m, kept, sizeof(*m), by_place);
	for (uint32_t i = 0; i < kept; i++)
		m[i].i = i;
	return kept;
}

static uint32_t map_put(struct writer *w, struct yaml *v)
{
	struct member_ref *m = arena_alloc(w->a, (v->n + 1) * sizeof(*m));
	uint32_t i = 0, n;

	YAML_EACH(item, v) {
		m[i] = (struct member_ref){ item->key, writer_text(w, item->key),
			item->put_off ? 0 : writer_node(w, item), i, item->put_off ? item : NULL };
		i++;
	}
	n = members_unite(m, i);
	writer_align(&w->out, 4);
	uint32_t at = (uint32_t)w->out.n;
	word_put(w, NODE_MAP | v->line << 8);
	word_put(w, n);
	for (i = 0; i < n; i++) {
		word_put(w, m[i].key_at);
		word_put(w, (uint32_t)m[i].key.n);
		if (m[i].rest)
			*VEC_ADD(w->a, &w->rest) = (struct put_off){ (uint32_t)w->out.n, m[i].rest };
		word_put(w, m[i].at);
	}
	qsort(m, n, sizeof(*m), by_key);
	for (i = 0; i < n; i++)
		word_put(w, m[i].i);
	return at;
}

static uint32_t list_put(struct writer *w, struct yaml *v)
{
	uint32_t *at = arena_alloc(w->a, (v->n + 1) * sizeof(*at)), i = 0;

	YAML_EACH(item, v)
		at[i++] = writer_node(w, item);
	writer_align(&w->out, 4);
	uint32_t begin = (uint32_t)w->out.n;
	word_put(w, NODE_LIST | v->line << 8);
	word_put(w, v->n);
	for (i = 0; i < v->n; i++)
		word_put(w, at[i]);
	return begin;
}

static uint32_t text_node_put(struct writer *w, const struct yaml *v)
{
	uint32_t text = writer_text(w, v->text);
	writer_align(&w->out, 4);
	uint32_t at = (uint32_t)w->out.n;
	word_put(w, NODE_TEXT | v->line << 8);
	word_put(w, text);
	word_put(w, (uint32_t)v->text.n);
	return at;
}

/* Once. */
uint32_t writer_node(struct writer *w, struct yaml *v)
{
	if (!v->image_at)
		v->image_at = v->kind == YAML_MAP ? map_put(w, v) :
			v->kind == YAML_LIST      ? list_put(w, v) :
						    text_node_put(w, v);
	return v->image_at;
}

void writer_rest(struct writer *w)
{
	for (size_t i = 0; i < w->rest.n; i++) {
		uint32_t at = writer_node(w, w->rest.at[i].v);
		memcpy(w->out.p + w->rest.at[i].place, &at, sizeof(at));
	}
}
