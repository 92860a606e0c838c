#include "statistics/exact_tests.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"

static double log_choose(int64_t n, int64_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

static double at_most_1(double p)
{
	return p > 1 ? 1 : p;
}

double binomial_upper_tail(int64_t k, int64_t n, double p)
{
	double sum = 0, lowest = p * (double)n;

	if (k <= 0 || p >= 1)
		return 1;
	if (k > n || p <= 0)
		return 0;
	for (int64_t i = k; i <= n; i++) {
		double term = exp(log_choose(n, i) + (double)i * log(p) + (double)(n - i) * log1p(-p));
		sum += term;
		/* Above the mean the terms fall faster than a geometric series. */
		if ((double)i > lowest && term < sum * 1e-17)
			break;
	}
	return at_most_1(sum);
}

double rate_rise_p(int64_t before, double t0, int64_t after, double t1)
{
	return binomial_upper_tail(after, before + after, t1 / (t0 + t1));
}

static double part(int64_t n, double rate)
{
	return n > 0 ? (double)n * log(rate) : 0;
}

double rate_change_support(int64_t before, double t0, int64_t after, double t1)
{
	double all = (double)(before + after) / (t0 + t1);
	double support = part(before, (double)before / t0) + part(after, (double)after / t1) -
		part(before + after, all);

	return support > 0 ? support : 0;
}

double fisher_p(int64_t a, int64_t n, int64_t c, int64_t m)
{
	int64_t ones = a + c, least = ones > m ? ones - m : 0, most = ones < n ? ones : n;
	double all = log_choose(n + m, ones), seen = log_choose(n, a) + log_choose(m, c) - all, sum = 0;

	for (int64_t i = least; i <= most; i++) {
		double one = log_choose(n, i) + log_choose(m, ones - i) - all;
		if (one <= seen + 1e-7) /* equal ones differ by rounding */
			sum += exp(one);
	}
	return at_most_1(sum);
}

static int smaller(const void *x, const void *y)
{
	double a = **(double *const *)x, b = **(double *const *)y;

	return (a > b) - (a < b);
}

void holm_adjust(double *p, size_t n)
{
	double **order = calloc(n ? n : 1, sizeof(*order)), highest = 0;

	if (!order)
		out_of_memory();
	for (size_t i = 0; i < n; i++)
		order[i] = &p[i];
	qsort(order, n, sizeof(*order), smaller);
	for (size_t i = 0; i < n; i++) {
		double one = at_most_1(*order[i] * (double)(n - i));
		highest = one > highest ? one : highest;
		*order[i] = highest;
	}
	free(order);
}
