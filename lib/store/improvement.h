/* improvement.h - changes that the stored results suggest, within the limits of the settings improve.*
 *
 * Each change is an adjustment (adjustment.h): an event that can be undone, and is then not made again.
 *   stage       an experiment's roll-out goes on, or its challenger is demoted (statistics/rollout.h)
 *   deprecated  a solution with at least IMPROVE_RESULTS results, of whose success rate the 5 % quantile, from a
 * uniform prior, is below improve.deprecate and the 95 % quantile below 1 - improve.deprecate; it is promoted again
 *               when later results no longer say so
 *   threshold   towards the lowest confidence whose calibrated precision is improve.precision, by at most IMPROVE_STEP,
 *               from improve.threshold_min to improve.threshold_max; only from CALIBRATION_LEAST predictions on
 *   look        the queue for review: errors that come back unresolved, by number and severity;
 *               drift; experiments that do not end */
#ifndef HEAL_STORE_IMPROVEMENT_H
#define HEAL_STORE_IMPROVEMENT_H

#include "config/config.h"
#include "store/adjustment.h"

enum { IMPROVE_RESULTS = 3, IMPROVE_QUEUE = 20, IMPROVE_DAYS = 30, IMPROVE_TRIALS = 300 };
#define IMPROVE_STEP 0.05

struct improvement {
	enum adjustment_kind kind;
	struct str name, before, after, why;
	struct str event; /* its id; empty in a dry run */
};
typedef void improvement_fn(void *ctx, const struct improvement *made);

/* Make all changes; dry: only report them. */
bool improve(struct store *s, const struct config *c, bool dry, improvement_fn *each, void *ctx, struct err *err);

/* Use the threshold that was found, if the setting has no value but its default.  s may be NULL. */
void threshold_apply(struct store *s, struct config *c);

#endif
