#include "policy/model_change.h"

#include <ctype.h>
#include <stdlib.h>

#include "lang/language.h"
#include "policy/change_tokens.h"
#include "tree/diff.h"
#include "tree/source_tree.h"

enum { FILES_MOST = 2000, WORDS_MOST = 1 << 20, NEW_MOST = 200, NESTED_MOST = 12 };

/* A sorted list of words. */
struct words {
	struct arena *a;
	VEC(struct str) all;
};

/* 1: letters, digits and underscores of ASCII; 2: bytes of other characters; 0: neither. */
static int word_kind(char c)
{
	return (unsigned char)c >= 0x80 ? 2 : isalnum((unsigned char)c) || c == '_' ? 1 : 0;
}

/* The next word of the text, or run of characters outside ASCII; false at the end. */
static bool word_next(struct str *rest, struct str *word)
{
	size_t from = 0, to;

	while (from < rest->n && !word_kind(rest->p[from]))
		from++;
	for (to = from; to < rest->n && word_kind(rest->p[to]) == word_kind(rest->p[from]);)
		to++;
	*word = str_sub(*rest, from, to);
	*rest = str_sub(*rest, to, rest->n);
	return word->n > 0;
}

static void words_add(struct words *w, struct str text)
{
	struct str word;

	while (w->all.n < WORDS_MOST && word_next(&text, &word))
		*VEC_ADD(w->a, &w->all) = word;
}

/* Names and texts of a value of the packs. */
static void words_add_node(struct words *w, struct node n, int depth)
{
	if (depth > NESTED_MOST)
		return;
	words_add(w, node_str(n));
	for (uint32_t i = 0; i < node_count(n); i++) {
		if (node_kind(n) == NODE_MAP)
			words_add(w, node_key(n, i));
		words_add_node(w, node_at(n, i), depth + 1);
	}
}

static void words_add_members(struct words *w, struct node map, struct node names)
{
	for (uint32_t i = 0; i < node_list_count(names); i++)
		words_add_node(w, node_get_str(map, node_str(node_list_at(names, i))), 0);
}

static void words_sort(struct words *w)
{
	if (w->all.n)
		qsort(w->all.at, w->all.n, sizeof(*w->all.at), str_order);
}

static bool words_have(const struct words *w, struct str word)
{
	return w->all.n && bsearch(&word, w->all.at, w->all.n, sizeof(*w->all.at), str_order);
}

/* The names of the project's files, and the code of those in this language. */
static void words_add_project(struct words *w, const struct pack *pack, const struct tree *t, struct node language)
{
	struct str *names = arena_alloc(w->a, FILES_MOST * sizeof(*names));
	struct source_tree *view = source_new(t->path.p, t->path.p, NULL);
	size_t n = view ? source_glob(view, w->a, STR("**"), names, FILES_MOST) : 0;

	for (size_t i = 0; i < n; i++) {
		words_add(w, names[i]);
		struct node own = language_of(pack, names[i], STR(""));
		if (node_kind(own) == NODE_NONE || own.at != language.at)
			continue;
		const struct text *text = source_read(view, names[i]);
		struct code_units u = { 0 };
		if (text)
			u = code_units_read(w->a, own, arena_str(w->a, text->all));
		for (size_t k = 0; k < u.tokens.n; k++)
			if (u.tokens.at[k].kind == TOKEN_WORD)
				words_add(w, u.tokens.at[k].text);
	}
	source_free(view);
}

/* The text with its tokens blanked: its comments. */
static struct str comments_of(struct arena *a, const struct code_units *u, struct str text)
{
	char *out = arena_strdup(a, text);

	for (size_t i = 0; i < u->tokens.n; i++) {
		struct str token = u->tokens.at[i].text;
		memset(out + (token.p - text.p), ' ', token.n);
	}
	return (struct str){ out, text.n };
}

struct judging {
	const struct words *known, *never;
	struct arena *a;
	size_t new; /* words */
	struct str doubt;
};

static void judge(struct judging *j, struct str text)
{
	struct str word;

	while (!j->doubt.n && word_next(&text, &word)) {
		j->new ++;
		if (words_have(j->never, word))
			j->doubt = arena_printf(j->a, "a language model's change adds '%.*s'", STR_ARG(word));
		else if (!words_have(j->known, word))
			j->doubt = arena_printf(j->a,
				"a language model's change adds the word '%.*s', which the project's code does not use",
				STR_ARG(word));
	}
}

/* Words that the comments have more often than before. */
static void judge_comments(struct judging *j, struct str old, struct str new)
{
	struct words before = { j->a, { 0 } }, after = { j->a, { 0 } };
	size_t i = 0;

	words_add(&before, old);
	words_add(&after, new);
	words_sort(&before);
	words_sort(&after);
	for (size_t k = 0; k < after.all.n; k++) {
		while (i < before.all.n && str_cmp(before.all.at[i], after.all.at[k]) < 0)
			i++;
		if (i < before.all.n && str_eq(before.all.at[i], after.all.at[k]))
			i++;
		else
			judge(j, after.all.at[k]);
	}
}

