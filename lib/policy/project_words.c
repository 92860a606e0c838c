#include "policy/project_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lang/language.h"
#include "tree/source_tree.h"

enum { FILES_MOST = 2000, WORDS_MOST = 1 << 20, NESTED_MOST = 12 };

/* 1: letters, digits and underscores of ASCII; 2: bytes of other characters; 0: neither. */
static int word_kind(char c)
{
	return (unsigned char)c >= 0x80 ? 2 : isalnum((unsigned char)c) || c == '_' ? 1 : 0;
}

bool word_next(struct str *rest, struct str *word)
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

void words_add(struct words *w, struct str text)
{
	struct str word;

	while (w->all.n < WORDS_MOST && word_next(&text, &word))
		*VEC_ADD(w->a, &w->all) = word;
}

static void add_node(struct words *w, struct node n, int depth)
{
	if (depth > NESTED_MOST)
		return;
	words_add(w, node_str(n));
	for (uint32_t i = 0; i < node_count(n); i++) {
		if (node_kind(n) == NODE_MAP)
			words_add(w, node_key(n, i));
		add_node(w, node_at(n, i), depth + 1);
	}
}

void words_add_node(struct words *w, struct node n)
{
	add_node(w, n, 0);
}

static void words_add_members(struct words *w, struct node map, struct node names)
{
	for (uint32_t i = 0; i < node_list_count(names); i++)
		words_add_node(w, node_get_str(map, node_str(node_list_at(names, i))));
}

void words_sort(struct words *w)
{
	if (w->all.n)
		qsort(w->all.at, w->all.n, sizeof(*w->all.at), str_order);
}

bool words_have(const struct words *w, struct str word)
{
	return w->all.n && bsearch(&word, w->all.at, w->all.n, sizeof(*w->all.at), str_order);
}

void words_add_project(struct words *w, const struct pack *pack, const struct tree *t, struct node language)
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

void words_add_language(struct words *w, const struct pack *pack, struct node language)
{
	struct node table = pack_table(pack, "model-words"), tables = node_get(table, "tables");

	words_add_members(w, language, node_get(table, "members"));
	words_add_members(w, node_get(language, "flow"), node_get(table, "flow"));
	words_add_node(w, node_get(table, "words"));
	for (uint32_t i = 0; i < node_list_count(tables); i++)
		words_add_node(w, pack_table(pack, arena_strdup(w->a, node_str(node_list_at(tables, i)))));
}

struct str comments_of(struct arena *a, const struct code_units *u, struct str text)
{
	char *out = arena_strdup(a, text);

	for (size_t i = 0; i < u->tokens.n; i++) {
		struct str token = u->tokens.at[i].text;
		memset(out + (token.p - text.p), ' ', token.n);
	}
	return (struct str){ out, text.n };
}
