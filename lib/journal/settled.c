/* The file undo/settled: up to which entry all are final, and the exceptions.
 *
 * Recovery looks for entries that are not final at each start.  Without this file it would look at each entry, and they
 * are kept for weeks.  It is only a shortcut: if it is missing, empty or damaged, each entry is looked at.  Its lock
 * orders the two that matter: whoever makes a final entry open again empties it first, on disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/private_folder.h"
#include "base/vec.h"
#include "journal/journal_entry.h"

enum { NAME = 36, ROW = NAME + 1, EXCEPTIONS = 60 };

/* Open and lock it; -1: it cannot be used. */
static int open_locked(int dir_fd, const char *name, int flags, int lock)
{
	struct stat st;
	int fd = openat(dir_fd, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && private_stat(&st, name, NULL) && flock(fd, lock) == 0)
		return fd;
	close(fd);
	errno = EACCES;
	return -1;
}

static struct settled parse(struct arena *a, int fd)
{
	struct settled s = { 0 };
	struct str text;

	if (!fd_read(a, fd, (EXCEPTIONS + 1) * ROW, &text, NULL) || text.n % ROW != 0)
		return s;
	for (size_t i = 0; i < text.n / ROW; i++) {
		struct str name = arena_str(a, str_sub(text, i * ROW, i * ROW + NAME));
		if (text.p[i * ROW + NAME] != '\n' || !entry_is_name(name.p))
			return (struct settled){ 0 };
		if (i == 0)
			s.upto = name;
		else
			*VEC_ADD(a, &s.open) = name;
	}
	return s;
}

struct settled settled_read(struct arena *a, int dir_fd)
{
	struct settled s = { 0 };
	int fd = open_locked(dir_fd, "settled", O_RDONLY, LOCK_SH);

	if (fd >= 0) {
		s = parse(a, fd);
		close(fd);
	}
	return s;
}

bool settled_covers(const struct settled *s, struct str name)
{
	if (!s->upto.n || str_cmp(name, s->upto) > 0)
		return false;
	for (size_t i = 0; i < s->open.n; i++)
		if (str_eq(s->open.at[i], name))
			return false;
	return true;
}

/* names: newest first; those that are covered already are not looked at again. */
static struct str text_of(struct arena *a, int dir_fd, const struct entry_names *names, const struct settled *known)
{
	struct str text = STR("");
	size_t open = 0;

	for (size_t i = 0; i < names->n; i++) {
		if (i == 0)
			text = arena_printf(a, "%s\n", names->at[0].p);
		if (settled_covers(known, names->at[i]) || entry_is_marked(dir_fd, names->at[i].p))
			continue;
		if (++open > EXCEPTIONS)
			return STR("");
		text = arena_printf(a, "%.*s%s\n", STR_ARG(text), names->at[i].p);
	}
	return text;
}

void settled_write(struct arena *a, struct str dir)
{
	int dir_fd = open(dir.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = dir_fd < 0 ? -1 : open_locked(dir_fd, "settled", O_RDWR | O_CREAT, LOCK_EX);

	if (fd >= 0) { /* listed under the lock: none of these becomes open before it is written */
		struct settled known = parse(a, fd);
		struct entry_names names = entry_names(a, dir);
		struct str text = text_of(a, dir_fd, &names, &known);
		fd_rewrite(fd, text);
		close(fd);
	}
	if (dir_fd >= 0)
		close(dir_fd);
}

int settled_empty(int entry_fd, struct err *err)
{
	int fd = open_locked(entry_fd, "../settled", O_RDWR | O_CREAT, LOCK_EX);
	struct stat st;

	if (fd >= 0 && ((fstat(fd, &st) == 0 && st.st_size == 0) || (ftruncate(fd, 0) == 0 && fsync(fd) == 0)))
		return fd;
	err_errno(err, HEAL_REFUSED, "cannot empty 'undo/settled'");
	if (fd >= 0)
		close(fd);
	return -1;
}
