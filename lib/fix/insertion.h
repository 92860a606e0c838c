/* insertion.h - does a change insert a bracket or quote where it may only hide the mistake?
 *
 * Compilers propose to put a bracket where they noticed that it is missing, which may be in the statement behind a lost
 * line.  And a quote beside a sign that strings rarely begin or end with makes a part of the string of what was
 * typed in place of the quote. */
#ifndef HEAL_FIX_INSERTION_H
#define HEAL_FIX_INSERTION_H

#include "rules/pack.h"
#include "tree/change.h"

/* Why the user has to look.  Empty: the change is another one, or no such sign is there. */
struct str insertion_doubt(struct arena *a, const struct pack *pack, const struct change *c);

#endif
