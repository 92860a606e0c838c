/* shell_reader.h - internal: what the parts of the reader of shell scripts have in common */
#ifndef HEAL_LANG_SHELL_READER_H
#define HEAL_LANG_SHELL_READER_H

#include <string.h>

#include "base/vec.h"
#include "lang/shell_script.h"

enum { DEPTH_MOST = 60 };

/* What ends a list of commands, besides the end of the text. */
enum closer { CLOSE_NONE, CLOSE_PAREN, CLOSE_CASE };

struct here_document {
	struct str end;
	bool strip, quoted;
};

struct reader {
	struct arena *a;
	struct str text; /* up to the end of what is being read */
	size_t at;
	int depth, substituted;
	unsigned lists, list;
	bool condition;
	bool in_double; /* double quotes, or a here-document: single quotes mean nothing */
	bool fixed;     /* offsets do not count: all is at `fixed_at` */
	size_t fixed_at;
	VEC(struct here_document) waiting;
	VEC(struct script_command) commands;
	VEC(struct str) functions;
	VEC(struct str) assignments;
};

static inline char look(const struct reader *r, size_t ahead)
{
	return ahead < r->text.n - r->at ? r->text.p[r->at + ahead] : '\0';
}

static inline bool ended(const struct reader *r)
{
	return r->at >= r->text.n;
}

static inline void skip(struct reader *r, size_t n)
{
	r->at = n < r->text.n - r->at ? r->at + n : r->text.n;
}

static inline bool starts(const struct reader *r, const char *z)
{
	return str_starts(str_sub(r->text, r->at, r->text.n), z);
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline bool ends_word(char c)
{
	return c == '\0' || strchr(" \t\r\n;&|()<>", c) != NULL;
}

static inline void blanks_skip(struct reader *r)
{
	while (!ended(r) && (is_blank(look(r, 0)) || starts(r, "\\\n")))
		skip(r, look(r, 0) == '\\' ? 2 : 1);
}

static inline void comment_skip(struct reader *r)
{
	skip(r, str_chr(str_sub(r->text, r->at, r->text.n), '\n'));
}

static inline void list_next(struct reader *r)
{
	r->list = ++r->lists;
}

/* shell_script.c: commands, up to what closes the list. */
void shell_list_read(struct reader *r, enum closer closer);

/* shell_words.c: what may stand in any place, quoted or expanded; false: nothing of the kind. */
bool special_skip(struct reader *r);
/* From an opening bracket to its own closing one. */
void brackets_skip(struct reader *r, char open, char close);
/* false: there is none here. */
bool word_read(struct reader *r, struct shell_word *w);
/* The same; a here-document begins behind the next newline. */
bool redirection_read(struct reader *r);
/* A newline, and the here-documents behind it. */
void newline_read(struct reader *r);

#endif