static size_t words_of(struct str text, struct str *last)
{
	struct str word;
	size_t n = 0;

	for (; word_next(&text, &word); n++)
		*last = word;
	return n;
}

/* Nothing comes in the place of the token, and what goes with it stands right before or behind once more. */
static bool goes_as_double(const struct change_tokens *c, size_t token)
{
	if (c->hunk_of_old[token] == SIZE_MAX)
		return false;
	const struct hunk *h = &c->hunks.at[c->hunk_of_old[token]];
	size_t n = h->old_end - h->old_begin;
	bool before = h->new_end == h->new_begin && h->old_begin >= n,
	     behind = h->new_end == h->new_begin && h->old_end + n <= c->old.tokens.n;

	for (size_t i = h->old_begin; i < h->old_end && (before || behind); i++) {
		struct str t = c->old.tokens.at[i].text;
		before = before && str_eq(c->old.tokens.at[i - n].text, t);
		behind = behind && str_eq(c->old.tokens.at[i + n].text, t);
	}
	return before || behind;
}

/* More words go than come: an error may be hidden instead of repaired, as by an empty text. */
static struct str removal_doubt(struct arena *a, const struct change_tokens *c)
{
	struct str gone = STR(""), came = STR("");
	size_t before = 0, after = 0;

	for (size_t i = 0; i < c->old.tokens.n; i++)
		if (c->twin_of_old[i] == SIZE_MAX && !goes_as_double(c, i))
			before += words_of(c->old.tokens.at[i].text, &gone);
	for (size_t i = 0; i < c->new.tokens.n; i++)
		if (c->twin_of_new[i] == SIZE_MAX)
			after += words_of(c->new.tokens.at[i].text, &came);
	return before > after ?
		arena_printf(
			a, "a language model's change removes '%.*s' and puts nothing in its place", STR_ARG(gone)) :
		STR("");
}

/* A line that is there already, beside it. */
static struct str repetition_doubt(struct arena *a, const struct change *c)
{
	struct hunks h = diff_lines(a, c->old, c->new);
	const struct text *text = text_new(a, c->path, c->new);

	for (size_t i = 0; i < h.n; i++)
		for (size_t line = h.at[i].new_begin + 1; line <= h.at[i].new_end; line++) {
			struct str own = str_trim(text_line(text, (int64_t)line)), last = STR("");
			bool twice = str_eq(own, str_trim(text_line(text, (int64_t)line - 1))) ||
				str_eq(own, str_trim(text_line(text, (int64_t)line + 1)));
			if (twice && words_of(own, &last))
				return arena_printf(
					a, "a language model's change repeats the line '%.*s'", STR_ARG(own));
		}
	return STR("");
}

struct str model_change_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c)
{
	struct words known = { a, { 0 } }, never = { a, { 0 } };
	struct node table = pack_table(pack, "model-words"), language = language_of(pack, c->path, c->old);
	struct node tables = node_get(table, "tables");
	struct judging j = { &known, &never, a, 0, STR("") };

	if (!c->existed)
		return STR("a language model's change creates a file");
	struct change_tokens tokens = change_tokens_read(a, language, c->old, c->new);
	for (size_t i = 0; i < tokens.old.tokens.n; i++)
		words_add(&known, tokens.old.tokens.at[i].text);
	words_add_project(&known, pack, t, language);
	words_add_members(&known, language, node_get(table, "members"));
	words_add_members(&known, node_get(language, "flow"), node_get(table, "flow"));
	words_add_node(&known, node_get(table, "words"), 0);
	for (uint32_t i = 0; i < node_list_count(tables); i++)
		words_add_node(&known, pack_table(pack, arena_strdup(a, node_str(node_list_at(tables, i)))), 0);
	words_add_node(&never, node_get(table, "never"), 0);
	words_sort(&known);
	words_sort(&never);
	for (size_t i = 0; i < tokens.new.tokens.n; i++)
		if (tokens.twin_of_new[i] == SIZE_MAX)
			judge(&j, tokens.new.tokens.at[i].text);
	judge_comments(&j, comments_of(a, &tokens.old, c->old), comments_of(a, &tokens.new, c->new));
	if (!j.doubt.n)
		j.doubt = removal_doubt(a, &tokens);
	if (!j.doubt.n)
		j.doubt = repetition_doubt(a, c);
	if (!j.doubt.n && j.new > NEW_MOST)
		return arena_printf(a, "a language model's change adds %zu words", j.new);
	return j.doubt;
}
