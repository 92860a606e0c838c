/* the statistics: against published or independently computed values, and the error rates that they promise */
#include <math.h>
#include <stdint.h>

#include "statistics/exact_tests.h"
#include "statistics/beta_calibration.h"
#include "statistics/rollout.h"
#include "statistics/sequential_test.h"
#include "tap.h"

static struct arena arena = ARENA_INIT;

static bool near(double a, double b, double by)
{
	return fabs(a - b) <= by;
}

/* ---- exact tests; expected values: rational arithmetic, see each ---- */

static void test_exact(void)
{
	/* sum of C(10, k) / 2^10 for k = 8, 9, 10 is 56/1024 */
	ok(near(binomial_upper_tail(8, 10, 0.5), 56.0 / 1024, 1e-12), "P(X >= 8) of 10 fair trials is 56/1024");
	ok(near(binomial_upper_tail(3, 100, 0.01), 0.07937320225, 1e-10), "P(X >= 3), 100 trials of 1 %, by fractions");
	ok(binomial_upper_tail(0, 5, 0.1) == 1 && binomial_upper_tail(6, 5, 0.1) == 0, "the ends of a tail");
	ok(near(binomial_upper_tail(600, 1000, 0.5), 1.364232e-10, 1e-15), "a far tail keeps its digits");
	/* 1 event in 7 days, 9 in 7: as 9 of 10 fair trials, 11/1024 */
	ok(near(rate_rise_p(1, 7, 9, 7), 11.0 / 1024, 1e-12), "a rise from 1 to 9 in equal times has p = 11/1024");
	ok(near(rate_rise_p(0, 3, 3, 1), 1.0 / 64, 1e-12),
		"a new error, 3 times in a quarter of the time, has p = 1/64");
	ok(rate_rise_p(9, 7, 1, 7) > 0.99, "a fall is no rise");
	/* the lady tasting tea: 3 of 4 right, two-sided 34/70; R. A. Fisher, The Design of Experiments, 1935 */
	ok(near(fisher_p(3, 4, 1, 4), 34.0 / 70, 1e-12), "the lady tasting tea: p = 34/70");
	/* convictions of twins, 10 of 13 and 2 of 17: two-sided 0.0005367, the example of R's fisher.test */
	ok(near(fisher_p(10, 12, 3, 18), 0.0005367, 5e-7), "Fisher's twins: p = 0.0005367");
	ok(near(rate_change_support(4, 2, 4, 2), 0, 1e-12), "equal rates support no change");
	ok(near(rate_change_support(0, 1, 10, 1), 10 * log(2), 1e-12), "from 0 to 10: the support is 10 log 2");
}

static void test_holm(void)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 }, wanted[] = { 0.03, 0.06, 0.06, 0.02 };
	bool same = true;

	holm_adjust(p, 4);
	for (int i = 0; i < 4; i++)
		same &= near(p[i], wanted[i], 1e-12);
	ok(same, "Holm's adjustment of 0.01, 0.04, 0.03, 0.005, as p.adjust of R gives it");
	holm_adjust(p, 0);
}

/* ---- reliability ---- */

static void test_reliability(void)
{
	/* two bins: 0.9 with 3 of 4, 0.2 with 1 of 2; brier (3*.01+.81+.04+.64)/6, ece (|3.6-3| + |.4-1|)/6 */
	const struct prediction at[] = { { 0.9, true, 0 }, { 0.9, true, 1 }, { 0.9, true, 2 }, { 0.9, false, 3 },
		{ 0.2, false, 4 }, { 0.2, true, 5 } };
	struct reliability r;
	struct isotonic f;
	struct prediction out[6];

	reliability_of(at, 6, &r);
	ok(near(r.brier, 1.52 / 6, 1e-12), "the Brier score of six predictions");
	ok(near(r.ece, 0.2, 1e-12), "their expected calibration error");
	reliability_of(NULL, 0, &r);
	ok(r.n == 0 && r.brier == 0 && r.ece == 0, "no predictions: no error");
	/* 1, 0, 1, 1, 0, 1 at .1 to .6: pooled to 1/2, 1/2, 2/3, 2/3, 2/3, 1 */
	const struct prediction steps[] = { { 0.1, true, 0 }, { 0.2, false, 1 }, { 0.3, true, 2 }, { 0.4, true, 3 },
		{ 0.5, false, 4 }, { 0.6, true, 5 } };
	const double wanted[] = { 0.5, 0.5, 2.0 / 3, 2.0 / 3, 2.0 / 3, 1 };
	isotonic_fit(&arena, steps, 6, &f);
	bool same = f.n == 3;
	for (int i = 0; i < 6; i++)
		same &= near(isotonic_value(&f, steps[i].p), wanted[i], 1e-12);
	ok(same, "adjacent violators are pooled");
	ok(isotonic_value(&f, 0) == 0.5 && isotonic_value(&f, 1) == 1, "outside, the nearest step counts");
	cross_fit(&arena, steps, 6, 6, isotonic_calibrate, out);
	/* without itself, 0.1 lies below a first step of 0 */
	ok(out[0].p == 0 && out[0].success, "a cross-fit does not see the prediction itself");
}

