/* change_point.h - did the level of a series of measurements rise, and since which one?
 *
 * The last CHANGE_WINDOW values are tested at each split with at least CHANGE_BEFORE values before and CHANGE_AFTER
 * values after it, by the rank sum of the later values.  If nothing changed, all orders of the values are equally
 * probable, whatever their distribution is; so the p-value of a split is exact: the proportion of all subsets of the
 * same size whose rank sum is at least as high.  Tied values have the mean of their ranks.  F. Wilcoxon, "Individual
 * comparisons by ranking methods", Biometrics Bull. 1, 1945; the most likely split as the change point, A. N. Pettitt,
 * "A non-parametric approach to the change-point problem", Appl. Stat. 28, 1979.
 *
 * The p-value is corrected for the number of splits (Bonferroni), and for repeated testing, since the series is tested
 * after each measurement.  The test after the n-th measurement gets the share (c - 1) / (n (n - 1)) of the error rate,
 * where c is the number of measurements at the first test; these shares sum to 1 (alpha spending: K. K. G. Lan and D.
 * L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983).  So a series that never
 * changes ever has a p-value of alpha or less with a probability of at most alpha, however long it becomes. */
#ifndef HEAL_STATISTICS_CHANGE_POINT_H
#define HEAL_STATISTICS_CHANGE_POINT_H

#include <stdbool.h>
#include <stddef.h>

enum { CHANGE_WINDOW = 40, CHANGE_BEFORE = 6, CHANGE_AFTER = 3 };

struct change_point {
	size_t at;            /* the first value after the change */
	double before, after; /* the medians of both parts */
	double recent;        /* the median of the last CHANGE_AFTER values */
	double p;             /* corrected, at most 1 */
};

/* values: the last n of `total` measurements, oldest first.  false: n is below CHANGE_BEFORE + CHANGE_AFTER. */
bool change_point_rise(const double *values, size_t n, size_t total, struct change_point *out);

/* The median of n values, n above 0. */
double median_of(const double *values, size_t n);

#endif
