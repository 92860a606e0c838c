#include "rules/cause_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "rules/node.h"

typedef VEC(struct str) names;

static bool is_pattern(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (strchr("*?[{\\", name.p[i]))
			return true;
	return false;
}

static bool is_named_by(const struct yaml *wanted, struct str rule)
{
	if (wanted && wanted->kind == YAML_TEXT)
		return glob_match(wanted->text, rule);
	YAML_EACH(item, wanted)
		if (glob_match(item->text, rule))
			return true;
	return !wanted || wanted->n == 0;
}

/* A rule that no cause names by its whole name may still match a pattern. */
static bool is_for_others(const struct yaml *wanted)
{
	if (wanted && wanted->kind == YAML_TEXT)
		return is_pattern(wanted->text);
	YAML_EACH(item, wanted)
		if (is_pattern(item->text))
			return true;
	return !wanted || wanted->n == 0;
}

static void name_add(struct compilation *c, names *to, struct str name)
{
	if (!is_pattern(name))
		*VEC_ADD(c->a, to) = name;
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The names of rules in the causes, ordered, each once; the first is empty. */
static names names_gather(struct compilation *c)
{
	names all = { 0 };
	size_t kept = 1;

	*VEC_ADD(c->a, &all) = STR("");
	for (size_t i = 0; i < c->causes.n; i++) {
		const struct yaml *wanted = yaml_get(c->causes.at[i], "rule");
		if (wanted && wanted->kind == YAML_TEXT)
			name_add(c, &all, wanted->text);
		YAML_EACH(item, wanted)
			name_add(c, &all, item->text);
	}
	qsort(all.at, all.n, sizeof(*all.at), by_text);
	for (size_t i = 1; i < all.n; i++)
		if (!str_eq(all.at[i], all.at[kept - 1]))
			all.at[kept++] = all.at[i];
	all.n = kept;
	return all;
}

static void heads_put(struct compilation *c, struct writer *w, struct image_head *head)
{
	struct image_cause *rows = arena_alloc(c->a, (c->causes.n + 1) * sizeof(*rows));
	uint32_t size = (uint32_t)w->out.n;

	memcpy(w->out.p + offsetof(struct image_head, size), &size, sizeof(size)); /* for reading what was written */
	struct node causes = { w->out.p, head->causes };
	for (uint32_t i = 0; i < c->causes.n; i++) {
		struct node cause = node_at(causes, i);
		rows[i] = (struct image_cause){ cause.at, node_get(cause, "command").at, node_get(cause, "learned").at,
			node_get(cause, "when").at, node_get(cause, "unless").at, node_get(cause, "let").at };
	}
	head->heads = (uint32_t)w->out.n;
	head->heads_n = (uint32_t)c->causes.n;
	buf_add(&w->out, (struct str){ (char *)rows, c->causes.n * sizeof(*rows) });
}

void cause_index_put(struct compilation *c, struct writer *w, struct image_head *head)
{
	names all = names_gather(c);
	struct image_rule_causes *rows = arena_alloc(c->a, all.n * sizeof(*rows));
	VEC(uint32_t) numbers = { 0 };

	for (size_t i = 0; i < all.n; i++) {
		uint32_t first = (uint32_t)numbers.n;
		for (size_t k = 0; k < c->causes.n; k++) {
			const struct yaml *wanted = yaml_get(c->causes.at[k], "rule");
			if (all.at[i].n ? is_named_by(wanted, all.at[i]) : is_for_others(wanted))
				*VEC_ADD(c->a, &numbers) = (uint32_t)k;
		}
		rows[i] = (struct image_rule_causes){ writer_text(w, all.at[i]), (uint32_t)all.at[i].n, first,
			(uint32_t)numbers.n - first };
	}
	writer_align(&w->out, 8);
	head->by_rule = (uint32_t)w->out.n;
	head->by_rule_n = (uint32_t)all.n;
	buf_add(&w->out, (struct str){ (char *)rows, all.n * sizeof(*rows) });
	head->numbers = (uint32_t)w->out.n;
	head->numbers_n = (uint32_t)numbers.n;
	if (numbers.n)
		buf_add(&w->out, (struct str){ (char *)numbers.at, numbers.n * sizeof(*numbers.at) });
	heads_put(c, w, head);
}
