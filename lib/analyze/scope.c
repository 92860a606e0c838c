#include "analyze/scope.h"

const struct scope *scope_set_weight(
	struct arena *a, const struct scope *s, struct str name, struct str value, double weight)
{
	struct scope *n = ARENA_NEW(a, struct scope);

	*n = (struct scope){ .outer = s, .name = name, .value = value, .weight = weight };
	return n;
}

static const struct scope *set_from(
	struct arena *a, const struct scope *s, struct str name, struct str value, bool from_output)
{
	struct scope *n = ARENA_NEW(a, struct scope);

	*n = (struct scope){ .outer = s, .name = name, .value = value, .weight = 1.0, .from_output = from_output };
	return n;
}

const struct scope *scope_set_output(struct arena *a, const struct scope *s, const char *name, struct str value)
{
	return set_from(a, s, str_of(name), value, true);
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
	return scope_captures_of(a, s, m, false, STR(""));
}

const struct scope *scope_captures_of(
	struct arena *a, const struct scope *s, const struct match *m, bool from_output, struct str from)
{
	for (unsigned i = 0, group; i < regex_names(m->re); i++) {
		struct str name = regex_name(m->re, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			s = set_from(a, s, arena_str(a, name), arena_str(a, m->group[group]),
				from_output && !str_has_word(from, m->group[group]));
	}
	return s;
}

const struct scope *scope_entry(const struct scope *s, struct str name)
{
	for (; s; s = s->outer)
		if (str_eq(s->name, name))
			return s;
	return NULL;
}

struct str scope_get(const struct scope *s, struct str name)
{
	const struct scope *entry = scope_entry(s, name);

	return entry ? entry->value : STR_NONE;
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

struct origin_reader {
	const struct scope *s;
	bool from_output;
};

static struct str origin_get(void *ctx, struct str name)
{
	struct origin_reader *r = ctx;
	const struct scope *entry = scope_entry(r->s, name);

	r->from_output |= entry && entry->from_output;
	return entry ? entry->value : STR_NONE;
}

bool scope_uses_output(struct arena *a, const struct scope *s, struct str text)
{
	struct origin_reader r = { .s = s };
	struct template_values v = { .get = origin_get, .ctx = &r, .lenient = true };

	if (text.p)
		template_fill(a, text, &v, NULL);
	return r.from_output;
}

static bool has_slot(struct str pattern)
{
	size_t at = str_chr(pattern, '{');

	while (at < pattern.n && !template_slot(pattern, at, true))
		at++;
	return at < pattern.n;
}

struct regex *scope_regex(struct arena *a, const struct scope *s, struct str pattern, enum regex_flags flags)
{
	struct template_values v = { .get = value_get, .ctx = (void *)s, .regex = true };
	/* One of a pack stays what the pack knows words of.  Absent differs from empty. */
	struct str filled = pattern.p && has_slot(pattern) ? template_fill(a, pattern, &v, NULL) : pattern;

	return filled.p ? regex_new_flags(a, filled, flags, NULL) : NULL;
}

struct str scope_member(struct arena *a, const struct scope *s, struct node map, const char *name)
{
	struct str text = node_str(node_get(map, name));

	return text.p ? scope_fill(a, s, text) : STR_NONE;
}
