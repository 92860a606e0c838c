#include "validate/reverted_run.h"

#include "base/io.h"

static bool is_known(const struct old_files *files, struct str path)
{
	for (size_t i = 0; i < files->all.n; i++)
		if (str_eq(files->all.at[i].path, path))
			return true;
	return false;
}

bool old_files_of_entry(
	struct arena *a, const struct tree *tree, const struct journal_entry *e, struct old_files *out, struct err *err)
{
	size_t i = 0;

	JSON_EACH(row, json_get(e->manifest, "files")) {
		struct old_file f = { .existed = json_bool(json_get(row, "existed"), false),
			.text = STR(""),
			.mode = (mode_t)json_int(json_get(row, "old_mode"), 0644) };
		if (i >= e->n || !tree_name(a, tree, e->paths[i], &f.path, err) ||
			(f.existed && !journal_old(a, e, i, &f.text, err)))
			return false;
		if (!is_known(out, f.path))
			*VEC_ADD(a, &out->all) = f;
		i++;
	}
	return true;
}

/* 1: it exists, 0: it does not, -1: err. */
static int file_now(struct arena *a, const struct tree *tree, struct str path, struct old_file *f, struct err *err)
{
	struct stat st;
	int there = tree_stat(a, tree, path, &st, err);

	*f = (struct old_file){ .path = path, .existed = there == 1, .text = STR("") };
	if (there != 1)
		return there;
	f->mode = st.st_mode;
	return tree_read(a, tree, path, &f->text, &st, err) ? 1 : -1;
}

bool old_files_of_tree(
	struct arena *a, const struct tree *tree, struct str path, struct old_files *out, struct err *err)
{
	struct old_file f;

	if (file_now(a, tree, path, &f, err) < 0)
		return false;
	*VEC_ADD(a, &out->all) = f;
	return true;
}

static bool file_put(struct arena *a, struct sandbox *copy, const struct old_file *f, struct err *err)
{
	struct str present;
	struct stat st;

	if (!f->existed) {
		sandbox_remove(copy, f->path);
		return true;
	}
	/* Caches keyed by time and size must notice the change. */
	if (sandbox_read(a, copy, f->path, &present, &st, NULL) == 1)
		second_outlast(&st, f->text.n);
	return sandbox_write(copy, f->path, f->text, f->mode, err);
}

static bool files_put(struct arena *a, struct sandbox *copy, const struct old_files *files, struct err *err)
{
	for (size_t i = 0; i < files->all.n; i++)
		if (!file_put(a, copy, &files->all.at[i], err))
			return false;
	return true;
}

bool reverted_run(struct arena *a, struct sandbox *copy, const struct old_files *old, run_in_copy *run, void *ctx,
	struct err *err)
{
	struct old_files present = { 0 };
	struct err put_back;

	for (size_t i = 0; i < old->all.n; i++)
		if (!old_files_of_tree(a, sandbox_tree(copy), old->all.at[i].path, &present, err))
			return false;
	bool ran = files_put(a, copy, old, err) && run(ctx, copy, err);
	if (!files_put(a, copy, &present, &put_back))
		return err_set(err, HEAL_BROKEN, "%s", put_back.text);
	return ran;
}
