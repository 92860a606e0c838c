/* copy_tree.h - a project copied into an empty folder, as sandbox.h says */
#ifndef HEAL_SANDBOX_COPY_TREE_H
#define HEAL_SANDBOX_COPY_TREE_H

#include "sandbox/link_target.h"
#include "sandbox/sandbox.h"

struct copy_source {
	struct link_names names;
	const struct sandbox_subset *subset; /* NULL: all */
};

/* What may still be copied, in any number of calls. */
struct copy_budget {
	uint64_t bytes, space; /* of the limit, of the disk */
	size_t files;
	double until;
};

void copy_budget_begin(struct copy_budget *b, const struct sandbox_limits *limits, int to);

/* All of the folder `from`, which is names.root; what was copied before an error stays. */
bool copy_tree(const struct copy_source *source, struct copy_budget *left, int from, int to, struct err *err);
/* Of a subset: only the files of one folder, which is `dir` below the root ("." for the root), and the links to
 * folders in it.  What is there in `to` stays. */
bool copy_files(
	const struct copy_source *source, struct copy_budget *left, struct str dir, int from, int to, struct err *err);

#endif
