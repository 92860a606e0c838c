/* prove.h - test in a temporary copy which solutions of a failing run's incidents work
 *
 * The stage between analyze and fix of `heal run` and `heal-fix --prove`.  It sets the `proof` of the solutions, which
 * the fix stage takes into account. */
#ifndef HEAL_LOOP_PROVE_H
#define HEAL_LOOP_PROVE_H

#include "loop/repair_search.h"

struct prove_options {
	const struct pack *pack;
	const struct config *config; /* level, budget, attempts, reruns, bisect */
	const struct policy *policy;
	const char *root, *cwd; /* real, absolute; cwd is root or below it */
	char *const *argv;
	bool analyzed, more_to_know; /* see repair_search.h */
	struct solution_history history;
	void (*progress)(void *ctx, const char *line);
	void (*waiting)(void *ctx, size_t tried, double left);
	void *progress_ctx;
};

/* first: the failing run with analysed incidents.  A proven repair becomes the first solution of one of them, *proven,
 * and the other incidents are marked as skipped.  The proof of other solutions records that they failed or were not
 * tried.  *proven is NULL if nothing helped; result has the reason.  false: err, no copy could be made and no record
 * is changed.
 *
 * A command that acts outside the project (external_command.h) is not run: a command that shows its failure without
 * acting is run instead, *stand_in, which is NULL otherwise. */
bool prove_incidents(struct arena *a, const struct prove_options *o, struct observed_run *first,
	struct repair_search_result *result, struct record **proven, char *const **stand_in, struct err *err);

/* Is the command fast enough to bisect recent changes, which takes about ten runs? */
bool prove_may_bisect(const struct config *config, const struct observed_run *first);

#endif
