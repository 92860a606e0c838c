/* bisect_changes.h - what changed last, as a solution: to take it back */
#ifndef HEAL_LOOP_BISECT_CHANGES_H
#define HEAL_LOOP_BISECT_CHANGES_H

#include "record/json.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

#define REVERT_STRATEGY "take-back" /* by which such a solution is known */

/* Give the project's files the text that they had in the i-th of the states that recent_changes.h knows; a file that is
 * gone comes back, one that is new stays.  It is red: what somebody wrote is only taken back by a person.  false: there
 * is no i-th state.  *solution is NULL where nothing changed since. */
bool bisect_solution(
	struct arena *a, const struct pack *pack, struct source_tree *project, size_t i, struct json **solution);

#endif
