/* Check a file against the grammar: each member must be known and have a value of its type. */
#include "rules/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "rules/grammar.h"
#include "rules/regex.h"
#include "rules/select.h"
#include "rules/template.h"

void lint_fault(struct lint *l, uint32_t line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct str text = arena_vprintf(l->c->a, format, ap);
	va_end(ap);
	fault_add(l->c, l->name, line, "%.*s", STR_ARG(text));
	l->ok = false;
}

struct str lint_slots_filled(struct arena *a, struct str pattern)
{
	char *out = arena_alloc(a, pattern.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < pattern.n;) {
		size_t slot = template_slot(pattern, i, true);
		out[n++] = slot ? 'x' : pattern.p[i];
		i += slot ? slot : 1;
	}
	return (struct str){ out, n };
}

/* ---- texts ---- */

static void check_regex(struct lint *l, const struct yaml *v, enum value_type type)
{
	struct err err;
	bool slots = type == T_SLOT_REGEX;
	struct regex *re = regex_new(l->c->a, slots ? lint_slots_filled(l->c->a, v->text) : v->text, &err);

	if (!re || (slots && !template_check(v->text, true, false, &err)))
		lint_fault(l, v->line, "%s", err.text);
	else if (type == T_PREFIX && regex_groups(re) > 0)
		lint_fault(
			l, v->line, "only groups (?:...) are permitted in this pattern, since patterns are combined");
	regex_free(re);
}

static void check_template(struct lint *l, const struct yaml *v, bool typed)
{
	struct err err;

	if (!template_check(v->text, false, typed, &err))
		lint_fault(l, v->line, "%s", err.text);
}

static void check_path(struct lint *l, uint32_t line, struct str path)
{
	struct err err;

	if (!selection_new(l->c->a, path, &err))
		lint_fault(l, line, "%s", err.text);
}

static bool is_number(struct str s, bool whole, double *d)
{
	char z[32], *end;

	if (s.n == 0 || s.n >= sizeof(z) || (whole && str_chr(s, '.') < s.n))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.-", s.p[i]))
			return false;
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	*d = strtod(z, &end);
	return *end == '\0';
}

static void check_number(struct lint *l, const struct yaml *v, const struct grammar_value *of, struct str name)
{
	double d;

	if (!is_number(v->text, of->type == T_NUMBER, &d))
		lint_fault(l, v->line, "'%.*s' must be %s", STR_ARG(name), value_shape(of->type)->name);
	else if (d < of->least || d > of->most)
		lint_fault(l, v->line, "'%.*s' must be %s from %.0f to %.0f", STR_ARG(name),
			value_shape(of->type)->name, of->least, of->most);
}

/* "; did you mean 'x'?", or nothing. */
static struct str suggestion(struct arena *a, struct str word, const char *const *names, size_t n)
{
	const char *near = nearest_word(arena_strdup(a, word), names, n);

	return near ? arena_printf(a, "; did you mean '%s'?", near) : STR("");
}

static void check_word(struct lint *l, const struct yaml *v, const char *words, struct str name)
{
	const char *names[32];
	struct str rest = str_of(words), one;
	size_t n = 0;

	if (str_lists(rest, '|', v->text))
		return;
	while (n < 32 && str_split(&rest, '|', &one))
		names[n++] = arena_strdup(l->c->a, one);
	lint_fault(l, v->line, "'%.*s' must be one of %s%.*s", STR_ARG(name), words,
		STR_ARG(suggestion(l->c->a, v->text, names, n)));
}

static void check_text(struct lint *l, const struct yaml *v, const struct grammar_value *of, struct str name)
{
	switch (of->type) {
	case T_TEMPLATE:
	case T_TYPED:
		check_template(l, v, of->type == T_TYPED);
		break;
	case T_REGEX:
	case T_SLOT_REGEX:
	case T_PREFIX:
		check_regex(l, v, of->type);
		break;
	case T_PATH:
		check_path(l, v->line, v->text);
		break;
	case T_NUMBER:
	case T_DECIMAL:
		check_number(l, v, of, name);
		break;
	case T_FLAG:
		if (!str_is(v->text, "true") && !str_is(v->text, "false"))
			lint_fault(l, v->line, "'%.*s' must be true or false", STR_ARG(name));
		break;
	case T_WORD:
		check_word(l, v, of->words, name);
		break;
	default:
		break;
	}
}

/* ---- maps ---- */

/* "a rule", "an edit" */
static struct str a_context(struct arena *a, enum context c)
{
	const char *name = context_name(c);

	return arena_printf(a, "%s %s", strchr("aeiou", name[0]) ? "an" : "a", name);
}

static void unknown_member(struct lint *l, enum context c, const struct yaml *item)
{
	const char *names[64];
	size_t n, known = 0;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n && known < 64; i++)
		names[known++] = k[i].name;
	lint_fault(l, item->key_line, "%.*s has no member '%.*s'%.*s", STR_ARG(a_context(l->c->a, c)),
		STR_ARG(item->key), STR_ARG(suggestion(l->c->a, item->key, names, known)));
}

/* A keyword that requires another one. */
static void check_beside(struct lint *l, enum context c, const struct yaml *map, const struct yaml *item)
{
	struct str others = STR("");
	size_t n;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (!str_is(item->key, k[i].name))
			continue;
		if (keyword_fits(&k[i], map))
			return;
		others = arena_printf(l->c->a, "%.*s%s%s", STR_ARG(others), others.n ? "|" : "", k[i].beside);
	}
	lint_fault(
		l, item->key_line, "'%.*s' is permitted only together with %.*s", STR_ARG(item->key), STR_ARG(others));
}

