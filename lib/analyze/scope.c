#include "analyze/scope.h"

const struct scope *scope_set_weight(
	struct arena *a, const struct scope *s, struct str name, struct str value, double weight)
{
	struct scope *n = ARENA_NEW(a, struct scope);

	*n = (struct scope){ s, name, value, weight };
	return n;
}

const struct scope *scope_set(struct arena *a, const struct scope *s, const char *name, struct str value)
{
	return scope_set_weight(a, s, str_of(name), value, 1.0);
}

const struct scope *scope_set_int(struct arena *a, const struct scope *s, const char *name, int64_t value)
{
	return scope_set(a, s, name, arena_printf(a, "%lld", (long long)value));
}

const struct scope *scope_captures(struct arena *a, const struct scope *s, const struct match *m)
{
	for (unsigned i = 0, group; i < regex_names(m->re); i++) {
		struct str name = regex_name(m->re, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			s = scope_set_weight(a, s, arena_str(a, name), arena_str(a, m->group[group]), 1.0);
	}
	return s;
}

struct str scope_get(const struct scope *s, struct str name)
{
	for (; s; s = s->outer)
		if (str_eq(s->name, name))
			return s->value;
	return STR_NONE;
}

double scope_weight(const struct scope *s)
{
	double w = 1.0;

	for (; s; s = s->outer)
		w *= s->weight;
	return w;
}

static struct str value_get(void *ctx, struct str name)
{
	return scope_get(ctx, name);
}

struct str scope_fill(struct arena *a, const struct scope *s, struct str text)
{
	struct template_values v = { .get = value_get, .ctx = (void *)s };

	return template_fill(a, text, &v, NULL);
}

struct str scope_fill_lenient(struct arena *a, const struct scope *s, struct str text)
{
	struct template_values v = { .get = value_get, .ctx = (void *)s, .lenient = true };

	return template_fill(a, text, &v, NULL);
}

struct regex *scope_regex(struct arena *a, const struct scope *s, struct str pattern, enum regex_flags flags)
{
	struct template_values v = { .get = value_get, .ctx = (void *)s, .regex = true };
	struct str filled = pattern.p ? template_fill(a, pattern, &v, NULL) :
					STR_NONE; /* absent, which differs from empty */

	return filled.p ? regex_new_flags(a, filled, flags, NULL) : NULL;
}

struct str scope_member(struct arena *a, const struct scope *s, struct node map, const char *name)
{
	struct str text = node_str(node_get(map, name));

	return text.p ? scope_fill(a, s, text) : STR_NONE;
}
