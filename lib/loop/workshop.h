/* workshop.h - mend a throw-away copy of the project until the command passes in it
 *
 * The real tree is not touched.  Round by round the incidents of the last run are
 * analysed, the likeliest solution of the first root is applied to the copy, and
 * the command runs again there.  What brought no progress is taken back and the
 * next solution tried; what did, stays, and the next round looks at what is left.
 * When the command passes, the difference between copy and project is one proven
 * solution, ready for the policy. */
#ifndef HEAL_WORKSHOP_H
#define HEAL_WORKSHOP_H

#include "config.h"
#include "policy.h"
#include "vec.h"
#include "watch.h"

struct workshop_options {
	const struct pack *pack;
	const struct config *config;
	const struct policy *policy;
	const char *root, *cwd;		/* real, absolute; cwd is root or below it */
	char *const *argv;
	double budget;			/* seconds for all of it */
	int attempts;			/* solutions tried for one incident */
	double (*confidence)(void *ctx, struct str solution, struct str rule, double prior);	/* or NULL */
	void *confidence_ctx;
	void (*progress)(void *ctx, const char *line);	/* what is being tried, for a person; or NULL */
	void *progress_ctx;
};

/* One solution that was tried. */
struct tried {
	struct str fingerprint, solution, rule, description;
	double prior;
	bool kept;
};

struct workshop_result {
	bool healed;			/* the command passes in the copy */
	struct json *solution;		/* what to do to the project: one solution for the policy */
	double confidence;		/* with the evidence */
	VEC(struct tried) tried;
	size_t runs;			/* of the command in the copy */
	struct str reason;		/* not healed: why, in a line */
	struct str checks;		/* what was checked, in a line */
};

/* first: the run that failed, in the project itself.  false: err, no copy could be made. */
bool workshop_run(struct arena *a, const struct workshop_options *o, const struct watched *first,
	struct workshop_result *r, struct err *err);

/* The confidence of a solution with prior p that was seen to work in a copy. */
double confidence_proven(double p);

#endif
