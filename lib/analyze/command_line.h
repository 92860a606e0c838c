/* command_line.h - the command line that failed, as the user typed it: its commands, their words, and corrections
 *
 * A record's source.command is argv, or a shell with "-c" and the line.  Each
 * command of the line (parted by pipes, "&&" ...) is looked at behind its
 * wrappers: "sudo -u me", "env A=b", "time"; the table `wrappers` knows them.
 *
 * What stands in the line is the user's own.  A correction is built from it,
 * and everything else that enters it has passed a typed slot and is quoted. */
#ifndef HEAL_ANALYZE_COMMAND_LINE_H
#define HEAL_ANALYZE_COMMAND_LINE_H

#include "analyze/scope.h"
#include "base/shell.h"
#include "record/record.h"
#include "rules/pack.h"

struct simple_command {
	size_t from;                   /* where it begins in the line, wrappers included */
	size_t begin, to;              /* itself, without them */
	const struct shell_word *word; /* word[0]: the program */
	size_t n;
	struct str program; /* its base name */
};

enum { COMMANDS_MOST = 8 }; /* commands of a line that are looked at */

struct command_line {
	struct shell_line line;
	struct str shell; /* who reads the line, where it needs a shell */
	struct simple_command at[COMMANDS_MOST];
	size_t n;
};

/* From source.command; false: there is none, or nothing that can be split. */
bool command_line_read(
	struct arena *a, const struct pack *pack, const struct str_list *command, struct command_line *t);

/* The values of one of its commands (heal-rules(5), "Command lines"). */
const struct scope *command_line_scope(struct arena *a, const struct pack *pack, const struct command_line *t,
	const struct simple_command *c, const struct scope *s);

/* The command's text with its words replaced, or as it is: parts of a correction. */
struct str command_line_text(const struct command_line *t, const struct simple_command *c);
/* "sudo -u me ", the wrappers as they were typed. */
struct str command_line_prefix(const struct command_line *t, const struct simple_command *c);

/* The line with command c replaced by these commands, all of which must succeed, as steps of a
 * solution: a step each where c is the whole line, else one step that a shell reads.  false: the
 * result is what was typed. */
bool command_line_steps(struct arena *a, const struct command_line *t, const struct simple_command *c,
	const struct str *texts, size_t n, struct step_list *out);

/* Do the steps come from command_line_steps? */
bool command_line_is_fix(const struct step_list *steps);
/* Does a pattern of the table `dangers` match what they run, but not what was typed? */
bool command_line_is_dangerous(
	struct arena *a, const struct pack *pack, const struct command_line *t, const struct step_list *steps);

#endif
