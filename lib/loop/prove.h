/* prove.h - which solutions of a failing run's incidents work, as seen in a throw-away copy
 *
 * The stage between analyze and fix that `heal run` always takes, and heal-fix with --prove: afterwards the records'
 * solutions carry their `proof`, and the fix stage decides on them as on any other. */
#ifndef HEAL_LOOP_PROVE_H
#define HEAL_LOOP_PROVE_H

#include "loop/repair_search.h"

struct prove_options {
	const struct pack *pack;
	const struct config *config; /* level, budget, attempts, reruns, bisect */
	const struct policy *policy;
	const char *root, *cwd; /* real, absolute; cwd is root or below it */
	char *const *argv;
	struct solution_history history;
	void (*progress)(void *ctx, const char *line);
	void *progress_ctx;
};

/* first: the failing run, its incidents analysed.  Where a repair is proven it becomes the first solution of one of
 * them, *proven; the other incidents that it is for are marked as skipped.  What was tried in vain, or not tried though
 * it could have been, is marked in its proof.  *proven stays NULL where nothing helped: result says why.  false: err,
 * no copy could be made, and nothing is marked. */
bool prove_incidents(struct arena *a, const struct prove_options *o, struct observed_run *first,
	struct repair_search_result *result, struct record **proven, struct err *err);

/* Is it worth a look at what changed last?  The command has to run some ten times for it. */
bool prove_may_bisect(const struct config *config, const struct observed_run *first);

#endif
