/* planner.h - make a plan (policy/plan.h) from the steps of a solution */
#ifndef HEAL_FIX_PLANNER_H
#define HEAL_FIX_PLANNER_H

#include "policy/policy.h"

/* START_NOTHING: if a delegate may run code of the project, no delegate is run, and the plan lists them in not_started.
 * START_PROJECT: policy_may_start permitted it. */
enum plan_start { START_NOTHING, START_PROJECT };

/* NULL: err; status HEAL_WRONG: refused, HEAL_REFUSED: a file could not be read.  policy and tree must outlive the
 * plan.
 */
struct plan *plan_make(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, enum plan_start start, struct err *err);
/* The same, with START_NOTHING or, if the policy permits it with this consent, with START_PROJECT. */
struct plan *plan_make_permitted(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, enum consent consent, struct err *err);

#endif
