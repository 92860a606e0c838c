/* external_scan.h - internal: the search for a command that acts outside the project */
#ifndef HEAL_POLICY_EXTERNAL_SCAN_H
#define HEAL_POLICY_EXTERNAL_SCAN_H

#include "base/vec.h"
#include "policy/external_command.h"
#include "rules/node.h"

struct words {
	const struct str *at;
	size_t n;
};

struct variable {
	struct str name, value;
};

/* What was found; what.n is 0: nothing. */
struct effect {
	struct str what;
	VEC(struct words) proof; /* of the scanned command itself */
	bool in_dry_run;         /* it would happen in a dry run of make, too */
};

struct scan {
	struct arena *a;
	struct node table, names;
	const struct config *config;
	struct str dir;         /* working directory of the command */
	struct str interpreter; /* to which the next command, a script, is given */
	int depth;
	size_t steps;              /* of work, limited */
	VEC(struct variable) vars; /* of scripts and makefiles, as read so far */
	VEC(struct str) files;     /* being read or read before, with the targets asked for */
};

enum { SCAN_DEPTH = 12, SCAN_STEPS = 20000, SCAN_FILE_MAX = 1 << 20 };

/* Does this command act?  Each function below adds to *e only if nothing was found before. */
void scan_argv(struct scan *s, struct words w, struct effect *e);
/* Commands in the language of the shell.  where: for the message, or empty; line: of its first line, 0: none. */
void scan_text(struct scan *s, struct str text, struct str where, size_t line, struct effect *e);
/* A script.  interpreter: that it is given to, or empty. */
void scan_script(struct scan *s, struct str path, struct str interpreter, struct effect *e);
/* Text of a programming language: commands in its string literals. */
void scan_code(struct scan *s, struct str text, struct str where, struct effect *e);
/* The targets of a makefile that `w`, a call of make, names. */
void scan_make(struct scan *s, struct words w, struct node row, struct effect *e);
/* A script of a JSON file: the command lines of that name in its member `scripts`, with those that precede and follow
 * it.
 */
void scan_json_script(struct scan *s, struct str file, struct str name, struct effect *e);

/* Is row i of the table that of the program? */
bool row_is_of(struct scan *s, uint32_t i, struct str program);
/* An option of the row that takes the next word? */
bool option_takes_word(struct node row, struct str option);
/* Does the name of a target or script contain a word of an act? */
bool name_acts(struct scan *s, struct str name);
/* true: too much was read, which counts as an effect. */
bool scan_too_much(struct scan *s, struct effect *e);
void effect_found(struct scan *s, struct effect *e, struct str what, struct str where, size_t line);

/* The variables of scripts and makefiles in a text: $X, ${X}, ${X:-word}, $(X). */
struct str expand(struct scan *s, struct str text);
void variable_set(struct scan *s, struct str name, struct str value);
/* Read a file of the project; false: there is none that could be read. */
bool scan_file(struct scan *s, struct str path, struct str *text);
/* Does a file of the project whose name matches the glob contain a match?  Also if there are too many to look. */
bool project_contains(struct scan *s, struct str glob, struct str pattern);
/* Is this file, with these words, read for the first time? */
bool scan_first(struct scan *s, struct str path, struct str words);

#endif
