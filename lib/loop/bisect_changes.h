/* bisect_changes.h - what changed last, as a solution: to revert it */
#ifndef HEAL_LOOP_BISECT_CHANGES_H
#define HEAL_LOOP_BISECT_CHANGES_H

#include "record/record.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

#define REVERT_STRATEGY "revert" /* by which such a solution is known */

enum bisect_state {
	BISECT_FOUND,
	BISECT_SAME, /* nothing changed since that state */
	BISECT_END   /* there is no i-th state */
};

/* Give the project's files the text that they had in the i-th of the states that recent_changes.h knows; a file that is
 * gone comes back, one that is new stays.  Its risk is red: what somebody wrote is only reverted by a person. */
enum bisect_state bisect_solution(
	struct arena *a, const struct pack *pack, struct source_tree *project, size_t i, struct solution *solution);

#endif
