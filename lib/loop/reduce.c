/* Remove from the copy all changes without which the command still passes. */
#include <string.h>
#include <sys/stat.h>

#include "base/proc.h"
#include "loop/minimize.h"
#include "loop/search_state.h"
#include "policy/conflict_marks.h"

enum { RUNS_MAX = 40 };

struct reduction {
	struct search *s;
	struct tree project;
	struct pieces *p;
};

static struct str text_in(struct arena *a, const struct tree *t, struct str path)
{
	struct str text = STR("");
	struct stat st;

	return tree_stat(a, t, path, &st, NULL) == 1 && tree_read(a, t, path, &text, &st, NULL) ? text : STR("");
}

/* In a comment or a string, a part of a conflict does not make the command fail. */
static bool keeps_conflict(const struct reduction *l)
{
	struct search *s = l->s;

	for (size_t i = 0; i < s->edited.n; i++)
		if (conflict_kept(text_in(s->a, &l->project, s->edited.at[i]),
			    text_in(s->a, sandbox_tree(s->copy), s->edited.at[i])))
			return true;
	return false;
}

static bool passes_with(void *ctx, const bool *chosen)
{
	struct reduction *l = ctx;
	struct search *s = l->s;
	struct observed_run now;
	struct err err;

	if (search_out_of_time(s) || !pieces_put(l->p, chosen, &err) || keeps_conflict(l))
		return false;
	bool passes = search_run(s, &now, &err) && now.run.status == 0 && !search_objection(s, &now).n;
	observed_run_release(&now);
	return passes;
}

static void reduce(struct reduction *l, size_t n)
{
	struct search *s = l->s;
	bool *chosen = arena_alloc(s->a, n);
	double begin = seconds_now();
	size_t left = 0;
	struct err err;

	search_say(s, "trying to reduce the changes");
	memset(chosen, true, n);
	int runs = minimise(chosen, n, RUNS_MAX, passes_with, l);
	for (size_t i = 0; i < n; i++)
		left += chosen[i];
	/* What no run needs of a model's change may be wrong, or right and not run: only a person can tell. */
	if (s->by_model && left < n) {
		s->r->healed = false;
		s->r->reason = arena_printf(s->a,
			"%zu of %zu parts of a language model's change make no difference to the command", n - left, n);
		return;
	}
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
	struct reduction l = { .s = s, .project.fd = -1 };

	/* The effects of a command cannot be split, and runs that reuse earlier results prove nothing. */
	if (!s->reducible || s->reuses_results || s->commands.n || s->o->level == VALIDATE_QUICK ||
		!tree_open(s->a, &l.project, s->o->root, &err))
		return;
	l.p = pieces_new(
		s->a, &l.project, s->copy, s->edited.at, s->edited.n, s->made.all.at, s->made.all.n, s->by_model, &err);
	if (l.p && pieces_count(l.p) > 1)
		reduce(&l, pieces_count(l.p));
	tree_close(&l.project);
}
