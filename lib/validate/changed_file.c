#include "validate/changed_file.h"

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

bool changed_file_get(struct arena *a, const struct tree *tree, const struct journal_entry *e, size_t i,
	const struct journal_entry *all, size_t n, struct changed_file *out, struct err *err)
{
	*out = (struct changed_file){ .old = STR(""), .new = STR(""), .existed = existed(e, i) };
	if (!tree_name(a, tree, e->paths[i], &out->name, err))
		return false;
	if (out->existed && !journal_old(a, e, i, &out->old, err))
		return err_set(err, HEAL_REFUSED, "%s", arena_str(a, str_of(err->text)).p);
	out->exists = content_after(a, tree, e, i, all, n, &out->new);
	return true;
}
