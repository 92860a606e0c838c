/* Remove from the copy all changes without which the command still passes. */
#include <string.h>

#include "base/proc.h"
#include "loop/minimize.h"
#include "loop/search_state.h"

enum { RUNS_MAX = 40 };

struct reduction {
	struct search *s;
	struct pieces *p;
};

static bool passes_with(void *ctx, const bool *chosen)
{
	struct reduction *l = ctx;
	struct search *s = l->s;
	struct observed_run now;
	struct err err;

	if (search_out_of_time(s) || !pieces_put(l->p, chosen, &err))
		return false;
	bool passes = search_run(s, &now, &err) && now.run.status == 0 && !search_objection(s, &now).n;
	observed_run_release(&now);
	return passes;
}

static void reduce(struct reduction *l, size_t n)
{
	struct search *s = l->s;
	bool *chosen = arena_alloc(s->a, n), *none = arena_alloc(s->a, n);
	double begin = seconds_now();
	size_t left = 0;
	struct err err;

	search_say(s, "trying to reduce the changes");
	memset(chosen, true, n);
	memset(none, false, n);
	/* Results of an earlier run may let the command pass without any change: then runs prove nothing. */
	int runs = passes_with(l, none) ? 1 : 1 + minimise(chosen, n, RUNS_MAX, passes_with, l);
	for (size_t i = 0; i < n; i++)
		left += chosen[i];
	/* The set tried last is not always the one that passed last. */
	if (!pieces_put(l->p, chosen, &err))
		s->r->reason = arena_str(s->a, str_of(err.text));
	*VEC_ADD(s->a, &s->r->checks) = (struct check){ .name = STR("minimise"),
		.status = CHECK_PASSED,
		.seconds = seconds_now() - begin,
		.detail = left < n ?
			arena_printf(s->a, "%zu of %zu changes are needed (%d runs); the others are removed", left, n,
				runs) :
			arena_printf(s->a, "all %zu changes are needed (%d runs)", n, runs) };
}

void search_reduce(struct search *s)
{
	struct err err;
	struct tree project = { .fd = -1 };
	struct reduction l = { s, NULL };

	/* The effects of a command cannot be split. */
	if (!s->reducible || s->commands.n || s->o->level == VALIDATE_QUICK ||
		!tree_open(s->a, &project, s->o->root, &err))
		return;
	l.p = pieces_new(s->a, &project, s->copy, s->edited.at, s->edited.n, s->made.all.at, s->made.all.n, &err);
	if (l.p && pieces_count(l.p) > 1)
		reduce(&l, pieces_count(l.p));
	tree_close(&project);
}
