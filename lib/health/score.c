#include "health/score.h"

#include <math.h>

double health_weight(int64_t severity, int64_t count)
{
	int64_t s = severity < SEVERITY_LEAST ? SEVERITY_LEAST : severity > SEVERITY_MOST ? SEVERITY_MOST : severity;
	double n = count < 1 ? 1 : (double)count;

	return exp2((double)(s - 7)) * (1 + log2(n)) / 3;
}

double health_score(double total)
{
	return 1 / (1 + total);
}

enum health_status health_status_of(double score, int64_t worst)
{
	return score < SCORE_FAILING       ? HEALTH_FAILING :
		worst >= SEVERITY_CRITICAL ? HEALTH_CRITICAL :
		score < SCORE_WARNING      ? HEALTH_WARNING :
		score < SCORE_GOOD         ? HEALTH_GOOD :
					     HEALTH_EXCELLENT;
}
