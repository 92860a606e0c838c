/* copy_tree.h - copy a project into an empty directory, as described in sandbox.h */
#ifndef HEAL_SANDBOX_COPY_TREE_H
#define HEAL_SANDBOX_COPY_TREE_H

#include "sandbox/link_target.h"
#include "sandbox/sandbox.h"

struct copy_source {
	struct link_names names;
	const struct sandbox_subset *subset; /* NULL: all */
	/* Directories whose path ends in one of these names are made empty, and added to `left_out`, in `a`. */
	struct node overlaid;
	struct names *left_out;
	struct arena *a;
};

/* The remaining limits, for any number of calls. */
struct copy_budget {
	uint64_t bytes, space; /* that are left of the limit, and of the disk */
	uint64_t limit;
	size_t files;
	double until;
};

void copy_budget_begin(struct copy_budget *b, const struct sandbox_limits *limits, int to);

/* Copy the directory `from`, which is names.root.  After an error, the files copied before remain. */
bool copy_tree(const struct copy_source *source, struct copy_budget *left, int from, int to, struct err *err);
/* Of a subset, copy only the files and links to directories in the directory `dir` below the root ("." for the root).
 * Existing files in `to` are kept. */
bool copy_files(
	const struct copy_source *source, struct copy_budget *left, struct str dir, int from, int to, struct err *err);

#endif
