/* calibration.h - compare the confidences of the stored solutions with their outcomes
 *
 * A prediction is a solution whose result is known, with the confidence that it had before: one that was tried in a
 * copy of the project (it helped, or it failed) or applied (and validated, or not).  It is computed from the records,
 * in their order; what a fix taught later (teach.h) counts more. */
#ifndef HEAL_STORE_CALIBRATION_H
#define HEAL_STORE_CALIBRATION_H

#include "statistics/beta_calibration.h"
#include "store/store.h"

enum calibration_of {
	CALIBRATE_TRIED,   /* all, with the confidence before any trial */
	CALIBRATE_APPLIED, /* only what was applied, with the confidence that permitted it */
};
enum { CALIBRATION_FOLDS = 10, CALIBRATION_LEAST = 30 }; /* fewer predictions say nothing of a threshold */

struct calibration {
	struct prediction *at;
	size_t n;
	struct reliability as_given; /* the confidences themselves */
	struct prediction *expected; /* CALIBRATE_TRIED: the means of the distributions whose bounds they are (beta.h),
					by the results that the solution had before */
	struct reliability means;    /* of these */
	struct reliability fitted;   /* after isotonic calibration, each by a fit to other fingerprints */
	struct reliability beta;     /* after beta calibration, likewise */
	struct beta_map map;         /* fit to all */
	struct isotonic isotonic;    /* fit to all */

	/* The lowest confidence from which on the calibrated one is at least the wanted precision. */
	struct {
		bool found;
		double confidence;
		size_t n, successes; /* predictions at or above it */
		double at_least;     /* lower 95 % bound of their success rate (Clopper and Pearson, 1934) */
	} threshold;

	struct {
		size_t solutions, mature; /* with as many results as the prior is worth (STORE_PRIOR_WEIGHT) */
	} maturity;
	struct {
		size_t sessions, healed;
		double tries;   /* per resolved incident */
		double seconds; /* mean of the healed sessions */
	} efficiency;
	/* The older half against the newer one. */
	struct {
		size_t n[2], successes[2];
		double gap[2]; /* mean confidence - success rate */
		double p;      /* of equal success rates, Fisher's exact test */
	} drift;
};

/* In the arena. */
bool calibration_read(struct store *s, struct arena *a, const struct store_filter *f, enum calibration_of of,
	double precision, struct calibration *out, struct err *err);

#endif
