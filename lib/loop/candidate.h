/* candidate.h - what the search wants to know of a proposed solution */
#ifndef HEAL_LOOP_CANDIDATE_H
#define HEAL_LOOP_CANDIDATE_H

#include "exec/observed_run.h"

/* May it be tried in a copy, without a person? */
bool candidate_is_triable(const struct solution *s);
/* How many of the incident's may. */
size_t candidates_count(const struct record *r);
/* Does its author answer for all of it?  A tool's own fixer and a model do more than they were asked, and of what was
 * changed last a part may be at fault. */
bool candidate_is_one_piece(const struct solution *s, const struct record *r);

/* One mistake in several places: the first root's best solution, joined by those of the same id that are the best of
 * other incidents.  Different solutions never go in together, since one of them may be all that is needed.  *first is
 * that root.  false: it stands alone. */
bool candidates_join(
	struct arena *a, const struct observed_run *run, struct solution *joined, const struct record **first);

#endif
