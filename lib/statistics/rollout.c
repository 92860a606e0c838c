#include "statistics/rollout.h"

void rollout_add(struct rollout *r, bool challenger, int share, bool success)
{
	struct rollout_arm *arm = challenger ? &r->challenger : &r->control;

	arm->trials++;
	arm->successes += success;
	sequential_test_add(&r->test, challenger, share / 100.0, success);
	double better = sequential_test_better(&r->test), worse = sequential_test_worse(&r->test);
	double more = better > worse ? better : worse;
	r->most = more > r->most ? more : r->most;
}

int rollout_next(const struct rollout *r, int share)
{
	double worse = sequential_test_worse(&r->test);

	if (share <= ROLLOUT_NONE || share >= ROLLOUT_ALL)
		return share;
	if (worse >= ROLLOUT_EVIDENCE)
		return ROLLOUT_NONE;
	if (share >= ROLLOUT_HALF)
		return sequential_test_better(&r->test) >= ROLLOUT_EVIDENCE ? ROLLOUT_ALL : share;
	return r->challenger.trials >= ROLLOUT_LEAST && worse < ROLLOUT_DOUBT ? ROLLOUT_HALF : share;
}

double rollout_p(const struct rollout *r)
{
	return r->most > 2 ? 2 / r->most : 1;
}
