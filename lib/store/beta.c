#include "store/beta.h"

#include <math.h>
#include <stdbool.h>

/* The continued fraction for x below the mean, where it converges in a few dozen steps. */
static double fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);

	d = 1 / (fabs(d) < tiny ? tiny : d);
	double h = d;
	for (int m = 1; m < 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-13)
			break;
	}
	return h;
}

/* The logarithm of 1 / B(a, b), which does not depend on x. */
static double scale(double a, double b)
{
	return lgamma(a + b) - lgamma(a) - lgamma(b);
}

/* 0 < x < 1.  density: the derivative. */
static double cdf(double x, double a, double b, double scale_ab, double *density)
{
	double front = exp(scale_ab + a * log(x) + b * log1p(-x));

	*density = front / (x * (1 - x));
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(x, a, b) / a;
	return 1 - front * fraction(1 - x, b, a) / b;
}

double beta_cdf(double x, double a, double b)
{
	double density;

	return x <= 0 ? 0 : x >= 1 ? 1 : cdf(x, a, b, scale(a, b), &density);
}

/* Newton's method, which takes few steps; bisection where it leaves the range that is left, or does not end. */
double beta_quantile(double p, double a, double b)
{
	enum { NEWTON = 20, STEPS = NEWTON + 60 };
	double low = 0, high = 1, x = a / (a + b), scale_ab = scale(a, b);

	for (int i = 0; i < STEPS && x > low && x < high; i++) {
		double density, over = cdf(x, a, b, scale_ab, &density) - p;
		if (over < 0)
			low = x;
		else
			high = x;
		double next = x - over / density;
		bool small = fabs(next - x) < 1e-13;
		if (i >= NEWTON || !(next > low && next < high))
			next = (low + high) / 2;
		else if (small)
			return next;
		x = next;
	}
	return x;
}

static double held(double x, double low, double high)
{
	return !(x > low) ? low : x > high ? high : x; /* NaN: low */
}

/* I_x decreases with the mean. */
double beta_mean_of(double bound, double weight)
{
	double low = 0, high = 1, w = held(weight, 0.1, 1e6);

	bound = held(bound, 1e-6, 1 - 1e-6);

	for (int i = 0; i < 60; i++) {
		double m = (low + high) / 2;
		if (beta_cdf(bound, m * w, (1 - m) * w) > BETA_QUANTILE)
			low = m;
		else
			high = m;
	}
	return (low + high) / 2;
}

double beta_confidence(double prior, double weight, double successes, double failures)
{
	prior = held(prior, 0, 1);
	successes = held(successes, 0, 1e9);
	failures = held(failures, 0, 1e9);
	if (successes + failures <= 0)
		return prior;
	double w = held(weight, 0.1, 1e6);
	/* 0 and 1 would make a parameter 0, which no outcome could change. */
	double m = held(beta_mean_of(prior, w), 1e-6, 1 - 1e-6);
	return beta_quantile(BETA_QUANTILE, m * w + successes, (1 - m) * w + failures);
}
