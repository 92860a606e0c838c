#include "sandbox/trial_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"

#define PREFIX "heal-trial-"
enum { DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, REMOVE_DEPTH = 100 };

/* --- steps --- */

static bool same_device(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev;
}

int trial_open_dir(int at, const char *name)
{
	struct open_how how = { .flags = DIR_FLAGS,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	int fd = (int)syscall(__NR_openat2, at, name, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	fd = openat(at, name, DIR_FLAGS); /* an old kernel, or a container that hides the call */
	if (fd >= 0 && !same_device(at, fd)) {
		close(fd);
		errno = EXDEV;
		return -1;
	}
	return fd;
}

int trial_open_file(int at, const char *name, struct stat *st)
{
	/* NONBLOCK: what was a file when we looked may be a FIFO now. */
	int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

size_t trial_push(struct buf *path, const char *name)
{
	size_t n = path->n;

	if (n)
		buf_addc(path, '/');
	buf_addz(path, name);
	return n;
}

void trial_pop(struct buf *path, size_t n)
{
	path->n = n;
}

/* --- symlinks --- */

static bool into_copy(struct arena *a, const struct trial *t, struct str absolute, struct str root, struct str *out)
{
	struct str tail = path_below(path_normal(a, absolute), root);

	if (!tail.p)
		return false;
	*out = str_is(tail, ".") ? t->path : path_join(a, t->path, tail);
	return true;
}

static struct str lead_absolute(struct arena *a, const struct trial *t, struct str target)
{
	char real[PATH_MAX];
	struct str out;

	if (into_copy(a, t, target, t->root, &out) || into_copy(a, t, target, t->given, &out))
		return out;
	/* The root may have further names, through symlinks. */
	if (realpath(arena_strdup(a, target), real) && into_copy(a, t, str_of(real), t->root, &out))
		return out;
	return target;
}

static size_t levels(struct str path)
{
	size_t n = path.n > 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* Take the leading "../" (and "./") off; how many levels up they lead. */
static size_t climb(struct str *target)
{
	struct str piece, rest = *target;
	size_t up = 0;

	while (str_split(&rest, '/', &piece)) {
		if (str_is(piece, ".."))
			up++;
		else if (piece.n && !str_is(piece, "."))
			break;
		*target = rest;
	}
	return up;
}

struct str trial_link(struct arena *a, const struct trial *t, struct str dir, struct str target)
{
	struct str rest = target, above = t->root;

	if (path_is_absolute(target))
		return lead_absolute(a, t, target);
	size_t up = climb(&rest), depth = levels(dir);
	if (up <= depth)
		return target;
	/* Out of the root, whose folders above are real ones: their names are exact. */
	for (; up > depth; up--)
		above = str_sub(above, 0, str_rchr(above, '/'));
	return lead_absolute(a, t, arena_printf(a, "%.*s/%.*s", STR_ARG(above), STR_ARG(rest)));
}

/* --- removal --- */

/* One entry of a folder; the number of things that went, or went up. */
static size_t remove_entry(int dir, const char *name, int top, int depth);

/* What a command left may be nested without end: from REMOVE_DEPTH on, folders are first moved to the top. */
static size_t remove_all(int dir, int top, int depth)
{
	DIR *d = fdopendir(dir);
	struct dirent *entry;
	size_t all = 0, progress = 1;

	if (!d) {
		close(dir);
		return 0;
	}
	for (int pass = 0; progress && pass < (depth ? 3 : 1000); pass++) {
		progress = 0;
		rewinddir(d);
		while ((entry = readdir(d)))
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				progress += remove_entry(dirfd(d), entry->d_name, top, depth);
		all += progress;
	}
	closedir(d);
	return all;
}

static size_t move_up(int dir, const char *name, int top)
{
	static unsigned serial;
	char new_name[40];

	snprintf(new_name, sizeof(new_name), "deep-%d-%u", (int)getpid(), serial++);
	return renameat(dir, name, top, new_name) == 0;
}

static size_t remove_entry(int dir, const char *name, int top, int depth)
{
	if (unlinkat(dir, name, 0) == 0 || unlinkat(dir, name, AT_REMOVEDIR) == 0)
		return 1;
	if (errno != ENOTEMPTY && errno != EEXIST && errno != EACCES)
		return 0;
	fchmodat(dir, name, 0700, AT_SYMLINK_NOFOLLOW); /* a read-only folder keeps what is in it */
	if (depth >= REMOVE_DEPTH)
		return move_up(dir, name, top);
	int fd = trial_open_dir(dir, name);
	size_t n = fd < 0 ? 0 : remove_all(fd, top, depth + 1);
	return n + (unlinkat(dir, name, AT_REMOVEDIR) == 0);
}

void trial_empty(int dir)
{
	int top = dup(dir);

	remove_all(dir, top, 0);
	if (top >= 0)
		close(top);
}

/* --- leftovers --- */

long trial_pid(const char *name)
{
	struct str rest = str_of(name), pid;
	int64_t n;

	if (!str_starts(rest, PREFIX))
		return 0;
	rest = str_sub(rest, strlen(PREFIX), rest.n);
	return str_split(&rest, '-', &pid) && str_number(pid, &n) && n > 0 && n <= INT_MAX && rest.n == 16 ? (long)n :
													     0;
}

static void sweep_one(int tmp, const char *name)
{
	struct stat st;
	long pid = trial_pid(name);

	if (pid == 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return;
	if (fstatat(tmp, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return;
	fchmodat(tmp, name, 0700, AT_SYMLINK_NOFOLLOW);
	int fd = trial_open_dir(tmp, name);
	/* The lock: its owner may be alive where we cannot see its pid (a container). */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		int again = dup(fd);
		if (again >= 0)
			trial_empty(again);
		unlinkat(tmp, name, AT_REMOVEDIR);
	}
	if (fd >= 0)
		close(fd);
}

static void sweep(int tmp)
{
	int fd = openat(tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		sweep_one(tmp, entry->d_name);
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

/* --- the trial --- */

static bool random_name(char *name, size_t room)
{
	unsigned char r[8];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return false;
	snprintf(name, room, PREFIX "%d-%02x%02x%02x%02x%02x%02x%02x%02x", (int)getpid(), r[0], r[1], r[2], r[3], r[4],
		r[5], r[6], r[7]);
	return true;
}

/* The current folder by the name that the shell has for it, if that is true. */
static struct str logical_here(struct trial *t, const char *root)
{
	const char *pwd = getenv("PWD");
	struct stat x, y;

	if (!pwd || pwd[0] != '/' || stat(pwd, &x) < 0 || stat(".", &y) < 0 || x.st_dev != y.st_dev ||
		x.st_ino != y.st_ino)
		return t->root;
	return path_join(&t->a, str_of(pwd), str_of(root));
}

static bool find_root(struct trial *t, const char *root, struct err *err)
{
	char real[PATH_MAX];

	if (!realpath(root, real))
		return err_errno(err, HEAL_WRONG, "cannot copy '%s'", root);
	t->root = arena_str(&t->a, str_of(real));
	t->given = path_normal(&t->a, path_is_absolute(str_of(root)) ? str_of(root) : logical_here(t, root));
	t->original = open(t->root.p, DIR_FLAGS);
	return t->original >= 0 || err_errno(err, HEAL_WRONG, "cannot copy '%s'", root);
}

static const char *tmp_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && tmp[0] == '/' ? tmp : "/tmp";
}

static bool make_top(struct trial *t, struct err *err)
{
	char real[PATH_MAX];
	const char *tmp = tmp_dir();

	if (!realpath(tmp, real) || (t->tmp = open(real, DIR_FLAGS)) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot use '%s' for temporary files", tmp);
	sweep(t->tmp);
	if (!random_name(t->name, sizeof(t->name)) || mkdirat(t->tmp, t->name, 0700) < 0) {
		t->name[0] = '\0';
		return err_errno(err, HEAL_REFUSED, "cannot make a folder in '%s'", tmp);
	}
	t->top = trial_open_dir(t->tmp, t->name);
	if (t->top < 0 || flock(t->top, LOCK_EX | LOCK_NB) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot lock '%s/%s'", tmp, t->name);
	struct str base = path_base(t->root);
	t->path = arena_printf(&t->a, "%s/%s/%.*s", real, t->name, STR_ARG(base.n ? base : STR("root")));
	const char *name = t->path.p + str_rchr(t->path, '/') + 1;
	if (mkdirat(t->top, name, 0700) < 0 || (t->copy = trial_open_dir(t->top, name)) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot make '%s'", t->path.p);
	return true;
}

struct trial *trial_new(const char *root, const struct trial_limits *limits, struct err *err)
{
	struct trial *t = calloc(1, sizeof(*t));

	if (!t)
		out_of_memory();
	t->a = ARENA_INIT;
	t->tmp = t->top = t->original = t->copy = -1;
	if (find_root(t, root, err) && make_top(t, err) && trial_copy(t, limits, err))
		return t;
	trial_free(t);
	return NULL;
}

const char *trial_path(const struct trial *t)
{
	return t->path.p;
}

size_t trial_unread(const struct trial *t)
{
	return t->unread;
}

void trial_free(struct trial *t)
{
	if (!t)
		return;
	if (t->top >= 0) {
		int top = dup(t->top);
		fchmod(t->top, 0700);
		if (top >= 0)
			trial_empty(top);
	}
	if (t->name[0])
		unlinkat(t->tmp, t->name, AT_REMOVEDIR);
	int fds[] = { t->copy, t->original, t->top, t->tmp };
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	arena_free(&t->a);
	free(t);
}
