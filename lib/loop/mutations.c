#include "loop/mutations.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "analyze/rewrites.h"
#include "base/proc.h"
#include "lang/code_units.h"
#include "lang/language.h"
#include "base/path.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

enum {
	ARGUMENTS_MAX = 6,
	FILES_MAX = 200,
	TRIALS_MAX = 80,
	DEPTH = 2,
	NAMES_MAX = 60,
	LINES_ABOVE = 4,
	DERIVE_SECONDS = 6,
	SECONDS = 20
};

/* In the order in which they are tried. */
enum mutation_kind {
	MUTATION_ARGUMENT, /* passed where each other call of the function passes more */
	MUTATION_TOKEN,    /* an operator, or a word */
	MUTATION_MAYBE,    /* an argument where some other calls pass more */
	MUTATION_NUMBER,   /* more of them let a test pass by chance */
	MUTATION_KINDS
};

struct mutation {
	struct str path, old, new;
	size_t at;
	enum mutation_kind kind;
};

struct suspects {
	struct search *s;
	struct source_tree *view;
	struct node table;
	VEC(struct str) names; /* of functions, likeliest first */
	VEC(struct mutation) all;
	VEC(struct str) done;       /* "path:function" */
	double derive_until, until; /* arguments are sought, edits are tried */
};

/* ---- names ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The words before a "(" in the text. */
static void names_add(struct suspects *u, struct str text)
{
	for (size_t i = 0, begin; i < text.n && u->names.n < NAMES_MAX; i++) {
		for (begin = i; i < text.n && is_word(text.p[i]); i++)
			;
		struct str word = str_sub(text, begin, i);
		if (word.n > 1 && i < text.n && text.p[i] == '(' && !str_among(u->names.at, u->names.n, word))
			*VEC_ADD(u->s->a, &u->names) = arena_str(u->s->a, word);
	}
}

static void names_of(struct suspects *u, const struct record *r)
{
	const struct text *x = r->error.file.n ? source_read(u->view, source_resolve(u->view, r->error.file)) : NULL;

	names_add(u, r->error.raw);
	for (int64_t line = r->error.line; x && line > 0 && line >= r->error.line - LINES_ABOVE; line--)
		names_add(u, text_line(x, line));
}

/* ---- edits ---- */

static void edit_add(struct suspects *u, const struct text *x, struct str old, struct str new, enum mutation_kind kind)
{
	*VEC_ADD(u->s->a, &u->all) = (struct mutation){ x->path, old, arena_str(u->s->a, new),
		(size_t)(old.p - x->all.p), kind };
}

static void argument_edits(struct suspects *u, const struct text *x, const struct code_token *t)
{
	struct rewrite_list list = { 0 };
	enum call_evidence evidence = str_is(t->text, "(") && seconds_now() < u->derive_until ?
		rewrites_of_call(u->s->a, u->s->o->pack, u->view, x, (size_t)(t->text.p - x->all.p), &list) :
		CALL_USUAL;

	for (size_t i = 0; i < list.n && i < ARGUMENTS_MAX; i++) {
		const struct rewrite_edit *e = &list.at[i].edits.at[0];
		edit_add(u, x, str_sub(x->all, e->at, e->at + e->gone), e->text,
			evidence == CALL_SHORTEST ? MUTATION_ARGUMENT : MUTATION_MAYBE);
	}
}

static void number_edits(struct suspects *u, const struct text *x, struct str number)
{
	int64_t n;

	if (!str_number(number, &n) || n < 0 || n > 1000000)
		return;
	edit_add(u, x, number, arena_printf(u->s->a, "%lld", (long long)n + 1), MUTATION_NUMBER);
	if (n > 0)
		edit_add(u, x, number, arena_printf(u->s->a, "%lld", (long long)n - 1), MUTATION_NUMBER);
}

/* Signs that stand together are one operator. */
static struct str operator_at(const struct text *x, struct str sign)
{
	static const char signs[] = "<>=!+-*/%&|^:.?";
	size_t at = (size_t)(sign.p - x->all.p), end = at;

