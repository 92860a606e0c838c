/* late_outcomes.h - later outcomes of fixes: they were edited, or their incident occurred again
 *
 * When incidents of a project are stored, on the machine where they occurred, heal looks at each fix of that project
 * that was validated in the last LATE_DAYS days and is still applied by the undo journal, and at the files that it
 * changed; of all but the newest, only when their incident occurs again.  Let `old` be a file before the fix, `new`
 * what heal wrote, `now` what is there.
 *
 *     fix_edited     now is neither old nor new, and in each place that heal changed its own text (what differs between
 *                    old and new there, more than white space) is gone, while the lines around that place are those of
 *                    new: somebody replaced what heal wrote, and not the whole passage.  If the place is again as in
 *                    old, it counts only if the incident has come back.
 *     fix_returned   all files are as heal wrote them, and an incident with the same fingerprint is reported in one of
 *                    them, later than the fix: it did not last.
 *
 * Nothing is concluded, since a wrong lesson is worse than none: from a file that is as before the fix, which version
 * control may have restored; if .git/HEAD is newer than the fix, since another branch may be checked out; if heal
 * changed the file again; if the journal or the store no longer has what heal wrote; if heal's own text is still in the
 * line that somebody changed.
 *
 * Both are event records, which teach (teach.h). */
#ifndef HEAL_STORE_LATE_OUTCOMES_H
#define HEAL_STORE_LATE_OUTCOMES_H

#include "store/store.h"

enum { LATE_DAYS = 7 };

struct late_outcomes;

struct late_outcomes *late_outcomes_new(struct store *s); /* s must outlive it */
void late_outcomes_free(struct late_outcomes *x);         /* NULL is fine */
/* Will late_outcomes_see read or write the store for this record? */
bool late_outcomes_asks(struct late_outcomes *x, const struct record *r);
/* Call it for each record before it is stored.  false: err; an event could not be stored. */
bool late_outcomes_see(struct late_outcomes *x, const struct record *r, struct err *err);

#endif
