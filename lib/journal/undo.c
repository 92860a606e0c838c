/* Roll back, undo, recover after a crash; list the entries. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/vec.h"
#include "journal/journal_entry.h"

enum { COMMAND_SECONDS = 300 };

enum present { IS_OLD, IS_NEW, IS_OTHER };

/* The present state of a file.  content (if it exists) is in the entry's arena. */
static bool look(
	struct journal *j, const struct journal_file *f, enum present *is, struct str *content, struct err *err)
{
	char sha[SHA256_HEX] = "absent";
	struct stat st;
	int there = tree_stat(&j->a, &j->tree, f->path, &st, err);

	*content = STR_NONE;
	if (there < 0 || (there && !tree_read(&j->a, &j->tree, f->path, content, &st, err)))
		return false;
	if (there)
		sha256_of(*content, sha);
	if (f->existed ? there && str_is(f->old_sha, sha) : !there)
		*is = IS_OLD;
	else
		*is = str_is(f->new_sha, sha) ? IS_NEW : IS_OTHER;
	return true;
}

static bool keep(struct journal *j, size_t i, struct str content, struct err *err)
{
	char name[40];

	snprintf(name, sizeof(name), "%zu.kept", i);
	return !content.p || entry_write(j, name, content, err);
}

static bool old_bytes(struct journal *j, size_t i, struct str *old, struct err *err)
{
	char sha[SHA256_HEX];

	if (!file_read(&j->a, arena_printf(&j->a, "%s/%zu.old", j->dir.p, i).p, FILE_MAX, old, err))
		return false;
	sha256_of(*old, sha);
	return str_is(j->files[i].old_sha, sha) ||
		err_set(err, HEAL_BROKEN, "the backup of '%s' is damaged", j->files[i].path.p);
}

static bool remove_file(struct journal *j, const struct journal_file *f, struct err *err)
{
	const char *base;
	int dir = tree_dir(&j->a, &j->tree, f->path, &base, err);

	if (dir < 0)
		return false;
	bool ok = unlinkat(dir, base, 0) == 0 || errno == ENOENT;
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot remove '%s'", f->path.p);
	close(dir);
	return ok;
}

static bool restore_file(struct journal *j, size_t i, enum present is, struct str content, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	struct looks l = { .mode = f->old_mode, .uid = f->uid, .gid = f->gid, .keep_owner = true, .mtime = &f->mtime };
	struct str old;

	if (is == IS_OTHER && !keep(j, i, content, err))
		return false;
	if (!f->existed)
		return is == IS_OLD || remove_file(j, f, err);
	if (is == IS_OLD)
		return looks_set(j, i, &l, err);
	return old_bytes(j, i, &old, err) && replacement_write(j, i, old, &l, err) && replacement_sync(j, i, err) &&
		replacement_rename(j, i, true, err);
}

/* A file that a command was to write, with a result that was not recorded: treat it as new. */
static bool is_ours(const struct journal_file *f, enum present is)
{
	return is != IS_OTHER || (f->touch && f->new_sha.n == 0);
}

static bool look_at_all(struct journal *j, enum undo_force force, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		struct str content;
		enum present is;
		if (!look(j, &j->files[i], &is, &content, err))
			return false;
		if (force == UNDO_CAREFUL && !is_ours(&j->files[i], is))
			return err_set(err, HEAL_PERSON, "'%s' was edited since the fix; use --force to overwrite it",
				j->files[i].path.p);
	}
	return true;
}

static void remove_folders(struct journal *j)
{
	struct json *dirs = json_get(j->manifest, "folders");

	for (size_t i = json_count(dirs); i-- > 0;) {
		struct str name;
		const char *base;
		if (!tree_name(&j->a, &j->tree, json_str(json_at(dirs, i)), &name, NULL))
			continue;
		int fd = tree_dir(&j->a, &j->tree, name, &base, NULL);
		if (fd < 0)
			continue;
		unlinkat(fd, base, AT_REMOVEDIR); /* fails if not empty */
		close(fd);
	}
}