/* ---- random numbers ---- */

static uint64_t state;

/* Uniform in [0, 1): splitmix64; S. Vigna, public domain. */
static double uniform(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* ---- beta calibration ---- */

/* n predictions whose confidence p comes true with the probability that the map says. */
static void predictions_draw(struct prediction *at, size_t n, const struct beta_map *truth)
{
	state = 7;
	for (size_t i = 0; i < n; i++) {
		double p = 0.3 + 0.69 * uniform();
		at[i] = (struct prediction){ p, uniform() < beta_map_value(truth, p), (unsigned)i };
	}
}

static void test_beta_calibration(void)
{
	enum { MANY = 20000 };
	const struct beta_map truth = { { 0.6, 0.8, 0.7 } }, same = { { 1, 1, 0 } };
	struct prediction *at = arena_alloc(&arena, MANY * sizeof(*at)),
			  *out = arena_alloc(&arena, MANY * sizeof(*out));
	struct reliability before, after;
	struct beta_map f;

	ok(near(beta_map_value(&same, 0.83), 0.83, 1e-12), "the map 1, 1, 0 changes nothing");
	beta_map_fit(NULL, 0, &f);
	ok(f.w[0] == 1 && f.w[1] == 1 && f.w[2] == 0, "without predictions nothing is changed");
	predictions_draw(at, MANY, &truth);
	beta_map_fit(at, MANY, &f);
	double worst = 0;
	for (double p = 0.3; p < 0.99; p += 0.01)
		worst = fmax(worst, fabs(beta_map_value(&f, p) - beta_map_value(&truth, p)));
	ok(worst < 0.02, "many predictions: the map is found");
	cross_fit(&arena, at, MANY, 10, beta_calibrate, out);
	reliability_of(at, MANY, &before);
	reliability_of(out, MANY, &after);
	ok(before.ece > 0.08 && after.ece < 0.015 && after.brier < before.brier, "a cross-fit is calibrated");
	const struct prediction few[] = { { 0.8, true, 0 }, { 0.8, false, 1 }, { 0.9, true, 2 }, { 0.7, true, 3 } };
	beta_map_fit(few, 4, &f);
	ok(fabs(beta_map_value(&f, 0.8) - 0.8) < 0.05, "few predictions change little");
	/* the higher, the more often wrong: then all are the same, and none is turned round */
	for (int i = 0; i < 1000; i++)
		at[i] = (struct prediction){ i / 1000.0, uniform() > i / 1000.0, (unsigned)i };
	beta_map_fit(at, 1000, &f);
	ok(f.w[0] >= 0 && f.w[1] >= 0 && beta_map_value(&f, 0.9) >= beta_map_value(&f, 0.1) - 1e-9,
		"a higher confidence never becomes a lower probability");
	for (int i = 0; i < 1000; i++)
		at[i] = (struct prediction){ i % 2, true, (unsigned)i };
	beta_map_fit(at, 1000, &f);
	ok(beta_map_value(&f, 1) > 0.99 && beta_map_value(&f, 0) <= 1, "certain predictions do not end in infinities");
}

/* ---- the sequential test ---- */

/* One experiment, looked at after every trial: the trial at which the bet on `better` (else on `worse`) reached the
 * limit, or most + 1. */
static int decided(double control, double challenger, double share, int most, double limit, bool better)
{
	struct sequential_test t = { 0 };

	for (int i = 1; i <= most; i++) {
		bool label = uniform() < share, success = uniform() < (label ? challenger : control);
		sequential_test_add(&t, label, share, success);
		if ((better ? sequential_test_better(&t) : sequential_test_worse(&t)) >= limit)
			return i;
	}
	return most + 1;
}

static double share_decided(double control, double challenger, double share, int most, bool better, int *median)
{
	enum { RUNS = 400 };
	int times[RUNS], n = 0;

	for (int i = 0; i < RUNS; i++) {
		times[i] = decided(control, challenger, share, most, 40, better);
		n += times[i] <= most;
		for (int k = i; k > 0 && times[k] < times[k - 1]; k--) {
			int kept = times[k];
			times[k] = times[k - 1];
			times[k - 1] = kept;
		}
	}
	*median = times[RUNS / 2];
	return (double)n / RUNS;
}

static void test_sequential(void)
{
	static const struct {
		double control, challenger, share;
	} same[] = { { 0.5, 0.5, 0.5 }, { 0.9, 0.9, 0.5 }, { 0.2, 0.2, 0.1 }, { 0.95, 0.95, 0.1 }, { 0.8, 0.6, 0.5 } };
	static const struct {
		double control, challenger, share;
		int within;
	} differ[] = { { 0.5, 0.95, 0.5, 60 }, { 0.6, 0.9, 0.5, 120 }, { 0.95, 0.4, 0.5, 50 },
		{ 0.95, 0.4, 0.1, 150 } };
	int median;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		state = 1000 + i;
		double wrong = share_decided(same[i].control, same[i].challenger, same[i].share, 1000, true, &median);
		printf("# %.2f and %.2f, share %.1f: false winner in %.1f %% of 400 experiments of 1000 looks\n",
			same[i].control, same[i].challenger, same[i].share, 100 * wrong);
		ok(wrong <= 0.05, "a challenger that is not better wins in at most 5 % of the experiments");
	}
	for (size_t i = 0; i < sizeof(differ) / sizeof(differ[0]); i++) {
		state = 2000 + i;
		bool better = differ[i].challenger > differ[i].control;
		double found = share_decided(
			differ[i].control, differ[i].challenger, differ[i].share, 1000, better, &median);
		printf("# %.2f and %.2f, share %.1f: decided in %.1f %%, median after %d trials\n", differ[i].control,
			differ[i].challenger, differ[i].share, 100 * found, median);
		ok(found >= 0.99 && median <= differ[i].within, "a difference is found, in the time that is promised");
	}
}

