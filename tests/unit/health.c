/* The score of a project's health: its properties, on random sets of issues. */
#include <math.h>
#include <stdlib.h>

#include "health/score.h"
#include "tap.h"

enum { ISSUES = 40, ROUNDS = 20000 };

struct issue {
	int64_t severity, count;
};

static double score_of(const struct issue *issues, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += health_weight(issues[i].severity, issues[i].count);
	return health_score(total);
}

static struct issue random_issue(void)
{
	return (struct issue){ 1 + rand() % 10, 1 + rand() % 1000 };
}

static void properties(void)
{
	bool more = true, worse = true, again = true, within = true;

	srand(7);
	for (int round = 0; round < ROUNDS; round++) {
		struct issue issues[ISSUES + 1];
		size_t n = (size_t)(rand() % ISSUES), at;
		for (size_t i = 0; i <= n; i++)
			issues[i] = random_issue();
		double score = score_of(issues, n);
		within &= score > 0 && score <= 1;
		more &= score_of(issues, n + 1) < score;
		if (n == 0)
			continue;
		at = (size_t)rand() % n;
		struct issue was = issues[at];
		issues[at].count++;
		again &= score_of(issues, n) < score;
		issues[at] = was;
		issues[at].severity++;
		worse &= was.severity == 10 || score_of(issues, n) < score;
	}
	ok(within, "the score is above 0 and at most 1");
	ok(more, "one issue more lowers it");
	ok(worse, "a severer issue lowers it");
	ok(again, "one more occurrence lowers it");
}

static double many(int64_t severity, size_t n)
{
	double total = 0;

	while (n-- > 0)
		total += health_weight(severity, 1);
	return health_score(total);
}

static enum health_status status_of(int64_t severity, size_t n)
{
	return health_status_of(many(severity, n), n ? severity : 0);
}

static void examples(void)
{
	ok(many(5, 0) == 1 && status_of(5, 0) == HEALTH_EXCELLENT, "without issues it is 1, excellent");
	ok(fabs(many(7, 1) - 0.75) < 1e-9 && status_of(7, 1) == HEALTH_GOOD, "one issue of severity 7 gives 0.75");
	ok(status_of(2, 1000) == HEALTH_FAILING, "a thousand mild issues are not excellent");
	ok(many(9, 10) < many(9, 1) / 2, "ten critical issues are far from one");
	ok(many(10, 1000) > 0 && many(10, 1000000) < many(10, 1000), "it still falls where nothing seems left");
	ok(status_of(8, 1) == HEALTH_CRITICAL, "one issue of severity 8 is critical");
	ok(status_of(9, 10) == HEALTH_FAILING, "failing is not hidden by critical");
	ok(health_weight(0, 0) == health_weight(1, 1) && health_weight(99, 1) == health_weight(10, 1),
		"severities outside 1 to 10 count as the nearest, no count as one");
	ok(isfinite(health_weight(10, INT64_MAX)), "no count gives an infinite weight");
}

int main(void)
{
	properties();
	examples();
	return tap_end();
}
