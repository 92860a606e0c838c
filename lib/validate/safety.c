#include "validate/safety.h"

#include "base/proc.h"

/* The content of the i-th file after the fix; false: the file does not exist. */
static bool content_after(struct arena *a, const struct tree *tree, const struct journal_entry *e, size_t i,
	const struct journal_entry *all, size_t n, struct str *new)
{
	const struct journal_entry *next = NULL;
	struct str name;
	struct stat st;
	size_t at = 0;

	for (size_t k = 0; k < n && str_cmp(all[k].name, e->name) > 0; k++)
		for (size_t f = 0; str_is(all[k].state, "applied") && str_eq(all[k].root, e->root) && f < all[k].n; f++)
			if (str_eq(all[k].paths[f], e->paths[i])) {
				next = &all[k]; /* the last one found is the next later one */
				at = f;
			}
	if (next)
		return journal_old(a, next, at, new, NULL);
	return tree_name(a, tree, e->paths[i], &name, NULL) && tree_read(a, tree, name, new, &st, NULL);
}

static bool existed(const struct journal_entry *e, size_t i)
{
	return json_bool(json_get(json_at(json_get(e->manifest, "files"), i), "existed"), false);
}

static enum check_status file_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, size_t i, const struct journal_entry *all, size_t n, struct err *err)
{
	struct str old = STR(""), new = STR(""), name;

	if (!tree_name(a, tree, e->paths[i], &name, err) || !policy_path(policy, tree, name, err))
		return CHECK_FAILED;
	if (existed(e, i) && !journal_old(a, e, i, &old, err))
		return CHECK_INCONCLUSIVE;
	content_after(a, tree, e, i, all, n, &new);
	int games = policy_suppression(a, policy, name, existed(e, i), old, new, err);
	return games == 1 ? CHECK_FAILED : games == 2 ? CHECK_INCONCLUSIVE : CHECK_PASSED;
}

struct check safety_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n)
{
	struct check c = { .name = STR("safety"), .status = CHECK_PASSED };
	double begin = seconds_now();
	struct err err;

	for (size_t i = 0; i < e->n && c.status != CHECK_FAILED; i++) {
		enum check_status s = file_check(a, policy, tree, e, i, all, n, &err);
		if (s == CHECK_PASSED || (s == CHECK_INCONCLUSIVE && c.status == s))
			continue;
		c.status = s;
		c.detail = arena_str(a, str_of(err.text));
	}
	c.seconds = seconds_now() - begin;
	return c;
}
