#include "health/prediction.h"

#include <math.h>

#include "health/score.h"
#include "statistics/change_point.h"
#include "statistics/trend.h"

/* Points, oldest first, with x in hours before the newest report. */
static size_t parts_of(const struct health_score *at, size_t n, struct trend_point *out)
{
	double begin = at[n - 1].seconds, end = at[0].seconds, scores[PREDICTION_REPORTS];
	size_t parts = 0;

	for (size_t i = n; i > 0;) {
		double x = 0;
		size_t k = 0;
		double part = floor((at[i - 1].seconds - begin) / (end - begin) * PREDICTION_PARTS);
		double until = part >= PREDICTION_PARTS - 1 ? INFINITY :
							      begin + (end - begin) * (part + 1) / PREDICTION_PARTS;
		for (; i > 0 && (at[i - 1].seconds < until || !k); i--) {
			x += (at[i - 1].seconds - end) / 3600;
			scores[k++] = at[i - 1].score;
		}
		if (parts < PREDICTION_PARTS)
			out[parts++] = (struct trend_point){ x / (double)k, median_of(scores, k) };
	}
	return parts;
}

/* The line that the score crosses next; below 0: there is none. */
static double line_ahead(double level, bool rises)
{
	static const double lines[] = { SCORE_FAILING, SCORE_WARNING, SCORE_GOOD };
	double ahead = -1;

	for (size_t i = 0; i < 3; i++)
		if (rises ? lines[i] > level && ahead < 0 : lines[i] <= level)
			ahead = lines[i];
	return ahead;
}

struct forecast health_predict(const struct health_score *at, size_t n, double horizon_hours)
{
	struct forecast none = { 0 };
	struct trend_point points[PREDICTION_PARTS];
	struct trend t;

	n = n > PREDICTION_REPORTS ? PREDICTION_REPORTS : n;
	if (n < TREND_LEAST)
		return none;
	double covered = (at[0].seconds - at[n - 1].seconds) / 3600;
	if (covered * 3600 < PREDICTION_SECONDS || !trend_of(points, parts_of(at, n, points), &t) ||
		!trend_is_certain(&t))
		return none;
	bool rises = t.slope > 0;
	double line = line_ahead(t.level, rises), hours = (line - t.level) / t.slope;
	if (line < 0 || hours > horizon_hours || hours > covered)
		return none;
	return (struct forecast){ .status = health_status_of(rises ? line : nextafter(line, 0), 0),
		.hours = hours,
		.hours_least = (line - t.level) / (rises ? t.most : t.least),
		.hours_most = (line - t.level) / (rises ? t.least : t.most),
		.per_day = t.slope * 24 };
}
