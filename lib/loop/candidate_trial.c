/* Try a solution in the copy: does it help, is it the only alternative that helps, does it help repeatedly? */
#include <string.h>

#include "analyze/model_answers.h"
#include "base/proc.h"
#include "detect/test_count.h"
#include "loop/candidate.h"
#include "loop/lost_lines.h"
#include "loop/rewrite_fixes.h"
#include "loop/search_state.h"
#include "validate/repeatable.h"

/* ---- keeping a solution ---- */

static void keep(struct search *s, const struct attempt *t, const struct solution *solution, const struct record *r)
{
	bool one_piece = candidate_is_one_piece(solution);

	s->risk = solution->risk.level > s->risk ? solution->risk.level : s->risk;
	for (size_t i = 0; i < attempt_files(t); i++)
		if (!search_is_edited(s, attempt_file(t, i)))
			*VEC_ADD(s->a, &s->edited) = arena_str(s->a, attempt_file(t, i));
	LIST_EACH(step, step, &solution->steps)
		if (step->kind == STEP_RUN) {
			struct step *kept = VEC_ADD(s->a, &s->commands);
			*kept = *step;
			members_copy(s->a, &step_type, kept);
		}
	attempt_made(t, s->solutions++, one_piece, &s->made);
	if (!s->first_kept.p) {
		s->first_kept = steps_text(s->a, solution);
		s->r->fingerprint = arena_str(s->a, r->fingerprint);
	}
	s->least = solution->confidence < s->least ? solution->confidence : s->least;
	s->may_be_flaky |= runs_wanted(s, r) > 1;
	/* A solution for an incident of the project's run, and not for the effects of another solution, is known to be
	 * needed. */
	s->doubtful |= !one_piece || s->pass == PASS_PARTIAL || s->pass == PASS_MORE_TIME_PARTIAL;
	s->reducible |= !one_piece || !incident_counts(s->first, r) || !times_reported(s->first, r->fingerprint);
	s->by_model |= solution_is_of_model(solution);
	s->failures_seen = 1;
	s->unsteady.n = 0;
}

/* ---- alternatives ---- */

static bool apply(struct search *s, struct attempt *t)
{
	struct err err;

	return attempt_apply(t, s->since, config_double(s->o->config, "timeout"), &err);
}

/* Would it help as well?  The copy is unchanged afterwards. */
static bool would_help(
	struct search *s, const struct solution *solution, const struct record *r, const struct observed_run *best)
{
	struct err err;
	struct observed_run now;
	struct attempt *t = attempt_make(s->a, s->o->policy, s->copy, solution, r, &err);
	bool helps = false;

	if (!t)
		return false;
	if (apply(s, t) && !attempt_breaks_syntax(t, s->o->pack)) {
		helps = search_run(s, &now, &err) && is_as_good(best, &now);
		observed_run_release(&now);
	}
	attempt_revert(t);
	return helps;
}

/* The solution helped.  If another alternative helps as well, it is unknown which one is correct. */
static bool is_only_one(struct search *s, struct attempt *t, const struct solution *solution, const struct record *r,
	const struct observed_run *now)
{
	bool another = false, is_later = false;
	char shown[200];

	attempt_revert(t);
	/* Earlier alternatives were tried before and did not help. */
	LIST_EACH(solution, other, &r->solutions) {
		if (!another && is_later && other->alone) {
			search_say(s, "trying the alternative: %s", visible(other->description, shown, sizeof(shown)));
			another = would_help(s, other, r, now);
		}
		is_later |= other == solution;
	}
	return !another && apply(s, t);
}

/* ---- repeated runs ---- */

/* The command passed once: does it pass again? */
static struct str pass_again(struct search *s, int times)
{
	struct observed_run again;
	struct err err;
	struct str why = STR("");

	for (int i = 1; i < times && !why.n; i++) {
		if (search_out_of_time(s))
			return STR("the time limit was reached before it had passed often enough");
		bool ran = search_run(s, &again, &err);
		if (!ran || again.run.status != 0)
			why = arena_printf(s->a, "flaky: it passed with the fix, but failed in run %d", i + 1);
		else
			why = search_objection(s, &again);
		s->with_seconds += ran ? again.run.seconds : 0;
		s->with++;
		observed_run_release(&again);
	}
	return why;
}