static bool run_back(struct journal *j, const struct json *command, struct err *err)
{
	const struct json *undo = json_get(command, "undo");
	size_t n = json_count(undo), i = 0;
	char **argv = arena_alloc(&j->a, (n + 1) * sizeof(*argv));
	struct proc_result r;
	struct proc p = { .argv = argv, .timeout = COMMAND_SECONDS };
	struct str dir = path_below(json_str(json_get(command, "dir")), j->tree.path);
	int fd;

	if (!n)
		return true;
	JSON_EACH(word, undo)
		argv[i++] = arena_strdup(&j->a, json_str(word));
	p.dir = dir.p ? tree_cwd(&j->a, &j->tree, dir, &fd, err) : NULL;
	if (!p.dir)
		return dir.p ? false : err_set(err, HEAL_BROKEN, "the backup '%s' is damaged", j->name.p);
	bool ran = proc_run(&j->a, &p, &r, err);
	close(fd);
	if (!ran)
		return false;
	return r.status == 0 ||
		err_set(err, HEAL_BROKEN, "'%s' failed with status %d", argv_show(&j->a, argv).p, r.status);
}

/* Run the undo commands, last first; the files are restored even if one fails. */
static bool run_all_back(struct journal *j, struct err *err)
{
	struct json *commands = json_get(j->manifest, "commands");
	bool ok = true;

	for (size_t i = json_count(commands); i-- > 0;)
		ok = run_back(j, json_at(commands, i), err) && ok;
	return ok;
}

static bool restore_files(struct journal *j, struct err *err)
{
	bool ok = true;

	for (size_t i = j->n; i-- > 0;) {
		struct str content;
		enum present is;
		replacement_remove(j, i);
		ok = look(j, &j->files[i], &is, &content, err) && restore_file(j, i, is, content, err) && ok;
	}
	return ok;
}

bool entry_restore(struct journal *j, enum undo_force force, struct err *err)
{
	if (!look_at_all(j, force, err))
		return false;
	/* From here on an interruption is recovered as a rollback. */
	if (!str_is(json_str(json_get(j->manifest, "state")), "prepared") && !entry_state(j, "prepared", err))
		return false;
	bool commands = run_all_back(j, err);
	if (!restore_files(j, err)) {
		if (err)
			err->status = HEAL_BROKEN;
		return false;
	}
	remove_folders(j);
	if (!entry_state(j, "undone", err))
		return false;
	if (!commands && err)
		err->status = HEAL_BROKEN;
	return commands;
}

/* Open the project of an entry; a symlink in its place is refused. */
static bool open_root(struct journal *j, struct err *err)
{
	struct str root = json_str(json_get(j->manifest, "root"));

	if (!root.p)
		return err_set(err, HEAL_WRONG, "the backup '%s' is damaged", j->name.p);
	if (!tree_open(&j->a, &j->tree, root.p, err))
		return false;
	if (!str_eq(j->tree.path, root))
		return err_set(err, HEAL_WRONG, "'%s' is now a symlink", root.p);
	return entry_lock_root(j, err) && entry_files(j, err);
}

bool journal_undo(const char *name, enum undo_force force, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct journal *j = NULL;
	struct str dir;
	int held;
	bool ok = false;

	if (!entries_dir(&a, &dir, &held, err))
		goto out;
	close(held);
	j = entry_open(dir, name, err);
	if (!j)
		goto out;
	struct str state = json_str(json_get(j->manifest, "state"));
	if (!j->manifest || str_is(state, "undone"))
		err_set(err, HEAL_WRONG, "'%s' is already undone", name);
	else
		ok = open_root(j, err) && entry_restore(j, force, err);
out:
	entry_close(j);
	arena_free(&a);
	return ok;
}

/* ---- recovery and list ---- */

typedef VEC(struct str) names_t;

static int newest_first(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)y, *(const struct str *)x);
}

