#include "analyze/rewrites.h"

#include <stdio.h>
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
	{ "use", rewrite_use },
	{ "rename", rewrite_rename },
	{ "declared", rewrite_declared },
	{ "constant", rewrite_constant },
	{ "wait", rewrite_wait },
	{ "async", rewrite_async },
	{ "of", rewrite_member_of },
};

static bool edits_equal(const struct rewrite_edit_list *x, const struct rewrite_edit_list *y)
{
	bool equal = x->n == y->n;

	for (size_t i = 0; equal && i < x->n; i++)
		equal = x->at[i].x == y->at[i].x && x->at[i].at == y->at[i].at && x->at[i].gone == y->at[i].gone &&
			str_eq(x->at[i].text, y->at[i].text);
	return equal;
}

void rewrite_add_edits(struct rewriting *w, int tier, struct rewrite_edit_list edits, struct str description)
{
	if (w->out->n >= MOST || !edits.n)
		return;
	for (size_t i = 0; i < w->out->n; i++)
		if (edits_equal(&w->out->at[i].edits, &edits))
			return;
	*VEC_ADD(w->a, w->out) = (struct rewrite){ edits, description, w->kind, tier > w->tier ? tier : w->tier };
}

void rewrite_add(
	struct rewriting *w, int tier, const struct text *x, struct span old, struct str text, struct str description)
{
	struct rewrite_edit_list edits = { 0 };

	if (str_eq(str_sub(x->all, old.begin, old.end), text))
		return;
	*VEC_ADD(w->a, &edits) = (struct rewrite_edit){ x, old.begin, old.end - old.begin, text };
	rewrite_add_edits(w, tier, edits, description);
}

/* The value of the group of that name, or of one of its alternatives: name, name2, name3. */
static struct str said_value(const struct match *m, const char *name)
{
	struct str value = match_get(m, name);
	char other[16];

	for (int i = 2; i <= 3 && !value.p; i++) {
		snprintf(other, sizeof(other), "%s%d", name, i);
		value = match_get(m, other);
	}
	return value;
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
		w->func = said_value(&m, "func");
		w->name = said_value(&m, "name");
		w->have = said_value(&m, "have");
		w->want = said_value(&m, "want");
		w->owner = said_value(&m, "owner");
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

struct place {
	struct str file;
	int64_t line, column;
	struct str func; /* the macro that is expanded there; p == NULL: the message says what is called */
};

static bool place_set(struct rewriting *w, const struct place *p)
{
	struct str line = text_line(w->x, p->line);

	if (!line.p)
		return false;
	w->code = code_of(w->pack, w->view, w->x);
	w->begin = w->x->line_at[p->line - 1];
	w->end = w->begin + line.n;
	w->has_column = p->column > 0 && (size_t)p->column <= line.n + 1;
	w->at = w->begin + (w->has_column ? (size_t)p->column - 1 : 0);
	functions_in(w->a, w->pack, w->view, w->row, w->x, STR_NONE, &w->all);
	size_t code = w->begin;
	while (code < w->end && (w->x->all.p[code] == ' ' || w->x->all.p[code] == '\t'))
		code++;
	w->around = function_around(&w->all, code);
	return true;
}

static void row_try(struct rewriting *w, const struct place *p, struct str said)
{
	struct node errors = node_get(w->row, "errors");
	bool placed = false;

	for (uint32_t k = 0; k < node_count(errors); k++) {
		if (!error_is(w, node_at(errors, k), said))
			continue;
		w->func = p->func.p ? p->func : w->func;
		w->tier = (int)node_int(node_get(node_at(errors, k), "tier"), 1);
		placed = placed || place_set(w, p);
		if (placed)
			kinds_try(w, node_get(node_at(errors, k), "try"));
	}
}

enum call_evidence rewrites_of_call(struct arena *a, const struct pack *pack, struct source_tree *v,
	const struct text *x, size_t open, struct rewrite_list *out)
{
	struct node rows = pack_table(pack, "rewrites");
	struct rewriting w = { .a = a, .pack = pack, .view = v, .x = x, .kind = STR("argument"), .tier = 1 };
	struct place p = { x->path, 0, 0, STR_NONE };
	struct item_list call;

	w.out = out;
	text_place(x, open, &p.line, &p.column);
	for (uint32_t i = 0; i < node_count(rows); i++) {
		w.row = node_at(rows, i);
		if (!matches(a, node_str(node_get(w.row, "files")), x->path))
			continue;
		w.code = code_of(pack, v, x);
		w.func = word_before(w.code, open);
		enum call_evidence evidence = w.func.n && items_at(a, w.code, open, &call) ? calls_compare(&w, &call) :
											     CALL_USUAL;
		if (evidence != CALL_USUAL && place_set(&w, &p))
			rewrite_argument(&w);
		return evidence;
	}
	return CALL_USUAL;
}

static void place_try(const struct rewriting *of, const struct place *p, struct str said)
{
	struct node rows = pack_table(of->pack, "rewrites");
	struct str file = source_resolve(of->view, p->file);
	const struct text *x = file.p && p->line > 0 ? source_read(of->view, file) : NULL;

	for (uint32_t i = 0; x && i < node_count(rows); i++) {
		struct rewriting w = *of;
		w.row = node_at(rows, i);
		w.x = x;
		if (matches(w.a, node_str(node_get(w.row, "files")), file))
			row_try(&w, p, said);
	}
}

/* The error is in the text of a macro, which is expanded there? */
static void expansion_try(const struct rewriting *of, const struct related *there, struct str said)
{
	struct node rows = pack_table(of->pack, "rewrites");
	struct match m;

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node row = node_at(rows, i);
		struct str file = str_or_empty(there->file);
		struct regex *re = node_has(row, "expansion") &&
				matches(of->a, node_str(node_get(row, "files")), file) ?
			regex_new(of->a, node_str(node_get(row, "expansion")), NULL) :
			NULL;
		if (re && regex_match(re, there->message, &m) == 1) {
			struct place p = { file, there->line, 0, match_get(&m, "func") };
			place_try(of, &p, said);
		}
		regex_free(re);
	}
}

void rewrites_find(struct arena *a, const struct pack *pack, struct source_tree *v, const struct record *r,
	struct rewrite_list *out)
{
	struct str all = arena_printf(a, "%.*s\n%.*s", STR_ARG(r->error.message), STR_ARG(r->error.raw));
	struct str said = str_sub(all, 0, TEXT_READ);
	struct rewriting w = { .a = a, .pack = pack, .view = v, .out = out };
	struct place here = { r->error.file, r->error.line, r->error.column, STR_NONE };

	place_try(&w, &here, said);
	LIST_EACH(related, there, &r->error.related)
		expansion_try(&w, there, said);
	w.kind = STR("path");
	w.tier = 1;
	rewrite_paths(&w, said);
	struct str file = source_resolve(v, r->error.file);
	const struct text *x = file.p ? source_read(v, file) : NULL;
	w.kind = STR("sides");
	if (x)
		rewrite_sides(&w, x);
}
