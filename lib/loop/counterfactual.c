/* Does the command fail again without the changes?  It failed before them and passes with them, but a command that
 * fails from time to time does so by itself. */
#include "loop/search_state.h"
#include "validate/reverted_run.h"

struct counterfactual {
	struct search *s;
	bool passes;
};

static bool run(void *ctx, struct sandbox *copy, struct err *err)
{
	struct counterfactual *c = ctx;
	struct sandbox *own = c->s->copy;
	struct observed_run run;

	observed_run_init(&run);
	c->s->copy = copy;
	bool ran = search_run(c->s, &run, err);
	c->s->copy = own;
	if (ran) {
		c->passes = run.run.status == 0;
		c->s->without_seconds += run.run.seconds;
	}
	observed_run_release(&run);
	return ran;
}

/* In a new copy of the project: neither the changes nor results of earlier runs are there. */
static bool passes_in_new_copy(struct search *s)
{
	struct counterfactual c = { s, false };
	struct old_files none = { 0 };
	struct err err;
	struct sandbox *copy = sandbox_new(&s->copied, &err);

	if (copy)
		reverted_run(s->a, copy, &none, run, &c, &err);
	sandbox_free(copy);
	return c.passes;
}

/* In the copy, with the project's contents of all changed files.  true if it cannot be run there, too. */
static bool passes_reverted(struct search *s, const struct tree *project)
{
	struct counterfactual c = { s, true };
	struct old_files old = { 0 };
	struct err err;

	for (size_t i = 0; i < s->edited.n; i++)
		if (!old_files_of_tree(s->a, project, s->edited.at[i], &old, &err))
			return true;
	if (!reverted_run(s->a, s->copy, &old, run, &c, &err) && err.status == HEAL_BROKEN) {
		s->r->healed = false;
		s->r->reason = arena_str(s->a, str_of(err.text));
	}
	return c.passes;
}

void search_confirm(struct search *s)
{
	struct tree project = { .fd = -1 };
	struct err err;

	if (s->o->level == VALIDATE_QUICK || search_out_of_time(s) || !tree_open(s->a, &project, s->o->root, &err))
		return;
	search_say(s, "does it fail again without the fix?");
	/* The effects of a command cannot be reverted, and results of an earlier run, which the command only reuses,
	 * may let it pass in this copy. */
	s->reuses_results = s->commands.n || passes_reverted(s, &project);
	if (s->r->healed && s->reuses_results && passes_in_new_copy(s)) {
		s->r->healed = false;
		s->r->flaky = true;
		s->r->reason = STR("flaky: it also passed without the fix");
	} else {
		s->r->without++;
	}
	tree_close(&project);
}
