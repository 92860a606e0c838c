/* confinement_profile.h - the profiles of child processes, from the table `confinement` */
#ifndef HEAL_RULES_CONFINEMENT_PROFILE_H
#define HEAL_RULES_CONFINEMENT_PROFILE_H

#include "base/confinement.h"
#include "rules/node.h"

/* The profile of that name, in the arena.  any: a node of the packs, such as a row of a table.  NULL: the packs have no
 * such profile. */
struct confinement *confinement_profile(struct arena *a, struct node any, const char *name);

/* The name of the profile of a plan's command with this scope; empty: the packs name none. */
struct str confinement_of_scope(struct node any, struct str scope);

#endif
