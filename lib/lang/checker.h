/* checker.h - test with the language's own parser whether a text parses
 *
 * `check` in a row of the table `languages` is a command that parses one file without executing it, and fails if the
 * file does not parse.  It runs confined (base/confinement.h) in a directory outside the project, with only absolute
 * directories in PATH, so that no file of the project is used as a program or a module of the checker.  For languages
 * without such a tool, heal has its own checkers: tools/check. */
#ifndef HEAL_LANG_CHECKER_H
#define HEAL_LANG_CHECKER_H

#include "base/arena.h"
#include "base/proc.h"
#include "lang/build_flags.h"
#include "rules/node.h"
#include "tree/source_tree.h"

enum { CHECKER_TIMEOUT = 20 }; /* time limit in seconds */
/* Exit statuses of heal's own checkers: some files do not parse; no result (a library is missing). */
enum { CHECKER_SOME_REFUSED = 3, CHECKER_UNABLE = 4 };

/* The checker's argv for a file, given by its absolute path so that it cannot be read as an option.  dir: the directory
 * for its includes; flags: its build flags or NULL.  NULL: the language has no checker, or it is not installed. */
char **checker_argv(struct arena *a, struct node language, struct str file, struct str dir, const struct flags *flags);

/* May the result depend on files beside the one that it parses? */
bool checker_looks_around(struct node language);
/* What it may do: read, and write to a temporary directory.  NULL: the packs have no such profile. */
const struct confinement *checker_confinement(struct arena *a, struct node language);
/* The argv of another command of the row, by its keyword; {file} is `value`.  NULL as above. */
char **checker_words(struct arena *a, struct node language, const char *keyword, struct str value);

/* The result of one run of it. */
enum checker_answer { CHECKER_ACCEPTS, CHECKER_REFUSES, CHECKER_DOES_NOT_KNOW };
enum checker_answer checker_answer_of(const struct proc_result *r);

/* Test which of n texts parse in place of x, and set parses[i] for each.  The texts are written to a private temporary
 * directory.  If the row has `check_all`, a command for many files, it is run once for all of them; else `check` is run
 * for each text until `seconds` have passed.  Results are cached in the process as long as the flags (NULL: none), the
 * files in their directories and the neighbouring files that the row names are unchanged.  Returns the number of texts
 * tested, from the first on. */
size_t checker_try(struct node language, const struct text *x, const struct flags *flags, const struct str *texts,
	size_t n, double seconds, bool *parses);

#endif
