#include "loop/solution.h"

#include "loop/bisect_changes.h"

bool is_one_piece(const struct json *solution, const struct record *r)
{
	if (str_is(json_str(json_get(solution, "strategy")), REVERT_STRATEGY))
		return false;
	JSON_EACH(step, json_get(solution, "steps"))
		if (str_is(json_str(json_get(step, "do")), "delegate") && !json_bool(json_get(step, "whole"), false))
			return false;
	return !str_is(r->analysis.by, "llm");
}

bool is_actable(const struct json *solution)
{
	struct str how = json_str(json_get(solution, "applicability"));

	return (str_is(how, "machine") || str_is(how, "maybe")) &&
		json_double(json_get(solution, "confidence"), 0) >= 0.3;
}

size_t actable_count(const struct record *r)
{
	size_t n = 0;

	JSON_EACH(solution, record_get(r, F_SOLUTIONS))
		n += is_actable(solution);
	return n;
}

bool is_alone(const struct json *solution)
{
	return json_bool(json_get(solution, "alone"), false);
}

static struct json *best_of(const struct collected *c)
{
	struct json *best = json_at(record_get(&c->r, F_SOLUTIONS), 0);

	return best && !c->r.error.summary && is_actable(best) ? best : NULL;
}

static bool has_step_like(const struct json *steps, struct str text, struct arena *a)
{
	JSON_EACH(step, steps)
		if (str_eq(json_text(a, step), text))
			return true;
	return false;
}

struct json *solutions_join(struct arena *a, const struct watched *w, const struct record **first)
{
	struct json *all = NULL, *steps = NULL;
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next) {
		struct json *best = best_of(c);
		bool root = incident_is_root(&c->r);
		/* One of several that are alike has to be held against the others, each time. */
		if (!best || is_alone(best) || (!all && !root))
			continue;
		if (all && !str_eq(json_str(json_get(best, "id")), json_str(json_get(all, "id"))))
			continue;
		n++;
		if (!all) {
			*first = &c->r;
			all = json_copy(a, best);
			steps = json_get(all, "steps");
			continue;
		}
		JSON_EACH(step, json_get(best, "steps"))
			if (!has_step_like(steps, json_text(a, step), a))
				json_add(steps, json_copy(a, step));
	}
	return n > 1 ? all : NULL;
}
