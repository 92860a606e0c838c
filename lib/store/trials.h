/* trials.h - internal: solutions that were tried in a copy of the project
 *
 * Of several solutions, heal run applies one that passed in a copy.  So the outcomes of applied fixes are those of
 * survivors, and say nothing of how often a solution helps before it was tried; that is what its confidence is to say.
 * Therefore each trial with a result has a row, which passed or failed, one for an incident and a solution: a later
 * record of the incident replaces it.  If several solutions passed together, so did each of them.  What became of the
 * fix after a trial that passed is an outcome, as of any other fix.  A trial that failed is no outcome: nothing was
 * changed, so it is not counted against the fix in `heal-log rules`, deprecates nothing, and the solution does not
 * rest.
 *
 * Like outcomes, they are kept when their records are removed. */
#ifndef HEAL_STORE_TRIALS_H
#define HEAL_STORE_TRIALS_H

#include "store/db.h"
#include "store/internal.h"

struct trial_row {
	struct str solution, whole, rule, variant, fingerprint, time;
	bool passed;
};

typedef bool trial_fn(void *ctx, const struct trial_row *t);
/* The trials of an incident, until `each` returns false; then false.  time: of the record, for one whose analysis has
 * none. */
bool trials_of(const struct record *r, struct str time, trial_fn *each, void *ctx);

#define TRIALS_CONFLICT                                                                                           \
	"ON CONFLICT (incident, solution) DO UPDATE SET whole = excluded.whole, rule = excluded.rule, variant = " \
	"excluded.variant, fingerprint = excluded.fingerprint, passed = excluded.passed, time = excluded.time"

/* Fill the table from the records, when an older store is migrated. */
bool trials_adopt(struct db *db, struct err *err);

#endif
