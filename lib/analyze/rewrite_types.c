/* Types of declarations, and the signs that make a reference, take a result or name a member. */
#include <ctype.h>
#include <string.h>

#include "analyze/rewriting.h"

enum { LINE_CALLS = 4, DECLARED_FILES = 60 };

/* ---- types ---- */

/* "untyped string constant" is a string. */
static struct str type_bare(struct str type)
{
	static const char *const spare[] = { "untyped ", "value of type " };

	type = str_trim(str_or_empty(type));
	for (size_t i = 0; i < sizeof(spare) / sizeof(spare[0]); i++)
		if (str_starts(type, spare[i]))
			type = str_sub(type, strlen(spare[i]), type.n);
	if (str_ends(type, " constant"))
		type = str_sub(type, 0, type.n - strlen(" constant"));
	return type;
}

static bool is_part_of_type(char c)
{
	return is_word_char(c) || c == '.' || c == ':' || c == '&' || c == '*' || c == ']';
}

/* The type as a whole in [from, to); SIZE_MAX: it is not there. */
static size_t type_find(struct str code, struct str type, size_t from, size_t to)
{
	for (size_t i = from; type.n && i + type.n <= to; i++) {
		bool begins = i == 0 || !is_part_of_type(code.p[i - 1]) || code.p[i - 1] == ':';
		bool ends = i + type.n == code.n || !is_word_char(code.p[i + type.n]);
		if (begins && ends && memcmp(code.p + i, type.p, type.n) == 0)
			return i;
	}
	return SIZE_MAX;
}

static void type_put(struct rewriting *w, int tier, const struct text *x, size_t at, struct str old, struct str new)
{
	int64_t line, column;

	text_place(x, at, &line, &column);
	rewrite_add(w, tier, x, (struct span){ at, at + old.n }, arena_str(w->a, new),
		arena_printf(w->a, "Declare it as %.*s instead of %.*s in %.*s, line %lld.", STR_ARG(new), STR_ARG(old),
			STR_ARG(x->path), (long long)line));
}

static void types_exchange(struct rewriting *w, int tier, const struct text *x, struct str code, struct span in,
	struct str old, struct str new)
{
	if (!old.n || !new.n)
		return;
	for (size_t at = in.begin; (at = type_find(code, old, at, in.end)) != SIZE_MAX; at += old.n)
		type_put(w, tier, x, at, old, new);
}

/* The basic types of the language in the place of a basic one. */
static void types_basic(
	struct rewriting *w, int tier, const struct text *x, struct str code, struct span in, struct str only)
{
	struct node types = node_get(w->row, "types");

	for (uint32_t i = 0; i < node_list_count(types); i++)
		for (uint32_t k = 0; k < node_list_count(types); k++) {
			struct str old = node_str(node_list_at(types, i)), new = node_str(node_list_at(types, k));
			if (i != k && (!only.n || str_eq(only, new)))
				types_exchange(w, tier, x, code, in, old, new);
		}
}

static void head_types(struct rewriting *w, const struct function *f, struct str have, struct str want)
{
	types_exchange(w, 1, f->x, f->code, f->head, have, want);
	types_exchange(w, 1, f->x, f->code, f->head, want, have);
}

/* The functions that are called on the line. */
static void called_on_line(struct rewriting *w, struct function_list *out)
{
	size_t calls = 0;

	if (w->func.n)
		functions_named(w->a, w->pack, w->view, w->row, w->func, out);
	for (size_t i = w->begin; i < w->end && calls < LINE_CALLS; i++) {
		struct str word = w->code.p[i] == '(' ? word_before(w->code, i) : STR("");
		if (!word.n || (w->around && str_eq(word, w->around->name)) || str_eq(word, str_or_empty(w->func)))
			continue;
		functions_named(w->a, w->pack, w->view, w->row, word, out);
		calls++;
	}
}

/* The last name of an expression: "count" of "it.next().count". */
static struct str last_name(struct str expression)
{
	size_t end = expression.n;

	while (end > 0 && !is_word_char(expression.p[end - 1]))
		end--;
	size_t begin = end;
	while (begin > 0 && is_word_char(expression.p[begin - 1]))
		begin--;
	return str_sub(expression, begin, end);
}

/* The lines of the files on which the name stands before one of the types: fields and variables. */
static void declared_types(struct rewriting *w, struct str name, struct str have, struct str want)
{
	const struct text *files[DECLARED_FILES];
	size_t n = name.n > 1 ? files_of(w->a, w->view, w->row, files, DECLARED_FILES) : 0;

	for (size_t i = 0; i < n; i++) {
		if (str_find(files[i]->all, name) == files[i]->all.n)
			continue;
		struct str code = code_of(w->pack, w->view, files[i]);
		for (size_t at = 0; (at = word_find(code, name, at, code.n)) != SIZE_MAX;) {
			at += name.n;
			size_t type = at;
			while (type < code.n && (code.p[type] == ' ' || code.p[type] == ':' || code.p[type] == '\t'))
				type++;
			if (type == at)
				continue;
			struct span here = { type, type + have.n }, there = { type, type + want.n };
			types_exchange(w, 1, files[i], code, here, have, want);
			types_exchange(w, 1, files[i], code, there, want, have);
		}
	}
}

