#include "policy/plan.h"

#include "base/buf.h"
#include "base/proc.h"
#include "tree/diff.h"

bool plan_is_empty(const struct plan *plan)
{
	return plan->n == 0 && plan->commands_n == 0;
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
	for (size_t i = 0; i < plan->commands_n; i++) {
		buf_printf(&out, "# run: %s", argv_show(a, plan->commands[i].argv).p);
		if (plan->commands[i].dir.n)
			buf_printf(&out, "  (in %s)", plan->commands[i].dir.p);
		buf_addz(&out, plan->commands[i].undo || plan->commands[i].touches_n ? "\n" : "  (cannot be undone)\n");
	}
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}
