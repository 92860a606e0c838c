/* planner.h - a solution's steps turned into a plan (policy/plan.h) */
#ifndef HEAL_PLANNER_H
#define HEAL_PLANNER_H

#include "policy/policy.h"

/* NULL: err says why; status HEAL_WRONG: refused, HEAL_REFUSED: the system would not let us look.
 * policy and tree must outlive the plan. */
struct plan *plan_make(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, struct err *err);

#endif
