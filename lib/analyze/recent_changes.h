/* recent_changes.h - recent changes of the project, from its version control
 *
 * The table `vcs` defines the commands, which only read.  No program that the repository may configure (a hook, a
 * filter or an external diff) is run. */
#ifndef HEAL_ANALYZE_RECENT_CHANGES_H
#define HEAL_ANALYZE_RECENT_CHANGES_H

#include "base/arena.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

enum { CHANGES_FILES_MAX = 40 };

struct changed {
	struct str path; /* below the root */
	struct str was;  /* its old text; p == NULL: it did not exist, or is not text */
};

struct changes {
	struct str since;   /* description of the state: "since the last commit" */
	struct changed *at; /* files that may differ */
	size_t n;
	size_t too_many; /* so many files differ, too many to look at; n is 0 */
};

/* The changes since the i-th state of the table, 0 being the latest.  No files if more than CHANGES_FILES_MAX differ by
 * their contents, or without a working version control.  false: there is no i-th state. */
bool changes_since(struct arena *a, const struct pack *pack, struct source_tree *v, size_t i, struct changes *out);

/* Since when this line of the file (below the root) has been unchanged: the description of a recent state, as `since`
 * above.  p == NULL: it is older, or unknown. */
struct str changes_of_line(const struct pack *pack, struct source_tree *v, struct str path, int64_t line);

#endif
