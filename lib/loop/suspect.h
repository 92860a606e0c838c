/* suspect.h - what changed last, as a solution: to take it back */
#ifndef HEAL_SUSPECT_H
#define HEAL_SUSPECT_H

#include "json.h"
#include "pack.h"
#include "view.h"

#define SUSPECT_STRATEGY "take-back"	/* by which such a solution is known */

/* Give the project's files the text that they had in the i-th of the states that changes.h knows; a file that is gone comes
 * back, one that is new stays.  It is red: what somebody wrote is only taken back by a person.  false: there is no i-th
 * state.  *solution is NULL where nothing changed since. */
bool suspect_solution(struct arena *a, const struct pack *pack, struct view *project, size_t i, struct json **solution);

#endif
