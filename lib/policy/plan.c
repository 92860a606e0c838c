#include "policy/plan.h"

#include "base/buf.h"
#include "base/proc.h"
#include "tree/diff.h"

bool plan_is_empty(const struct plan *plan)
{
	return plan->n == 0 && plan->commands_n == 0 && plan->not_started_n == 0;
}

const struct command *plan_runs_project(const struct plan *plan)
{
	for (size_t i = 0; i < plan->not_started_n; i++)
		if (plan->not_started[i].runs_project)
			return &plan->not_started[i];
	for (size_t i = 0; i < plan->commands_n; i++)
		if (plan->commands[i].runs_project)
			return &plan->commands[i];
	return NULL;
}

static void command_write(struct buf *out, struct arena *a, const char *verb, const struct command *c)
{
	buf_printf(out, "# %s: %s", verb, argv_show(a, c->argv).p);
	if (c->dir.n)
		buf_printf(out, "  (in %s)", c->dir.p);
}

struct str plan_diff(struct arena *a, const struct plan *plan)
{
	struct buf out;

	buf_init(&out, 8 << 20);
	for (size_t i = 0; i < plan->n; i++) {
		const struct change *c = &plan->changes[i];
		if (c->kind == CHANGE_WRITE)
			diff_write(&out, a, c->path, c->old, c->existed ? c->before.st_mode : 0, c->new,
				S_IFREG | c->mode);
	}
	for (size_t i = 0; i < plan->not_started_n; i++) {
		command_write(&out, a, "run in a copy", &plan->not_started[i]);
		buf_addz(&out, "\n");
	}
	for (size_t i = 0; i < plan->commands_n; i++) {
		command_write(&out, a, "run", &plan->commands[i]);
		buf_addz(&out, plan->commands[i].undo || plan->commands[i].touches_n ? "\n" : "  (cannot be undone)\n");
	}
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}
