#include "statistics/sequential_test.h"

#include <math.h>

static double rate(int i)
{
	return (i + 0.5) / RATES;
}

/* The logarithm of the factor of one trial; c and d: the probabilities of its outcome with control and challenger. */
static double bet(double c, double d, double share, bool challenger)
{
	double q = share * d / (share * d + (1 - share) * c);

	return log(challenger ? q / share : (1 - q) / (1 - share));
}

void sequential_test_add(struct sequential_test *t, bool challenger, double share, bool success)
{
	int n = 0;

	if (!(share > 0 && share < 1))
		return;
	for (int low = 0; low < RATES; low++)
		for (int high = low + 1; high < RATES; high++, n++) {
			double l = success ? rate(low) : 1 - rate(low), h = success ? rate(high) : 1 - rate(high);
			t->better[n] += bet(l, h, share, challenger);
			t->worse[n] += bet(h, l, share, challenger);
		}
}

/* The mean of the capitals, without overflow. */
static double capital(const double logs[RATE_PAIRS])
{
	double most = logs[0], sum = 0;

	for (int i = 1; i < RATE_PAIRS; i++)
		most = logs[i] > most ? logs[i] : most;
	for (int i = 0; i < RATE_PAIRS; i++)
		sum += exp(logs[i] - most);
	double all = most + log(sum / RATE_PAIRS);
	return all > 690 ? 1e300 : exp(all);
}

double sequential_test_better(const struct sequential_test *t)
{
	return capital(t->better);
}

double sequential_test_worse(const struct sequential_test *t)
{
	return capital(t->worse);
}
