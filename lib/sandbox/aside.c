#include "sandbox/aside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

enum { DEPTH = 40 };

struct aside_copy {
	struct node left_out, linked;
	uint64_t left;
	bool deep;
};

static bool is_among(struct node names, const char *name)
{
	for (uint32_t i = 0; i < node_list_count(names); i++)
		if (str_eq(node_str(node_list_at(names, i)), str_of(name)))
			return true;
	return false;
}

/* Where it cannot be linked it is missing, and the tool says so. */
static void link_below(int from, int to, const char *name)
{
	char self[40], place[PATH_MAX], target[PATH_MAX + 256];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", from);
	ssize_t n = readlink(self, place, sizeof(place));
	if (n <= 0 || n == (ssize_t)sizeof(place))
		return;
	snprintf(target, sizeof(target), "%.*s/%s", (int)n, place, name);
	(void)!symlinkat(target, to, name);
}

static bool copy_file(struct aside_copy *c, int from, int to, const char *name)
{
	char piece[65536];
	struct stat st;
	int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), out = -1;
	ssize_t n = 0;

	if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode)) {
		if (in >= 0)
			close(in);
		return true; /* what cannot be read is not missed yet */
	}
	bool ok = (uint64_t)st.st_size <= c->left;
	if (ok) {
		c->left -= (uint64_t)st.st_size;
		out = openat(
			to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600 | (st.st_mode & 0100));
		ok = out >= 0;
	}
	while (ok && (n = read(in, piece, sizeof(piece))) > 0)
		ok = write(out, piece, (size_t)n) == n;
	close(in);
	if (out >= 0)
		close(out);
	return ok && n == 0;
}

static bool copy_dir(struct aside_copy *c, int from, int to, int depth);

static bool copy_below(struct aside_copy *c, int from, int to, const char *name, int depth)
{
	int in = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), out;
	bool ok = true;

	if (in < 0)
		return true;
	ok = mkdirat(to, name, 0700) == 0 && (out = openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0;
	if (ok) {
		ok = copy_dir(c, in, out, depth + 1);
		close(out);
	}
	close(in);
	return ok;
}

static bool copy_dir(struct aside_copy *c, int from, int to, int depth)
{
	DIR *d = depth < DEPTH ? fdopendir(openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) : NULL;
	struct stat st;
	bool ok = d != NULL;

	for (struct dirent *e; ok && (e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
			fstatat(from, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		bool linked = is_among(c->linked, e->d_name);
		if (linked && S_ISDIR(st.st_mode))
			link_below(from, to, e->d_name);
		if (linked || is_among(c->left_out, e->d_name))
			continue;
		if (S_ISREG(st.st_mode))
			ok = copy_file(c, from, to, e->d_name);
		else if (S_ISDIR(st.st_mode) && c->deep)
			ok = copy_below(c, from, to, e->d_name, depth);
	}
	if (d)
		closedir(d);
	return ok;
}

/* Only the folders of the named files, each without what lies below it. */
static bool copy_beside(struct arena *a, struct aside_copy *c, const struct tree *t, struct str root, struct str name)
{
	const char *base;
	struct tree copy;
	struct made_dirs made;
	struct err err;

	if (!tree_open(a, &copy, root.p, &err))
		return false;
	bool ok = tree_make_dirs(a, &copy, name, &made, &err);
	int from = ok ? tree_dir(a, t, name, &base, &err) : -1, to = ok ? tree_dir(a, &copy, name, &base, &err) : -1;
	/* A folder that is not empty was copied for another of the files. */
	ok = from >= 0 && to >= 0 && (faccessat(to, base, F_OK, 0) == 0 || copy_dir(c, from, to, 0));
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	tree_close(&copy);
	return ok;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

void aside_close(struct aside *aside)
{
	if (aside->path.n)
		nftw(aside->path.p, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	aside->path = STR("");
}

static bool make_place(struct arena *a, struct aside *aside, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *place = arena_strdup(a, arena_printf(a, "%s/heal-XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp"));

	aside->path = STR("");
	if (!mkdtemp(place))
		return err_errno(err, HEAL_REFUSED, "cannot make a folder for a trial");
	aside->path = str_of(place);
	return true;
}

bool aside_open(struct arena *a, struct aside *aside, const struct tree *t, struct node copies, const struct str *names,
	size_t n, uint64_t max, struct err *err)
{
	struct aside_copy some = { node_get(copies, "left_out"), node_get(copies, "linked"), .left = max }, all = some;

	all.deep = true;
	if (!make_place(a, aside, err))
		return false;
	int to = open(aside->path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	aside->whole = to >= 0 && copy_dir(&all, t->fd, to, 0);
	if (to >= 0)
		close(to);
	if (aside->whole)
		return true;
	aside_close(aside);
	if (!make_place(a, aside, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (copy_beside(a, &some, t, aside->path, names[i]))
			continue;
		aside_close(aside);
		return err_set(err, HEAL_REFUSED, "the project is too large to be copied for a trial (trial.max_mb)");
	}
	return true;
}
