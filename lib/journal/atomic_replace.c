/* Replace a file of the project through a temporary file and a rename. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "journal/journal_entry.h"

struct str replacement_name(struct arena *a, const struct journal *j, size_t i)
{
	/* The random end of the UUID: the same name after a crash, but not predictable. */
	return arena_printf(a, ".heal-%s-%zu.tmp", j->name.p + j->name.n - 12, i);
}

/* Access lists, labels, user attributes.  Those that the file system refuses are skipped. */
static void copy_attributes(int from, int to)
{
	char names[4096], value[65536];
	ssize_t n = flistxattr(from, names, sizeof(names));

	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		ssize_t size = fgetxattr(from, names + i, value, sizeof(value));
		if (size >= 0 && strcmp(names + i, "security.capability") != 0)
			(void)!fsetxattr(to, names + i, value, (size_t)size, 0);
	}
}

static bool dress(int fd, int present, const struct looks *looks)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (looks->keep_owner && (st.st_uid != looks->uid || st.st_gid != looks->gid) &&
		fchown(fd, looks->uid, looks->gid) < 0)
		return false;
	if (present >= 0)
		copy_attributes(present, fd);
	if (fchmod(fd, looks->mode & 01777) < 0)
		return false;
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	if (looks->mtime)
		times[1] = *looks->mtime;
	return !looks->mtime || futimens(fd, times) == 0;
}

bool replacement_write(struct journal *j, size_t i, struct str content, const struct looks *looks, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	const char *base, *temporary = replacement_name(&j->a, j, i).p;
	int dir = tree_dir(&j->a, &j->tree, f->path, &base, err);

	if (dir < 0)
		return false;
	unlinkat(dir, temporary, 0); /* left by a crash */
	int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int present = openat(dir, base, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (present >= 0 && !looks->mtime && fstat(present, &st) == 0)
		second_outlast(&st, content.n);
	bool ok = fd >= 0 && fd_write(fd, content) && dress(fd, present, looks);
	if (ok)
		fd_write_begin(fd);
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (!ok) {
		err_errno(err, HEAL_REFUSED, "cannot write '%.*s'", STR_ARG(f->path));
		unlinkat(dir, temporary, 0);
	}
	if (present >= 0)
		close(present);
	close(dir);
	return ok;
}

bool replacement_sync(struct journal *j, size_t i, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	const char *base;
	int dir = tree_dir(&j->a, &j->tree, f->path, &base, err);

	if (dir < 0)
		return false;
	int fd = openat(dir, replacement_name(&j->a, j, i).p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot write '%.*s'", STR_ARG(f->path));
	if (fd >= 0)
		close(fd);
	close(dir);
	return ok;
}

bool replacement_rename(struct journal *j, size_t i, bool replace, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	const char *base, *temporary = replacement_name(&j->a, j, i).p;
	int dir = tree_dir(&j->a, &j->tree, f->path, &base, err);

	if (dir < 0)
		return false;
	int did = renameat2(dir, temporary, dir, base, replace ? 0 : RENAME_NOREPLACE);
	if (did < 0 && !replace && (errno == EINVAL || errno == ENOSYS)) {
		/* Without RENAME_NOREPLACE: link(2) does not replace a file either. */
		did = linkat(dir, temporary, dir, base, 0);
		if (did == 0)
			unlinkat(dir, temporary, 0);
	}
	if (did < 0)
		err_errno(err, HEAL_REFUSED, "cannot replace '%.*s'", STR_ARG(f->path));
	close(dir);
	return did == 0;
}

/* Is the directory of file i that of an earlier file? */
static bool folder_was_seen(const struct journal *j, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(path_dir(j->files[k].path), path_dir(j->files[i].path)))
			return true;
	return false;
}

bool replacement_sync_folders(struct journal *j, struct err *err)
{
	const char *base;

	for (size_t i = 0; i < j->n; i++) {
		if (folder_was_seen(j, i))
			continue;
		int dir = tree_dir(&j->a, &j->tree, j->files[i].path, &base, NULL);
		if (dir < 0) /* removed */
			continue;
		bool ok = fsync(dir) == 0;
		if (!ok)
			err_errno(err, HEAL_REFUSED, "cannot sync the directory of '%.*s'", STR_ARG(j->files[i].path));
		close(dir);
		if (!ok)
			return false;
	}
	return true;
}

void replacement_remove(struct journal *j, size_t i)
{
	const char *base;
	int dir = tree_dir(&j->a, &j->tree, j->files[i].path, &base, NULL);

	if (dir < 0)
		return;
	unlinkat(dir, replacement_name(&j->a, j, i).p, 0);
	close(dir);
}

bool looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	struct stat st;
	int fd = tree_file(&j->tree, f->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);

	if (fd < 0)
		return false;
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	if (looks->mtime)
		times[1] = *looks->mtime;
	bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		((st.st_mode & 07777) == (looks->mode & 07777) || fchmod(fd, looks->mode & 01777) == 0) &&
		(!looks->mtime || futimens(fd, times) == 0);
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot set mode or time of '%.*s'", STR_ARG(f->path));
	close(fd);
	return ok;
}
