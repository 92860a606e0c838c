/* repair_search.h - find out, in a throw-away copy, which solutions make the command pass
 *
 * The project itself is not touched.  Round by round the incidents of the last run are analysed, the best solution of
 * the first root is applied to the copy, and the command runs again there.  What brought no progress is reverted and
 * the next solution tried; what did, stays, and the next round looks at what is left.  When the command passes, the
 * difference between copy and project, reduced to what is needed, is one proven solution, ready for the policy.
 *
 * Proven means: the failure was seen without it and is gone with it, nothing as bad is new, no fewer tests ran.  What
 * may come and go by itself (repeatable.h) must be seen, and stay away, several times; if it goes without a change it
 * is flaky, and nothing is changed for it. */
#ifndef HEAL_LOOP_REPAIR_SEARCH_H
#define HEAL_LOOP_REPAIR_SEARCH_H

#include "analyze/analyzer.h"
#include "base/vec.h"
#include "config/config.h"
#include "exec/observed_run.h"
#include "policy/policy.h"
#include "validate/validate.h"

struct repair_search_options {
	const struct pack *pack;
	const struct config *config;
	const struct policy *policy;
	const char *root, *cwd; /* real, absolute; cwd is root or below it */
	char *const *argv;
	enum validation_level level; /* quick: no reruns, nothing reduced; thorough: reruns whatever the failure is */
	double budget;               /* seconds for all of it */
	int attempts;                /* solutions tried for one incident */
	bool bisect;                 /* where nothing helps, see whether what changed last is at fault */
	int reruns; /* how often a failure that may be flaky must be seen without a fix and stay away with it */
	struct solution_history history;
	void (*progress)(void *ctx, const char *line); /* what is being tried, for a person; or NULL */
	void *progress_ctx;
};

/* One solution that was tried. */
struct tried {
	struct str fingerprint, solution, rule, description;
	bool ran;  /* false: it could not be tried in a copy */
	bool kept; /* it helped */
};

struct repair_search_result {
	bool healed;              /* the command passes in the copy */
	struct solution solution; /* what to do to the project: one solution for the policy, with its proof */
	struct str fingerprint;   /* of the incident that the first part of it was for */
	bool reverts;             /* it undoes some of what changed last */
	bool flaky;               /* the failure went without a change; healed then means: but for that */
	bool inconclusive;        /* a fix made it pass, but that proves nothing: reason */
	int without;              /* how often it was seen to fail without a change, in the project and in the copy */
	VEC(struct tried) tried;
	size_t runs;              /* of the command in the copy */
	struct str reason;        /* not healed: why, in a line */
	struct check_list checks; /* what was proven, and how */
};

/* first: the run that failed, in the project itself; its status is -1, its time 0 where they are not known.  false:
 * err, no copy could be made. */
bool repair_search_run(struct arena *a, const struct repair_search_options *o, const struct observed_run *first,
	struct repair_search_result *r, struct err *err);

#endif
