/* reverted_run.h - run a command in a copy of the project in which fixes are reverted
 *
 * The files of the fixes get their old contents for this run, and their present ones again after it.  What commands of
 * the fixes did stays. */
#ifndef HEAL_VALIDATE_REVERTED_RUN_H
#define HEAL_VALIDATE_REVERTED_RUN_H

#include "base/vec.h"
#include "journal/journal.h"
#include "sandbox/sandbox.h"

/* A file as it was before the fixes. */
struct old_file {
	struct str path; /* below the root, from tree_name() */
	bool existed;
	struct str text;
	mode_t mode;
};

struct old_files {
	VEC(struct old_file) all;
};

/* Add the old contents of the entry's files; those that *out has remain, so add the oldest entry first. */
bool old_files_of_entry(struct arena *a, const struct tree *tree, const struct journal_entry *e, struct old_files *out,
	struct err *err);
/* Add the present content of a file of the tree. */
bool old_files_of_tree(
	struct arena *a, const struct tree *tree, struct str path, struct old_files *out, struct err *err);

/* Run in the copy, and use the result.  false: err, which the caller gets. */
typedef bool run_in_copy(void *ctx, struct sandbox *copy, struct err *err);

/* false: err is that of run(), or a file could not be written; HEAL_BROKEN if it could not be written after the run. */
bool reverted_run(struct arena *a, struct sandbox *copy, const struct old_files *old, run_in_copy *run, void *ctx,
	struct err *err);

#endif
