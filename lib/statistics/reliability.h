/* reliability.h - compare predicted probabilities with outcomes
 *
 * A prediction is a probability and its outcome.  The Brier score is the mean squared difference: 0 is perfect, always
 * saying the base rate b scores b (1 - b).  G. W. Brier, "Verification of forecasts expressed in terms of
 * probability", Mon. Weather Rev. 78, 1950.
 *
 * The expected calibration error sorts the predictions into ten bins of equal width and sums |mean prediction - rate of
 * successes| of each, weighted by its share of the predictions.  M. P. Naeini, G. F. Cooper and M. Hauskrecht,
 * "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
 *
 * Isotonic calibration finds the non-decreasing function of the prediction that is nearest to the outcomes in the sense
 * of least squares, by pooling adjacent violators: B. Zadrozny and C. Elkan, "Transforming classifier scores into
 * accurate multiclass probability estimates", KDD 2002; M. Ayer et al., Ann. Math. Stat. 26, 1955. */
#ifndef HEAL_STATISTICS_RELIABILITY_H
#define HEAL_STATISTICS_RELIABILITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct prediction {
	double p;       /* 0 to 1 */
	bool success;   /* what happened */
	unsigned group; /* predictions of one group are not independent of each other */
};

enum { BINS = 10 };

struct reliability {
	size_t n, successes;
	double brier, ece;
	struct reliability_bin {
		size_t n, successes;
		double sum; /* of the predictions */
	} bins[BINS];
};

void reliability_of(const struct prediction *at, size_t n, struct reliability *out);

/* A step function: from p on, the value, until the next step. */
struct isotonic {
	struct isotonic_step {
		double p, value;
		size_t n; /* predictions pooled in it */
	} * steps;
	size_t n;
};

/* In the arena; n == 0 without predictions. */
void isotonic_fit(struct arena *a, const struct prediction *at, size_t n, struct isotonic *out);
/* The calibrated probability; below the first step its value, p itself without steps. */
double isotonic_value(const struct isotonic *f, double p);

/* Calibrate `asked` by a fit to `known`, in place. */
typedef void cross_fit_fn(
	struct arena *a, const struct prediction *known, size_t n, struct prediction *asked, size_t asked_n);
cross_fit_fn isotonic_calibrate;

/* Each prediction calibrated by a fit to the groups of the other folds: an unbiased estimate of what calibration gives.
 * A group is in the fold `group % folds`. */
void cross_fit(struct arena *a, const struct prediction *at, size_t n, unsigned folds, cross_fit_fn *calibrate,
	struct prediction *out);

#endif
