#include "tree/source_tree.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"

struct note {
	struct str name;
	void *of;
};

struct source_tree {
	struct arena a, files;
	struct str root, cwd, alias;
	VEC(struct text *) read;
	VEC(struct str) names; /* all files, filled by the first walk */
	bool walked;
	VEC(struct note *) notes;
	const struct str *hidden; /* globs of files that are not read */
	size_t hidden_n;
};

struct source_tree *source_new(const char *root, const char *cwd, struct err *err)
{
	char real[PATH_MAX], real_cwd[PATH_MAX];

	if (!realpath(root, real) || !realpath(cwd ? cwd : root, real_cwd)) {
		err_errno(err, HEAL_WRONG, "cannot open the directory '%s'", root);
		return NULL;
	}
	struct source_tree *t = calloc(1, sizeof(*t));
	if (!t)
		out_of_memory();
	t->root = arena_str(&t->a, str_of(real));
	struct str below = path_below(str_of(real_cwd), t->root);
	t->cwd = below.p ? arena_str(&t->a, below) : STR(".");
	return t;
}

void source_free(struct source_tree *t)
{
	if (!t)
		return;
	arena_free(&t->files);
	arena_free(&t->a);
	free(t);
}

void source_alias(struct source_tree *t, struct str original)
{
	t->alias = path_normal(&t->a, original);
}

void source_forget(struct source_tree *t)
{
	arena_reset(&t->files);
	t->read.at = NULL;
	t->read.n = t->read.room = 0;
	t->names.at = NULL;
	t->names.n = t->names.room = 0;
	t->walked = false;
	t->notes.at = NULL;
	t->notes.n = t->notes.room = 0;
}

struct arena *source_arena(struct source_tree *t)
{
	return &t->files;
}

void **source_note(struct source_tree *t, struct str name)
{
	for (size_t i = 0; i < t->notes.n; i++)
		if (str_eq(t->notes.at[i]->name, name))
			return &t->notes.at[i]->of;
	struct note *note = ARENA_NEW(&t->files, struct note);
	*note = (struct note){ arena_str(&t->files, name), NULL };
	*VEC_ADD(&t->files, &t->notes) = note;
	return &note->of;
}

struct str source_root(const struct source_tree *t)
{
	return t->root;
}

struct str source_cwd(const struct source_tree *t)
{
	return t->cwd;
}

/* The real path below the root; absent if a symbolic link leads out of it. */
static struct str real_below(struct source_tree *t, struct str path)
{
	char real[PATH_MAX];
	struct str full = path_join(&t->files, t->root, path);
	char *z = arena_strdup(&t->files, full);

	if (memchr(full.p, '\0', full.n) || !realpath(z, real))
		return STR_NONE;
	struct str below = path_below(str_of(real), t->root);
	return below.p ? arena_str(&t->files, below) : STR_NONE;
}

bool source_exists(struct source_tree *t, struct str path)
{
	return real_below(t, path).p != NULL;
}

static bool is_plain(struct source_tree *t, struct str path)
{
	struct stat st;
	struct str below = real_below(t, path);

	return below.p && stat(path_join(&t->files, t->root, below).p, &st) == 0 && S_ISREG(st.st_mode);
}

struct text *text_new(struct arena *a, struct str path, struct str all)
{
	struct text *x = ARENA_NEW(a, struct text);
	size_t lines = 1;

	for (size_t i = 0; i < all.n; i++)
		lines += all.p[i] == '\n';
	x->path = arena_str(a, path);
	x->all = all;
	x->line_at = arena_alloc(a, (lines + 1) * sizeof(*x->line_at));
	x->lines = 1;
	x->line_at[0] = str_starts(all, "\xef\xbb\xbf") ? 3 : 0; /* a byte order mark is not part of line 1 */
	for (size_t i = 0; i < all.n; i++)
		if (all.p[i] == '\n' && i + 1 < all.n)
			x->line_at[x->lines++] = i + 1;
	if (all.n == 0)
		x->lines = 0;
	return x;
}

void source_hide(struct source_tree *t, const struct str *globs, size_t n)
{
	if (t->hidden_n)
		return;
	struct str *copy = arena_alloc(&t->a, (n + 1) * sizeof(*copy));
	memcpy(copy, globs, n * sizeof(*copy));
	t->hidden = copy;
	t->hidden_n = n;
}

bool source_is_hidden(const struct source_tree *t, struct str path)
{
	return globs_match(t->hidden, t->hidden_n, path);
}

const struct text *source_read(struct source_tree *t, struct str path)
{
	struct str all, below;
	struct err err;

	for (size_t i = 0; i < t->read.n; i++)
		if (str_eq(t->read.at[i]->path, path))
			return t->read.at[i];
	below = real_below(t, path);
	if (!below.p || source_is_hidden(t, path) || source_is_hidden(t, below))
		return NULL;
	struct str full = path_join(&t->files, t->root, below);
	if (!file_read(&t->files, arena_strdup(&t->files, full), VIEW_FILE_MAX, &all, &err))
		return NULL;
	struct text *x = text_new(&t->files, path, all);
	x->dir = path_dir(full);
	*VEC_ADD(&t->files, &t->read) = x;
	return x;
}

