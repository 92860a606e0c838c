#include "analyze/rewrites.h"

#include <string.h>

#include "analyze/rewriting.h"
#include "base/vec.h"
#include "rules/regex.h"

enum { TEXT_READ = 8 * 1024, MOST = 60 };

static const struct {
	const char *name;
	void (*find)(struct rewriting *w);
} kinds[] = {
	{ "parameter", rewrite_parameter },
	{ "argument", rewrite_argument },
	{ "extra", rewrite_extra },
	{ "swap", rewrite_swap },
	{ "type", rewrite_type },
	{ "sign", rewrite_sign },
	{ "member", rewrite_member },
};

void rewrite_add(
	struct rewriting *w, int tier, const struct text *x, struct span old, struct str text, struct str description)
{
	size_t gone = old.end - old.begin;

	if (w->out->n >= MOST || str_eq(str_sub(x->all, old.begin, old.end), text))
		return;
	for (size_t i = 0; i < w->out->n; i++) {
		struct rewrite *known = &w->out->at[i];
		if (known->x == x && known->at == old.begin && known->gone == gone && str_eq(known->text, text))
			return;
	}
	*VEC_ADD(w->a, w->out) = (struct rewrite){ x, old.begin, gone, text, description, w->kind, tier };
}

static bool matches(struct arena *a, struct str pattern, struct str text)
{
	struct regex *re = regex_new(a, pattern, NULL);
	bool is = re && regex_match(re, text, NULL) == 1;

	regex_free(re);
	return is;
}

/* Fills what the message says; false: it is another error. */
static bool error_is(struct rewriting *w, struct node error, struct str said)
{
	struct regex *re = regex_new_flags(w->a, node_str(node_get(error, "message")), REGEX_MULTILINE, NULL);
	struct match m;
	bool is = re && regex_match(re, said, &m) == 1;

	if (is) {
		w->func = match_get(&m, "func");
		w->name = match_get(&m, "name");
		w->have = match_get(&m, "have");
		w->want = match_get(&m, "want");
	}
	regex_free(re);
	return is;
}

static void kinds_try(struct rewriting *w, struct node list)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (str_is(node_str(node_list_at(list, i)), kinds[k].name)) {
				w->kind = str_of(kinds[k].name);
				kinds[k].find(w);
			}
}

static bool place_set(struct rewriting *w, const struct record *r)
{
	struct str line = text_line(w->x, r->error.line);

	if (!line.p)
		return false;
	w->code = code_of(w->pack, w->view, w->x);
	w->begin = w->x->line_at[r->error.line - 1];
	w->end = w->begin + line.n;
	w->has_column = r->error.column > 0 && (size_t)r->error.column <= line.n + 1;
	w->at = w->begin + (w->has_column ? (size_t)r->error.column - 1 : 0);
	functions_in(w->a, w->pack, w->view, w->row, w->x, STR_NONE, &w->all);
	size_t code = w->begin;
	while (code < w->end && (w->x->all.p[code] == ' ' || w->x->all.p[code] == '\t'))
		code++;
	w->around = function_around(&w->all, code);
	return true;
}

void rewrites_find(struct arena *a, const struct pack *pack, struct source_tree *v, const struct record *r,
	struct rewrite_list *out)
{
	struct node rows = pack_table(pack, "rewrites");
	struct str file = source_resolve(v, r->error.file);
	const struct text *x = file.p && r->error.line > 0 ? source_read(v, file) : NULL;
	struct str said = arena_printf(a, "%.*s\n%.*s", STR_ARG(r->error.message), STR_ARG(r->error.raw));

	for (uint32_t i = 0; x && i < node_count(rows); i++) {
		struct rewriting w = { a, pack, v, node_at(rows, i), .x = x, .out = out };
		struct node errors = node_get(w.row, "errors");
		bool placed = false;
		if (!matches(a, node_str(node_get(w.row, "files")), file))
			continue;
		for (uint32_t k = 0; k < node_count(errors); k++) {
			if (!error_is(&w, node_at(errors, k), str_sub(said, 0, TEXT_READ)))
				continue;
			placed = placed || place_set(&w, r);
			if (placed)
				kinds_try(&w, node_get(node_at(errors, k), "try"));
		}
	}
}
