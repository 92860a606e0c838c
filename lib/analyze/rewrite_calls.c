/* What a call lacks, or has too much, and what the head of the called function has too much. */
#include <ctype.h>
#include <string.h>

#include "analyze/rewriting.h"
#include "base/vec.h"

enum { REACH = 2000, NAMES_MOST = 8, CALLS_FILES = 200, PASSED_MOST = 6, LOCAL_MOST = 6, LISTS = 6 };

static struct str text_of(const struct text *x, struct span s)
{
	return str_sub(x->all, s.begin, s.end);
}

/* ---- the head of the function ---- */

/* With the comma that separates it from its neighbour. */
static struct span item_with_comma(const struct item_list *list, size_t i)
{
	if (i > 0)
		return (struct span){ list->at[i - 1].end, list->at[i].end };
	return (struct span){ list->at[0].begin, list->n > 1 ? list->at[1].begin : list->at[0].end };
}

static void parameters_unused(struct rewriting *w, const struct function *f)
{
	bool has_body = f->body.begin < f->body.end;

	for (size_t i = has_body ? f->in.n : 0; i-- > 0;) {
		struct str name = f->parameters[i].name;
		if (!name.n || word_find(f->code, name, f->body.begin, f->body.end) != SIZE_MAX)
			continue;
		rewrite_add(w, 1, f->x, item_with_comma(&f->in, i), STR(""),
			arena_printf(w->a, "Take the parameter %.*s of %.*s away in %.*s, which does not use it.",
				STR_ARG(name), STR_ARG(f->name), STR_ARG(f->x->path)));
	}
}

/* ---- calls on the line ---- */

size_t calls_of_line(struct rewriting *w, struct item_list *out, size_t most)
{
	size_t n = 0;

	if (w->has_column && items_around(w->a, w->code, w->at, REACH, &out[0]) &&
		(!w->func.p || str_eq(word_before(w->code, out[0].open), w->func)))
		n = 1;
	for (size_t i = w->begin; i < w->end && n < most; i++) {
		struct str word = w->code.p[i] == '(' ? word_before(w->code, i) : STR("");
		bool is_definition = w->around && i == w->around->in.open;
		if (!word.n || is_definition || (w->func.p && !str_eq(word, w->func)) || (n && out[0].open == i))
			continue;
		n += items_at(w->a, w->code, i, &out[n]);
	}
	return n;
}

void rewrite_parameter(struct rewriting *w)
{
	struct item_list calls[LISTS];
	struct function_list named = { 0 };
	size_t n = w->func.p ? 0 : calls_of_line(w, calls, LISTS);

	functions_named(w->a, w->pack, w->view, w->row, w->func, &named);
	for (size_t i = 0; i < n; i++)
		functions_named(w->a, w->pack, w->view, w->row, word_before(w->code, calls[i].open), &named);
	for (size_t i = 0; i < named.n; i++)
		parameters_unused(w, &named.at[i]);
}

/* ---- an argument that lacks ---- */

/* Is the name known where the error is: a parameter, or a word before the place in the function? */
static bool is_in_scope(const struct rewriting *w, struct str name)
{
	size_t from = w->around ? w->around->at : 0, at = from;

	while ((at = word_find(w->code, name, at, w->begin)) != SIZE_MAX) {
		bool is_member = at > 0 && w->code.p[at - 1] == '.';
		if (!is_member)
			return true;
		at += name.n;
	}
	return false;
}

static bool has_argument(const struct rewriting *w, const struct item_list *call, struct str text)
{
	for (size_t i = 0; i < call->n; i++)
		if (str_eq(text_of(w->x, call->at[i]), text))
			return true;
	return false;
}

static void argument_put(struct rewriting *w, int tier, const struct item_list *call, size_t i, struct str text)
{
	size_t at = i < call->n ? call->at[i].begin : call->n ? call->at[call->n - 1].end : call->open + 1;
	struct str with = !call->n ? text :
		i < call->n        ? arena_printf(w->a, "%.*s, ", STR_ARG(text)) :
				     arena_printf(w->a, ", %.*s", STR_ARG(text));

	rewrite_add(w, tier, w->x, (struct span){ at, at }, arena_str(w->a, with),
		arena_printf(w->a, "Pass %.*s to %.*s in %.*s.", STR_ARG(text),
			STR_ARG(word_before(w->code, call->open)), STR_ARG(w->x->path)));
}

