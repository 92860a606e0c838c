/* context.h - internal: what incidents are asked for, in the last columns of their table
 *
 * These can be computed from the records, events, outcomes and lessons; they exist so that each question walks along
 * one index.
 *
 *     alike     a hash of the normalised message
 *     status    open, fixed, passed, failed, that of the fix, or what a person made of it
 *     healed, manual      1 or 0
 *     applied, undone     attempts
 *     successes, failures outcomes
 *
 * lacks: what is missing for heal to act on a failure that is not the effect of another one:
 *     rule    no rule matched its output (heal-detect --unknown)
 *     cause   it was analysed, and no cause is known
 *     fix     its cause is known, but only advice, or nothing, follows from it
 * Empty for anything else, and for what was not analysed. */
#ifndef HEAL_STORE_CONTEXT_H
#define HEAL_STORE_CONTEXT_H

#include "store/db.h"
#include "store/internal.h"

/* Does the record have a solution other than advice? */
bool record_can_act(const struct record *r);
bool record_is_analysed(const struct record *r);

/* What the row says of a record, as long as nothing else is known of its incident; texts in the arena, or the record's.
 */
struct context {
	struct str fingerprint, alike, project, command, tool, rule, path, status, lacks;
};
struct context incident_context(struct arena *a, const struct record *r);

/* Set these columns of an incident whose row is of this record, and count again, also if it is of another one. */
bool context_put(struct db *db, const struct record *r, int64_t seq, int64_t attempt, struct err *err);
/* Set what a person or a later run made of it (a word of lessons.why), and count its outcomes again. */
bool context_status(struct db *db, struct str incident, struct str status, struct err *err);

/* The hash by which messages are alike, in the arena. */
struct str message_key(struct arena *a, struct str message);

/* Fill these columns when a store of a version before 3 is migrated, and add the tables of that version to the chain.
 */
bool contexts_adopt(struct db *db, struct err *err);

#endif
