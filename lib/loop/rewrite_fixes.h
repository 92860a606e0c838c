/* rewrite_fixes.h - edits that complete or undo half a refactoring, as solutions of a run's incidents */
#ifndef HEAL_LOOP_REWRITE_FIXES_H
#define HEAL_LOOP_REWRITE_FIXES_H

#include "loop/search_state.h"

/* Add those of the tier (analyze/rewrites.h) to the first incidents of the run.  Each is `alone`: kept only if no other
 * one helps.  false: there are none. */
bool rewrite_fixes_add(struct search *s, struct observed_run *run, int tier);
bool is_rewrite(const struct solution *solution);
/* A compiler accepts more than what is meant: another type, another argument.  Only a parameter that its function does
 * not use can go without a test that tells. */
bool rewrite_needs_tests(const struct solution *solution);
/* Does the table know one of the errors, so that a copy is worth making? */
bool rewrite_fixes_may_help(
	struct arena *a, const struct pack *pack, struct source_tree *view, const struct observed_run *run);

#endif