/* A run that passed proves the solution if all checks pass in the required number of runs. */
static bool is_proven(struct search *s, const struct observed_run *now, const struct record *r)
{
	int times = runs_wanted(s, r);
	struct str why;

	if (now->run.status != 0)
		return search_state_is_new(s, run_state(s->a, now));
	s->with = 1;
	s->with_seconds = now->run.seconds;
	why = search_objection(s, now);
	if (!why.n)
		why = pass_again(s, s->may_be_flaky ? s->o->reruns : times);
	if (!why.n)
		return true;
	search_say(s, "rejected: %.*s", STR_ARG(why));
	s->r->reason = arena_printf(s->a, "a fix made it pass, but was rejected: %.*s", STR_ARG(why));
	s->r->inconclusive = true;
	return false;
}

/* What a person is to choose from, unless it rests on other changes. */
static void choice_note(struct search *s, const struct solution *solution, const struct record *r)
{
	if (s->r->choice.id.n || s->edited.n || s->commands.n)
		return;
	s->r->choice = *solution;
	members_copy(s->a, &solution_type, &s->r->choice);
	s->r->choice_for = arena_str(s->a, r->fingerprint);
}

/* The command passes with it, but that is all: other repairs are tried as if it did not. */
static void untold_note(struct search *s, const struct solution *solution, const struct record *r)
{
	if (s->r->choice.id.n)
		return;
	search_say(s, "no test tells whether this is meant: decide by hand");
	choice_note(s, solution, r);
	s->r->reason = arena_printf(s->a,
		"the command passes with a change of which no test tells whether it is meant: %.*s",
		STR_ARG(solution->description));
}

/* Does the run show enough progress for this pass? */
static bool has_helped(struct search *s, struct attempt *t, const struct solution *solution, const struct record *r,
	const struct observed_run *before, const struct observed_run *now, enum alternatives alternatives)
{
	struct comparison changes = search_comparison(s);
	attempt_compare(t, &changes);
	enum progress progress = progress_of(before, now, r, &changes, alternatives);
	bool partial_is_enough = s->pass == PASS_PARTIAL || s->pass == PASS_MORE_TIME_PARTIAL;

	s->partial_seen |= progress == PROGRESS_PARTIAL;
	if (progress == PROGRESS_NONE || (progress == PROGRESS_PARTIAL && !partial_is_enough))
		return false;
	/* Of so many edits, one that only moves the failure is wrong. */
	if ((is_rewrite(solution) && now->run.status != 0) || !is_proven(s, now, r))
		return false;
	if (rewrite_needs_tests(solution) && observed_run_tests(now, s->o->pack) <= 0) {
		untold_note(s, solution, r);
		return false;
	}
	if (!solution->alone || is_only_one(s, t, solution, r, now))
		return true;
	search_say(s, "another alternative helps as well: choose one by hand");
	s->ambiguous = arena_str(s->a, r->id);
	s->undecided = is_rewrite(solution);
	choice_note(s, solution, r);
	s->r->reason = arena_printf(
		s->a, "more than one solution helps, for example: %.*s", STR_ARG(solution->description));
	return false;
}

/* ---- one candidate ---- */

bool candidate_is_excluded(const struct search *s, const struct solution *solution)
{
	struct str steps = steps_text(s->a, solution);
	bool timed_out = str_among(s->timed_out.at, s->timed_out.n, steps);

	if (str_among(s->rejected.at, s->rejected.n, steps) || (s->dead_end.p && str_eq(s->dead_end, steps)))
		return true;
	return timed_out != (s->pass == PASS_MORE_TIME || s->pass == PASS_MORE_TIME_PARTIAL);
}

/* The same steps may be proposed for several incidents, but are tried only once. */
static void reject(struct search *s, const struct solution *solution)
{
	*VEC_ADD(s->a, &s->rejected) = steps_text(s->a, solution);
}

