/* solution.h - what the loop wants to know of a proposed solution */
#ifndef HEAL_LOOP_SOLUTION_H
#define HEAL_LOOP_SOLUTION_H

#include "exec/observed_run.h"
#include "record/record.h"

/* May it be tried without a person? */
bool is_actable(const struct json *solution);
/* How many of the incident's may. */
size_t actable_count(const struct record *r);
/* Is it one of several that are alike? */
bool is_alone(const struct json *solution);
/* Does a rule's author answer for all of it?  A tool's own fixer and a model do more than they were asked, and of what
 * was changed last a part may be to blame. */
bool is_one_piece(const struct json *solution, const struct record *r);

/* One mistake in several places: the first root's best solution, joined by those of the same id that are the best of
 * other incidents.  Different solutions never go in together, since one of them may be all that is needed.  *first is
 * that root.  NULL: it stands alone. */
struct json *solutions_join(struct arena *a, const struct watched *w, const struct record **first);

#endif
