/* Replace a file of the project through a temporary file and a rename. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "journal/journal_entry.h"

struct str replacement_name(struct arena *a, const struct journal *j, size_t i)
{
	/* The random end of the UUID: the same name after a crash, but not predictable. */
	return arena_printf(a, ".heal-%s-%zu.tmp", j->name.p + j->name.n - 12, i);
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
	bool ok = fd >= 0 && fd_write(fd, content) && attributes_set(fd, present, looks);
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
	j->changed |= did == 0;
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
		/* A read-only file system has nothing to sync; some cannot sync directories. */
		bool ok = fsync(dir) == 0 || errno == EROFS || errno == EINVAL;
		if (!ok)
			err_errno(err, HEAL_REFUSED, "cannot sync the directory of '%.*s'", STR_ARG(j->files[i].path));
		close(dir);
		if (!ok)
			return false;
	}
	return true;
}

/* 1: removed; 0: there was none; -1: err. */
static int remove_at(int dir, const char *name)
{
	struct stat st;

	/* Asked first: on a read-only file system, unlink fails for names that do not exist, too. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	return unlinkat(dir, name, 0) == 0 ? 1 : errno == ENOENT ? 0 : -1;
}

bool replacement_remove(struct journal *j, size_t i, struct err *err)
{
	const char *base;
	int dir = tree_dir(&j->a, &j->tree, j->files[i].path, &base, err);

	if (dir < 0)
		return errno == ENOENT || errno == ENOTDIR;
	int done = remove_at(dir, replacement_name(&j->a, j, i).p);
	if (done < 0)
		err_errno(err, HEAL_REFUSED, "cannot remove '%s' beside '%.*s'", replacement_name(&j->a, j, i).p,
			STR_ARG(j->files[i].path));
	close(dir);
	return done >= 0;
}

bool file_remove(struct journal *j, size_t i, struct err *err)
{
	const char *base;
	int dir = tree_dir(&j->a, &j->tree, j->files[i].path, &base, err);

	if (dir < 0)
		return false;
	int done = remove_at(dir, base);
	j->changed |= done == 1;
	if (done < 0)
		err_errno(err, HEAL_REFUSED, "cannot remove '%.*s'", STR_ARG(j->files[i].path));
	close(dir);
	return done >= 0;
}

/* ---- files with several names ---- */

/* The entry is on another file system, or the file is another user's: undo restores a copy. */
static bool cannot_link(void)
{
	return errno == EXDEV || errno == EPERM || errno == EMLINK || errno == ENOTSUP;
}

bool link_keep(struct journal *j, size_t i, struct err *err)
{
	const struct change *c = &j->changes[i];
	const char *base, *link = entry_file_name(&j->a, i, "link").p;
	struct stat st;
	int dir = tree_dir(&j->a, &j->tree, c->path, &base, err);

	if (dir < 0)
		return false;
	bool linked = linkat(dir, base, j->dir_fd, link, 0) == 0, ok = linked || cannot_link();
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot keep a link to '%.*s'", STR_ARG(c->path));
	/* Another file in its place in the meantime: still_same() finds out. */
	if (linked &&
		(fstatat(j->dir_fd, link, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_ino != c->before.st_ino ||
			st.st_dev != c->before.st_dev))
		unlinkat(j->dir_fd, link, 0);
	close(dir);
	return ok;
}

/* Has the file the old contents and attributes, as far as others could have changed them? */
static bool is_unchanged(struct journal *j, const struct journal_file *f, int fd, struct stat *st)
{
	char sha[SHA256_HEX];
	struct str content;

	if (fstat(fd, st) < 0 || !S_ISREG(st->st_mode) || (st->st_mode & 07777) != f->old_mode ||
		st->st_uid != f->uid || st->st_gid != f->gid || st->st_mtim.tv_sec != f->mtime.tv_sec ||
		st->st_mtim.tv_nsec != f->mtime.tv_nsec || !fd_read(&j->a, fd, FILE_MAX, &content, NULL))
		return false;
	sha256_of(content, sha);
	return str_is(f->old_sha, sha);
}

int link_restore(struct journal *j, size_t i, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	const char *base, *link = entry_file_name(&j->a, i, "link").p, *temporary = replacement_name(&j->a, j, i).p;
	struct stat st, present;
	int fd = f->linked ? openat(j->dir_fd, link, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;

	if (fd < 0)
		return 0;
	bool same = is_unchanged(j, f, fd, &st);
	close(fd);
	if (!same)
		return 0;
	int dir = tree_dir(&j->a, &j->tree, f->path, &base, err), done = -1;
	if (dir < 0)
		return -1;
	if (fstatat(dir, base, &present, AT_SYMLINK_NOFOLLOW) == 0 && present.st_ino == st.st_ino &&
		present.st_dev == st.st_dev) {
		done = 1; /* it was not replaced */
	} else if (linkat(j->dir_fd, link, dir, temporary, 0) < 0) {
		done = cannot_link() ? 0 : -1;
	} else if (renameat(dir, temporary, dir, base) == 0) {
		done = 1;
		j->changed = true;
	}
	if (done < 0)
		err_errno(err, HEAL_REFUSED, "cannot replace '%.*s'", STR_ARG(f->path));
	close(dir);
	return done;
}

bool links_remove(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->files[i].linked && unlinkat(j->dir_fd, entry_file_name(&j->a, i, "link").p, 0) < 0 &&
			errno != ENOENT)
			return err_errno(err, HEAL_REFUSED, "cannot remove a link in the backup '%s'", j->name.p);
	return true;
}
