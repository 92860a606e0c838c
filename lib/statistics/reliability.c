#include "statistics/reliability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static int bin_of(double p)
{
	int bin = (int)(p * BINS);

	return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
}

void reliability_of(const struct prediction *at, size_t n, struct reliability *out)
{
	memset(out, 0, sizeof(*out));
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		struct reliability_bin *bin = &out->bins[bin_of(at[i].p)];
		double y = at[i].success;
		out->successes += at[i].success;
		out->brier += (at[i].p - y) * (at[i].p - y) / (double)n;
		bin->n++;
		bin->successes += at[i].success;
		bin->sum += at[i].p;
	}
	for (int i = 0; i < BINS && n; i++)
		out->ece += fabs(out->bins[i].sum - (double)out->bins[i].successes) / (double)n;
}

static int by_prediction(const void *x, const void *y)
{
	const struct prediction *a = x, *b = y;

	return (a->p > b->p) - (a->p < b->p);
}

/* While the last step is not higher than the one before, pool the two. */
static void pool(struct isotonic *f)
{
	while (f->n > 1 && f->steps[f->n - 1].value <= f->steps[f->n - 2].value) {
		struct isotonic_step *low = &f->steps[f->n - 2], *high = &f->steps[f->n - 1];
		size_t both = low->n + high->n;
		low->value = (low->value * (double)low->n + high->value * (double)high->n) / (double)both;
		low->n = both;
		f->n--;
	}
}

void isotonic_fit(struct arena *a, const struct prediction *at, size_t n, struct isotonic *out)
{
	struct prediction *sorted = arena_alloc(a, (n + 1) * sizeof(*sorted));

	*out = (struct isotonic){ .steps = arena_alloc(a, (n + 1) * sizeof(*out->steps)) };
	memcpy(sorted, at, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_prediction);
	for (size_t i = 0, next; i < n; i = next) {
		size_t successes = 0;
		for (next = i; next < n && sorted[next].p == sorted[i].p; next++)
			successes += sorted[next].success;
		out->steps[out->n++] = (struct isotonic_step){ sorted[i].p, (double)successes / (double)(next - i),
			next - i };
		pool(out);
	}
}

double isotonic_value(const struct isotonic *f, double p)
{
	double value = f->n ? f->steps[0].value : p;

	for (size_t i = 0; i < f->n && f->steps[i].p <= p; i++)
		value = f->steps[i].value;
	return value;
}

void isotonic_calibrate(
	struct arena *a, const struct prediction *known, size_t n, struct prediction *asked, size_t asked_n)
{
	struct isotonic f;

	isotonic_fit(a, known, n, &f);
	for (size_t i = 0; i < asked_n; i++)
		asked[i].p = isotonic_value(&f, asked[i].p);
}

void cross_fit(struct arena *a, const struct prediction *at, size_t n, unsigned folds, cross_fit_fn *calibrate,
	struct prediction *out)
{
	struct prediction *known = arena_alloc(a, (n + 1) * sizeof(*known));
	struct prediction *asked = arena_alloc(a, (n + 1) * sizeof(*asked));

	for (unsigned fold = 0; fold < folds; fold++) {
		size_t known_n = 0, asked_n = 0;
		for (size_t i = 0; i < n; i++)
			if (at[i].group % folds == fold)
				asked[asked_n++] = at[i];
			else
				known[known_n++] = at[i];
		calibrate(a, known, known_n, asked, asked_n);
		for (size_t i = n; i-- > 0;)
			if (at[i].group % folds == fold)
				out[i] = asked[--asked_n];
	}
}
