/* apply.h - a plan carried out under the journal */
#ifndef HEAL_APPLY_H
#define HEAL_APPLY_H

#include "policy/policy.h"

/* Do it, under a journal entry whose name is put into *backup (in the plan's arena).  note: see
 * journal_begin.  timeout: seconds for each command.  An approval of the plan is used up by it, and it
 * leaves the queue.  On failure all is as before, unless the
 * status is HEAL_BROKEN. */
bool plan_apply(const struct plan *plan, const struct policy *policy, const struct json *note, double timeout,
	struct str *backup, struct err *err);

/* What the journal is to keep of it: solution, plan, and the record's incident. */
struct json *plan_note(struct arena *a, const struct plan *plan, const struct record *record);

#endif
