#include "uses.h"

#include <stdlib.h>
#include <string.h>

#include "rules/grammar.h"

enum { FEW = 3 };

struct use {
	enum context context;
	const char *name;
	unsigned count;
};

struct uses {
	struct use *all;
	size_t n;
};

/* A keyword may have several rows in its context: for several members beside which it stands. */
static struct use *use_of(const struct uses *u, enum context c, struct str name)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->all[i].context == c && str_is(name, u->all[i].name))
			return &u->all[i];
	return NULL;
}

static struct uses uses_none(struct arena *a)
{
	struct uses u = { 0 };
	size_t n, most = 0;

	for (int c = 0; c < CX_COUNT; c++) {
		context_keywords((enum context)c, &n);
		most += n;
	}
	u.all = arena_alloc(a, most * sizeof(*u.all));
	for (int c = 0; c < CX_COUNT; c++) {
		const struct keyword *k = context_keywords((enum context)c, &n);
		for (size_t i = 0; i < n; i++)
			if (!use_of(&u, (enum context)c, str_of(k[i].name)))
				u.all[u.n++] = (struct use){ (enum context)c, k[i].name, 0 };
	}
	return u;
}

static void uses_add(struct uses *u, const struct yaml *v, struct grammar_value of)
{
	bool keywords = v->kind == YAML_MAP && value_shape(of.type)->member == T_KEYWORD;

	YAML_EACH(item, v) {
		struct use *use = keywords ? use_of(u, context_of(of.inner, v), item->key) : NULL;
		if (use)
			use->count++;
		uses_add(u, item, grammar_child(of, v, item));
	}
}

static int fewer(const void *x, const void *y)
{
	const struct use *a = x, *b = y;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return a->context != b->context ? (int)a->context - (int)b->context : strcmp(a->name, b->name);
}

int keyword_uses_show(struct arena *a, const struct source_file *files, size_t n)
{
	struct uses u = uses_none(a);
	size_t few = 0;
	int status = HEAL_OK;

	for (size_t i = 0; i < n; i++) {
		struct err err;
		struct yaml *top = yaml_read(a, files[i].text, files[i].name, &err);
		if (top)
			uses_add(&u, top, file_value(top));
		else
			complain(err.status, "%s", err.text), status = err.status;
	}
	qsort(u.all, u.n, sizeof(*u.all), fewer);
	for (size_t i = 0; i < u.n; i++) {
		printf("%u\t%s\t%s\n", u.all[i].count, context_name(u.all[i].context), u.all[i].name);
		few += u.all[i].count < FEW;
	}
	printf("%zu keywords, %zu with fewer than %d uses\n", u.n, few, FEW);
	return status;
}
