/* bisect_changes.h - a solution that reverts recent changes */
#ifndef HEAL_LOOP_BISECT_CHANGES_H
#define HEAL_LOOP_BISECT_CHANGES_H

#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

#define REVERT_STRATEGY "revert" /* identifies such a solution */

enum bisect_state {
	BISECT_FOUND,
	BISECT_SAME, /* nothing changed since that state, or too much: then solution->reasoning says so */
	BISECT_END   /* there is no i-th state */
};

/* Restore the project's files from the i-th state of recent_changes.h.  Deleted files are restored, new files remain.
 * The risk is red: reverting someone's work requires approval. */
enum bisect_state bisect_solution(
	struct arena *a, const struct pack *pack, struct source_tree *project, size_t i, struct solution *solution);

#endif
