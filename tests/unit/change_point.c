/* A rise in a series of measurements: exact p-values, the rate of false alarms, and how soon a slow-down is found. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "statistics/change_point.h"
#include "tap.h"

enum { RUNS = 60, SERIES = 100, STEADY = 20, FOUND_WITHIN = 10 };
#define ALPHA 0.05

static uint64_t state;

/* Uniform in (0, 1): splitmix64; S. Vigna, public domain. */
static double uniform(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

/* Noise with mean 0 and standard deviation 1: Gaussian, or exponential, as delays are. */
static double gaussian(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static double exponential(void)
{
	return -log(uniform()) - 1;
}

static double rounded(void)
{
	return round(gaussian());
}

/* The number of runs after the change until a rise is found; 0: none is.  Each run is followed by a look. */
static size_t found_after(double (*noise)(void), double by, size_t steady, size_t runs)
{
	double values[RUNS + STEADY * 4];
	struct change_point c;

	for (size_t n = 0; n < runs; n++) {
		values[n] = (n < steady ? 1 : 1 + by) * (1 + 0.05 * noise());
		if (change_point_rise(values, n + 1, n + 1, &c) && c.p <= ALPHA)
			return n < steady ? 1 : n + 1 - steady;
	}
	return 0;
}

static double share_found(double (*noise)(void), double by, size_t steady, size_t runs)
{
	size_t found = 0;

	for (size_t i = 0; i < SERIES; i++)
		found += found_after(noise, by, steady, runs) > 0;
	return (double)found / SERIES;
}

static void simulations(void)
{
	state = 1;
	ok(share_found(gaussian, 0, RUNS, RUNS) <= ALPHA,
		"at most 5 % of steady series ever give an alarm in 60 looks");
	ok(share_found(exponential, 0, RUNS, RUNS) <= ALPHA, "the same with skewed noise");
	ok(share_found(rounded, 0, RUNS, RUNS) <= ALPHA, "the same with many equal values");
	ok(share_found(gaussian, 0.2, STEADY, STEADY + FOUND_WITHIN) >= 0.95,
		"a slow-down by 20 % in noise of 5 % is found within 10 runs, after 20");
	ok(share_found(gaussian, 0.2, RUNS, RUNS + FOUND_WITHIN) >= 0.95, "the same after 60");
	ok(share_found(gaussian, -0.2, STEADY, STEADY + FOUND_WITHIN) <= ALPHA, "what became faster is no rise");
}

static void exact(void)
{
	const double rise[] = { 1, 2, 3, 4, 5, 6, 9, 8, 7 };
	const double equal[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	const double ten[] = { 5, 3, 4, 1, 2, 6, 0.5, 11, 10, 12 };
	double many[RUNS];
	struct change_point c;

	/* of the C(9, 3) = 84 selections of 3 values one has the sum 24; one split, and the ninth look costs 9 * 8 / 8
	 */
	ok(change_point_rise(rise, 9, 9, &c) && fabs(c.p - 9.0 / 84) < 1e-12, "one split, the first look: 9/84");
	ok(c.at == 6 && c.before == 3.5 && c.after == 8 && c.recent == 8, "where, from what, to what");
	ok(change_point_rise(equal, 9, 9, &c) && c.p == 1, "equal values are no rise");
	/* the split at 7 is perfect: 1 / C(10, 3) = 1/120; two splits; the tenth look costs 10 * 9 / 8 */
	ok(change_point_rise(ten, 10, 10, &c) && fabs(c.p - 2 * 11.25 / 120) < 1e-12 && c.at == 7,
		"two splits, the second look: 22.5/120");
	ok(change_point_rise(rise, 9, 100, &c) && c.p == 1, "a later look must be surer");
	ok(!change_point_rise(rise, 8, 8, &c), "8 values are too few");
	for (size_t i = 0; i < RUNS; i++)
		many[i] = i < 50 ? 1 + (double)(i % 7) / 100 : 2 + (double)(i % 7) / 100;
	ok(change_point_rise(many, RUNS, RUNS, &c) && c.at == 50 && c.p < 1e-3, "the place is in the whole series");
	ok(median_of(rise, 1) == 1 && median_of(rise, 2) == 1.5, "the median");
}

int main(void)
{
	exact();
	simulations();
	return tap_end();
}
