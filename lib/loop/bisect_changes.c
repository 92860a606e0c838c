#include "loop/bisect_changes.h"

#include "analyze/recent_changes.h"
#include "loop/combine.h"

static bool revert_step(struct arena *a, struct source_tree *project, const struct changed *c, struct step *step)
{
	const struct text *now = source_read(project, c->path);

	if (!c->was.p)
		return false;
	if (source_exists(project, c->path))
		return now && edit_to(a, now, c->was, step);
	*step = (struct step){ .kind = STEP_CREATE, .file = arena_str(a, c->path), .text = c->was };
	return true;
}

enum bisect_state bisect_solution(
	struct arena *a, const struct pack *pack, struct source_tree *project, size_t i, struct solution *solution)
{
	struct changes c;
	struct step step;

	*solution = (struct solution){ 0 };
	if (!changes_since(a, pack, project, i, &c))
		return BISECT_END;
	if (c.too_many) {
		solution->reasoning = arena_printf(
			a, "%zu files changed %.*s, more than %d", c.too_many, STR_ARG(c.since), CHANGES_FILES_MAX);
		return BISECT_SAME;
	}
	*solution = (struct solution){ .id = STR("heal.last-change"),
		.type = STR("code_fix"),
		.applicability = APPLICABILITY_MAYBE,
		.strategy = STR(REVERT_STRATEGY),
		.description = arena_printf(a, "Revert what changed %.*s.", STR_ARG(c.since)),
		.confidence = 0.7,
		.risk.level = RISK_RED };
	for (size_t k = 0; k < c.n; k++) {
		if (!revert_step(a, project, &c.at[k], &step))
			continue;
		*VEC_ADD(a, &solution->steps) = step;
		*VEC_ADD(a, &solution->files) = step.file;
	}
	return solution->steps.n ? BISECT_FOUND : BISECT_SAME;
}