/* Exactly one of the keywords for the kind of the map, or of its `edit`, is required. */
static void check_verbs(struct lint *l, enum context c, const struct yaml *map, const char *beside)
{
	struct str verbs = STR("");
	size_t n, found = 0;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (k[i].presence != ONE || strcmp(k[i].beside, beside) != 0)
			continue;
		verbs = arena_printf(l->c->a, "%.*s%s%s", STR_ARG(verbs), verbs.n ? "|" : "", k[i].name);
		found += keyword_active(c, map, str_of(k[i].name));
	}
	if (found == 1)
		return;
	if (beside[0])
		lint_fault(l, map->line, "'%s' requires exactly one of %.*s", beside, STR_ARG(verbs));
	else
		lint_fault(l, map->line, "%.*s requires exactly one of %.*s", STR_ARG(a_context(l->c->a, c)),
			STR_ARG(verbs));
}

/* The member of the map that requires the keyword. */
static struct str asks_for(const struct keyword *k, const struct yaml *map)
{
	struct str rest = str_of(k->beside), one;

	while (str_split(&rest, '|', &one))
		if (keyword_active(k->context, map, one))
			return one;
	return STR_NONE;
}

static void check_presence(struct lint *l, enum context c, const struct yaml *map)
{
	const char *verbs_of = NULL;
	size_t n;
	const struct keyword *k = context_keywords(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (k[i].presence == MAY || !keyword_fits(&k[i], map))
			continue;
		if (k[i].presence == ONE) {
			if (!verbs_of || strcmp(verbs_of, k[i].beside) != 0)
				check_verbs(l, c, map, k[i].beside);
			verbs_of = k[i].beside;
		} else if (!yaml_get(map, k[i].name)) {
			if (k[i].beside[0])
				lint_fault(
					l, map->line, "'%.*s' requires '%s'", STR_ARG(asks_for(&k[i], map)), k[i].name);
			else
				lint_fault(
					l, map->line, "%.*s requires '%s'", STR_ARG(a_context(l->c->a, c)), k[i].name);
		}
	}
}

static void check_context(struct lint *l, enum context c, const struct yaml *map)
{
	YAML_EACH(item, map)
		if (keyword_find(c, item->key))
			check_beside(l, c, map, item);
		else
			unknown_member(l, c, item);
	check_presence(l, c, map);
}

/* ---- any value ---- */

static void check(struct lint *l, const struct yaml *v, struct grammar_value of, struct str name);

static void check_wrong_kind(struct lint *l, const struct yaml *v, const struct grammar_value *of, struct str name)
{
	const char *wanted = value_shape(of->type)->name;

	if (v->key.p)
		lint_fault(l, v->line, "'%.*s' must be %s", STR_ARG(name), wanted);
	else if (of->type == T_MAP)
		lint_fault(l, v->line, "%.*s must be %s", STR_ARG(a_context(l->c->a, of->inner)), wanted);
	else
		lint_fault(l, v->line, "each element of '%.*s' must be %s", STR_ARG(name), wanted);
}

static void check_inside(struct lint *l, const struct yaml *v, struct grammar_value of, struct str name)
{
	YAML_EACH(item, v) {
		struct grammar_value inner = grammar_child(of, v, item);
		if (inner.type != T_NONE)
			check(l, item, inner, item->key.p ? item->key : name);
		if (of.type == T_PATH_TESTS && v->kind == YAML_MAP)
			check_path(l, item->key_line, item->key);
	}
}

static void check(struct lint *l, const struct yaml *v, struct grammar_value of, struct str name)
{
	const struct shape *s = value_shape(of.type);
	enum value_type as = v->kind == YAML_TEXT ? s->text : v->kind == YAML_LIST ? s->item : s->member;

	if (as == T_NONE) {
		check_wrong_kind(l, v, &of, name);
	} else if (v->kind == YAML_TEXT) {
		of.type = as;
		check_text(l, v, &of, name);
	} else {
		if (as == T_KEYWORD)
			check_context(l, context_of(of.inner, v), v);
		check_inside(l, v, of, name);
	}
}

/* `groups` of a table whose rows are words: the keys are such words. */
static void check_groups(struct lint *l, const struct yaml *top)
{
	const struct yaml *groups = yaml_get(top, "groups");
	struct yaml key = { .kind = YAML_TEXT };

	for (size_t i = 0; table_known(i); i++) {
		const struct known_table *t = table_known(i);
		if (t->rows.type != T_NAMED_WORD || !str_is(yaml_str(yaml_get(top, "table")), t->name))
			continue;
		YAML_EACH(group, groups) {
			key.text = group->key;
			key.line = group->key_line;
			check_word(l, &key, t->rows.words, STR("groups"));
		}
	}
}

bool lint_pack(struct compilation *c, const char *name, const struct yaml *top)
{
	struct lint l = { .c = c, .name = name, .ok = true };

	check(&l, top, file_value(top), STR(""));
	if (yaml_get(top, "table")) {
		check_groups(&l, top);
		if (str_is(yaml_str(yaml_get(top, "table")), "forms"))
			lint_form_table(&l, yaml_get(top, "rows"));
		return l.ok;
	}
	lint_rules(&l, top);
	lint_steps(&l, top);
	return l.ok;
}
