/* command_line.h - split the failed command line into commands and words, and correct it
 *
 * A record's source.command is an argv, or a shell with "-c" and the line.  The line is split at pipes, "&&" and so on;
 * wrappers before a command, such as "sudo -u me", "env A=b" and "time" (table `wrappers`), are skipped.
 *
 * A correction consists of text that the user typed and of quoted values of typed slots. */
#ifndef HEAL_ANALYZE_COMMAND_LINE_H
#define HEAL_ANALYZE_COMMAND_LINE_H

#include "analyze/scope.h"
#include "base/shell.h"
#include "record/record.h"
#include "rules/pack.h"

struct simple_command {
	size_t from;                   /* its start in the line, with wrappers */
	size_t begin, to;              /* its range without them */
	const struct shell_word *word; /* word[0]: the program */
	size_t n;
	struct str program; /* its base name */
};

enum { COMMANDS_MOST = 8 }; /* maximum number of commands per line */

struct command_line {
	struct shell_line line;
	struct str shell; /* the shell that runs the line, if it needs one */
	struct simple_command at[COMMANDS_MOST];
	size_t n;
};

/* From source.command; false: there is none, or it cannot be split. */
bool command_line_read(
	struct arena *a, const struct pack *pack, const struct str_list *command, struct command_line *t);

/* The scope with the values of a command (heal-rules(5), "Command lines"). */
const struct scope *command_line_scope(struct arena *a, const struct pack *pack, const struct command_line *t,
	const struct simple_command *c, const struct scope *s);

/* The text of a command without wrappers. */
struct str command_line_text(const struct command_line *t, const struct simple_command *c);
/* The wrappers as typed: "sudo -u me ". */
struct str command_line_prefix(const struct command_line *t, const struct simple_command *c);

/* Make steps for the line with command c replaced by these commands, all of which must succeed: a step for each if c is
 * the whole line, otherwise one step run by a shell.  false: the result is equal to the typed line. */
bool command_line_steps(struct arena *a, const struct command_line *t, const struct simple_command *c,
	const struct str *texts, size_t n, struct step_list *out);

/* Were the steps made by command_line_steps? */
bool command_line_is_fix(const struct step_list *steps);
/* Does a pattern of the table `dangers` match the steps, but not the typed line? */
bool command_line_is_dangerous(
	struct arena *a, const struct pack *pack, const struct command_line *t, const struct step_list *steps);

#endif
