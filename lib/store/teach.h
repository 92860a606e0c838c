/* teach.h - internal: outcomes, from validations and from what people do with fixes
 *
 * An outcome is one for an incident, an attempt and a solution; a later lesson about the same one replaces it, so that
 * a fix that was validated and then undone has failed, and does not count as one success and one failure.  Each change
 * is in the chain, and comes from a record, so that a store made from an export has learned the same.
 *
 *     event         the outcome becomes
 *     fix_undone    failure: a person undid the fix (heal undo)
 *     fix_edited    failure: somebody replaced what heal had written (late_outcomes.h)
 *     fix_returned  failure: the incident came back although the fix was in place (late_outcomes.h)
 *     fix_denied    failure, if the plan was denied as wrong, harmful, incomplete or for another reason; if it was
 *                   denied as unneeded, out of scope or to be done by hand, there is no outcome
 *     fix_approved  success: a person read the plan and found it right; it replaces an earlier denial
 *
 * The first three concern the last attempt of the incident with that solution; an approval or a denial counts as its
 * attempt 0, and later validations count besides. */
#ifndef HEAL_STORE_TEACH_H
#define HEAL_STORE_TEACH_H

#include "store/chain.h"
#include "store/internal.h"

struct lesson {
	struct str incident; /* p == NULL: of no record */
	int64_t attempt;
	struct str solution, rule, variant, fingerprint, basis;
	struct str why;  /* see schema.c */
	struct str time; /* UTC, as in the store */
	bool success;
};

/* What the validation of an incident's fix teaches, unless a person has taught something else of that attempt; when:
 * room for its time.  false: nothing. */
bool lesson_of_record(
	const struct record *r, int64_t attempt, struct str time, char when[WHEN_TEXT], struct lesson *out);
/* What became of the attempt after its validation: undone, edited or returned, in the arena; p == NULL: nothing.  A
 * record of the attempt that comes late does not change that. */
struct str lesson_of_person(struct db *db, struct arena *a, struct str incident, int64_t attempt);
/* What a record teaches that was just stored with this number: outcomes, lessons and what its incident is asked for,
 * but not the sums over these (tally.h).  kind: its kind's name; json: its line. */
bool teach_record(
	struct db *db, struct chain_rows *chain, int64_t seq, struct str kind, struct str json, struct err *err);

#endif
