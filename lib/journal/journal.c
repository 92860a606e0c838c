/* Making the changes of an entry. */
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "journal/journal_entry.h"
#include "record/record.h"

static bool is_mode_only(const struct change *c)
{
	return c->kind == CHANGE_WRITE && c->existed && str_eq(c->old, c->new);
}

/* Is the file still in the state that the plan was made for? */
static bool still_same(struct journal *j, const struct change *c, struct err *err)
{
	struct str now;
	struct stat st;
	char sha[SHA256_HEX];
	int there = tree_stat(&j->a, &j->tree, c->path, &st, err);

	if (there < 0)
		return false;
	if (there != (int)c->existed)
		return err_set(
			err, HEAL_REFUSED, "'%s' %s in the meantime", c->path.p, there ? "was created" : "was removed");
	if (!there)
		return true;
	if (!tree_read(&j->a, &j->tree, c->path, &now, &st, err))
		return false;
	sha256_of(now, sha);
	return (strcmp(sha, c->old_sha) == 0 && (st.st_mode & 07777) == (c->before.st_mode & 07777)) ||
		err_set(err, HEAL_REFUSED, "'%s' was changed in the meantime", c->path.p);
}

static void row_add(struct journal *j, struct json *rows, const struct change *c)
{
	struct arena *a = &j->a;
	struct json *row = json_add(rows, json_new(a, JSON_OBJECT));

	json_set_str(a, row, "path", c->path);
	json_set_bool(a, row, "existed", c->existed);
	bool touch = c->kind == CHANGE_TOUCH || c->touched;
	if (touch)
		json_set_bool(a, row, "touch", true);
	json_set_str(a, row, "old", str_of(c->old_sha));
	json_set_str(a, row, "new", touch ? STR("") : str_of(c->new_sha));
	json_set_int(a, row, "mode", c->mode & 07777);
	if (!c->existed)
		return;
	json_set_int(a, row, "old_mode", c->before.st_mode & 07777);
	json_set_int(a, row, "uid", c->before.st_uid);
	json_set_int(a, row, "gid", c->before.st_gid);
	json_set_int(a, row, "mtime", c->before.st_mtim.tv_sec);
	json_set_int(a, row, "mtime_ns", c->before.st_mtim.tv_nsec);
}

static void manifest_make(struct journal *j, const struct json *note)
{
	struct arena *a = &j->a;

	j->manifest = json_new(a, JSON_OBJECT);
	json_set_int(a, j->manifest, "version", 1);
	json_set_str(a, j->manifest, "state", STR("prepared"));
	json_set_str(a, j->manifest, "time", time_text(a));
	json_set_str(a, j->manifest, "root", j->tree.path);
	if (note)
		json_set(a, j->manifest, "note", json_copy(a, note));
	struct json *rows = json_array_in(a, j->manifest, "files");
	for (size_t i = 0; i < j->n; i++)
		row_add(j, rows, &j->changes[i]);
}

static struct journal *entry_new(struct str dir, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str name = uuid7(&a), path = arena_printf(&a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	struct journal *j = NULL;

	if (mkdir(path.p, 0700) < 0)
		err_errno(err, HEAL_REFUSED, "cannot create the backup '%s'", path.p);
	else
		j = entry_open(dir, name.p, err);
	arena_free(&a);
	return j;
}

/* Write old contents and manifest, without syncing. */
static bool prepare(struct journal *j, const struct json *note, struct err *err)
{
	char name[40];

	for (size_t i = 0; i < j->n; i++) {
		if (!still_same(j, &j->changes[i], err))
			return false;
		snprintf(name, sizeof(name), "%zu.old", i);
		if (j->changes[i].existed && !entry_put(j, name, j->changes[i].old, err))
			return false;
	}
	manifest_make(j, note);
	return entry_put(j, "manifest.json", json_text(&j->a, j->manifest), err) && entry_files(j, err);
}

struct journal *journal_begin(
	const struct tree *t, const struct change *changes, size_t n, const struct json *note, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str dir;
	int held;
	struct journal *j = NULL;

	if (!entries_dir(&a, &dir, &held, err))
		goto out;
	j = entry_new(dir, err);
	close(held); /* held until here, so that recovery never sees the entry unlocked */
	if (!j)
		goto out;
	j->changes = changes;
	j->n = n;
	bool ok = tree_open(&j->a, &j->tree, t->path.p, err) && entry_lock_root(j, err);
	j->tree.no_openat2 = t->no_openat2;
	if (!ok || !prepare(j, note, err)) {
		entry_remove(j);
		entry_close(j);
		j = NULL;
	}
out:
	arena_free(&a);
	return j;
}

const char *journal_name(const struct journal *j)
{
	return j->name.p;
}

/* Create directories for new files, and record them for undo. */
static bool make_dirs(struct journal *j, struct err *err)
{
	struct json *dirs = json_array_in(&j->a, j->manifest, "folders");
	bool any = false;

	for (size_t i = 0; i < j->n; i++) {
		struct made_dirs made = { .n = 0 };
		bool ok = j->changes[i].existed || j->changes[i].kind == CHANGE_TOUCH ||
			tree_make_dirs(&j->a, &j->tree, j->files[i].path, &made, err);
		for (size_t k = 0; k < made.n; k++)
			json_add(dirs, json_new_str(&j->a, made.at[k]));
		any |= made.n > 0;
		if (!ok)
			return false;
	}
	return !any || entry_put(j, "manifest.json", json_text(&j->a, j->manifest), err);
}

static struct looks looks_of(const struct change *c)
{
	struct looks l = { .mode = c->mode, .keep_owner = c->existed };

	if (c->existed) {
		l.uid = c->before.st_uid;
		l.gid = c->before.st_gid;
	}
	return l;
}

static bool is_rewritten(const struct change *c)
{
	return c->kind == CHANGE_WRITE && !is_mode_only(c);
}

/* Write the new contents to temporary files. */
static bool stage(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		struct looks l = looks_of(&j->changes[i]);
		if (is_rewritten(&j->changes[i]) && !replacement_write(j, i, j->changes[i].new, &l, err))
			return false;
	}
	return true;
}

