/* apply.h - apply a plan with the undo journal */
#ifndef HEAL_FIX_APPLY_H
#define HEAL_FIX_APPLY_H

#include "base/proc.h"
#include "policy/policy.h"

/* What came of it, in the plan's arena. */
struct applied {
	struct str backup;                    /* the name of the journal entry */
	struct str_list confined, unconfined; /* of all commands (confined.h); empty: none was run */
};

/* Apply a plan.  Its commands run confined (command_profile).  note: see journal_begin.  timeout: seconds for each
 * command.  The plan's approval is deleted, and the plan is removed from the queue.  On failure everything is restored
 * unless the status is HEAL_BROKEN. */
bool plan_apply(const struct plan *plan, const struct policy *policy, const struct json *note, double timeout,
	struct applied *applied, struct err *err);

/* What plan_apply checks, for a plan that is carried out in a copy: did the command succeed (err: its last line of
 * output), and is no failure suppressed in the files that commands changed? */
bool plan_command_passed(struct arena *a, const struct command *c, const struct proc_result *r, struct err *err);
bool plan_commands_accepted(const struct plan *plan, const struct policy *policy, struct err *err);

/* The note for the journal entry: solution, plan, and the record's incident. */
struct json *plan_note(struct arena *a, const struct plan *plan, const struct record *record);

#endif