/* The names by which the code knows what the parameter is called: p, self.p. */
static void argument_by_name(struct rewriting *w, const struct item_list *call, size_t i, struct str name)
{
	struct node members = node_get(w->row, "members");

	if (!name.n)
		return;
	if (is_in_scope(w, name) && !has_argument(w, call, name))
		argument_put(w, 1, call, i, name);
	for (uint32_t k = 0; k < node_list_count(members); k++) {
		struct str member = arena_printf(
			w->a, "%.*s%.*s", STR_ARG(node_str(node_list_at(members, k))), STR_ARG(name));
		if (str_find(w->code, member) < w->code.n && !has_argument(w, call, member))
			argument_put(w, 1, call, i, member);
	}
}

static bool is_receiver(const struct rewriting *w, struct str name)
{
	return node_list_has(node_get(w->row, "receivers"), name);
}

/* The parameters that a call at this function could lack. */
static void arguments_by_names(struct rewriting *w, const struct item_list *call, const struct function *f)
{
	size_t skip = f->in.n && is_receiver(w, f->parameters[0].name);

	for (size_t i = skip; i < f->in.n; i++) {
		size_t to = i - skip < call->n ? i - skip : call->n;
		if (!w->name.p || str_eq(w->name, f->parameters[i].name))
			argument_by_name(w, call, to, f->parameters[i].name);
	}
}

/* Do all names of the expression occur in the function before the place? */
static bool is_expressible(const struct rewriting *w, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		size_t begin = i;
		while (i < text.n && is_word_char(text.p[i]))
			i++;
		struct str word = str_sub(text, begin, i);
		bool is_member = begin > 0 && text.p[begin - 1] == '.';
		if (word.n && !is_member && !isdigit((unsigned char)word.p[0]) && !is_in_scope(w, word) &&
			word_find(w->code, word, 0, w->code.n) == SIZE_MAX)
			return false;
		i += i == begin;
	}
	return text.n > 0 && text.n < 60 && !memchr(text.p, '\n', text.n);
}

/* What the calls of the function in a file pass behind as many arguments as this one has; each text once. */
static void arguments_of_file(struct rewriting *w, const struct text *x, const struct item_list *call, struct str func,
	struct str_list *passed)
{
	struct str code = str_find(x->all, func) < x->all.n ? code_of(w->pack, w->view, x) : STR("");

	for (size_t at = 0; (at = word_find(code, func, at, code.n)) != SIZE_MAX && passed->n < PASSED_MOST;) {
		struct item_list other;
		at += func.n;
		if (at >= code.n || code.p[at] != '(' || !items_at(w->a, code, at, &other) || other.n <= call->n)
			continue;
		struct str text = text_of(x, other.at[call->n]);
		if (!is_expressible(w, text) || str_among(passed->at, passed->n, text))
			continue;
		*VEC_ADD(w->a, passed) = text;
		argument_put(w, 2, call, call->n, text);
	}
}

/* Those in the same file first. */
static void arguments_of_others(struct rewriting *w, const struct item_list *call)
{
	const struct text *files[CALLS_FILES];
	struct str func = word_before(w->code, call->open);
	size_t n = files_of(w->a, w->view, w->row, files, CALLS_FILES);
	struct str_list passed = { 0 };

	arguments_of_file(w, w->x, call, func, &passed);
	for (size_t i = 0; i < n; i++)
		if (files[i] != w->x)
			arguments_of_file(w, files[i], call, func, &passed);
}

/* The parameters of the function around, and the names that it assigns, the last ones first. */
static void arguments_of_scope(struct rewriting *w, const struct item_list *call)
{
	const struct function *f = w->around;
	size_t found = 0;

	for (size_t i = 0; f && i < f->in.n; i++)
		if (f->parameters[i].name.n && !has_argument(w, call, f->parameters[i].name) &&
			!is_receiver(w, f->parameters[i].name))
			argument_put(w, 2, call, call->n, f->parameters[i].name);
	for (size_t i = w->begin; f && i > f->body.begin && found < LOCAL_MOST; i--) {
		bool assigns = w->code.p[i] == '=' && i + 1 < w->code.n && w->code.p[i + 1] != '=';
		size_t end = assigns && w->code.p[i - 1] == ':' ? i - 1 : i;
		struct str word = assigns ? word_before(w->code, end) : STR("");
		bool is_member = word.n && word.p > w->code.p && word.p[-1] == '.';
		if (!word.n || is_member || has_argument(w, call, word))
			continue;
		argument_put(w, 2, call, call->n, word);
		found++;
	}
}

