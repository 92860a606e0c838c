#include "statistics/trend.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "statistics/change_point.h"

#define NORMAL_975 1.959963984540054

static int ascending(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* The variance of Kendall's S without a trend; equal values lessen it. */
static double variance(const struct trend_point *at, size_t n)
{
	double v = (double)n * ((double)n - 1) * (2 * (double)n + 5);

	for (size_t i = 0; i < n; i++) {
		double equal = 0, before = 0;
		for (size_t k = 0; k < n; k++) {
			equal += at[k].y == at[i].y;
			before += k < i && at[k].y == at[i].y;
		}
		if (before == 0)
			v -= equal * (equal - 1) * (2 * equal + 5);
	}
	return v / 18;
}

bool trend_of(const struct trend_point *at, size_t n, struct trend *out)
{
	size_t pairs = 0;

	*out = (struct trend){ 0 };
	if (n < TREND_LEAST || n > TREND_MOST)
		return false;
	double *slopes = malloc(n * n * sizeof(*slopes));
	if (!slopes)
		out_of_memory();
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (at[i].x != at[k].x)
				slopes[pairs++] = (at[k].y - at[i].y) / (at[k].x - at[i].x);
	if (pairs) {
		double width = NORMAL_975 * sqrt(variance(at, n)), low = floor(((double)pairs - width) / 2),
		       high = ceil(((double)pairs + width) / 2);
		qsort(slopes, pairs, sizeof(*slopes), ascending);
		out->slope = (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
		out->least = slopes[low < 1 ? 0 : (size_t)low - 1];
		out->most = slopes[high >= (double)pairs ? pairs - 1 : (size_t)high];
		for (size_t i = 0; i < n; i++)
			slopes[i] = at[i].y - out->slope * at[i].x;
		out->level = median_of(slopes, n);
	}
	free(slopes);
	return pairs > 0;
}

bool trend_is_certain(const struct trend *t)
{
	return t->least > 0 || t->most < 0;
}
