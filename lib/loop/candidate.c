#include "loop/candidate.h"

#include "analyze/model_answers.h"
#include "loop/bisect_changes.h"

static const double LEAST = 0.3; /* solutions below it are only shown */

bool candidate_is_one_piece(const struct solution *s)
{
	if (str_is(s->strategy, REVERT_STRATEGY))
		return false;
	LIST_EACH(step, step, &s->steps)
		if (step->kind == STEP_DELEGATE && !step->whole)
			return false;
	return !solution_is_of_model(s);
}

bool candidate_is_triable(const struct solution *s)
{
	return solution_is_plausible(s) && s->confidence >= LEAST && !s->rests_until.n;
}

bool candidate_is_draft(const struct solution *s)
{
	LIST_EACH(step, step, &s->steps)
		if (step->kind != STEP_EDIT)
			return false;
	return s->applicability == APPLICABILITY_PLACEHOLDER && str_starts(s->id, "learned.") && s->steps.n &&
		!s->rests_until.n;
}

size_t candidates_count(const struct record *r)
{
	size_t n = 0;

	LIST_EACH(solution, s, &r->solutions)
		n += candidate_is_triable(s);
	return n;
}

static const struct solution *resting(const struct observed_run *run)
{
	for (const struct collected *c = run->incidents.first; c; c = c->next)
		LIST_EACH(solution, s, &c->r.solutions)
			if (s->rests_until.n)
				return s;
	return NULL;
}

struct str candidates_none(struct arena *a, const struct observed_run *run)
{
	const struct solution *s = resting(run);

	if (!s)
		return STR("no known solution can be tried automatically");
	return arena_printf(a,
		"the solution %.*s failed here; it rests until %.*s, or until the code or its rule changes",
		STR_ARG(s->id), STR_ARG(s->rests_until));
}

static const struct solution *best_of(const struct collected *c)
{
	const struct solution *best = c->r.solutions.n ? &c->r.solutions.at[0] : NULL;

	return best && !c->r.error.summary && candidate_is_triable(best) ? best : NULL;
}

static struct str step_text(struct arena *a, const struct step *step)
{
	struct step one = *step;
	const struct solution only = { .steps = { &one, 1, 1 } };

	return steps_text(a, &only);
}

static bool has_step(struct arena *a, const struct solution *s, const struct step *step)
{
	struct str text = step_text(a, step);

	LIST_EACH(step, known, &s->steps)
		if (str_eq(step_text(a, known), text))
			return true;
	return false;
}

bool candidates_join(
	struct arena *a, const struct observed_run *run, struct solution *joined, const struct record **first)
{
	size_t n = 0;

	for (struct collected *c = run->incidents.first; c; c = c->next) {
		const struct solution *best = best_of(c);
		/* Alternatives must be compared with each other, so they cannot be combined. */
		if (!best || best->alone || (n == 0 && !incident_is_root(&c->r)))
			continue;
		if (n && !str_eq(best->id, joined->id))
			continue;
		if (n++ == 0) {
			*first = &c->r;
			*joined = *best;
			members_copy(a, &solution_type, joined);
			continue;
		}
		LIST_EACH(step, step, &best->steps)
			if (!has_step(a, joined, step))
				*VEC_ADD(a, &joined->steps) = *step;
	}
	return n > 1;
}
