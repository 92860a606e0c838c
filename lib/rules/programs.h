/* programs.h - find tools in the project, in addition to those in PATH */
#ifndef HEAL_RULES_PROGRAMS_H
#define HEAL_RULES_PROGRAMS_H

#include "base/arena.h"
#include "rules/node.h"

/* Find an executable file `name` (without slash) in one of the folders, relative to dir (below the root) and its
 * parents up to the root.  Returns its path below the root; p == NULL: not found. */
struct str program_own(struct arena *a, struct node folders, struct str root, struct str dir, struct str name);

#endif