static names_t entry_names(struct arena *a, struct str dir)
{
	names_t names = { 0 };
	DIR *d = opendir(dir.p);

	for (struct dirent *e; d && (e = readdir(d));)
		if (strlen(e->d_name) == 36 && e->d_name[0] != '.')
			*VEC_ADD(a, &names) = arena_str(a, str_of(e->d_name));
	if (d)
		closedir(d);
	if (names.n)
		qsort(names.at, names.n, sizeof(*names.at), newest_first);
	return names;
}

/* 1: restored; 0: nothing to do; -1: err. */
static int recover_one(struct str dir, struct str name, struct err *err)
{
	struct err why;
	struct journal *j = entry_open(dir, name.p, &why);
	int done = 0;

	if (!j) {
		if (why.status != HEAL_REFUSED && err) /* REFUSED: its process is running */
			*err = why;
		return why.status == HEAL_REFUSED ? 0 : -1;
	}
	if (!j->manifest) {
		entry_remove(j);
	} else if (str_is(json_str(json_get(j->manifest, "state")), "prepared")) {
		done = open_root(j, &why) && entry_restore(j, UNDO_CAREFUL, &why) ? 1 : -1;
		if (done < 0)
			err_set(err, why.status, "backup %s: %s", name.p, why.text);
	} else {
		entry_mark(j); /* interrupted before the mark */
	}
	entry_close(j);
	return done;
}

int journal_recover(struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str state = dir_state(&a), dir;
	int held, done = 0;
	bool failed = false;

	/* No directory of entries: do not create it. */
	if (!state.p || !is_dir(arena_printf(&a, "%.*s/undo", STR_ARG(state)).p))
		goto out;
	if (!entries_dir(&a, &dir, &held, err)) {
		failed = true;
		goto out;
	}
	names_t names = entry_names(&a, dir);
	int folder = open(dir.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < names.n; i++) { /* newest first: undo the last change first */
		int got = entry_is_marked(folder, names.at[i].p) ? 0 : recover_one(dir, names.at[i], err);
		failed |= got < 0;
		done += got > 0;
	}
	if (folder >= 0)
		close(folder);
	close(held);
out:
	arena_free(&a);
	return failed ? -1 : done;
}

static bool entry_fill(struct arena *a, struct str dir, struct journal_entry *e)
{
	const char *path = arena_printf(a, "%.*s/%.*s/manifest.json", STR_ARG(dir), STR_ARG(e->name)).p;
	struct str text;
	size_t i = 0;

	if (!file_read(a, path, 16 << 20, &text, NULL) || !(e->manifest = json_parse(a, text, JSON_PLAIN, NULL)))
		return false;
	e->state = json_str(json_get(e->manifest, "state"));
	e->root = json_str(json_get(e->manifest, "root"));
	e->time = json_str(json_get(e->manifest, "time"));
	struct json *files = json_get(e->manifest, "files");
	e->n = json_count(files);
	e->paths = arena_alloc(a, (e->n + 1) * sizeof(*e->paths));
	JSON_EACH(row, files)
		e->paths[i++] = json_str(json_get(row, "path"));
	return true;
}

bool journal_list(struct arena *a, struct journal_entry **at, size_t *n, struct err *err)
{
	struct str state = dir_state(a);

	*n = 0;
	if (!state.p)
		return err_set(err, HEAL_REFUSED, "no state directory: set XDG_STATE_HOME or HOME");
	struct str dir = arena_printf(a, "%.*s/undo", STR_ARG(state));
	names_t names = entry_names(a, dir);
	*at = arena_alloc(a, (names.n + 1) * sizeof(**at));
	for (size_t i = 0; i < names.n; i++) {
		struct journal_entry e = { .name = names.at[i] };
		if (entry_fill(a, dir, &e))
			(*at)[(*n)++] = e;
	}
	return true;
}

bool journal_old(struct arena *a, const struct journal_entry *e, size_t i, struct str *old, struct err *err)
{
	struct str state = dir_state(a);

	return file_read(a, arena_printf(a, "%.*s/undo/%.*s/%zu.old", STR_ARG(state), STR_ARG(e->name), i).p, FILE_MAX,
		old, err);
}
