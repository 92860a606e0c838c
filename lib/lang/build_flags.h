/* build_flags.h - what the build tells the compiler of a file, as far as a checker may hear it
 *
 * A checker that does not know the project's own include directories and definitions takes no file that needs them.
 * The row's `flags` in the table `languages` says where they stand - in the commands that the build printed, in its
 * database of commands, in files that it wrote - and which of them are handed on.  A log is hostile: what the row does
 * not name is dropped, and a name of a file or directory counts only where it is there, below the root or below one of
 * the directories that the row trusts. */
#ifndef HEAL_LANG_BUILD_FLAGS_H
#define HEAL_LANG_BUILD_FLAGS_H

#include "rules/node.h"
#include "tree/source_tree.h"

struct flags {
	const struct str *words; /* for the checker: options with what belongs to them in the same word */
	size_t n;
	const struct str *dirs; /* of those in the project the directories, absolute: an answer depends on them */
	size_t dirs_n;
	struct str told; /* the words, with names below the root: the same in a copy of the project */
};

enum { FLAGS_MOST = 64 };

/* For the file x; output: what the build printed, or nothing.  None where nothing is known: never fails.
 * Everything lives in the view's arena until source_forget. */
const struct flags *flags_find(struct source_tree *v, struct node language, const struct text *x, struct str output);

#endif