/* Everything is written; sync it, the old contents first. */
static bool sync_all(struct journal *j, struct err *err)
{
	if (!entry_sync(j, err))
		return false;
	for (size_t i = 0; i < j->n; i++)
		if (is_rewritten(&j->changes[i]) && !replacement_sync(j, i, err))
			return false;
	return true;
}

static bool put_in_place(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct change *c = &j->changes[i];
		struct looks l = looks_of(c);
		if (c->kind != CHANGE_WRITE)
			continue;
		/* Check again: do not replace a file that was edited in the meantime. */
		if (!still_same(j, c, err))
			return false;
		if (is_mode_only(c) ? !looks_set(j, i, &l, err) : !replacement_rename(j, i, c->existed, err))
			return false;
	}
	return true;
}

bool journal_write(struct journal *j, struct err *err)
{
	struct err worse;

	if (make_dirs(j, err) && stage(j, err) && sync_all(j, err) && put_in_place(j, err))
		return true;
	if (!journal_rollback(j, &worse) && err)
		*err = worse;
	return false;
}

static struct json *words(struct arena *a, char *const *argv)
{
	struct json *list = json_new(a, JSON_ARRAY);

	for (size_t i = 0; argv[i]; i++)
		json_add(list, json_new_str(a, str_of(argv[i])));
	return list;
}

bool journal_run(struct journal *j, char *const *argv, const char *dir, char *const *undo, struct err *err)
{
	struct json *row = json_add(json_array_in(&j->a, j->manifest, "commands"), json_new(&j->a, JSON_OBJECT));

	json_set(&j->a, row, "argv", words(&j->a, argv));
	json_set_str(&j->a, row, "dir", str_of(dir));
	if (undo)
		json_set(&j->a, row, "undo", words(&j->a, undo));
	return entry_sync(j, err) && entry_state(j, "prepared", err);
}

/* Record the new contents of the files that the commands were expected to write. */
static bool look_again(struct journal *j, struct err *err)
{
	char sha[SHA256_HEX];
	struct str now;
	struct stat st;

	for (size_t i = 0; i < j->n; i++) {
		struct journal_file *f = &j->files[i];
		if (!f->touch)
			continue;
		int there = tree_stat(&j->a, &j->tree, f->path, &st, err);
		if (there < 0 || (there && !tree_read(&j->a, &j->tree, f->path, &now, &st, err)))
			return false;
		if (there)
			sha256_of(now, sha);
		json_set_str(&j->a, f->row, "new", there ? str_of(sha) : STR("absent"));
		json_set_int(&j->a, f->row, "mode", there ? st.st_mode & 07777 : 0);
	}
	return true;
}

bool journal_commit(struct journal *j, struct err *err)
{
	struct err worse;

	if (look_again(j, err) && entry_state(j, "applied", err)) {
		j->finished = true;
		return true;
	}
	if (!journal_rollback(j, &worse) && err)
		*err = worse;
	return false;
}

bool journal_rollback(struct journal *j, struct err *err)
{
	j->finished = true;
	return entry_files(j, err) && entry_restore(j, UNDO_CAREFUL, err);
}

void journal_close(struct journal *j)
{
	if (j && !j->finished)
		journal_rollback(j, NULL);
	entry_close(j);
}