static bool run_and_judge(struct search *s, struct attempt *t, const struct solution *solution, const struct record *r,
	const struct observed_run *before, struct observed_run *now, enum alternatives alternatives)
{
	struct err err;
	bool ran = search_run(s, now, &err);

	if (ran && has_helped(s, t, solution, r, before, now, alternatives))
		return true;
	if (ran && now->run.timed_out) {
		*VEC_ADD(s->a, &s->timed_out) = steps_text(s->a, solution);
		s->r->reason = arena_printf(s->a, "a try was stopped after %.0f s (trial.seconds): %.*s",
			now->run.seconds, STR_ARG(solution->description));
		search_say(s, "%s", s->r->reason.p);
	}
	if (ran && !now->run.timed_out && is_nothing_gone(before, now))
		reject(s, solution);
	observed_run_release(now);
	return false;
}

bool candidate_try(struct search *s, const struct solution *solution, const struct record *r,
	const struct observed_run *before, struct observed_run *now, enum alternatives alternatives)
{
	struct err err;
	struct attempt *t = attempt_make(s->a, s->o->policy, s->copy, solution, r, &err);
	size_t note = s->r->tried.n;
	char shown[240];

	*VEC_ADD(s->a, &s->r->tried) = (struct tried){ arena_str(s->a, r->fingerprint), arena_str(s->a, solution->id),
		arena_str(s->a, r->error.rule), arena_str(s->a, solution->description), .ran = t != NULL,
		.waits = !t && err.status == HEAL_PERSON };
	struct comparison places = search_comparison(s);
	s->r->tried.at[note].file = comparison_file(&places, r);
	s->r->tried.at[note].syntax = str_is(r->analysis.type, "syntax_error");
	if (!t) {
		s->r->tried.at[note].why = arena_str(s->a, str_of(err.text));
		search_say(s, "not tried: %s", err.text);
		return false;
	}
	if (attempt_makes_end(t) && !str_is(solution->id, LOST_END)) {
		s->r->tried.at[note].ran = false;
		s->r->tried.at[note].why = STR("a file ends within a line: it may have been cut short");
		s->r->reason = s->r->tried.at[note].why;
		search_say(s, "not tried: %s", s->r->reason.p);
		return false;
	}
	search_say(s, "trying: %s", visible(solution->description, shown, sizeof(shown)));
	if (!apply(s, t) || attempt_breaks_syntax(t, s->o->pack)) {
		reject(s, solution);
	} else if (run_and_judge(s, t, solution, r, before, now, alternatives)) {
		keep(s, t, solution, r);
		s->r->tried.at[note].kept = true;
		return true;
	}
	attempt_revert(t);
	return false;
}

/* ---- runs without a fix ---- */

int runs_wanted(const struct search *s, const struct record *r)
{
	bool several = s->o->level == VALIDATE_THOROUGH || !is_repeatable(s->o->pack, r);

	return s->o->reruns > 1 && several ? s->o->reruns : 1;
}

static bool is_unsteady(const struct search *s, const struct record *r)
{
	return str_among(s->unsteady.at, s->unsteady.n, r->fingerprint);
}

/* Does the command fail again without a change?  If not, the failure is flaky. */
static bool fails_again(struct search *s, const struct observed_run *before)
{
	struct comparison unchanged = search_comparison(s);
	struct observed_run again;
	struct err err;
	bool failed = search_run(s, &again, &err) && again.run.status != 0;

	s->without_seconds += again.run.seconds;
	for (struct collected *c = before->incidents.first; failed && c; c = c->next)
		if (!is_still_there(&unchanged, &again, &c->r) && !is_unsteady(s, &c->r))
			*VEC_ADD(s->a, &s->unsteady) = arena_str(s->a, c->r.fingerprint);
	observed_run_release(&again);
	return failed;
}

bool incident_is_confirmed(struct search *s, const struct observed_run *before, const struct record *r)
{
	char shown[240];

	for (int times = runs_wanted(s, r); s->failures_seen < times && !s->r->flaky && !search_out_of_time(s);
		s->failures_seen++) {
		search_say(
			s, "does it fail again without a change? %s", visible(r->error.message, shown, sizeof(shown)));
		s->r->flaky = !fails_again(s, before);
		s->r->without = s->failures_seen + !s->r->flaky;
	}
	if (s->r->flaky)
		s->r->reason = STR("flaky: it passed without a change");
	else if (is_unsteady(s, r))
		s->r->reason = STR("flaky: each run fails with another error");
	return !s->r->flaky && !is_unsteady(s, r) && !search_out_of_time(s);
}
