#include "store/beta.h"

#include <math.h>

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

double beta_cdf(double x, double a, double b)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(x, a, b) / a;
	return 1 - front * fraction(1 - x, b, a) / b;
}

double beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60; i++) {
		double x = (low + high) / 2;
		if (beta_cdf(x, a, b) < p)
			low = x;
		else
			high = x;
	}
	return (low + high) / 2;
}

/* The mean for which the prior is the lower bound; I_x decreases with the mean. */
static double prior_mean(double prior, double w)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60; i++) {
		double m = (low + high) / 2;
		if (beta_cdf(prior, m * w, (1 - m) * w) > BETA_QUANTILE)
			low = m;
		else
			high = m;
	}
	return (low + high) / 2;
}

static double held(double x, double low, double high)
{
	return !(x > low) ? low : x > high ? high : x; /* NaN: low */
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
	double m = held(prior_mean(held(prior, 1e-6, 1 - 1e-6), w), 1e-6, 1 - 1e-6);
	return beta_quantile(BETA_QUANTILE, m * w + successes, (1 - m) * w + failures);
}
