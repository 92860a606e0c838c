/* adjustment.h - changes that heal-log made to heal's behaviour, as events that can be undone
 *
 * An adjustment gives a name of some kind a new value.  It is a record of kind event (improvement_made or
 * improvement_undone) with the member event.change; the table `adjustments` has the newest value of each name, and can
 * be computed from the records.  Both are in the hash chain. */
#ifndef HEAL_STORE_ADJUSTMENT_H
#define HEAL_STORE_ADJUSTMENT_H

#include "store/store.h"

enum adjustment_kind {
	ADJUST_STAGE,      /* an experiment: the percentage of the challenger */
	ADJUST_DEPRECATED, /* a solution: why it is no longer applied without approval */
	ADJUST_THRESHOLD,  /* "threshold": the lowest confidence with which a solution is applied */
	ADJUST_LOOK        /* an entry of the queue for review: its priority */
};

/* The confidence of a deprecated solution: below that of any solution that is applied or tried. */
#define DEPRECATED_MOST 0.2

/* The value, in the arena; p == NULL: none, or the store is NULL or cannot be read. */
struct str adjustment_value(struct store *s, struct arena *a, enum adjustment_kind kind, struct str name);
bool adjusted(struct store *s, enum adjustment_kind kind, struct str name); /* there is one that is not empty */
/* Did a person undo the last change of this name?  Then heal does not make it again. */
bool adjustment_is_pinned(struct store *s, enum adjustment_kind kind, struct str name);

/* Give it a new value; empty: none.  why: for the event.  id (may be NULL) gets the event's id, in the arena. */
bool adjust(struct store *s, struct arena *a, enum adjustment_kind kind, struct str name, struct str value,
	struct str why, struct str *id, struct err *err);
/* Undo the event with this id, or with this unique prefix.  HEAL_WRONG: there is none, or the name has been given
 * another value since. */
bool adjustment_undo(struct store *s, struct arena *a, struct str id, struct str *undone, struct err *err);

struct adjustment_row {
	struct str event, kind, name, value, time, why; /* valid during the callback */
	bool pinned;
};
typedef bool adjustment_fn(void *ctx, const struct adjustment_row *row); /* false: stop */
/* All present values, by kind and name. */
bool adjustments_each(struct store *s, adjustment_fn *each, void *ctx, struct err *err);

#endif
