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
#include "redact/redact.h"

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

/* If the clock went back, the new entry may count as one that was looked at. */
static bool uncover(struct arena *a, const struct journal *j, struct err *err)
{
	int dir = openat(j->dir_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC), lock = -1;
	struct settled known = settled_read(a, dir);
	bool covered = settled_covers(&known, j->name);

	if (dir >= 0)
		close(dir);
	if (covered)
		lock = settled_empty(j->dir_fd, err);
	if (lock >= 0)
		close(lock);
	return !covered || lock >= 0;
}

static struct journal *entry_new(struct str dir, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str name = uuid7(&a), path = arena_printf(&a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	struct journal *j = NULL;

	if (mkdir(path.p, 0700) < 0)
		err_errno(err, HEAL_REFUSED, "cannot create the backup '%s'", path.p);
	else
		j = entry_open(dir, name.p, NULL, err);
	if (j && !uncover(&a, j, err)) {
		entry_remove(j);
		entry_close(j);
		j = NULL;
	}
	arena_free(&a);
	return j;
}

/* A name that is not UTF-8 cannot be written to the manifest, so it could not be undone. */
static bool is_nameable(const struct journal *j, struct str name, struct err *err)
{
	char shown[200];

	return (utf8_valid(name) && utf8_valid(j->tree.path)) ||
		err_set(err, HEAL_REFUSED, "'%s': the name is not UTF-8, so the change could not be recorded",
			visible(name, shown, sizeof(shown)));
}

/* Write old contents and manifest, without syncing. */
static bool prepare(struct journal *j, const struct json *note, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct change *c = &j->changes[i];
		if (!is_nameable(j, c->path, err) || !still_same(j, c, err))
			return false;
		if (c->existed && !entry_put(j, entry_file_name(&j->a, i, "old").p, c->old, err))
			return false;
		if (c->existed && c->before.st_nlink > 1 && !link_keep(j, i, err))
			return false;
		if (!c->existed && c->kind == CHANGE_WRITE &&
			!tree_missing_dirs(&j->a, &j->tree, c->path, &j->folders, err))
			return false;
	}
	manifest_make(j, note);
	return entry_put(j, "manifest.json", json_text(&j->a, j->manifest), err) && entry_files(j, err);
}

struct journal *journal_begin(const struct policy *policy, const struct tree *t, const struct change *changes, size_t n,
	const struct json *note, struct err *err)
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
	j->policy = policy;
	j->changes = changes;
	j->n = n;
	j->placed = arena_alloc(&j->a, (n + 1) * sizeof(*j->placed));
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

/* Create the directories for new files.  They are on disk in the entry first; those that another process made in the
 * meantime are not ours. */
static bool make_dirs(struct journal *j, struct err *err)
{
	struct dirs_above made = { 0 };
	bool ok = !j->folders.n || entry_sync(j, err);

	for (size_t i = 0; ok && j->folders.n && i < j->n; i++)
		if (!j->changes[i].existed && j->changes[i].kind == CHANGE_WRITE)
			ok = tree_make_dirs(&j->a, &j->tree, j->files[i].path, &made, err);
	bool all = made.n == j->folders.n;
	j->changed |= made.n > 0;
	j->folders = made;
	manifest_folders(j);
	return ok && (all || entry_put(j, "manifest.json", json_text(&j->a, j->manifest), err));
}

/* Is the file replaced by a new one?  A file with other names always is, also before a command that writes in place. */
static bool is_rewritten(const struct change *c)
{
	bool linked = c->existed && c->before.st_nlink > 1;

	switch (c->kind) {
	case CHANGE_WRITE:
		return linked || !is_mode_only(c);
	case CHANGE_TOUCH:
		return linked;
	case CHANGE_DELETE:
		break;
	}
	return false;
}

static struct looks looks_of(const struct change *c)
{
	struct looks l = { .mode = c->mode, .keep_owner = c->existed };

	if (c->existed) {
		l.uid = c->before.st_uid;
		l.gid = c->before.st_gid;
	}
	if (c->existed && (c->kind == CHANGE_TOUCH || is_mode_only(c))) {
		l.mtime = &c->before.st_mtim;
		l.atime = &c->before.st_atim;
	}
	return l;
}

