/* beta_calibration.h - the probability that a prediction of some confidence comes true, by three parameters
 *
 *     logit q = a ln p - b ln(1 - p) + c
 *
 * which can bend the confidences in both directions, and changes nothing with a = b = 1, c = 0.  M. Kull, T. M. Silva
 * Filho and P. Flach, "Beta calibration: a well-founded and easily implemented improvement on logistic calibration for
 * binary classifiers", AISTATS 2017.  Ours is the maximum of the posterior for normal priors around no change (of
 * standard deviation 1), so that few predictions change little; a and b are not negative, so that a higher confidence
 * never becomes a lower probability. */
#ifndef HEAL_STATISTICS_BETA_CALIBRATION_H
#define HEAL_STATISTICS_BETA_CALIBRATION_H

#include "statistics/reliability.h"

struct beta_map {
	double w[3]; /* a, b, c */
};

void beta_map_fit(const struct prediction *at, size_t n, struct beta_map *out);
double beta_map_value(const struct beta_map *f, double p);

/* A cross_fit_fn. */
void beta_calibrate(
	struct arena *a, const struct prediction *known, size_t n, struct prediction *asked, size_t asked_n);

#endif
