/* repair_search.h - mend a throw-away copy of the project until the command passes in it
 *
 * The real tree is not touched.  Round by round the incidents of the last run are
 * analysed, the likeliest solution of the first root is applied to the copy, and
 * the command runs again there.  What brought no progress is taken back and the
 * next solution tried; what did, stays, and the next round looks at what is left.
 * When the command passes, the difference between copy and project, lessened to
 * what is needed, is one proven solution, ready for the policy.
 *
 * Proven means: the failure was seen without it and is gone with it, nothing as bad
 * is new, no fewer tests ran.  What may come and go by itself (repeatable.h) must be
 * seen and stay away several times; if it goes without a change it is flaky, and
 * nothing is changed for it. */
#ifndef HEAL_LOOP_REPAIR_SEARCH_H
#define HEAL_LOOP_REPAIR_SEARCH_H

#include "base/vec.h"
#include "config/config.h"
#include "exec/observed_run.h"
#include "policy/policy.h"
#include "validate/validate.h"

struct workshop_options {
	const struct pack *pack;
	const struct config *config;
	const struct policy *policy;
	const char *root, *cwd; /* real, absolute; cwd is root or below it */
	char *const *argv;
	enum validate_level level; /* quick: no reruns, no minimising; thorough: reruns whatever the failure is */
	double budget;             /* seconds for all of it */
	int attempts;              /* solutions tried for one incident */
	bool suspects;             /* where nothing mends it, see whether what changed last is to blame */
	int reruns; /* how often a failure that may be flaky must be seen without a fix and stay away with it */
	double (*confidence)(void *ctx, struct str solution, struct str rule, double prior); /* or NULL */
	void *confidence_ctx;
	void (*progress)(void *ctx, const char *line); /* what is being tried, for a person; or NULL */
	void *progress_ctx;
};

/* One solution that was tried. */
struct tried {
	struct str fingerprint, solution, rule, description;
	double prior;
	bool kept;
};

struct workshop_result {
	bool healed;           /* the command passes in the copy */
	struct json *solution; /* what to do to the project: one solution for the policy */
	double confidence;     /* with the evidence */
	bool suspect;          /* by taking back some of what changed last */
	bool flaky;            /* it came and went without a change; healed then means: but for that */
	bool inconclusive;     /* a fix made it pass, but that proves nothing: reason */
	int without;           /* how often it was seen to fail without a change, in the project and in the copy */
	VEC(struct tried) tried;
	size_t runs;              /* of the command in the copy */
	struct str reason;        /* not healed: why, in a line */
	VEC(struct check) checks; /* what was proven, and how: for the record */
};

/* first: the run that failed, in the project itself.  false: err, no copy could be made. */
bool workshop_run(struct arena *a, const struct workshop_options *o, const struct watched *first,
	struct workshop_result *r, struct err *err);

#endif
