#include "validate/safety.h"

#include "base/proc.h"
#include "validate/changed_file.h"

static enum check_status changed_safety(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct changed_file *f, struct err *err)
{
	if (!policy_path(policy, tree, f->name, err))
		return CHECK_FAILED;
	int found = policy_suppression(a, policy, f->name, f->existed, f->old, f->new, err);
	return found == 1 ? CHECK_FAILED : found == 2 ? CHECK_INCONCLUSIVE : CHECK_PASSED;
}

static enum check_status changed_imports(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct changed_file *f, struct err *err)
{
	static const enum check_status results[] = { [IMPORTS_NONE] = CHECK_SKIPPED,
		[IMPORTS_REFUSED] = CHECK_FAILED,
		[IMPORTS_FOUND] = CHECK_PASSED,
		[IMPORTS_SWAPPED] = CHECK_INCONCLUSIVE };

	return results[policy_imports(a, policy, tree, f->name, f->old, f->new, err)];
}

typedef enum check_status look_at(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct changed_file *f, struct err *err);

static enum check_status file_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, size_t i, const struct journal_entry *all, size_t n, look_at *look,
	struct err *err)
{
	struct changed_file f;

	if (!changed_file_get(a, tree, e, i, all, n, &f, err))
		return err->status == HEAL_REFUSED ? CHECK_INCONCLUSIVE : CHECK_FAILED;
	return look(a, policy, tree, &f, err);
}

static struct check entry_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n, struct str name, look_at *look)
{
	struct check c = { .name = name, .status = CHECK_PASSED };
	double begin = seconds_now();
	struct err err;
	bool any = e->n == 0, unread = false;

	for (size_t i = 0; i < e->n && c.status != CHECK_FAILED; i++) {
		enum check_status s = file_check(a, policy, tree, e, i, all, n, look, &err);
		any |= s != CHECK_SKIPPED;
		unread |= s == CHECK_INCONCLUSIVE && err.status == HEAL_REFUSED;
		if (s == CHECK_PASSED || s == CHECK_SKIPPED || (s == CHECK_INCONCLUSIVE && c.status == s))
			continue;
		c.status = s;
		c.detail = arena_str(a, str_of(err.text));
	}
	c.seconds = seconds_now() - begin;
	/* What a person was asked to look at, a person has seen. */
	if (c.status == CHECK_INCONCLUSIVE && !unread && json_bool(json_path(e->manifest, "note.person"), false)) {
		c.status = CHECK_PASSED;
		c.detail = arena_printf(a, "a person decided: %.*s", STR_ARG(c.detail));
	}
	c.status = any ? c.status : CHECK_SKIPPED;
	return c;
}

struct check safety_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n)
{
	return entry_check(a, policy, tree, e, all, n, STR("safety"), changed_safety);
}

struct check imports_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n)
{
	return entry_check(a, policy, tree, e, all, n, STR("imports"), changed_imports);
}