/* ---- roll-out ---- */

/* Until it is decided, or most trials are over; returns the last share. */
static int rolled_out(double control, double challenger, int most, int *trials, int *harmed)
{
	struct rollout r = { 0 };
	int share = ROLLOUT_BEGIN;

	*trials = *harmed = 0;
	for (; *trials < most && share > 0 && share < 100; ++*trials) {
		bool label = uniform() < share / 100.0, success = uniform() < (label ? challenger : control);
		*harmed += label && !success;
		rollout_add(&r, label, share, success);
		share = rollout_next(&r, share);
	}
	return share;
}

static void test_rollout(void)
{
	static const struct {
		double control, challenger;
		int right; /* the share at the end */
	} cases[] = { { 0.7, 0.7, -1 }, { 0.95, 0.95, -1 }, { 0.6, 0.95, 100 }, { 0.95, 0.3, 0 } };
	enum { RUNS = 400, MOST = 1000 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int won = 0, lost = 0, all = 0, failures = 0, trials, harmed;
		state = 3000 + i;
		for (int k = 0; k < RUNS; k++) {
			int share = rolled_out(cases[i].control, cases[i].challenger, MOST, &trials, &harmed);
			won += share == 100;
			lost += share == 0;
			all += trials;
			failures += harmed;
		}
		printf("# roll-out of %.2f against %.2f: won %.1f %%, demoted %.1f %%, after %.0f trials on average, "
		       "%.1f "
		       "failures of the challenger\n",
			cases[i].challenger, cases[i].control, 100.0 * won / RUNS, 100.0 * lost / RUNS,
			(double)all / RUNS, (double)failures / RUNS);
		if (cases[i].right < 0)
			ok(won + lost <= 0.05 * RUNS, "equal variants are told apart in at most 5 % of the roll-outs");
		else
			ok((cases[i].right ? won : lost) >= 0.95 * RUNS, "the better variant prevails");
	}
}

/* By hand: a success of the challenger at share 1/2 multiplies a pair's capital by 2 d / (c + d). */
static void test_one_bet(void)
{
	struct sequential_test t = { 0 };
	double sum = 0;

	sequential_test_add(&t, true, 0.5, true);
	for (int c = 0; c < RATES; c++)
		for (int d = c + 1; d < RATES; d++)
			sum += 2 * (d + 0.5) / (c + 0.5 + d + 0.5) / RATE_PAIRS;
	ok(near(sequential_test_better(&t), sum, 1e-12), "one bet, computed by hand");
	sequential_test_add(&t, true, 1, true);
	ok(near(sequential_test_better(&t), sum, 1e-12), "a trial without a choice tells nothing");
	struct sequential_test none = { 0 };
	ok(near(sequential_test_better(&none), 1, 1e-12), "the capital begins at 1");
}

int main(void)
{
	test_exact();
	test_holm();
	test_reliability();
	test_beta_calibration();
	test_one_bet();
	test_sequential();
	test_rollout();
	arena_free(&arena);
	return tap_end();
}
