/* shell_script.h - find the commands in a script of a POSIX shell, without running it
 *
 * The grammar is that of POSIX.1-2017 XCU 2.10 with the extensions of bash 5.2 and ksh that scripts use: functions, [[
 * ]],
 * (( )), arrays, $'...', <( ), here-strings, case with ;& and ;;&.  Commands in substitutions, in here-documents that
 * are expanded, in functions and in branches that may not be taken are found, too; those that eval, a variable's value
 * or another program run are not.  A script with a syntax error is read as far as it can be. */
#ifndef HEAL_LANG_SHELL_SCRIPT_H
#define HEAL_LANG_SHELL_SCRIPT_H

#include "base/shell.h"

/* A simple command; its assignments and redirections are left out. */
struct script_command {
	struct shell_word *word; /* offsets in the script; within `...` with a backslash, that of the substitution */
	size_t n;                /* at least 1 */
	unsigned list;           /* the same number for commands joined by &&, || and | */
	bool negated;            /* behind '!' */
	bool and_next, or_next;  /* && or || follows */
	bool condition;          /* between if, elif, while or until, and then or do */
	bool substituted;        /* in $(...) or `...` */
};

struct shell_script {
	struct script_command *command; /* in the order in which they end */
	size_t n;
	struct str *function; /* the names of those that are defined */
	size_t functions;
	struct str *assignment; /* "name=value", without quotes, of assignments before or without a command */
	size_t assignments;
};

enum { SHELL_SCRIPT_MAX = 1 << 20 }; /* bytes; of a longer one only the beginning is read */

/* The result is in the arena; the text must outlive it. */
struct shell_script shell_script_read(struct arena *a, struct str text);

/* Is the word "name=value", "name+=value" or "name[i]=value"? */
bool is_shell_assignment(struct str word);

#endif
