/* planner.h - make a plan (policy/plan.h) from the steps of a solution */
#ifndef HEAL_PLANNER_H
#define HEAL_PLANNER_H

#include "policy/policy.h"

/* NULL: err; status HEAL_WRONG: refused, HEAL_REFUSED: a file could not be read.  policy and tree must outlive the
 * plan.
 */
struct plan *plan_make(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, struct err *err);

#endif