static void calls_compare_in(struct rewriting *w, const struct text *x, const struct item_list *call, struct str func,
	size_t *more, size_t *same)
{
	struct str code = str_find(x->all, func) < x->all.n ? code_of(w->pack, w->view, x) : STR("");

	for (size_t at = 0; (at = word_find(code, func, at, code.n)) != SIZE_MAX;) {
		struct item_list other;
		at += func.n;
		if (at >= code.n || code.p[at] != '(' || (x == w->x && at == call->open) ||
			!items_at(w->a, code, at, &other))
			continue;
		*more += other.n > call->n;
		*same += other.n <= call->n;
	}
}

enum call_evidence calls_compare(struct rewriting *w, const struct item_list *call)
{
	const struct text *files[CALLS_FILES];
	size_t n = files_of(w->a, w->view, w->row, files, CALLS_FILES), more = 0, same = 0;

	for (size_t i = 0; i < n; i++)
		calls_compare_in(w, files[i], call, word_before(w->code, call->open), &more, &same);
	return !more ? CALL_USUAL : same ? CALL_SHORT : CALL_SHORTEST;
}

/* The bracket of the call whose name begins at the place, as in a.b(, a::b(; SIZE_MAX: none does. */
static size_t call_at_place(const struct rewriting *w)
{
	size_t i = w->at;

	while (w->has_column && i < w->end && (is_word_char(w->code.p[i]) || strchr(".:?", w->code.p[i])))
		i++;
	return w->has_column && i > w->at && i < w->end && w->code.p[i] == '(' ? i : SIZE_MAX;
}

void rewrite_argument(struct rewriting *w)
{
	struct item_list calls[LISTS];
	size_t n = calls_of_line(w, calls, LISTS), placed = call_at_place(w);

	for (size_t i = 0; i < n; i++) {
		struct function_list named = { 0 };
		functions_named(w->a, w->pack, w->view, w->row, word_before(w->code, calls[i].open), &named);
		for (size_t k = 0; k < named.n; k++)
			arguments_by_names(w, &calls[i], &named.at[k]);
		if (!w->func.p && calls[i].open != placed)
			continue;
		arguments_of_others(w, &calls[i]);
		arguments_of_scope(w, &calls[i]);
	}
}

/* ---- an argument too many ---- */

void rewrite_extra(struct rewriting *w)
{
	struct item_list calls[LISTS];
	size_t n = calls_of_line(w, calls, LISTS);

	for (size_t i = 0; i < n; i++)
		for (size_t k = calls[i].n; k-- > 0;)
			rewrite_add(w, 1, w->x, item_with_comma(&calls[i], k), STR(""),
				arena_printf(w->a, "Pass no %.*s to %.*s in %.*s.",
					STR_ARG(text_of(w->x, calls[i].at[k])),
					STR_ARG(word_before(w->code, calls[i].open)), STR_ARG(w->x->path)));
}

/* ---- arguments in another order ---- */

static void pair_swap(struct rewriting *w, int tier, const struct item_list *call, size_t i)
{
	struct str one = text_of(w->x, call->at[i]), two = text_of(w->x, call->at[i + 1]);
	struct str gap = str_sub(w->x->all, call->at[i].end, call->at[i + 1].begin);

	rewrite_add(w, tier, w->x, (struct span){ call->at[i].begin, call->at[i + 1].end },
		arena_printf(w->a, "%.*s%.*s%.*s", STR_ARG(two), STR_ARG(gap), STR_ARG(one)),
		arena_printf(w->a, "Pass %.*s before %.*s to %.*s in %.*s.", STR_ARG(two), STR_ARG(one),
			STR_ARG(word_before(w->code, call->open)), STR_ARG(w->x->path)));
}

void rewrite_swap(struct rewriting *w)
{
	struct item_list calls[LISTS];
	struct str func = w->func;

	/* Where types are checked, arguments that do not fit are told from those that do. */
	if (node_has(w->row, "types"))
		w->kind = STR("exchange");
	w->func = STR_NONE;
	size_t n = calls_of_line(w, calls, LISTS);
	w->func = func;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k + 1 < calls[i].n; k++) {
			size_t here = w->has_column ? item_with(&calls[i], w->at) : k;
			if (here == calls[i].n || here == k || here == k + 1)
				pair_swap(w, 2, &calls[i], k);
		}
}
