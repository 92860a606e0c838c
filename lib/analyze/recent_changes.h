/* recent_changes.h - what changed last, as the project's version control tells
 *
 * A row of the table `vcs` names the commands.  Nothing is written. */
#ifndef HEAL_ANALYZE_RECENT_CHANGES_H
#define HEAL_ANALYZE_RECENT_CHANGES_H

#include "base/arena.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

enum { CHANGES_FILES_MAX = 40 };

struct changed {
	struct str path; /* below the root */
	struct str was;  /* its text before; p == NULL: it was not there, or is no text */
};

struct changes {
	struct str since;   /* before what, in words: "since the last commit" */
	struct changed *at; /* which may differ */
	size_t n;
};

/* A state that the project was in before: the i-th of those that the table knows, 0 the latest.  At most
 * CHANGES_FILES_MAX files; where more differ, or no version control is there or answers, none.  false: there is no
 * i-th. */
bool changes_since(struct arena *a, const struct pack *pack, struct source_tree *v, size_t i, struct changes *out);

/* Nothing that the repository itself may name, a hook, a filter or an external diff, is run for this.
 * Since when this line of the file below the root is as it is now, if that is not long: words of the table, as `since`
 * above.  p == NULL: it is older, or nobody knows. */
struct str changes_of_line(const struct pack *pack, struct source_tree *v, struct str path, int64_t line);

#endif
