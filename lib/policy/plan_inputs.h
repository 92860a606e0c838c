/* plan_inputs.h - the files that a plan's commands read
 *
 * An approval is for the bytes of these files as well as for the words of the plan: `pip install -r requirements.txt`
 * is another command when the file is another.  The inputs of a command are, below the root,
 *
 *   - the files that its words name ("a", "-ra", "--option=a")
 *   - in its directory and those above it, the files that match `inputs` of the policy table: manifests, lock files,
 *     settings of package managers
 *   - the files that one of these names, and in directories that it names, also by a glob of a workspace, those
 *     that match `inputs`
 *   - a program of the project's own that is started in place of the installed one
 *
 * The files that the plan edits, or that a command is known to write, are in plan->changes instead. */
#ifndef HEAL_POLICY_PLAN_INPUTS_H
#define HEAL_POLICY_PLAN_INPUTS_H

#include "policy/plan.h"
#include "policy/policy.h"

/* Set plan->inputs; sorted.  A plan without commands has none. */
void plan_inputs_find(const struct policy *policy, struct plan *plan);
/* Are the inputs still the same, except for the files in plan->changes?  false: err names the first that is not. */
bool plan_inputs_check(const struct policy *policy, const struct plan *plan, struct err *err);

#endif
