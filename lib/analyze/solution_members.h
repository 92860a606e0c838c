/* solution_members.h - the members of a solution that follow from its steps */
#ifndef HEAL_ANALYZE_SOLUTION_MEMBERS_H
#define HEAL_ANALYZE_SOLUTION_MEMBERS_H

#include "record/record.h"
#include "rules/pack.h"

/* STEP_NONE: there is no step. */
enum step_kind steps_first_kind(const struct step_list *steps);

/* Set type, strategy, applicability, risk, rollback and verify, unless the pack's solution says otherwise, from
 * o->steps and o->files. */
void solution_members_set(struct arena *a, struct node solution, struct solution *o);

#endif
