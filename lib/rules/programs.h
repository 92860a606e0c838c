/* programs.h - the tools that a project keeps for itself, beside those in PATH */
#ifndef HEAL_RULES_PROGRAMS_H
#define HEAL_RULES_PROGRAMS_H

#include "base/arena.h"
#include "rules/node.h"

/* An executable file `name` (no slash) in one of the folders, looked for in dir (below the root) and in those above it
 * up to the root.  Its path below the root; p == NULL: there is none. */
struct str program_own(struct arena *a, struct node folders, struct str root, struct str dir, struct str name);

#endif
