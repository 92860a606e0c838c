/* rollback.h - roll back an applied fix, and apply it again
 *
 * After a command ran with the fix, build products are newer than the old file with its old mtime, and make would
 * consider them up to date.  So files restored AFTER_A_RUN get the present time. */
#ifndef HEAL_VALIDATE_ROLLBACK_H
#define HEAL_VALIDATE_ROLLBACK_H

#include "journal/journal.h"
#include "policy/policy.h"
#include "record/record.h"

/* The journal entry of the record's fix.  Since a record may be forged, false unless the entry is of this project,
 * applied, and made for the same incident. */
bool fix_entry(const struct tree *tree, const struct record *r, const struct journal_entry *all, size_t n,
	struct journal_entry *out);
enum take_time { BEFORE_A_RUN, AFTER_A_RUN };
/* The commands that undo what the fix installed are run: whoever agreed to the fix agreed to have it checked. */
bool fix_roll_back(struct arena *a, const struct policy *policy, const struct tree *tree, const struct journal_entry *e,
	enum take_time when, struct err *err);
/* Apply it again, with a new entry.  The policy is checked, but no confirmation is required: it was given when the fix
 * was applied first. */
bool fix_reapply(struct arena *a, const struct policy *policy, const struct tree *tree, const struct record *r,
	double timeout, struct journal_entry *e, struct err *err);

#endif
