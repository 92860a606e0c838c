/* change_point.h - did the level of a series of measurements rise, and since which one?
 *
 * Of the last CHANGE_WINDOW values, each split with at least CHANGE_BEFORE values before and CHANGE_AFTER from it on is
 * tested by the rank sum of the later values.  If nothing changed, each order of the values is as probable as any
 * other, whatever their distribution is; so the p-value of a split is exact: the share of all selections of as many
 * values whose rank sum is at least as high.  Equal values have the mean of their ranks.  F. Wilcoxon, "Individual
 * comparisons by ranking methods", Biometrics Bull. 1, 1945; the most likely split as the change point, A. N. Pettitt,
 * "A non-parametric approach to the change-point problem", Appl. Stat. 28, 1979.
 *
 * The p-value is corrected for the number of splits (Bonferroni), and for the looks: the series is tested again after
 * each measurement.  The look after the n-th measurement gets the share (c - 1) / (n (n - 1)) of the error rate, c
 * being the number with which the tests begin; these shares sum to 1 (alpha spending: K. K. G. Lan and D. L. DeMets,
 * "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983).  So of series that never change, at most
 * alpha ever has a p-value of alpha or less, however long they become. */
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

/* values: the last n of `total` measurements, oldest first.  false: there are too few. */
bool change_point_rise(const double *values, size_t n, size_t total, struct change_point *out);

/* The median of n values, n above 0. */
double median_of(const double *values, size_t n);

#endif
