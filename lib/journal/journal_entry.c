/* The directory of an entry: files, state, locks.
 *
 * What is synced, and when.  A crash of heal needs only the order of the calls; a power failure also needs:
 *
 *   entry_sync    once, before the first rename in the project: old contents, manifest, the entry's directory and its
 *                 parent.  All are written first, so that a journalling file system commits them together and the
 *                 later calls have little to do.
 *   replacement_sync   each new file before its rename; otherwise its name may survive without its contents.
 *   entry_state   the new manifest before it replaces the old one; the renames in the project before a final state,
 *                 otherwise some files may be old while the state is `applied`; then the entry's directory, otherwise a
 *                 fix that was reported is rolled back after the power failure.
 *
 * An empty manifest means that the power failed before entry_sync: no file was changed. */
#include "journal/journal_entry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"

enum { LOCK_WAIT = 10 }; /* seconds */

static bool dir_name(struct arena *a, struct str *state, struct str *dir, struct err *err)
{
	*state = dir_state(a);
	if (!state->p)
		return err_set(err, HEAL_REFUSED, "no directory for backups: set XDG_STATE_HOME or HOME");
	*dir = arena_printf(a, "%.*s/undo", STR_ARG(*state));
	return true;
}

bool entries_dir(struct arena *a, struct str *dir, int *held, struct err *err)
{
	struct str state;

	if (!dir_name(a, &state, dir, err) || !private_folder_make(state.p, err) || !private_folder_make(dir->p, err))
		return false;
	*held = open(arena_printf(a, "%.*s/lock", STR_ARG(*dir)).p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*held >= 0 && flock(*held, LOCK_EX) == 0)
		return true;
	err_errno(err, HEAL_REFUSED, "cannot lock '%s'", dir->p);
	if (*held >= 0)
		close(*held);
	return false;
}

int entries_dir_there(struct arena *a, struct str *dir, struct err *err)
{
	struct str state;

	if (!dir_name(a, &state, dir, err))
		return -1;
	return private_folder_in(state.p, dir->p, err);
}

struct str entry_file_name(struct arena *a, size_t i, const char *suffix)
{
	return arena_printf(a, "%zu.%s", i, suffix);
}

static bool cannot_write(const struct journal *j, const char *name, struct err *err)
{
	return err_errno(err, HEAL_REFUSED, "cannot write the backup '%s/%s'", j->dir.p, name);
}

enum durable { DURABLE_LATER, DURABLE_NOW };

