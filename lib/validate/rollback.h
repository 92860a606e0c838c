/* rollback.h - an applied fix taken back, and put in place again
 *
 * After a command saw the fix, what was built from it is newer than the old file with
 * its old mtime would be: make would think it up to date.  So restored files get the
 * present time when they are taken back `after a run`. */
#ifndef HEAL_VALIDATE_ROLLBACK_H
#define HEAL_VALIDATE_ROLLBACK_H

#include "journal/journal.h"
#include "policy/policy.h"
#include "record/record.h"

/* The journal's entry of the record's fix.  A record is only text: false unless the entry is of this
 * project, applied, and made for this very incident. */
bool fix_entry(const struct tree *tree, const struct record *r, const struct journal_entry *all, size_t n,
	struct journal_entry *out);
enum take_time { BEFORE_A_RUN, AFTER_A_RUN };
bool fix_roll_back(
	struct arena *a, const struct tree *tree, const struct journal_entry *e, enum take_time when, struct err *err);
/* Apply it again, with a new entry.  The policy is asked whether it may be done, not who agreed: that was
 * settled when it was applied first. */
bool fix_reapply(struct arena *a, const struct policy *policy, const struct tree *tree, const struct record *r,
	double timeout, struct journal_entry *e, struct err *err);

#endif
