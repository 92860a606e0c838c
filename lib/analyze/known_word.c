#include "analyze/known_word.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "lang/language.h"

enum { WORD_MAX = 200, FILES = 1000, BYTES = 8 << 20 };

/* ---- the language ---- */

static bool is_among_words(struct str list, struct str word)
{
	struct str one;

	while (str_split(&list, ' ', &one))
		if (one.n && str_eq(one, word))
			return true;
	return false;
}

/* A mark such as "; then", with or without its blanks. */
static bool is_mark_of(struct node list, struct str word)
{
	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct node one = node_list_at(list, i);
		struct str text = node_kind(one) == NODE_MAP ? node_str(node_get(one, "text")) : node_str(one);
		if (text.n && str_eq(str_trim(text), str_trim(word)))
			return true;
	}
	return false;
}

static bool is_bracket(struct node list, struct str word)
{
	for (uint32_t i = 0; word.n == 1 && i < node_list_count(list); i++) {
		struct str pair = node_str(node_list_at(list, i));
		if (str_chr(pair, word.p[0]) < pair.n)
			return true;
	}
	return false;
}

static bool is_in_tables(const struct pack *pack, struct node names, struct str word)
{
	char name[64];

	for (uint32_t i = 0; i < node_list_count(names); i++) {
		struct str one = node_str(node_list_at(names, i));
		snprintf(name, sizeof(name), "%.*s", STR_ARG(one));
		if (node_kind(node_get_str(pack_table(pack, name), word)) != NODE_NONE)
			return true;
	}
	return false;
}

static bool is_of_language(const struct pack *pack, struct node language, struct str word)
{
	static const char *const words[] = { "keywords", "value_words", "comparisons" };
	static const char *const marks[] = { "line_ends", "separators", "line_comments", "blocks" };

	if (str_is(word, ",") || str_is(word, ";") || str_is(word, ":") ||
		is_bracket(node_get(language, "brackets"), word))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_among_words(node_str(node_get(language, words[i])), word))
			return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (is_mark_of(node_get(language, marks[i]), word))
			return true;
	return is_in_tables(pack, node_get(language, "word_tables"), word);
}

/* ---- the project ---- */

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A name, or several joined by one of ". :: - /". */
static bool is_name(struct str s)
{
	bool joint = true;

	if (s.n == 0 || s.n > WORD_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (is_word_byte(s.p[i])) {
			joint = false;
			continue;
		}
		if (joint || !strchr(".:-/", s.p[i]) || !s.p[i])
			return false;
		if (s.p[i] == ':' && (i + 1 >= s.n || s.p[++i] != ':'))
			return false;
		joint = true;
	}
	return !joint;
}

static bool is_in_files(struct source_tree *v, struct str extension, struct str word)
{
	struct arena *a = source_arena(v);
	struct str *paths = arena_alloc(a, FILES * sizeof(*paths)), glob = arena_join(a, STR("**/*"), extension);
	size_t n = source_glob(v, a, glob, paths, FILES), bytes = 0;

	for (size_t i = 0; i < n && bytes < BYTES; i++) {
		const struct text *x = source_read(v, paths[i]);
		if (x && str_has_word(x->all, word))
			return true;
		bytes += x ? x->all.n : 0;
	}
	return false;
}

static bool is_file(struct source_tree *v, struct str word)
{
	return source_exists(v, word) || source_exists(v, path_join(source_arena(v), source_cwd(v), word));
}

static bool is_known(const struct pack *pack, struct source_tree *v, const struct text *x, struct str word)
{
	if (word.n == 0 || (x && is_of_language(pack, language_of(pack, x->path, x->all), word)))
		return true;
	if (!is_name(word))
		return false;
	return (x && str_has_word(x->all, word)) || is_file(v, word) ||
		(x && path_extension(x->path).n && is_in_files(v, path_extension(x->path), word));
}

bool word_is_known(const struct pack *pack, struct source_tree *v, const struct text *x, struct str word)
{
	struct arena *a = source_arena(v);
	static const char known = 'k', unknown = 'u';
	void **note = source_note(v, arena_printf(a, "word %.*s %.*s", STR_ARG(x ? x->path : STR("")), STR_ARG(word)));

	if (!*note)
		*note = (void *)(is_known(pack, v, x, word) ? &known : &unknown);
	return *note == (void *)&known;
}
