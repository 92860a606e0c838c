/* The quality of a project: from 0 to 100, and lower with each thing more that is wrong. */
#include <math.h>

#include "health/quality.h"
#include "tap.h"

static struct arena arena = ARENA_INIT;

static struct quality rate(size_t missing, size_t placeholders, int tests, int build, bool documented)
{
	static struct str places[100];
	struct quality_facts f = { .missing = { places, missing, 100 },
		.placeholders = { places, placeholders, 100 },
		.tests = (enum quality_state)tests,
		.build = (enum quality_state)build,
		.documented = documented };
	struct quality q;

	quality_of(&arena, &f, &q);
	return q;
}

static double score(size_t missing, size_t placeholders, int tests, int build, bool documented)
{
	return rate(missing, placeholders, tests, build, documented).score;
}

static void properties(void)
{
	bool within = true, monotone = true, adds = true;

	for (size_t m = 0; m < 40; m++)
		for (size_t p = 0; p < 40; p++)
			for (int t = STATE_GOOD; t <= STATE_BAD; t++)
				for (int b = STATE_GOOD; b <= STATE_BAD; b += b == STATE_UNKNOWN ? 2 : 1)
					for (int d = 0; d < 2; d++) {
						struct quality q = rate(m, p, t, b, d);
						double sum = 100;
						LIST_EACH(quality_loss, l, &q.losses)
							sum -= l->points;
						adds &= fabs(sum - q.score) < 1e-9;
						within &= q.score > 0 && q.score <= 100;
						monotone &= score(m + 1, p, t, b, d) < q.score &&
							score(m, p + 1, t, b, d) < q.score &&
							(t == STATE_BAD || score(m, p, t + 1, b, d) < q.score) &&
							(b == STATE_BAD || score(m, p, t, STATE_BAD, d) < q.score) &&
							(!d || score(m, p, t, b, false) < q.score);
					}
	arena_free(&arena);
	ok(within, "it is above 0 and at most 100");
	ok(monotone, "each thing more that is wrong lowers it");
	ok(adds, "what lowers it adds up to what is missing from 100");
}

int main(void)
{
	properties();
	ok(score(0, 0, STATE_GOOD, STATE_GOOD, true) == 100, "nothing wrong gives 100");
	ok(score(2, 3, STATE_BAD, STATE_BAD, false) == 100 - 10 - 7.5 - 30 - 25 - 10, "the formula, computed by hand");
	ok(score(0, 0, STATE_ABSENT, STATE_GOOD, true) == 80 && score(0, 0, STATE_UNKNOWN, STATE_UNKNOWN, true) == 75,
		"without tests; what cannot be found out");
	arena_free(&arena);
	return tap_end();
}
