/* shell.h - a command line as a shell would split it, without ever running it
 *
 * Quotes, backslashes, comments, redirections and the operators that part one
 * command from the next are known; nothing is expanded.  A line that no shell
 * would take (a quote left open) is still split, and is not simple.
 *
 * Why not the C library's word expansion: it starts a shell for $(...), knows no operators, and does not say where a
 * word stands, which is what a correction has to replace; g_shell_parse_argv(3) of GLib lacks the latter two as well.
 */
#ifndef HEAL_BASE_SHELL_H
#define HEAL_BASE_SHELL_H

#include "base/arena.h"

struct shell_word {
	size_t from, to;  /* where it stands in the line, quotes and all */
	struct str value; /* without its quotes */
	bool literal;     /* the value is all that it stands for: nothing to expand */
};

struct shell_command {
	size_t from, to; /* from its first word to its end, redirections included */
	struct shell_word *word;
	size_t n;
};

struct shell_line {
	struct str text;
	struct shell_command *command;
	size_t n;
	bool simple; /* one command of literal words and nothing else: the words say it all */
};

enum { SHELL_LINE_MAX = 64 * 1024 }; /* what is longer is not split: no commands */

/* Everything in the arena; the text must outlive it. */
struct shell_line shell_split(struct arena *a, struct str text);

/* The word as one may type it: itself, or in quotes where a shell would read it otherwise. */
struct str shell_quote(struct arena *a, struct str word);

#endif
