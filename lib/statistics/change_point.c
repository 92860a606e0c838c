#include "statistics/change_point.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

enum { SUM_MOST = CHANGE_WINDOW * (CHANGE_WINDOW + 1) };

/* The values of a window in ranks; if some are equal, doubled, so that the mean of two ranks is whole. */
struct ranks {
	size_t n, total;
	unsigned of[CHANGE_WINDOW], ascending[CHANGE_WINDOW];
};

/* ways[j][s]: the number of selections of j values with the rank sum s. */
struct selections {
	double ways[CHANGE_WINDOW + 1][SUM_MOST + 1];
};

static int ascending(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

double median_of(const double *values, size_t n)
{
	double *sorted = malloc(n * sizeof(*sorted));

	if (!sorted)
		out_of_memory();
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ascending);
	double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	free(sorted);
	return median;
}

static void ranks_make(struct ranks *r, const double *values, size_t n)
{
	double sorted[CHANGE_WINDOW];
	bool equal = false;

	*r = (struct ranks){ .n = n };
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ascending);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && sorted[end] == sorted[i]; end++)
			;
		unsigned rank = (unsigned)(i + 1 + end); /* the ranks i+1 to end */
		equal |= end > i + 1;
		for (size_t k = i; k < end; k++)
			r->ascending[k] = rank;
		for (size_t k = 0; k < n; k++)
			if (values[k] == sorted[i])
				r->of[k] = rank;
	}
	for (size_t i = 0; i < n; i++) {
		r->of[i] /= equal ? 1 : 2;
		r->ascending[i] /= equal ? 1 : 2;
		r->total += r->of[i];
	}
}

/* Value by value: a selection has it or has it not. */
static void selections_make(struct selections *s, const struct ranks *r)
{
	size_t total = 0;

	for (size_t j = 0; j <= r->n; j++)
		memset(s->ways[j], 0, (r->total + 1) * sizeof(s->ways[j][0]));
	s->ways[0][0] = 1;
	for (size_t i = 0; i < r->n; i++) {
		for (size_t j = i + 1; j-- > 0;)
			for (size_t sum = 0; sum <= total; sum++)
				s->ways[j + 1][sum + r->ascending[i]] += s->ways[j][sum];
		total += r->ascending[i];
	}
}

/* The share of the selections of j values whose rank sum is at least this, of the total. */
static double tail(const struct selections *s, size_t j, size_t sum, size_t total)
{
	double above = 0, all = 0;

	for (size_t i = 0; i <= total; i++) {
		all += s->ways[j][i];
		above += i >= sum ? s->ways[j][i] : 0;
	}
	return above / all;
}

static double at_most_1(double p)
{
	return p > 1 ? 1 : p;
}

bool change_point_rise(const double *values, size_t n, size_t total, struct change_point *out)
{
	const size_t least = CHANGE_BEFORE + CHANGE_AFTER;
	size_t later = 0, first = n > CHANGE_WINDOW ? n - CHANGE_WINDOW : 0;
	struct ranks r;

	*out = (struct change_point){ .p = 1 };
	if (n - first < least)
		return false;
	values += first;
	n -= first;
	struct selections *s = malloc(sizeof(*s));
	if (!s)
		out_of_memory();
	ranks_make(&r, values, n);
	selections_make(s, &r);
	double lowest = 2;
	for (size_t at = n; at-- > CHANGE_BEFORE;) {
		later += r.of[at];
		double p = n - at >= CHANGE_AFTER ? tail(s, n - at, later, r.total) : 2;
		if (p < lowest) {
			lowest = p;
			out->at = first + at;
		}
	}
	free(s);
	size_t at = out->at - first;
	double looks = total > n ? (double)total : (double)n;
	double share = (double)(least - 1) / (looks * (looks - 1));
	out->p = at_most_1(lowest * (double)(n - least + 1) / share);
	out->before = median_of(values, at);
	out->after = median_of(values + at, n - at);
	out->recent = median_of(values + n - CHANGE_AFTER, CHANGE_AFTER);
	return true;
}