	if (at > 0 && strchr(signs, x->all.p[at - 1]))
		return STR_NONE; /* not its first */
	while (end < x->all.n && x->all.p[end] && strchr(signs, x->all.p[end]))
		end++;
	return str_sub(x->all, at, end);
}

static void token_edits(struct suspects *u, const struct text *x, const struct code_token *t)
{
	struct str old = t->kind == TOKEN_SIGN ? operator_at(x, t->text) : t->text;
	struct node news = old.n ? node_get_str(u->table, old) : (struct node){ 0 };

	if (t->kind == TOKEN_NUMBER)
		number_edits(u, x, old);
	for (uint32_t i = 0; t->kind != TOKEN_STRING && i < node_count(news); i++)
		edit_add(u, x, old, node_str(node_at(news, i)), MUTATION_TOKEN);
	argument_edits(u, x, t);
}

/* ---- functions ---- */

static bool is_in(const struct code_units *c, size_t block, size_t outer)
{
	while (block != outer && block != c->blocks.at[block].parent)
		block = c->blocks.at[block].parent;
	return block == outer;
}

static bool heads(const struct code_units *c, size_t block, struct str name)
{
	const struct code_block *b = &c->blocks.at[block];

	if (!b->function || b->header == SIZE_MAX)
		return false;
	const struct code_statement *h = &c->statements.at[b->header];
	for (size_t i = h->first; i < h->end && i + 1 < c->tokens.n; i++)
		if (c->tokens.at[i].kind == TOKEN_WORD && str_eq(c->tokens.at[i].text, name) &&
			str_is(c->tokens.at[i + 1].text, "("))
			return true;
	return false;
}

static void body_look(struct suspects *u, const struct text *x, const struct code_units *c, size_t block)
{
	const char *begin = NULL, *end = NULL;

	for (size_t i = 0; i < c->tokens.n; i++) {
		const struct code_token *t = &c->tokens.at[i];
		if (!is_in(c, c->statements.at[t->statement].block, block))
			continue;
		begin = begin ? begin : t->text.p;
		end = t->text.p + t->text.n;
		token_edits(u, x, t);
	}
	if (begin)
		names_add(u, str_sub(x->all, (size_t)(begin - x->all.p), (size_t)(end - x->all.p) + 1));
}

static void function_look(struct suspects *u, const struct text *x, const struct code_units *c, struct str name)
{
	struct str key = arena_printf(u->s->a, "%.*s:%.*s", STR_ARG(x->path), STR_ARG(name));

	if (str_among(u->done.at, u->done.n, key))
		return;
	*VEC_ADD(u->s->a, &u->done) = key;
	for (size_t i = 1; i < c->blocks.n; i++)
		if (heads(c, i, name))
			body_look(u, x, c, i);
}

/* ---- files ---- */

static bool is_test(const struct search *s, struct str path)
{
	struct node tests = node_get(node_get(pack_table(s->o->pack, "policy"), "work"), "tests");

	for (uint32_t i = 0; i < node_count(tests); i++) {
		struct str glob = node_str(node_at(tests, i));
		if (globs_match(&glob, 1, path))
			return true;
	}
	return false;
}

/* The functions of these names in all files of the kind, and then those that they call. */
static void files_look(struct suspects *u, struct str like)
{
	struct search *s = u->s;
	struct str *paths = arena_alloc(s->a, FILES_MAX * sizeof(*paths));
	size_t dot = str_rchr(like, '.'), from = 0;
	size_t n = dot < like.n ?
		source_glob(u->view, s->a, arena_printf(s->a, "**/*%.*s", STR_ARG(str_sub(like, dot, like.n))), paths,
			FILES_MAX) :
		0;

	for (int depth = 0; depth < DEPTH; depth++) {
		size_t to = u->names.n;
		for (size_t i = 0; i < n && i < FILES_MAX; i++) {
			const struct text *x = is_test(s, paths[i]) ? NULL : source_read(u->view, paths[i]);
			struct node language = x ? language_of(s->o->pack, paths[i], x->all) : (struct node){ 0 };
			if (!language.image)
				continue;
			struct code_units c = code_units_read(s->a, language, x->all);
			for (size_t k = from; k < to; k++)
				function_look(u, x, &c, u->names.at[k]);
		}
		from = to;
	}
}

