/* trend.h - the Theil-Sen estimator: the slope of a line through points, and its confidence interval
 *
 * The slope is the median of the slopes between all pairs of points, on which few outliers have little influence:
 * H. Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950.  Its interval follows from
 * the distribution of Kendall's S: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", J. Am.
 * Stat. Assoc. 63, 1968, here in its normal approximation with the correction for ties.  A single step in an otherwise
 * constant series is no trend: the interval includes 0. */
#ifndef HEAL_STATISTICS_TREND_H
#define HEAL_STATISTICS_TREND_H

#include <stdbool.h>
#include <stddef.h>

enum { TREND_LEAST = 8, TREND_MOST = 200 };

struct trend_point {
	double x, y;
};

struct trend {
	double slope, least, most; /* the slope and its 95 % confidence interval */
	double level;              /* of the line at x = 0 */
};

/* false: fewer than TREND_LEAST points, more than TREND_MOST, or all have the same x. */
bool trend_of(const struct trend_point *at, size_t n, struct trend *out);
/* Does the interval exclude 0? */
bool trend_is_certain(const struct trend *t);

#endif
