/* context.h - internal: what incidents are asked for, one row each in the table `contexts`
 *
 * The rows can be computed from the records, events, outcomes and lessons; they exist so that each question walks along
 * one index.
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

/* Write the row of an incident whose row in `incidents` is of this record, or count it again if it is of another one.
 */
bool context_put(struct db *db, const struct record *r, int64_t seq, int64_t attempt, struct str time, struct err *err);
/* Set what a person or a later run made of it (a word of lessons.why), and count its outcomes again. */
bool context_status(struct db *db, struct str incident, struct str status, struct err *err);

/* The hash by which messages are alike, in the arena. */
struct str message_key(struct arena *a, struct str message);

/* Fill the tables of version 3 when an older store is migrated. */
bool contexts_adopt(struct db *db, struct err *err);

#endif
