/* insertion.h - does a change insert a bracket or quote where it may only hide the mistake?
 *
 * Compilers propose to insert a bracket where they notice that it is missing, which may be in the statement after a
 * deleted line.  A character next to an inserted quote, with which strings rarely begin or end, may have been typed
 * instead of the quote; the insertion would make it part of the string. */
#ifndef HEAL_FIX_INSERTION_H
#define HEAL_FIX_INSERTION_H

#include "rules/pack.h"
#include "tree/change.h"

/* Why the change needs review.  Empty: it inserts something else, or there is no such doubt. */
struct str insertion_doubt(struct arena *a, const struct pack *pack, const struct change *c);

#endif
