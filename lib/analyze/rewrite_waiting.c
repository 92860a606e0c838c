/* A promise that is not awaited, and a function that awaits and is not asynchronous. */
#include <string.h>

#include "analyze/rewriting.h"

enum { LINE_CALLS = 4, NAMES_MOST = 8 };

static void wait_put(struct rewriting *w, size_t at)
{
	struct str word = node_str(node_get(w->row, "waits"));
	int64_t line, column;

	if (!word.n || (at >= word.n && str_eq(str_sub(w->code, at - word.n, at), word)))
		return;
	text_place(w->x, at, &line, &column);
	rewrite_add(w, 1, w->x, (struct span){ at, at }, word,
		arena_printf(w->a, "Await the value in %.*s, line %lld.", STR_ARG(w->x->path), (long long)line));
}

/* `name = call(` of this function, above the line: the value may be a promise. */
static void assignment_wait(struct rewriting *w, struct str name)
{
	size_t at = w->around ? w->around->body.begin : 0;

	while ((at = word_find(w->code, name, at, w->begin)) != SIZE_MAX) {
		at += name.n;
		size_t value = at;
		while (value < w->begin && strchr(" \t", w->code.p[value]))
			value++;
		if (value + 1 >= w->begin || w->code.p[value] != '=' || strchr("=>", w->code.p[value + 1]))
			continue;
		value++;
		while (value < w->begin && strchr(" \t", w->code.p[value]))
			value++;
		size_t end = expression_end(w->code, value);
		if (end > value && w->code.p[end - 1] == ')')
			wait_put(w, value);
	}
}

/* The names on the line, in its strings too: `${cart.owner}`. */
static void names_wait(struct rewriting *w)
{
	struct str text = w->x->all;
	size_t names = 0;

	for (size_t i = w->begin; i < w->end && names < NAMES_MOST; i++) {
		size_t begin = i;
		while (i < w->end && is_word_char(text.p[i]))
			i++;
		if (i == begin || (begin > 0 && text.p[begin - 1] == '.'))
			continue;
		assignment_wait(w, str_sub(text, begin, i));
		names++;
	}
}

/* Where types are checked, what waits for nothing does not compile. */
void rewrite_wait(struct rewriting *w)
{
	struct item_list calls[LINE_CALLS];
	struct str func = w->func;

	if (node_has(w->row, "types"))
		w->kind = STR("awaited");
	w->func = STR_NONE;
	size_t n = calls_of_line(w, calls, LINE_CALLS);
	w->func = func;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < calls[i].n; k++) {
			size_t end = expression_end(w->code, calls[i].at[k].begin);
			if (end > calls[i].at[k].begin && w->code.p[end - 1] == ')')
				wait_put(w, calls[i].at[k].begin);
		}
	names_wait(w);
}

void rewrite_async(struct rewriting *w)
{
	const struct function *f = w->around;
	struct node row = node_get(w->row, "async");
	struct str async = node_str(node_get(row, "word")), before = node_str(node_get(row, "before"));

	if (!f || !async.n)
		return;
	size_t name = word_find(f->code, f->name, f->at, f->in.open + 1);
	size_t word = before.n ? word_find(f->code, before, f->at, f->in.open) : SIZE_MAX;
	size_t at = word != SIZE_MAX ? word : name;
	if (at == SIZE_MAX || word_find(f->code, async, f->at, at) != SIZE_MAX)
		return;
	rewrite_add(w, 1, w->x, (struct span){ at, at }, arena_printf(w->a, "%.*s ", STR_ARG(async)),
		arena_printf(w->a, "Make %.*s %.*s, which awaits, in %.*s.", STR_ARG(f->name), STR_ARG(async),
			STR_ARG(w->x->path)));
}
