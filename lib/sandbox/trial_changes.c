#include "sandbox/trial_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef VEC(char *) names_t;

struct tree_walk {
	const struct trial *t;
	trial_change_fn *fn;
	void *ctx;
	struct err *err;
	struct arena a; /* names of the folders on the way, link texts */
	struct buf path;
	int told;
	bool stop;
};

/* One name on one side. */
struct side {
	int dir; /* -1: no such folder on this side */
	struct stat st;
	bool there; /* a file, a folder or a symlink */
};

static bool fail(struct tree_walk *w, const char *where)
{
	char shown[400];

	return err_errno(w->err, HEAL_REFUSED, "cannot read '%s' in the %s",
		visible(buf_str(&w->path), shown, sizeof(shown)), where);
}

static void tell(struct tree_walk *w, enum trial_change change)
{
	w->told++;
	if (w->fn && !w->fn(w->ctx, buf_str(&w->path), change))
		w->stop = true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_names(struct tree_walk *w, int dir, names_t *names, const char *where)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d) {
		fail(w, where);
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((errno = 0, entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			*VEC_ADD(&w->a, names) = arena_strdup(&w->a, str_of(entry->d_name));
	bool good = errno == 0 || fail(w, where);
	closedir(d);
	if (names->n)
		qsort(names->at, names->n, sizeof(*names->at), by_name);
	return good;
}

/* --- two files --- */

static ssize_t read_full(int fd, char *to, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, to + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static bool same_bytes(int a, int b)
{
	static char x[64 << 10], y[sizeof(x)];

	for (;;) {
		ssize_t n = read_full(a, x, sizeof(x)), m = read_full(b, y, sizeof(y));
		if (n < 0 || n != m || memcmp(x, y, (size_t)n) != 0)
			return false;
		if (n == 0)
			return true;
	}
}

static bool older(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static bool same_file(struct tree_walk *w, const struct side *a, const struct side *b, const char *name)
{
	const struct timespec *x = &a->st.st_mtim, *y = &b->st.st_mtim;
	struct stat st;

	if (a->st.st_size != b->st.st_size)
		return false;
	/* Who sets the old mtime back still moves the ctime. */
	if (x->tv_sec == y->tv_sec && x->tv_nsec == y->tv_nsec && older(a->st.st_ctim, w->t->made) &&
		older(b->st.st_ctim, w->t->made))
		return true;
	int one = trial_open_file(a->dir, name, &st), two = trial_open_file(b->dir, name, &st);
	bool same = one >= 0 && two >= 0 && same_bytes(one, two);
	if (one >= 0)
		close(one);
	if (two >= 0)
		close(two);
	return same;
}

static bool same_link(struct tree_walk *w, const struct side *a, const struct side *b, const char *name)
{
	char was[PATH_MAX], is[PATH_MAX];
	ssize_t n = readlinkat(a->dir, name, was, sizeof(was)), m = readlinkat(b->dir, name, is, sizeof(is));
	struct str path = buf_str(&w->path), dir = str_of("");

	if (n < 0 || m < 0)
		return false;
	if (str_rchr(path, '/') < path.n)
		dir = str_sub(path, 0, str_rchr(path, '/'));
	return str_eq(trial_link(&w->a, w->t, dir, (struct str){ was, (size_t)n }), (struct str){ is, (size_t)m });
}

/* --- two folders --- */

static bool walk(struct tree_walk *w, int a, int b, int depth);

static bool enter(struct tree_walk *w, const struct side *a, const struct side *b, const char *name, int depth)
{
	int one = a ? trial_open_dir(a->dir, name) : -1, two = -1;
	bool good = !a || one >= 0 || fail(w, "project");

	if (good && b) {
		two = trial_open_dir(b->dir, name);
		good = two >= 0 || fail(w, "trial copy");
	}
	if (good && depth > TRIAL_DEPTH)
		good = err_set(w->err, HEAL_REFUSED, "folders nested too deep to compare");
	good = good && walk(w, one, two, depth + 1);
	if (one >= 0)
		close(one);
	if (two >= 0)
		close(two);
	return good;
}

/* Something that is on one side only, with all that is in it. */
static bool only(struct tree_walk *w, const struct side *a, const struct side *b, const char *name, int depth)
{
	if (S_ISDIR((a ? a : b)->st.st_mode))
		return enter(w, a, b, name, depth);
	tell(w, a ? TRIAL_REMOVED : TRIAL_NEW);
	return true;
}

static bool compare(struct tree_walk *w, const struct side *a, const struct side *b, const char *name, int depth)
{
	mode_t type = a->st.st_mode & S_IFMT;
	bool same_type = type == (b->st.st_mode & S_IFMT);
	bool dirs = S_ISDIR(a->st.st_mode) || S_ISDIR(b->st.st_mode);

	if (!same_type && dirs)
		return only(w, a, NULL, name, depth) && (w->stop || only(w, NULL, b, name, depth));
	if (!same_type || (type == S_IFREG && !same_file(w, a, b, name)) ||
		(type == S_IFLNK && !same_link(w, a, b, name)))
		tell(w, TRIAL_CHANGED);
	else if (type != S_IFLNK && (a->st.st_mode & 07777) != (b->st.st_mode & 07777))
		tell(w, TRIAL_MODE);
	return !dirs || w->stop || enter(w, a, b, name, depth);
}

static void look(struct side *s, const char *name)
{
	s->there = s->dir >= 0 && fstatat(s->dir, name, &s->st, AT_SYMLINK_NOFOLLOW) == 0 &&
		(S_ISREG(s->st.st_mode) || S_ISDIR(s->st.st_mode) || S_ISLNK(s->st.st_mode));
}

static bool one_name(struct tree_walk *w, int dir_a, int dir_b, const char *name, int depth)
{
	struct side a = { .dir = dir_a }, b = { .dir = dir_b };
	size_t n = trial_push(&w->path, name);
	bool good = true;

	look(&a, name);
	look(&b, name);
	if (trial_is_left_out(w->t, buf_str(&w->path)))
		;
	else if (a.there && b.there)
		good = compare(w, &a, &b, name, depth);
	else if (a.there || b.there)
		good = only(w, a.there ? &a : NULL, b.there ? &b : NULL, name, depth);
	trial_pop(&w->path, n);
	return good;
}

/* a in the original, b in the copy; -1: not there. */
static bool walk(struct tree_walk *w, int a, int b, int depth)
{
	names_t x = { 0 }, y = { 0 };
	size_t i = 0, j = 0;

	if ((a >= 0 && !read_names(w, a, &x, "project")) || (b >= 0 && !read_names(w, b, &y, "trial copy")))
		return false;
	while (!w->stop && (i < x.n || j < y.n)) {
		int order = i == x.n ? 1 : j == y.n ? -1 : strcmp(x.at[i], y.at[j]);
		const char *name = order <= 0 ? x.at[i] : y.at[j];
		i += order <= 0;
		j += order >= 0;
		if (!one_name(w, order <= 0 ? a : -1, order >= 0 ? b : -1, name, depth))
			return false;
	}
	return true;
}

int trial_changes(const struct trial *t, trial_change_fn *fn, void *ctx, struct err *err)
{
	struct tree_walk w = { .t = t, .fn = fn, .ctx = ctx, .err = err, .a = ARENA_INIT };

	buf_init(&w.path, 1 << 20);
	bool good = walk(&w, t->original, t->copy, 0);
	buf_release(&w.path);
	arena_free(&w.a);
	return good ? w.told : -1;
}