/* Write the new contents to temporary files. */
static bool stage(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct change *c = &j->changes[i];
		struct looks l = looks_of(c);
		if (is_rewritten(c) && !replacement_write(j, i, c->kind == CHANGE_WRITE ? c->new : c->old, &l, err))
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

static bool put_one(struct journal *j, size_t i, struct err *err)
{
	const struct change *c = &j->changes[i];
	struct looks l = looks_of(c);

	if (is_rewritten(c))
		return replacement_rename(j, i, c->existed, err);
	if (c->kind == CHANGE_DELETE)
		return file_remove(j, i, err);
	l.mtime = NULL;
	int set = c->kind == CHANGE_WRITE ? looks_set(j, i, &l, err) : 1;
	return set == 1 || (set == 0 && err_set(err, HEAL_REFUSED, "'%s' was linked in the meantime", c->path.p));
}

static bool put_in_place(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct change *c = &j->changes[i];
		if (c->kind == CHANGE_TOUCH && !is_rewritten(c))
			continue;
		/* Check again: do not replace a file that was edited in the meantime. */
		if (!still_same(j, c, err))
			return false;
		j->placed[i] = true;
		if (!put_one(j, i, err))
			return false;
	}
	return true;
}

bool journal_write(struct journal *j, struct err *err)
{
	struct err worse;

	if (make_dirs(j, err) && stage(j, err) && sync_all(j, err) && put_in_place(j, err))
		return true;
	if (!journal_rollback(j, &worse) && err && worse.status == HEAL_BROKEN)
		*err = worse; /* otherwise everything is as before */
	return false;
}

static struct json *words(struct arena *a, char *const *argv)
{
	struct json *list = json_new(a, JSON_ARRAY);

	for (size_t i = 0; argv[i]; i++)
		json_add(list, json_new_str(a, str_of(argv[i])));
	return list;
}

bool journal_run(struct journal *j, const struct command *c, struct err *err)
{
	struct json *row = json_add(json_array_in(&j->a, j->manifest, "commands"), json_new(&j->a, JSON_OBJECT));
	struct str version;

	json_set_str(&j->a, row, "op", c->package.n ? STR("install") : STR("run"));
	redact_json(&j->a, json_set(&j->a, row, "argv", words(&j->a, c->argv)), REDACT_TAGGED);
	json_set_str(&j->a, row, "dir", c->dir);
	if (c->package.n)
		json_set_str(&j->a, row, "package", c->package);
	if (installed_version(&j->a, j->policy, &j->tree, c, &version))
		json_set_str(&j->a, row, "before", version);
	return entry_sync(j, err) && entry_state(j, "prepared", err);
}

void journal_ran(struct journal *j, const struct str_list *confined, const struct str_list *unconfined)
{
	struct json *rows = json_get(j->manifest, "commands");

	row_confined(j, json_at(rows, json_count(rows) - 1), confined, unconfined);
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
		f->new_sha = there ? arena_str(&j->a, str_of(sha)) : STR("absent");
		f->mode = there ? st.st_mode & 01777 : 0;
		json_set_str(&j->a, f->row, "new", f->new_sha);
		json_set_int(&j->a, f->row, "mode", f->mode);
	}
	return true;
}

/* Record what the commands installed. */
static void look_at_versions(struct journal *j)
{
	JSON_EACH(row, json_get(j->manifest, "commands")) {
		struct command c;
		struct str version;
		if (json_get(row, "before") && command_again(j, row, &c, NULL) &&
			installed_version(&j->a, j->policy, &j->tree, &c, &version))
			json_set_str(&j->a, row, "after", version);
	}
}

bool journal_commit(struct journal *j, struct err *err)
{
	struct err worse;

	look_at_versions(j);
	if (look_again(j, err) && entry_state(j, "applied", err)) {
		j->finished = true;
		return true;
	}
	if (!journal_rollback(j, &worse) && err && worse.status == HEAL_BROKEN)
		*err = worse; /* otherwise everything is as before */
	return false;
}

bool journal_rollback(struct journal *j, struct err *err)
{
	struct err why;

	j->finished = true;
	if (entry_files(j, &why) && entry_restore(j, UNDO_COMMANDS, &why))
		return true;
	return err_set(err, why.status == HEAL_REFUSED ? HEAL_REFUSED : HEAL_BROKEN, "%s", why.text);
}

void journal_close(struct journal *j)
{
	if (j && !j->finished)
		journal_rollback(j, NULL);
	entry_close(j);
}