/* ---- trials ---- */

static bool put(struct search *s, const struct mutation *m, const struct text *x, bool changed)
{
	struct str rest = str_sub(x->all, m->at + m->old.n, x->all.n);
	struct str text = changed ?
		arena_printf(s->a, "%.*s%.*s%.*s", STR_ARG(str_sub(x->all, 0, m->at)), STR_ARG(m->new), STR_ARG(rest)) :
		x->all;
	struct stat st;
	struct err err;

	return tree_stat(s->a, sandbox_tree(s->copy), m->path, &st, &err) == 1 &&
		sandbox_write(s->copy, m->path, text, st.st_mode, &err);
}

/* false: it does not pass; the run is released then. */
static bool passes(struct search *s, const struct mutation *m, const struct text *x, struct observed_run *now)
{
	struct err err;

	bool ran = put(s, m, x, true) && search_run(s, now, &err);
	if (ran && now->run.status == 0 && !search_objection(s, now).n)
		return true;
	observed_run_release(now);
	return false;
}

static struct str told(struct search *s, const struct text *x, const struct mutation *m, size_t found, size_t tried)
{
	int64_t line, column;

	text_place(x, m->at, &line, &column);
	return arena_printf(s->a,
		"%zu of %zu one-token edits near what the tests name %s all tests pass%s %.*s%s%.*s in %.*s:%lld.",
		found, tried, found == 1 ? "lets" : "let", found == 1 ? ":" : "; the likeliest:", STR_ARG(m->new),
		m->old.n ? " for " : " more", STR_ARG(m->old), STR_ARG(m->path), (long long)line);
}

struct outcome {
	const struct mutation *best;
	size_t found, tried;
};

/* false: the copy cannot be restored. */
static bool try_kind(struct suspects *u, enum mutation_kind kind, struct outcome *o)
{
	struct search *s = u->s;
	struct observed_run run;

	for (size_t i = 0; i < u->all.n && o->tried < TRIALS_MAX && seconds_now() < u->until; i++) {
		const struct mutation *m = &u->all.at[i];
		const struct text *x = source_read(u->view, m->path);
		if (m->kind != kind || search_out_of_time(s))
			continue;
		o->tried++;
		if (passes(s, m, x, &run)) {
			o->found++;
			o->best = o->best ? o->best : m;
			observed_run_release(&run);
		}
		if (!put(s, m, x, false))
			return false;
	}
	return true;
}

static bool try_all(struct suspects *u, struct observed_run *now, struct str *description)
{
	struct search *s = u->s;
	struct outcome o = { 0 };

	for (enum mutation_kind kind = 0; kind < MUTATION_KINDS; kind++)
		if (!try_kind(u, kind, &o))
			return false;
	search_say(s, "%zu of %zu one-token edits let the command pass", o.found, o.tried);
	const struct text *x = o.best ? source_read(u->view, o.best->path) : NULL;
	if (!x || !passes(s, o.best, x, now))
		return false;
	*VEC_ADD(s->a, &s->edited) = arena_str(s->a, o.best->path);
	*description = told(s, x, o.best, o.found, o.tried);
	return true;
}

bool search_mutations(
	struct search *s, const struct observed_run *before, struct observed_run *now, struct str *description)
{
	struct err err;
	struct suspects u = { .s = s,
		.view = source_new(s->o->root, s->o->cwd, &err),
		.table = pack_table(s->o->pack, "mutations"),
		.derive_until = seconds_now() + DERIVE_SECONDS };
	struct str like = STR("");

	if (!u.view || s->tests <= 0) {
		source_free(u.view);
		return false;
	}
	for (struct collected *c = before->incidents.first; c; c = c->next)
		if (incident_counts(before, &c->r)) {
			like = like.n ? like : c->r.error.file;
			names_of(&u, &c->r);
		}
	files_look(&u, like);
	u.until = seconds_now() + SECONDS;
	bool found = try_all(&u, now, description);
	source_free(u.view);
	return found;
}
