#include "language.h"

#include <ctype.h>
#include <string.h>

#include "path.h"

static bool list_has(struct node list, struct str value)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (str_eq(node_str(node_list_at(list, i)), value))
			return true;
	return false;
}

/* The program that "#!/usr/bin/env python3" or "#!/bin/sh -e" names. */
static struct str shebang_program(struct str text)
{
	struct str line, word, program = STR_NONE;

	if (!str_starts(text, "#!") || !str_line(&text, &line))
		return STR_NONE;
	line = str_trim(str_sub(line, 2, line.n));
	while (str_split(&line, ' ', &word)) {
		program = path_base(word);
		if (!str_is(program, "env") && program.n && program.p[0] != '-')
			break;
	}
	return program;
}

struct node language_of(const struct pack *pack, struct str path, struct str text)
{
	struct node table = pack_table(pack, "languages");
	struct str base = path_base(path), extension = path_extension(path), program = shebang_program(text);

	for (uint32_t i = 0; i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (list_has(node_get(row, "names"), base))
			return row;
	}
	for (uint32_t i = 0; extension.n && i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (list_has(node_get(row, "extensions"), extension))
			return row;
	}
	for (uint32_t i = 0; program.n && i < node_count(table); i++) {
		struct node row = node_at(table, i);
		if (list_has(node_get(row, "programs"), program))
			return row;
	}
	return (struct node){ NULL, 0 };
}

static bool here(struct str text, size_t i, struct str mark)
{
	return mark.n && text.n - i >= mark.n && memcmp(text.p + i, mark.p, mark.n) == 0;
}

static void blank(char *out, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (out[i] != '\n')
			out[i] = ' ';
}

/* Where the comment that begins at i ends; i when none does. */
static size_t comment_end(struct node language, struct str text, size_t i)
{
	struct node lines = node_get(language, "line_comments"), blocks = node_get(language, "block_comments");

	for (uint32_t k = 0; k < node_list_count(lines); k++) {
		struct str mark = node_str(node_list_at(lines, k));
		/* "#" begins a comment in shell only at a word's start. */
		bool at_word = i == 0 || isspace((unsigned char)text.p[i - 1]) || text.p[i - 1] == ';';
		if (here(text, i, mark) && (at_word || !node_bool(node_get(language, "comment_at_word"), false)))
			return i + str_chr(str_sub(text, i, text.n), '\n');
	}
	for (uint32_t k = 0; k < node_list_count(blocks); k++) {
		struct node pair = node_list_at(blocks, k);
		struct str open = node_str(node_at(pair, 0)), close = node_str(node_at(pair, 1));
		if (!here(text, i, open))
			continue;
		size_t n = str_find(str_sub(text, i + open.n, text.n), close);
		size_t end = i + open.n + n + close.n;
		return end > text.n ? text.n : end;
	}
	return i;
}

struct span {
	size_t from, to;
};

/* Where the string that opens at i ends, behind its closing quote; i when none opens.  A string of
 * one line that is not closed ends with the line.  *inside: what is between the quotes. */
static size_t string_end(struct node language, struct str text, size_t i, struct span *inside)
{
	struct node strings = node_get(language, "strings");

	for (uint32_t k = 0; k < node_list_count(strings); k++) {
		struct node row = node_list_at(strings, k);
		struct str quote = node_str(node_get(row, "quote"));
		bool many = node_bool(node_get(row, "lines"), false), raw = node_bool(node_get(row, "raw"), false);
		if (!here(text, i, quote))
			continue;
		inside->from = i + quote.n;
		for (size_t j = inside->from; j < text.n; j++) {
			if (text.p[j] == '\\' && !raw && j + 1 < text.n && (many || text.p[j + 1] != '\n'))
				j++;
			else if (text.p[j] == '\n' && !many)
				return inside->to = j;
			else if (here(text, j, quote))
				return (inside->to = j) + quote.n;
		}
		return inside->to = text.n;
	}
	return i;
}

struct str code_only(struct arena *a, struct node language, struct str text)
{
	char *out = arena_strdup(a, text);

	for (size_t i = 0; i < text.n;) {
		size_t end = comment_end(language, text, i);
		if (end > i) {
			blank(out, i, end);
			i = end;
			continue;
		}
		struct span inside = { i, i };
		end = string_end(language, text, i, &inside);
		if (end > i) {
			/* The quotes stay, so that a string is still seen to be something. */
			blank(out, inside.from, inside.to);
			i = end;
			continue;
		}
		i++;
	}
	return (struct str){ out, text.n };
}
