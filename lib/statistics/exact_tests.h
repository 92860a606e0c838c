/* exact_tests.h - exact tests for counts, and the correction for how many tests were made
 *
 * No approximation: the tails are sums of the probabilities, each by lgamma. */
#ifndef HEAL_STATISTICS_EXACT_TESTS_H
#define HEAL_STATISTICS_EXACT_TESTS_H

#include <stddef.h>
#include <stdint.h>

/* P(X >= k) for X binomial with n trials of probability p. */
double binomial_upper_tail(int64_t k, int64_t n, double p);

/* Did a rate rise?  `before` events in a time of t0, `after` in t1, both above 0.  If both periods have one Poisson
 * rate, then of all events those after are binomial with probability t1 / (t0 + t1); the p-value is the probability of
 * at least as many.  J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series",
 * Biometrika 31, 1940. */
double rate_rise_p(int64_t before, double t0, int64_t after, double t1);

/* How much better two rates explain the counts than one: the logarithm of the likelihood ratio, at least 0. */
double rate_change_support(int64_t before, double t0, int64_t after, double t1);

/* Do two proportions differ?  a of n and c of m: the two-sided p-value of Fisher's exact test, the sum of all tables
 * with the same margins that are not more probable.  R. A. Fisher, "Statistical Methods for Research Workers", 1934. */
double fisher_p(int64_t a, int64_t n, int64_t c, int64_t m);

/* Adjust n p-values in place, so that one at or below alpha is significant at the family-wise level alpha.  S. Holm, "A
 * simple sequentially rejective multiple test procedure", Scand. J. Stat. 6, 1979. */
void holm_adjust(double *p, size_t n);

#endif
