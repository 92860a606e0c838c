/* checker.h - test with the language's own parser whether a text parses
 *
 * `check` in a row of the table `languages` is a command that parses one file without executing it, and fails if the
 * file does not parse. */
#ifndef HEAL_LANG_CHECKER_H
#define HEAL_LANG_CHECKER_H

#include "base/arena.h"
#include "lang/build_flags.h"
#include "rules/node.h"
#include "tree/source_tree.h"

enum { CHECKER_TIMEOUT = 20 }; /* time limit in seconds */

/* The checker's argv for a file, given by its absolute path so that it cannot be read as an option.  dir: the directory
 * for its includes; flags: its build flags or NULL.  NULL: the language has no checker, or it is not installed. */
char **checker_argv(struct arena *a, struct node language, struct str file, struct str dir, const struct flags *flags);

/* Test which of n texts parse in place of x, and set parses[i] for each.  The texts are written to a private temporary
 * directory.  If the row has `check_all`, a command that prints the names of those of its files that parse, it is run
 * once; else `check` is run for each text until `seconds` have passed.  Results are cached in the process as long as
 * the flags (NULL: none), the files in their directories and the neighbouring files that the row names are unchanged.
 * Returns the number of texts tested, from the first on. */
size_t checker_try(struct node language, const struct text *x, const struct flags *flags, const struct str *texts,
	size_t n, double seconds, bool *parses);

#endif
