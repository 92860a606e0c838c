/* lost_lines.h - internal: does a revert of recent changes only put back lines that were lost?
 *
 * A revert takes somebody's work back and needs approval.  It takes nothing back if all of it is lines that a file
 * lost: it was cut short, or lacks a few lines that are nowhere else now.  A test that fails with another result than
 * expected is no sign of that: the line may have been deleted on purpose. */
#ifndef HEAL_LOOP_LOST_LINES_H
#define HEAL_LOOP_LOST_LINES_H

#include "loop/search_state.h"

#define LOST_END "heal.lost-end" /* identifies such a solution */

/* The copy has the reverted state, reduced to what is needed.  true: *description says what is put back. */
bool lost_lines_only(struct search *s, struct str *description);

/* The solution that puts back the end of a file that a recent state has and that was cut short.  It is tried first,
 * since the language's rules would close what is open at its end.  false: there is no such file, or several. */
bool lost_end_solution(
	struct search *s, struct source_tree *project, const struct record *r, struct solution *solution);

#endif
