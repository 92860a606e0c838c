/* name_choice.h - does a change choose one of several names that are equally probable?
 *
 * Tools propose the nearest existing name, whatever was meant.  Where two names of the same kind are equally near, or
 * where the new name differs in its number only (Float64, Float32), nearness says nothing.  So it is where the new name
 * only lacks underscores, which name another thing on purpose, and where the file has the old name more often: then the
 * definition is misspelt, or lost. */
#ifndef HEAL_FIX_NAME_CHOICE_H
#define HEAL_FIX_NAME_CHOICE_H

#include "rules/pack.h"
#include "tree/change.h"

/* Why the user has to choose; empty: the change replaces no such name, a table of the pack has the old name with the
 * new one, or the project's recent changes replace it in the same way. */
struct str name_doubt(struct arena *a, const struct pack *pack, const struct tree *t, const struct change *c);

#endif
