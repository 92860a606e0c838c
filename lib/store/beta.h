/* beta.h - confidence from a prior and a number of successes and failures
 *
 * The confidence is the 5 % quantile of a Beta distribution: a lower bound of the success rate with 95 % probability.
 * The author's prior is treated as such a bound, so that a solution without outcomes has its prior, every success
 * raises it and every failure lowers it:
 *
 *     m   with  I_prior(m w, (1 - m) w) = 0.05        the prior's mean, found by bisection
 *     q   with  I_q(m w + successes, (1 - m) w + failures) = 0.05
 *
 * I_x(a, b) is the regularised incomplete beta function, by the continued fraction of DLMF 8.17.22
 * (https://dlmf.nist.gov/8.17#v), evaluated with Lentz' method as in Numerical Recipes, 3rd ed., 6.4.
 * With w = 10 a prior of 0.90 becomes 0.909 after one success and 0.713 after one failure. */
#ifndef HEAL_STORE_BETA_H
#define HEAL_STORE_BETA_H

#define BETA_QUANTILE 0.05

/* I_x(a, b) for a, b > 0. */
double beta_cdf(double x, double a, double b);
/* The x with I_x(a, b) = p. */
double beta_quantile(double p, double a, double b);
/* The mean of the Beta distribution whose 5 % quantile is `bound`, and whose parameters add up to the weight: the m
 * above. Clamped likewise. */
double beta_mean_of(double bound, double weight);
/* The confidence q above.  prior is clamped to 0..1, weight to 0.1..1e6; counts may be fractions. */
double beta_confidence(double prior, double weight, double successes, double failures);

#endif
