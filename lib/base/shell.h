/* shell.h - split a command line as a shell does, without running it
 *
 * Quotes, backslashes, comments, redirections and the operators between commands are recognised; nothing is expanded. A
 * line with a syntax error, such as an unclosed quote, is still split, and is not `simple`.
 *
 * Why not the C library's word expansion: it starts a shell for $(...), does not recognise operators, and does not
 * report the position of a word, which a correction has to replace; g_shell_parse_argv(3) of GLib lacks the latter two
 * as well. */
#ifndef HEAL_BASE_SHELL_H
#define HEAL_BASE_SHELL_H

#include "base/arena.h"

struct shell_word {
	size_t from, to;  /* its extent in the line, with quotes */
	struct str value; /* without its quotes */
	bool literal;     /* nothing to expand */
};

struct shell_command {
	size_t from, to; /* its extent in the line, with redirections */
	struct shell_word *word;
	size_t n;
};

struct shell_line {
	struct str text;
	struct shell_command *command;
	size_t n;
	bool simple; /* a single command of literal words */
};

enum { SHELL_LINE_MAX = 64 * 1024 }; /* a longer line is not split: no commands */

/* The result is in the arena; the text must outlive it. */
struct shell_line shell_split(struct arena *a, struct str text);

/* The word, quoted for a shell if necessary. */
struct str shell_quote(struct arena *a, struct str word);

#endif
