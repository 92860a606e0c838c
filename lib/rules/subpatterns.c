#include "rules/subpatterns.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "rules/grammar.h"

/* Limits of the length of the result and of the nesting of references. */
enum { PATTERN_MAX = 32 << 10, NESTED_MAX = 8 };

struct filler {
	struct compilation *c;
	const char *name;
	const struct yaml *own, *table;
	bool ok;
};

static const char *const opening = "(?@";

/* The name of the reference that begins at p[i]; empty if none does. */
static struct str reference(struct str p, size_t i)
{
	size_t from = i + 3, to = from;

	if (!str_starts(str_sub(p, i, p.n), opening))
		return STR("");
	while (to < p.n && ((p.p[to] >= 'a' && p.p[to] <= 'z') || (p.p[to] >= '0' && p.p[to] <= '9') || p.p[to] == '_'))
		to++;
	return to < p.n && p.p[to] == ')' ? str_sub(p, from, to) : STR("");
}

static struct str meant(struct filler *f, struct str name)
{
	const char *names[128];
	size_t n = 0;

	YAML_EACH(item, f->own)
		if (n < 128)
			names[n++] = arena_strdup(f->c->a, item->key);
	YAML_EACH(item, f->table)
		if (n < 128)
			names[n++] = arena_strdup(f->c->a, item->key);
	const char *near = nearest_word(arena_strdup(f->c->a, name), names, n);
	return near ? arena_printf(f->c->a, "; did you mean '%s'?", near) : STR("");
}

static void fault(struct filler *f, uint32_t line, struct str text)
{
	fault_add(f->c, f->name, line, "%.*s", STR_ARG(text));
	f->ok = false;
}

static struct str definition(struct filler *f, struct str name)
{
	const char *z = arena_strdup(f->c->a, name);
	struct str own = yaml_str(yaml_get(f->own, z));

	return own.p ? own : yaml_str(yaml_get(f->table, z));
}

/* False: it is too long, or nested too deeply. */
static bool put(struct filler *f, struct buf *out, struct str pattern, uint32_t line, int depth)
{
	for (size_t i = 0; i < pattern.n;) {
		bool escaped = pattern.p[i] == '\\' && i + 1 < pattern.n;
		struct str name = reference(pattern, i), inner = name.n ? definition(f, name) : STR_NONE;
		if (name.n && !inner.p) {
			fault(f, line,
				arena_printf(f->c->a, "there is no subpattern '%.*s'%.*s", STR_ARG(name),
					STR_ARG(meant(f, name))));
			inner = STR("(?:what was meant)"); /* so that the rest of the pattern can be checked */
		}
		if (name.n) {
			if (depth == NESTED_MAX || !put(f, out, inner, line, depth + 1))
				return false;
			i += name.n + 4;
			continue;
		}
		buf_add(out, str_sub(pattern, i, i + 1 + escaped));
		i += 1 + escaped;
		if (out->n > PATTERN_MAX)
			return false;
	}
	return true;
}

struct str pattern_joined(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n') {
			out[n++] = text.p[i];
			continue;
		}
		while (i + 1 < text.n && (text.p[i + 1] == ' ' || text.p[i + 1] == '\t'))
			i++;
	}
	return (struct str){ out, n };
}

static void fill_pattern(struct filler *f, struct yaml *v)
{
	struct buf out;

	if (v->style == YAML_LITERAL)
		v->text = pattern_joined(f->c->a, v->text);
	if (str_find(v->text, str_of(opening)) == v->text.n)
		return;
	buf_init(&out, 2 * PATTERN_MAX);
	if (put(f, &out, v->text, v->line, 0))
		v->text = arena_str(f->c->a, buf_str(&out));
	else
		fault(f, v->line, STR("the subpatterns of this pattern are too long or nested too deeply"));
	buf_release(&out);
}

static void fill(struct filler *f, struct yaml *v, struct grammar_value of)
{
	if (v->kind == YAML_TEXT) {
		enum value_type as = value_shape(of.type)->text;
		if (as == T_REGEX || as == T_SLOT_REGEX || as == T_PREFIX)
			fill_pattern(f, v);
		return;
	}
	YAML_EACH(item, v)
		fill(f, item, grammar_child(of, v, item));
}

bool subpatterns_fill(struct compilation *c, const char *name, struct yaml *top)
{
	struct filler f = { .c = c, .name = name, .ok = true };
	bool definitions = str_is(yaml_str(yaml_get(top, "table")), "subpatterns");

	/* Subpatterns of a table may refer to others in the same table. */
	f.own = definitions ? yaml_get(top, "rows") : NULL;
	f.table = yaml_get(c->tables, "subpatterns");
	fill(&f, top, file_value(top));
	return f.ok;
}
