/* build_flags.h - compiler options of a file's build that are passed to its checker
 *
 * Without the project's include directories and definitions a checker rejects files that need them.  `flags` in the
 * language's row of the table `languages` lists their sources (the commands that the build printed, a compilation
 * database, files that the build wrote), and the options that are passed.  The sources are untrusted: other options are
 * dropped, and a file or directory is accepted only if it exists below the root or a directory that the row trusts. */
#ifndef HEAL_LANG_BUILD_FLAGS_H
#define HEAL_LANG_BUILD_FLAGS_H

#include "rules/node.h"
#include "tree/source_tree.h"

struct flags {
	const struct str *words; /* for the checker: options joined with their values */
	size_t n;
	const struct str *dirs; /* directories of the project among them, absolute: results depend on their files */
	size_t dirs_n;
	struct str text; /* the words, with names relative to the root: equal in a copy of the project */
};

enum { FLAGS_MOST = 64 };

/* The flags for the file x; output: that of the build, or empty.  No flags if none are known; never fails.  The result
 * is valid until source_forget. */
const struct flags *flags_find(struct source_tree *v, struct node language, const struct text *x, struct str output);

#endif
