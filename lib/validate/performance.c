#include "validate/performance.h"

#define MB 1048576.0

void run_cost_add(struct run_cost *c, const struct observed_run *run, const struct pack *pack)
{
	bool first = !c->known;

	if (run->run.start != RUNNER_STARTED || run->run.timed_out)
		return;
	c->known = true;
	if (first || run->run.seconds < c->seconds)
		c->seconds = run->run.seconds;
	if (first || run->run.peak_memory < c->memory)
		c->memory = run->run.peak_memory;
	c->tests = observed_run_tests(run, pack);
}

static const char *why_not_comparable(const struct run_cost *before, const struct run_cost *now)
{
	return !before->known || !now->known        ? "there is no run without the fix to compare with" :
		before->tests < 0 || now->tests < 0 ? "the run without the fix may have failed before its end: no "
						      "test runner states that both runs did the same work" :
		before->tests != now->tests         ? "the run without the fix did not run the same number of tests" :
		before->tests == 0                  ? "no tests ran" :
						      NULL;
}

static bool is_much_more(double before, double now, double factor, double least)
{
	return now > factor * before && now - before > least;
}

struct check performance_check(
	struct arena *a, const struct config *config, const struct run_cost *before, const struct run_cost *now)
{
	struct check c = { .name = STR("performance"), .status = CHECK_SKIPPED };
	const char *why = why_not_comparable(before, now);
	double factor = config_double(config, "performance.factor");

	if (why) {
		c.detail = str_of(why);
		return c;
	}
	bool slower = is_much_more(before->seconds, now->seconds, factor, config_double(config, "performance.seconds"));
	bool larger = before->memory &&
		is_much_more((double)before->memory, (double)now->memory, factor,
			MB * (double)config_int(config, "performance.memory_mb"));
	c.status = slower || larger ? CHECK_WARNING : CHECK_PASSED;
	const char *what = slower && larger ? "slower, and more memory: " :
		slower                      ? "slower: " :
		larger                      ? "more memory: " :
					      "";
	c.detail = arena_printf(a, "%s%.2f s and %.0f MiB with the fix, %.2f s and %.0f MiB without it", what,
		now->seconds, (double)now->memory / MB, before->seconds, (double)before->memory / MB);
	return c;
}