/* Write the content to NAME.new, for a rename. */
static bool stage(struct journal *j, const char *name, struct str content, enum durable durable, struct err *err)
{
	char temporary[80];

	snprintf(temporary, sizeof(temporary), "%s.new", name);
	int fd = openat(j->dir_fd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && fd_write(fd, content);
	if (ok && durable == DURABLE_NOW)
		ok = fsync(fd) == 0;
	else if (ok)
		fd_write_begin(fd);
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	return ok || cannot_write(j, name, err);
}

static bool put(struct journal *j, const char *name, struct err *err)
{
	char temporary[80];

	snprintf(temporary, sizeof(temporary), "%s.new", name);
	return renameat(j->dir_fd, temporary, j->dir_fd, name) == 0 || cannot_write(j, name, err);
}

static bool sync_dir(struct journal *j, const char *name, struct err *err)
{
	return fsync(j->dir_fd) == 0 || cannot_write(j, name, err);
}

bool entry_put(struct journal *j, const char *name, struct str content, struct err *err)
{
	return stage(j, name, content, DURABLE_LATER, err) && put(j, name, err);
}

bool entry_write(struct journal *j, const char *name, struct str content, struct err *err)
{
	return stage(j, name, content, DURABLE_NOW, err) && put(j, name, err) && sync_dir(j, name, err);
}

static bool sync_at(struct journal *j, const char *name, struct err *err)
{
	int fd = openat(j->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		cannot_write(j, name, err);
	if (fd >= 0)
		close(fd);
	return ok;
}

bool entry_sync(struct journal *j, struct err *err)
{
	char name[40];

	if (j->synced)
		return true;
	for (size_t i = 0; i < j->n; i++) {
		snprintf(name, sizeof(name), "%zu.old", i);
		if (j->files[i].existed && !sync_at(j, name, err))
			return false;
	}
	j->synced = sync_at(j, "manifest.json", err) && sync_dir(j, "manifest.json", err) && sync_at(j, "..", err);
	return j->synced;
}

/* ---- state ---- */

static const char final_mark[] = "done\n";

bool entry_is_marked(int dir, const char *name)
{
	char lock[64];
	struct stat st;

	snprintf(lock, sizeof(lock), "%.36s/lock", name);
	return fstatat(dir, lock, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > 0;
}

void entry_mark(struct journal *j)
{
	(void)!pwrite(j->lock_fd, final_mark, sizeof(final_mark) - 1, 0);
}

/* Remove the mark before the manifest changes; otherwise recovery would ignore the entry. */
static bool unmark(struct journal *j, struct err *err)
{
	struct stat st;

	if (fstat(j->lock_fd, &st) == 0 && st.st_size == 0)
		return true;
	int settled = settled_empty(j->dir_fd, err);
	if (settled < 0)
		return false;
	bool ok = (ftruncate(j->lock_fd, 0) == 0 && fsync(j->lock_fd) == 0) || cannot_write(j, "lock", err);
	close(settled);
	return ok;
}

bool entry_state(struct journal *j, const char *state, struct err *err)
{
	bool final = strcmp(state, "prepared") != 0;

	json_set_str(&j->a, j->manifest, "state", str_of(state));
	bool ok = (final || unmark(j, err)) &&
		stage(j, "manifest.json", json_text(&j->a, j->manifest), DURABLE_NOW, err) &&
		(!final || replacement_sync_folders(j, err)) && put(j, "manifest.json", err) &&
		sync_dir(j, "manifest.json", err);
	if (ok && final)
		entry_mark(j);
	return ok;
}

uint64_t entry_size(const struct journal *j)
{
	DIR *d = fdopendir(dup(j->dir_fd));
	uint64_t bytes = 0;
	struct stat st;

	for (struct dirent *e; d && (e = readdir(d));)
		if (fstatat(j->dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_blocks * 512;
	if (d)
		closedir(d);
	return bytes;
}

void entry_remove(struct journal *j)
{
	DIR *d = fdopendir(dup(j->dir_fd));

	/* Remove the manifest first: an entry without it counts as interrupted before any change. */
	unlinkat(j->dir_fd, "manifest.json", 0);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			unlinkat(j->dir_fd, e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(j->dir.p);
}

static bool lock_wait(int fd, double seconds)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	double end = seconds_now() + seconds;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || seconds_now() > end)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

bool entry_lock_root(struct journal *j, struct err *err)
{
	const char *root = j->tree.path.p;

	j->root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (j->root_fd < 0)
		return err_errno(err, HEAL_REFUSED, "cannot open '%s'", root);
	return lock_wait(j->root_fd, LOCK_WAIT) ||
		err_set(err, HEAL_REFUSED, "another heal process is using '%s'", root);
}

void entry_close(struct journal *j)
{
	if (!j)
		return;
	int fds[] = { j->root_fd, j->dir_fd, j->lock_fd };
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	tree_close(&j->tree);
	arena_free(&j->a);
	free(j);
}

bool entry_is_name(const char *name)
{
	return strlen(name) == 36 && strspn(name, "0123456789abcdef-") == 36;
}

/* Open the directory of an entry that only this user can have written. */
static int open_private(struct str dir, struct str name, struct err *err)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		err_errno(err, errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "no such backup: '%.*s'", STR_ARG(name));
		return -1;
	}
	if (fstat(fd, &st) < 0 || !private_stat(&st, path, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int read_private(struct arena *a, int dir_fd, struct str dir, struct str name, const char *file, size_t max,
	struct str *out, struct stat *st, struct err *err)
{
	char path[PATH_MAX];
	struct err why;
	int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY), got = -1;

	snprintf(path, sizeof(path), "%.*s/%.*s/%s", STR_ARG(dir), STR_ARG(name), file);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, st) < 0)
		err_errno(err, HEAL_REFUSED, "cannot open '%s'", path);
	else if (!S_ISREG(st->st_mode))
		err_set(err, HEAL_WRONG, "cannot read '%s': not a regular file", path);
	else if (private_stat(st, path, err))
		got = fd_read(a, fd, max, out, &why) ? 1 : (err_set(err, why.status, "'%s': %s", path, why.text), -1);
	if (fd >= 0)
		close(fd);
	return got;
}

int entry_read(struct arena *a, struct str dir, struct str name, const char *file, size_t max, struct str *out,
	struct stat *st, struct err *err)
{
	int fd = open_private(dir, name, err);
	struct stat unused;

	if (fd < 0)
		return -1;
	int got = read_private(a, fd, dir, name, file, max, out, st ? st : &unused, err);
	close(fd);
	return got;
}

struct journal *entry_open(struct str dir, const char *name, bool *busy, struct err *err)
{
	struct str text = STR("");
	struct stat st;

	if (busy)
		*busy = false;
	if (!entry_is_name(name)) {
		err_set(err, HEAL_WRONG, "invalid name of a backup: '%.80s'", name);
		return NULL;
	}
	struct journal *j = calloc(1, sizeof(*j));
	if (!j)
		out_of_memory();
	j->root_fd = j->lock_fd = j->tree.fd = -1;
	j->name = arena_str(&j->a, str_of(name));
	j->dir = arena_printf(&j->a, "%.*s/%s", STR_ARG(dir), name);
	j->dir_fd = open_private(dir, j->name, err);
	if (j->dir_fd < 0)
		goto fail;
	j->lock_fd = openat(j->dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->lock_fd < 0) {
		err_errno(err, HEAL_REFUSED, "cannot open the backup '%s'", name);
		goto fail;
	}
	if (flock(j->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (busy)
			*busy = errno == EWOULDBLOCK;
		err_set(err, HEAL_REFUSED, "another heal process is using the backup '%s'", name);
		goto fail;
	}
	if (read_private(&j->a, j->dir_fd, dir, j->name, "manifest.json", MANIFEST_MAX, &text, &st, err) < 0)
		goto fail;
	if (text.n == 0)
		return j; /* interrupted before any change */
	j->manifest = json_parse(&j->a, text, JSON_PLAIN, err);
	if (j->manifest)
		return j;
fail:
	entry_close(j);
	return NULL;
}

bool entry_open_root(struct journal *j, struct err *err)
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