/* ---- walking the tree ---- */

static bool is_skipped_dir(const char *name)
{
	static const char *const names[] = { ".", "..", ".git", ".hg", ".svn" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void walk(struct source_tree *t, struct str dir, int depth)
{
	struct str full = path_join(&t->files, t->root, dir);
	DIR *d = depth > 24 ? NULL : opendir(arena_strdup(&t->files, full));
	VEC(struct str) below = { 0 };

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d)) && t->names.n < VIEW_ENTRIES_MAX;) {
		if (is_skipped_dir(e->d_name))
			continue;
		struct str name = arena_str(&t->files, str_of(e->d_name));
		struct str path = str_is(dir, ".") ? name : path_join(&t->files, dir, name);
		if (e->d_type == DT_DIR)
			*VEC_ADD(&t->files, &below) = path;
		else if (e->d_type == DT_REG)
			*VEC_ADD(&t->files, &t->names) = path;
	}
	closedir(d);
	for (size_t i = 0; i < below.n; i++)
		walk(t, below.at[i], depth + 1);
}

static size_t depth_of(struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

static int nearest_first(const void *x, const void *y)
{
	const struct str *a = x, *b = y;
	size_t da = depth_of(*a), db = depth_of(*b);

	return da != db ? (da > db) - (da < db) : str_cmp(*a, *b);
}

static void walk_once(struct source_tree *t)
{
	if (t->walked)
		return;
	t->walked = true;
	walk(t, STR("."), 0);
	if (t->names.n)
		qsort(t->names.at, t->names.n, sizeof(*t->names.at), nearest_first);
}

size_t source_glob(struct source_tree *t, struct arena *a, struct str glob, struct str *out, size_t room)
{
	size_t n = 0;

	while (str_starts(glob, "./"))
		glob = str_sub(glob, 2, glob.n);
	walk_once(t);
	for (size_t i = 0; i < t->names.n && n < room; i++)
		if (glob_match(glob, t->names.at[i]))
			out[n++] = arena_str(a, t->names.at[i]);
	return n;
}

/* The only file whose path ends so; absent if there are several. */
static struct str unique_ending(struct source_tree *t, struct str name)
{
	struct str found = STR_NONE;
	struct str wanted = arena_printf(&t->files, "/%.*s", STR_ARG(name));

	if (name.n < 3 || str_find(name, STR("..")) < name.n)
		return STR_NONE;
	walk_once(t);
	for (size_t i = 0; i < t->names.n; i++) {
		if (!str_ends(t->names.at[i], wanted.p))
			continue;
		if (found.p)
			return STR_NONE;
		found = t->names.at[i];
	}
	return found;
}

struct str source_below(struct source_tree *t, struct str name)
{
	struct str whole, below;

	if (!path_is_absolute(name) || memchr(name.p, '\0', name.n))
		return STR_NONE;
	whole = path_normal(&t->files, name);
	below = path_below(whole, t->root);
	return below.p || !t->alias.p ? below : path_below(whole, t->alias);
}

struct str source_resolve(struct source_tree *t, struct str name)
{
	struct str normal;

	if (name.n == 0 || memchr(name.p, '\0', name.n))
		return STR_NONE;
	if (path_is_absolute(name)) {
		normal = source_below(t, name);
		return normal.p && is_plain(t, normal) ? normal : STR_NONE;
	}
	normal = path_normal(&t->files, path_join(&t->files, t->cwd, name));
	if (!str_starts(normal, "..") && is_plain(t, normal))
		return normal;
	normal = path_normal(&t->files, name);
	if (!str_starts(normal, "..") && is_plain(t, normal))
		return normal;
	return unique_ending(t, normal);
}

/* ---- lines ---- */

struct str text_line(const struct text *x, int64_t line)
{
	if (line < 1 || (size_t)line > x->lines)
		return STR_NONE;
	struct str rest = str_sub(x->all, x->line_at[line - 1], x->all.n), out;
	if (!str_line(&rest, &out))
		return str_sub(x->all, x->all.n, x->all.n);
	return out;
}

size_t text_offset(const struct text *x, int64_t line, int64_t column)
{
	struct str s = text_line(x, line);

	if (!s.p || column < 1)
		return SIZE_MAX;
	size_t c = (size_t)column - 1;
	return x->line_at[line - 1] + (c > s.n ? s.n : c);
}

void text_place(const struct text *x, size_t offset, int64_t *line, int64_t *column)
{
	size_t low = 0, high = x->lines;

	if (offset >= x->all.n && (x->all.n == 0 || x->all.p[x->all.n - 1] == '\n')) {
		*line = (int64_t)x->lines + 1; /* after the last newline */
		*column = 1;
		return;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (x->line_at[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	*line = (int64_t)low + 1;
	*column = offset < x->line_at[low] ? 1 : (int64_t)(offset - x->line_at[low]) + 1; /* within a byte order mark */
}
