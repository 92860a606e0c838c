/* checker.h - the language's own parser: does a text parse?
 *
 * A row of the table `languages` names it (`check`): a command that reads one file, runs nothing of
 * it, and fails where the file does not parse.  It runs in a folder that is not the project's, with a PATH of
 * absolute folders, so that no file of the project is taken for a program or a module of the checker.  Where no
 * tool has such a command, heal has a program of its own for it: tools/check. */
#ifndef HEAL_LANG_CHECKER_H
#define HEAL_LANG_CHECKER_H

#include "base/arena.h"
#include "base/proc.h"
#include "lang/build_flags.h"
#include "rules/node.h"
#include "tree/source_tree.h"

enum { CHECKER_TIMEOUT = 20 }; /* seconds that a checker may take */
/* With what heal's own checkers end: some files do not parse, or nothing can be said (a library is not there). */
enum { CHECKER_SOME_REFUSED = 3, CHECKER_UNABLE = 4 };

/* The checker's argv for a file (an absolute path, so that no name is taken for an option), whose neighbours
 * are in `dir` and that is compiled with these flags (NULL: none).  NULL: the language has none, or it is not
 * installed. */
char **checker_argv(struct arena *a, struct node language, struct str file, struct str dir, const struct flags *flags);

/* What a run of it says of the file. */
enum checker_answer { CHECKER_ACCEPTS, CHECKER_REFUSES, CHECKER_DOES_NOT_KNOW };
enum checker_answer checker_answer_of(struct node language, const struct proc_result *r);

/* Which of n texts parse, in place of x: parses[i] is set for each.  They are written into a private directory
 * that is gone afterwards.  Where the row has `check_all`, a command for many files, it is run once for all of them;
 * else `check` is run for each until `seconds` are over.  What was answered in this process is not asked again while
 * the files beside it that the row names, those in the directories of the flags (NULL: none) and the flags are the
 * same.  The number of texts that were looked at, from the first on. */
size_t checker_try(struct node language, const struct text *x, const struct flags *flags, const struct str *texts,
	size_t n, double seconds, bool *parses);

#endif
