/* Is there anything that can be tried? */
#include "loop/bisect_changes.h"
#include "loop/prove.h"
#include "loop/session_state.h"

bool session_has_revert(struct heal_run *s)
{
	struct solution solution;
	enum bisect_state state = BISECT_SAME;

	for (size_t i = 0; state == BISECT_SAME; i++) {
		state = bisect_solution(&s->a, s->o->pack, s->view, i, &solution);
		if (state == BISECT_SAME && solution.reasoning.n)
			ui_line(&s->ui, "the recent changes are not searched for the cause: %.*s",
				STR_ARG(solution.reasoning));
	}
	return state == BISECT_FOUND;
}

bool session_has_candidate(struct heal_run *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		LIST_EACH(solution, solution, &c->r.solutions)
			if (solution->applicability != APPLICABILITY_ADVICE)
				return true;
	return false;
}

bool session_has_tests(struct heal_run *s)
{
	return prove_may_bisect(s->o->config, &s->first) && observed_run_tests(&s->first, s->o->pack) > 0;
}
