#include "rules/pack_format.h"

#include <stdlib.h>
#include <string.h>

#include "rules/comments.h"
#include "rules/grammar.h"
#include "rules/subpatterns.h"
#include "rules/yaml_text.h"

struct page {
	struct arena *a;
	struct buf out;
};

static bool is_pattern(struct grammar_value of)
{
	enum value_type as = value_shape(of.type)->text;

	return as == T_REGEX || as == T_SLOT_REGEX || as == T_PREFIX;
}

/* ---- order ---- */

/* The position of the keyword in its context; unknown ones come last. */
static size_t rank(const struct grammar_value *of, const struct yaml *map, const struct yaml *member)
{
	size_t n;
	enum context c = context_of(of->inner, map);
	const struct keyword *first = context_keywords(c, &n), *k = keyword_find(c, member->key);

	return k ? (size_t)(k - first) : n;
}

struct placed {
	struct yaml *v;
	size_t rank, i;
};

static int by_rank(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

static void relink(struct yaml *v, const struct placed *order, size_t n)
{
	v->first = order[0].v;
	v->last = order[n - 1].v;
	for (size_t i = 0; i < n; i++)
		order[i].v->next = i + 1 < n ? order[i + 1].v : NULL;
}

/* Comments at the top of the file remain there; those above the first member of an element are above its dash. */
static void comments_move(struct arena *a, struct yaml *v, struct yaml *was, struct yaml *is, bool top)
{
	if (top && was != is && is->before.n == 0) {
		is->before = was->before;
		was->before = STR("");
	} else if (!top && !v->key.p && str_trim(is->before).n) {
		v->before = arena_join(a, v->before, is->before);
		is->before = STR("");
	}
}

/* Patterns lose the lines of their block scalars, maps of a context get its order. */
static void normalise(struct arena *a, struct yaml *v, struct grammar_value of, bool top)
{
	bool keywords = v->kind == YAML_MAP && value_shape(of.type)->member == T_KEYWORD;
	struct placed *order = arena_alloc(a, (v->n + 1) * sizeof(*order));
	size_t n = 0;

	if (v->kind == YAML_TEXT && is_pattern(of) && v->style == YAML_LITERAL) {
		v->text = pattern_joined(a, v->text);
		v->style = YAML_SINGLE;
	}
	YAML_EACH(item, v) {
		normalise(a, item, grammar_child(of, v, item), false);
		order[n] = (struct placed){ item, keywords ? rank(&of, v, item) : 0, n };
		n++;
	}
	if (!keywords || n == 0)
		return;
	struct yaml *was = v->first;
	qsort(order, n, sizeof(*order), by_rank);
	relink(v, order, n);
	comments_move(a, v, was, v->first, top);
}

/* ---- on one line ---- */

static bool has_comment(const struct yaml *v)
{
	YAML_EACH(item, v)
		if (str_trim(item->before).n || item->trailing.n || has_comment(item))
			return true;
	return false;
}

static struct str key_of(struct arena *a, const struct yaml *v)
{
	return arena_printf(a, "%.*s: ", STR_ARG(text_line_of(a, v->key, v->key_style)));
}

/* In brackets; p == NULL: not possible. */
static struct str in_flow(struct arena *a, const struct yaml *v)
{
	if (v->kind == YAML_TEXT)
		return v->style == YAML_LITERAL || v->style == YAML_FOLDED ? STR_NONE :
									     text_line_of(a, v->text, v->style);
	if ((v->n && !v->flow) || has_comment(v))
		return STR_NONE;
	bool map = v->kind == YAML_MAP;
	struct str out = map ? STR("{") : STR("[");
	YAML_EACH(item, v) {
		struct str one = in_flow(a, item);
		if (!one.p)
			return STR_NONE;
		out = arena_printf(a, "%.*s%s%.*s%.*s", STR_ARG(out), item == v->first ? "" : ", ",
			STR_ARG(map ? key_of(a, item) : STR("")), STR_ARG(one));
	}
	return arena_printf(a, "%.*s%s", STR_ARG(out), map ? "}" : "]");
}

/* ---- on several ---- */

static void value_put(struct page *p, struct yaml *v, struct grammar_value of, size_t indent);

static size_t column(const struct page *p)
{
	struct str all = buf_str(&p->out);
	size_t line = str_rchr(all, '\n');

	return text_width(line == all.n ? all : str_sub(all, line + 1, all.n));
}

static void indent_put(struct page *p, size_t indent)
{
	buf_printf(&p->out, "%*s", (int)indent, "");
}

static void comments_put(struct page *p, struct str lines, size_t indent)
{
	struct str line;

	while (str_line(&lines, &line)) {
		if (line.n)
			indent_put(p, indent);
		buf_add(&p->out, line);
		buf_addc(&p->out, '\n');
	}
}

/* A member or an element, from the start of its line to its newline; `inlined`: it follows a dash. */
static void item_put(struct page *p, struct yaml *v, struct grammar_value of, size_t indent, bool inlined)
{
	struct str lead = v->key.p ? key_of(p->a, v) : STR("- ");
	size_t begin = p->out.n;

	for (;;) {
		if (!inlined) {
			comments_put(p, v->before, indent);
			indent_put(p, indent);
		}
		size_t line = p->out.n;
		buf_add(&p->out, lead);
		value_put(p, v, of, indent);
		bool one_line = str_chr(str_sub(buf_str(&p->out), line, p->out.n), '\n') == p->out.n - line;
		if (!v->trailing.n)
			break;
		if (inlined || (one_line && column(p) + 2 + text_width(v->trailing) <= YAML_WIDTH)) {
			buf_printf(&p->out, "  %.*s", STR_ARG(v->trailing));
			break;
		}
		/* No room: above it. */
		v->before = arena_printf(p->a, "%.*s%.*s\n", STR_ARG(v->before), STR_ARG(v->trailing));
		v->trailing = STR_NONE;
		p->out.n = begin;
	}
	buf_addc(&p->out, '\n');
}

static void items_put(struct page *p, struct yaml *v, struct grammar_value of, size_t indent, bool inlined)
{
	YAML_EACH(item, v) {
		item_put(p, item, grammar_child(of, v, item), indent, inlined);
		inlined = false;
	}
	p->out.n--; /* the newline is the caller's */
}

static bool may_be_filled(struct arena *a, const struct yaml *v, struct grammar_value of, size_t indent)
{
	if (v->kind != YAML_LIST || !v->flow || has_comment(v))
		return false;
	YAML_EACH(item, v) {
		struct str one = in_flow(a, item);
		if (!one.p || item->kind == YAML_MAP || text_width(one) > (YAML_WIDTH - indent) / 2 ||
			is_pattern(grammar_child(of, v, item)))
			return false;
	}
	return true;
}

static void fill_put(struct page *p, const struct yaml *v, size_t indent)
{
	buf_addc(&p->out, '[');
	YAML_EACH(item, v) {
		struct str one = in_flow(p->a, item);
		if (item != v->first && column(p) + text_width(one) + 1 > YAML_WIDTH) {
			while (p->out.p[p->out.n - 1] == ' ')
				p->out.n--;
			buf_addc(&p->out, '\n');
			indent_put(p, indent);
		}
		buf_add(&p->out, one);
		buf_addz(&p->out, item->next ? ", " : "]");
	}
}

/* A value after "key: " or "- ", whose items are indented by `indent`. */
static void value_put(struct page *p, struct yaml *v, struct grammar_value of, size_t indent)
{
	size_t at = column(p);
	bool after_dash = !v->key.p;

	if (v->kind == YAML_TEXT) {
		text_put(p->a, &p->out, v, is_pattern(of), at < YAML_WIDTH - 10 ? YAML_WIDTH - at : 10, indent + 2);
		while (p->out.p[p->out.n - 1] == ' ') /* "key: " of an empty value */
			p->out.n--;
		return;
	}
	struct str line = in_flow(p->a, v);
	if (line.p && at + text_width(line) <= YAML_WIDTH) {
		buf_add(&p->out, line);
	} else if (may_be_filled(p->a, v, of, indent + 2)) {
		fill_put(p, v, indent + 2);
	} else if (after_dash && !str_trim(v->first->before).n) {
		items_put(p, v, of, indent + 2, true);
	} else {
		p->out.n--;
		buf_addc(&p->out, '\n');
		items_put(p, v, of, indent + 2, false);
	}
}

/* ---- proof ---- */

static bool is_same(const struct yaml *x, const struct yaml *y)
{
	if (x->kind != y->kind || x->n != y->n || !str_eq(x->key, y->key) ||
		(x->kind == YAML_TEXT && !str_eq(x->text, y->text)))
		return false;
	for (const struct yaml *i = x->first, *k = y->first; i; i = i->next, k = k->next)
		if (!is_same(i, k))
			return false;
	return true;
}

/* Other documents of the file would be lost. */
static bool has_markers(struct str text, size_t *number)
{
	struct str line;

	for (*number = 1; str_line(&text, &line); (*number)++)
		if (str_starts(line, "---") || str_starts(line, "%") || str_is(str_rtrim(line), "..."))
			return true;
	return false;
}

static struct yaml *read_tree(struct arena *a, const char *name, struct str text, size_t *comments, struct err *err)
{
	struct yaml *top = yaml_read(a, text, name, err);
	size_t line;

	if (!top)
		return NULL;
	if (top->kind != YAML_MAP || top->flow || has_markers(text, &line)) {
		err_set(err, HEAL_WRONG, "%s:%u: a pack or table is one map, without brackets and \"---\"", name,
			top->line);
		return NULL;
	}
	*comments = comments_attach(a, text, top);
	normalise(a, top, file_value(top), true);
	return top;
}

struct str pack_format(struct arena *a, const char *name, struct str text, struct err *err)
{
	struct page p = { .a = a };
	size_t comments, left;
	struct str done = STR_NONE;
	struct yaml *top = read_tree(a, name, text, &comments, err), *again;

	if (!top)
		return STR_NONE;
	buf_init(&p.out, 64u << 20);
	items_put(&p, top, file_value(top), 0, false);
	buf_addc(&p.out, '\n');
	comments_put(&p, top->trailing, 0);
	again = read_tree(a, name, buf_str(&p.out), &left, err);
	if (again && is_same(top, again) && left == comments)
		done = arena_str(a, buf_str(&p.out));
	else if (again)
		err_set(err, HEAL_BROKEN, "%s:%u: cannot format this file without changing its meaning", name,
			top->line);
	buf_release(&p.out);
	return done;
}
