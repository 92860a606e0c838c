#include "validate/rollback.h"

#include <fcntl.h>
#include <unistd.h>

#include "fix/apply.h"
#include "fix/planner.h"
#include "policy/plan.h"

bool fix_entry(const struct tree *tree, const struct record *r, const struct journal_entry *all, size_t n,
	struct journal_entry *out)
{
	struct str name = r->fix.backup, id = r->id;

	for (size_t i = 0; i < n; i++)
		if (name.n && str_eq(all[i].name, name)) {
			*out = all[i];
			return str_is(out->state, "applied") && str_eq(out->root, tree->path) && id.n &&
				str_eq(json_str(json_path(out->manifest, "note.incident")), id);
		}
	return false;
}

static void touch(struct arena *a, const struct tree *tree, const struct journal_entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		struct str name;
		int fd = tree_name(a, tree, e->paths[i], &name, NULL) ?
			tree_file(tree, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0, NULL) :
			-1;
		if (fd < 0)
			continue;
		futimens(fd, NULL);
		close(fd);
	}
}

bool fix_roll_back(struct arena *a, const struct policy *policy, const struct tree *tree, const struct journal_entry *e,
	enum take_time when, struct err *err)
{
	if (!journal_undo(policy, arena_strdup(a, e->name), UNDO_COMMANDS, NULL, err))
		return false;
	if (when == AFTER_A_RUN)
		touch(a, tree, e);
	return true;
}

bool fix_reapply(struct arena *a, const struct policy *policy, const struct tree *tree, const struct record *r,
	double timeout, struct journal_entry *e, struct err *err)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	struct plan *plan = solution ? plan_make(a, policy, tree, solution, r, START_PROJECT, err) : NULL;
	struct journal_entry *all;
	struct applied applied;
	size_t n;

	if (!solution)
		return err_set(err, HEAL_WRONG, "the record does not contain the applied solution");
	if (!plan || !plan_apply(plan, policy, plan_note(a, plan, r), timeout, &applied, err) ||
		!journal_list(a, applied.backup, &all, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].name, applied.backup))
			*e = all[i];
	return true;
}
