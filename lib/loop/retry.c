/* Run a command again whose failure may be temporary. */
#include <time.h>
#include <unistd.h>

#include "base/proc.h"
#include "loop/session_state.h"

bool session_is_transient(struct heal_run *s)
{
	bool any = false;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		if (!incident_counts(&s->first, &c->r) || !c->r.analysis.root)
			continue;
		if (!c->r.analysis.transient)
			return false;
		any = true;
	}
	return any;
}

static void nap(double seconds)
{
	struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	nanosleep(&t, NULL); /* interrupted by a signal: try again at once */
}

bool session_may_rerun(void *ctx, struct str command, struct str what)
{
	struct heal_run *s = ctx;

	if (s->rerun)
		return false;
	s->rerun = s->o->rerun || config_bool(s->o->config, "allow_rerun") ||
		(isatty(0) && isatty(2) && ui_ask_rerun(&s->ui, command, what));
	return s->rerun;
}

bool session_retry(struct heal_run *s, struct err *err)
{
	struct config *c = s->o->config;
	double delay = config_double(c, "retry.delay"), most = config_double(c, "retry.max_delay");
	double left = config_double(c, "retry.max_wait");
	int64_t attempts = config_int(c, "retry.attempts");

	if (s->external)
		attempts = attempts && session_may_rerun(s, argv_show(&s->a, s->o->argv), s->effect.what);

	for (int64_t i = 0; i < attempts; i++) {
		struct observed_run w;
		delay = delay > most ? most : delay;
		delay = delay > left ? left : delay;
		if (delay == 0 && i > 0 && left == 0)
			break;
		left -= delay;
		ui_line(&s->ui, "possibly a temporary failure; trying again in %g s (%lld of %lld)", delay,
			(long long)i + 1, (long long)attempts);
		nap(delay);
		if (!session_run_command(s, &w, err)) {
			observed_run_release(&w);
			return false;
		}
		bool passed = w.run.status == 0, stopped = w.run.interrupted || w.run.signalled;
		observed_run_release(&w);
		if (passed || stopped)
			return passed;
		delay *= config_double(c, "retry.multiplier");
	}
	return false;
}
