/* candidate.h - properties of proposed solutions that the repair search uses */
#ifndef HEAL_LOOP_CANDIDATE_H
#define HEAL_LOOP_CANDIDATE_H

#include "exec/observed_run.h"

/* Can it be tried in a copy without confirmation? */
bool candidate_is_triable(const struct solution *s);
/* Is it that of a learned rule that may not act yet (heal-log(1))?  It may be tried in a copy, after all others. */
bool candidate_is_draft(const struct solution *s);
/* How many of the incident's solutions can be tried. */
size_t candidates_count(const struct record *r);
/* Why none of the run's solutions is tried, for a sentence. */
struct str candidates_none(struct arena *a, const struct observed_run *run);
/* Is it applied all or none?  False for fixers of tools and language models, which may change more than necessary, and
 * for reverting recent changes, of which only a part may cause the failure. */
bool candidate_is_one_piece(const struct solution *s);

/* The same error in several places: combine the best solution of the first root, *first, with the best solutions of
 * other incidents that have the same id.  Different solutions are not combined, since one of them may be enough.
 * false: there is no other incident with this solution. */
bool candidates_join(
	struct arena *a, const struct observed_run *run, struct solution *joined, const struct record **first);

#endif