void rewrite_type(struct rewriting *w)
{
	struct str have = type_bare(w->have), want = type_bare(w->want), name = last_name(str_or_empty(w->name));
	struct function_list called = { 0 };

	if (w->around)
		head_types(w, w->around, have, want);
	called_on_line(w, &called);
	for (size_t i = 0; i < called.n; i++)
		head_types(w, &called.at[i], have, want);
	if (have.n && want.n)
		declared_types(w, name, have, want);
	for (size_t i = 0; w->around && i < w->around->in.n; i++) {
		const struct parameter *p = &w->around->parameters[i];
		if (p->name.n && str_eq(p->name, name))
			types_basic(w, 2, w->x, w->code, p->all, STR(""));
	}
	for (size_t i = 0; i < called.n; i++)
		types_basic(w, 2, called.at[i].x, called.at[i].code, called.at[i].head, have);
	if (w->around)
		types_basic(w, 2, w->x, w->code, w->around->head, have.n ? have : STR("-"));
}

/* ---- signs ---- */

static void sign_toggle(struct rewriting *w, int tier, size_t at, struct str sign, const char *where)
{
	bool is_there = str_starts(str_sub(w->code, at, w->code.n), arena_strdup(w->a, sign));
	size_t before = at >= sign.n ? at - sign.n : at;

	if (!is_there && str_eq(str_sub(w->code, before, at), sign)) {
		at = before;
		is_there = true;
	}
	if (is_there)
		rewrite_add(w, tier, w->x, (struct span){ at, at + sign.n }, STR(""),
			arena_printf(w->a, "Take %.*s away %s in %.*s.", STR_ARG(sign), where, STR_ARG(w->x->path)));
	else
		rewrite_add(w, tier, w->x, (struct span){ at, at }, sign,
			arena_printf(w->a, "Write %.*s %s in %.*s.", STR_ARG(sign), where, STR_ARG(w->x->path)));
}

/* Where the function declares what the expression begins with: before its type. */
static void sign_declared(struct rewriting *w, struct str sign)
{
	size_t end = w->at;

	while (end < w->end && is_word_char(w->code.p[end]))
		end++;
	struct str name = str_sub(w->code, w->at, end);
	size_t at = name.n && w->around ? word_find(w->code, name, w->around->head.begin, w->around->head.end) :
					  SIZE_MAX;
	if (at == SIZE_MAX)
		return;
	at += name.n;
	while (at < w->around->head.end && strchr(" :\t", w->code.p[at]))
		at++;
	if (at < w->around->head.end && (is_word_char(w->code.p[at]) || w->code.p[at] == sign.p[0]))
		sign_toggle(w, 1, at, sign, "before its type");
}

/* The place is no expression: one of the arguments of the call there is meant. */
static void signs_of_arguments(struct rewriting *w)
{
	struct node signs = node_get(w->row, "signs");
	struct item_list calls[LINE_CALLS];
	struct str func = w->func;

	w->func = w->has_column ? STR_NONE : func;
	size_t n = calls_of_line(w, calls, w->has_column ? 1 : LINE_CALLS);
	w->func = func;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < calls[i].n; k++)
			for (uint32_t s = 0; s < node_list_count(signs); s++)
				sign_toggle(w, 2, calls[i].at[k].begin, node_str(node_list_at(signs, s)),
					"before an argument");
}

/* The type that the message names is written on the line. */
static void sign_of_type(struct rewriting *w, struct str sign)
{
	struct str line = str_sub(w->code, w->begin, w->end), type = str_or_empty(w->have);
	size_t at = type.n ? str_find(line, type) : line.n;

	if (at < line.n && (at == 0 || !is_word_char(line.p[at - 1])))
		sign_toggle(w, 1, w->begin + at, sign, "before the type");
}

void rewrite_sign(struct rewriting *w)
{
	struct node before = node_get(w->row, "signs"), behind = node_get(w->row, "signs_behind");
	size_t from = w->at;

	bool is_expression = w->has_column && w->at < w->end &&
		(is_word_char(w->code.p[w->at]) || strchr("&*(\"'", w->code.p[w->at]));
	if (!is_expression)
		signs_of_arguments(w);
	if (!w->has_column)
		return;
	for (uint32_t i = 0; i < node_list_count(before); i++) {
		struct str sign = node_str(node_list_at(before, i));
		sign_toggle(w, 1, w->at, sign, "before the expression");
		sign_declared(w, sign);
		sign_of_type(w, sign);
	}
	while (from < w->end && strchr("&*", w->code.p[from]))
		from++;
	size_t end = expression_end(w->code, from);
	for (uint32_t i = 0; end > from && i < node_list_count(behind); i++)
		sign_toggle(w, 1, end, node_str(node_list_at(behind, i)), "behind the expression");
}

void rewrite_member(struct rewriting *w)
{
	struct node members = node_get(w->row, "members");

	for (size_t at = w->begin; w->name.n && (at = word_find(w->code, w->name, at, w->end)) != SIZE_MAX;
		at += w->name.n) {
		bool is_member = at > 0 && w->code.p[at - 1] == '.';
		for (uint32_t i = 0; !is_member && i < node_list_count(members); i++) {
			struct str prefix = node_str(node_list_at(members, i));
			struct str whole = arena_printf(w->a, "%.*s%.*s", STR_ARG(prefix), STR_ARG(w->name));
			if (str_find(w->code, whole) < w->code.n)
				rewrite_add(w, 1, w->x, (struct span){ at, at }, prefix,
					arena_printf(w->a, "Write %.*s in %.*s.", STR_ARG(whole), STR_ARG(w->x->path)));
		}
	}
}
