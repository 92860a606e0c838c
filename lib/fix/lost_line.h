/* lost_line.h - does a change close a bracket behind a lost line?
 *
 * Compilers propose to put the bracket where they noticed that it is missing, which may be in the next statement. */
#ifndef HEAL_FIX_LOST_LINE_H
#define HEAL_FIX_LOST_LINE_H

#include "rules/pack.h"
#include "tree/change.h"

/* Why the user has to look: the change is one closing bracket, and closer_joins (lang/statement.h).  Empty: neither. */
struct str lost_line_doubt(struct arena *a, const struct pack *pack, const struct change *c);

#endif
