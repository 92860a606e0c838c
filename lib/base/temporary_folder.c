#include "base/temporary_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

#define SHM "/dev/shm"
#define SMALL_ROOM (256U << 20)
enum { DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, REMOVE_DEPTH = 100, RANDOM_DIGITS = 16 };

static bool same_device(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev;
}

int dir_open_inside(int at, const char *name)
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

/* --- removal --- */

/* Remove an entry; returns the number of entries removed or moved up. */
static size_t remove_entry(int dir, const char *name, int top, int depth);

/* Remove all entries and close the descriptor.  Directories left by a command may be nested arbitrarily deeply: from
 * REMOVE_DEPTH on, they are first moved to the top. */
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
	fchmodat(dir, name, 0700, AT_SYMLINK_NOFOLLOW); /* the entries of a read-only directory cannot be removed */
	if (depth >= REMOVE_DEPTH)
		return move_up(dir, name, top);
	int fd = dir_open_inside(dir, name);
	size_t n = fd < 0 ? 0 : remove_all(fd, top, depth + 1);
	return n + (unlinkat(dir, name, AT_REMOVEDIR) == 0);
}

void dir_empty(int dir)
{
	int again = dup(dir);

	if (again >= 0)
		remove_all(again, dir, 0);
}

/* --- directories of dead processes --- */

/* "heal-PURPOSE-PID-...": its pid, or 0. */
static long owner_of(const char *name)
{
	struct str rest = str_of(name), heal, purpose, pid;
	int64_t n;

	if (!str_split(&rest, '-', &heal) || !str_is(heal, "heal") || !str_split(&rest, '-', &purpose) ||
		!str_split(&rest, '-', &pid))
		return 0;
	return str_number(pid, &n) && n > 0 && n <= INT_MAX && rest.n == RANDOM_DIGITS ? (long)n : 0;
}

bool temporary_folder_is_one(const char *name)
{
	return owner_of(name) != 0;
}

static void sweep_one(int tmp, const char *name)
{
	struct stat st;
	long pid = owner_of(name);

	if (pid == 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return;
	if (fstatat(tmp, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return;
	fchmodat(tmp, name, 0700, AT_SYMLINK_NOFOLLOW);
	int fd = dir_open_inside(tmp, name);
	/* Check the lock too: the owner may be alive in another pid namespace (a container). */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		dir_empty(fd);
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

/* --- the folder --- */

static bool random_name(char *name, size_t room, const char *purpose)
{
	unsigned char r[8];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return false;
	snprintf(name, room, "heal-%s-%d-%02x%02x%02x%02x%02x%02x%02x%02x", purpose, (int)getpid(), r[0], r[1], r[2],
		r[3], r[4], r[5], r[6], r[7]);
	return true;
}

static const char *tmp_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && tmp[0] == '/' ? tmp : "/tmp";
}

/* The directory of shared memory, if it is for all and programs may be executed there. */
static bool shm_is_usable(void)
{
	struct statfs s;
	struct stat st;

	return !getenv("TMPDIR") && stat(SHM, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == 0 &&
		st.st_mode & S_ISVTX && access(SHM, W_OK) == 0 && statfs(SHM, &s) == 0 && s.f_type == TMPFS_MAGIC &&
		!(s.f_flags & ST_NOEXEC) && (uint64_t)s.f_bavail * (uint64_t)s.f_bsize >= SMALL_ROOM;
}

static bool make_in(struct arena *a, struct temporary_folder *f, const char *tmp, const char *purpose, struct err *err)
{
	char real[PATH_MAX];

	if (!realpath(tmp, real) || (f->above = open(real, DIR_FLAGS)) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot use '%s' for temporary files", tmp);
	if (!random_name(f->name, sizeof(f->name), purpose) || mkdirat(f->above, f->name, 0700) < 0) {
		f->name[0] = '\0';
		return err_errno(err, HEAL_REFUSED, "cannot make a directory in '%s'", tmp);
	}
	f->path = path_join(a, arena_str(a, str_of(real)), str_of(f->name));
	f->fd = dir_open_inside(f->above, f->name);
	if (f->fd < 0 || flock(f->fd, LOCK_EX | LOCK_NB) < 0)
		return err_errno(err, HEAL_REFUSED, "cannot lock '%s'", f->path.p);
	return true;
}

bool temporary_folder_make(struct arena *a, struct temporary_folder *f, const char *purpose, struct err *err)
{
	return make_in(a, f, tmp_dir(), purpose, err);
}

bool temporary_folder_make_small(struct arena *a, struct temporary_folder *f, const char *purpose, struct err *err)
{
	return make_in(a, f, shm_is_usable() ? SHM : tmp_dir(), purpose, err);
}

static void sweep_in(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	sweep(fd);
	close(fd);
}

void temporary_folders_sweep(void)
{
	sweep_in(tmp_dir());
	if (!getenv("TMPDIR"))
		sweep_in(SHM);
}

bool temporary_folder_put(const struct temporary_folder *f, struct str name, struct str text)
{
	char path[NAME_MAX + 1];

	if (name.n > NAME_MAX)
		return false;
	memcpy(path, name.p, name.n);
	path[name.n] = '\0';
	if (str_ends(name, "/"))
		return mkdirat(f->fd, path, 0700) == 0;
	int fd = openat(f->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool ok = fd_write(fd, text);
	return close(fd) == 0 && ok;
}

void temporary_folder_remove(struct temporary_folder *f)
{
	if (f->fd >= 0) {
		fchmod(f->fd, 0700);
		dir_empty(f->fd);
		close(f->fd);
	}
	if (f->name[0])
		unlinkat(f->above, f->name, AT_REMOVEDIR);
	if (f->above >= 0)
		close(f->above);
	*f = TEMPORARY_FOLDER_NONE;
}
