/* trend.h - the slope of a line through points, and how certain it is
 *
 * The slope is the median of the slopes between all pairs of points, on which a minority of outliers and a single step
 * have little influence.  H. Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950; its
 * interval follows from the distribution of Kendall's S, P. K. Sen, "Estimates of the regression coefficient based on
 * Kendall's tau", J. Am. Stat. Assoc. 63, 1968, here in its normal approximation with the correction for equal values.
 */
#ifndef HEAL_STATISTICS_TREND_H
#define HEAL_STATISTICS_TREND_H

#include <stdbool.h>
#include <stddef.h>

enum { TREND_LEAST = 8, TREND_MOST = 200 };

struct trend_point {
	double x, y;
};

struct trend {
	double slope, least, most; /* the interval holds the slope with 95 % */
	double level;              /* of the line at x = 0 */
};

/* false: fewer than TREND_LEAST points, more than TREND_MOST, or all with one x. */
bool trend_of(const struct trend_point *at, size_t n, struct trend *out);
/* Is it a trend at all: does the interval exclude 0? */
bool trend_is_certain(const struct trend *t);

#endif
