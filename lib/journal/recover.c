/* Recovery after a crash; the list of entries. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"
#include "journal/journal_entry.h"

static int newest_first(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)y, *(const struct str *)x);
}

struct entry_names entry_names(struct arena *a, struct str dir)
{
	struct entry_names names = { 0 };
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

/* The entries whose state is not final, newest first: undo the last change first. */
static struct entry_names unfinished(struct arena *a, struct str dir)
{
	struct entry_names names = entry_names(a, dir);
	int fd = open(dir.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct settled known = settled_read(a, fd);
	size_t n = 0;

	for (size_t i = 0; i < names.n; i++)
		if (!settled_covers(&known, names.at[i]) && !entry_is_marked(fd, names.at[i].p))
			names.at[n++] = names.at[i];
	if (fd >= 0)
		close(fd);
	names.n = n;
	return names;
}

/* The manifest of an entry, if only this user can have written it.  st: NULL, or for what is known of its file. */
static struct json *manifest_of(struct arena *a, struct str dir, struct str name, struct stat *st, struct err *err)
{
	struct str text;

	if (entry_read(a, dir, name, "manifest.json", MANIFEST_MAX, &text, st, err) != 1 || !text.n)
		return NULL;
	return json_parse(a, text, JSON_PLAIN, err);
}

bool journal_interrupted(struct str root)
{
	struct arena a = ARENA_INIT;
	struct str dir;
	bool found = false;

	if (entries_dir_there(&a, &dir, NULL) == 1) {
		struct entry_names names = unfinished(&a, dir);
		for (size_t i = 0; i < names.n && !found; i++)
			found = str_eq(json_str(json_get(manifest_of(&a, dir, names.at[i], NULL, NULL), "root")), root);
	}
	arena_free(&a);
	return found;
}

/* 1: restored; 0: nothing to do; -1: err. */
static int recover_opened(struct journal *j, const struct tree *t, struct err *err)
{
	struct err why;

	if (!j->manifest) {
		entry_remove(j); /* of whatever project: nothing was changed */
		return 0;
	}
	if (!str_eq(json_str(json_get(j->manifest, "root")), t->path))
		return 0;
	if (!str_is(json_str(json_get(j->manifest, "state")), "prepared")) {
		entry_mark(j); /* interrupted before the mark */
		return 0;
	}
	bool ok = entry_open_root(j, &why);
	j->tree.no_openat2 = t->no_openat2;
	if (ok && entry_restore(j, UNDO_FILES_ONLY, &why))
		return 1;
	err_set(err, why.status, "backup %s: %s", j->name.p, why.text);
	return -1;
}

static int recover_one(struct str dir, struct str name, const struct policy *policy, const struct tree *t,
	struct undo_notes *notes, struct err *err)
{
	struct err why;
	bool busy;
	struct journal *j = entry_open(dir, name.p, &busy, &why);

	if (!j && busy)
		return 0; /* its process is running */
	if (!j) {
		err_set(err, HEAL_PERSON, "'%.*s/%s' is not used: %s", STR_ARG(dir), name.p, why.text);
		return -1;
	}
	j->policy = policy;
	j->notes = notes;
	int done = recover_opened(j, t, err);
	entry_close(j);
	return done;
}

int journal_recover(const struct policy *policy, const struct tree *t, struct undo_notes *notes, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str dir;
	int there = entries_dir_there(&a, &dir, err), held, done = 0;
	bool failed = there < 0;

	if (there != 1 || !unfinished(&a, dir).n)
		goto out;
	if (!entries_dir(&a, &dir, &held, err)) {
		failed = true;
		goto out;
	}
	struct entry_names names = unfinished(&a, dir);
	for (size_t i = 0; i < names.n; i++) {
		struct err why;
		int got = recover_one(dir, names.at[i], policy, t, notes, &why);
		if (got < 0 && err && (!failed || why.status == HEAL_BROKEN))
			*err = why;
		failed |= got < 0;
		done += got > 0;
	}
	close(held);
out:
	arena_free(&a);
	return failed ? -1 : done;
}

/* ---- list ---- */

static void entry_fill(struct arena *a, struct str dir, struct journal_entry *e, struct stat *st)
{
	struct err why = { 0 };
	size_t i = 0;

	e->manifest = manifest_of(a, dir, e->name, st, &why);
	if (!e->manifest) {
		e->state = e->root = e->time = STR("");
		if (why.text[0])
			e->state = STR("refused");
		e->why = arena_str(a, str_of(why.text));
		return;
	}
	e->state = json_str(json_get(e->manifest, "state"));
	e->root = json_str(json_get(e->manifest, "root"));
	e->time = json_str(json_get(e->manifest, "time"));
	struct json *files = json_get(e->manifest, "files");
	e->n = json_count(files);
	e->paths = arena_alloc(a, (e->n + 1) * sizeof(*e->paths));
	JSON_EACH(row, files)
		e->paths[i++] = json_str(json_get(row, "path"));
}

/* The entry, parsed now or earlier. */
static void entry_get(struct arena *a, int dir_fd, struct str dir, struct journal_entry *e)
{
	struct stat st;

	if (entry_cached(dir_fd, dir, e))
		return;
	struct arena *kept = entry_cache_arena(dir, e->name);
	entry_fill(kept ? kept : a, dir, e, &st);
	if (kept && e->manifest)
		entry_cache_keep(e, &st);
}

bool journal_list(struct arena *a, struct str from, struct journal_entry **at, size_t *n, struct err *err)
{
	struct str dir;
	int there = entries_dir_there(a, &dir, err);

	*n = 0;
	*at = NULL;
	if (there != 1)
		return there == 0;
	struct entry_names names = entry_names(a, dir);
	int fd = open(dir.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*at = arena_alloc(a, (names.n + 1) * sizeof(**at));
	for (size_t i = 0; i < names.n && str_cmp(names.at[i], from) >= 0; i++) {
		struct journal_entry e = { .name = names.at[i] };
		entry_get(a, fd, dir, &e);
		if (e.state.n) /* empty: being made, or interrupted before any change */
			(*at)[(*n)++] = e;
	}
	if (fd >= 0)
		close(fd);
	return true;
}

bool journal_old(struct arena *a, const struct journal_entry *e, size_t i, struct str *old, struct err *err)
{
	struct str dir;
	int got = entries_dir_there(a, &dir, err);

	if (got == 1)
		got = entry_read(a, dir, e->name, entry_file_name(a, i, "old").p, FILE_MAX, old, NULL, err);
	return got == 1 || (got == 0 && err_set(err, HEAL_WRONG, "no such backup: '%.*s'", STR_ARG(e->name)));
}
