/* The trend of a score and what follows from it: known values, and the rate of false predictions. */
#include <math.h>
#include <stdint.h>

#include "health/prediction.h"
#include "statistics/trend.h"
#include "tap.h"

enum { REPORTS = 100, ROUNDS = 1000 };

static uint64_t state = 1;

/* Uniform in (0, 1): splitmix64; S. Vigna, public domain. */
static double uniform(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

static double gaussian(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static void slopes(void)
{
	struct trend_point line[10], one[10];
	struct trend t;

	for (int i = 0; i < 10; i++) {
		line[i] = (struct trend_point){ i, 3 - 0.5 * i };
		one[i] = (struct trend_point){ 1, i };
	}
	line[4].y = 100;
	ok(trend_of(line, 10, &t) && fabs(t.slope + 0.5) < 1e-12 && fabs(t.level - 3) < 1e-12,
		"an outlier does not move the line");
	ok(trend_is_certain(&t) && t.most < 0, "its slope is certainly below 0");
	ok(!trend_of(line, 7, &t), "7 points are too few");
	ok(!trend_of(one, 10, &t), "points at one time have no slope");
	struct trend_point falling[] = { { 1, 1.26 }, { 2, 1.27 }, { 3, 1.12 }, { 4, 1.16 }, { 5, 1.03 }, { 6, 0.9 },
		{ 7, 0.84 }, { 8, 0.79 } };
	ok(trend_of(falling, 8, &t) && t.least <= t.slope && t.slope <= t.most && t.most < 0,
		"the interval is around the slope");
}

/* The share of the intervals that hold the slope of a line with noise. */
static double coverage(double slope, double noise)
{
	int held = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct trend_point at[PREDICTION_PARTS];
		struct trend t;
		for (int i = 0; i < PREDICTION_PARTS; i++)
			at[i] = (struct trend_point){ i, slope * i + noise * gaussian() };
		trend_of(at, PREDICTION_PARTS, &t);
		held += t.least <= slope && slope <= t.most;
	}
	return (double)held / ROUNDS;
}

/* Reports over `hours`, newest first: a level, a slope by hour, noise, and a step in the middle. */
static struct forecast predict(double hours, double level, double slope, double noise, double step, double horizon)
{
	struct health_score at[REPORTS];

	for (int i = 0; i < REPORTS; i++) {
		double ago = hours * i / (REPORTS - 1);
		at[i] = (struct health_score){ 1e9 - ago * 3600,
			level - slope * ago + noise * gaussian() + (i < REPORTS / 2 ? step : 0) };
	}
	return health_predict(at, REPORTS, horizon);
}

static void predictions(void)
{
	struct forecast f = predict(20, 0.75, -0.01, 0.001, 0, 24);
	int said = 0;

	ok(f.status == HEALTH_WARNING && fabs(f.hours - 15) < 1, "0.75 and -0.01 an hour: warning in 15 h");
	ok(f.hours_least <= f.hours && f.hours <= f.hours_most && f.hours_most < 18 && f.hours_least > 12,
		"with an interval around it");
	ok(fabs(f.per_day + 0.24) < 0.02, "the change in a day");
	ok(predict(20, 0.75, -0.01, 0.001, 0, 10).status == HEALTH_NONE, "nothing beyond the horizon");
	ok(predict(10, 0.75, -0.01, 0.001, 0, 24).status == HEALTH_NONE, "nothing further ahead than it looks back");
	ok(predict(0.5, 0.61, -0.1, 0, 0, 24).status == HEALTH_NONE, "half an hour is no trend");
	f = predict(20, 0.7, 0.01, 0.001, 0, 24);
	ok(f.status == HEALTH_EXCELLENT && fabs(f.hours - 10) < 1, "what rises is predicted, too");
	f = predict(20, 0.4, -0.01, 0.001, 0, 24);
	ok(f.status == HEALTH_FAILING && fabs(f.hours - 10) < 1, "down to failing");
	ok(predict(20, 0.95, 0.01, 0.001, 0, 24).status == HEALTH_NONE, "no status is above excellent");
	ok(predict(20, 0.9, 0, 0, -0.2, 24).status == HEALTH_NONE, "one step is no trend");
	ok(predict(20, 1, 0, 0, 0, 24).status == HEALTH_NONE, "what is constant has none");
	for (int i = 0; i < ROUNDS; i++)
		said += predict(24, 0.62, 0, 0.05, 0, 24).status != HEALTH_NONE;
	ok(said <= ROUNDS * 0.06, "noise without a trend is predicted in about 5 % at most");
}

int main(void)
{
	slopes();
	ok(coverage(0, 1) >= 0.94 && coverage(0.3, 1) >= 0.94, "the interval holds the slope with 95 %");
	predictions();
	return tap_end();
}
