#include "detect/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"

enum { DEPTH_MAX = 64, HEAD = 4096 };

struct names {
	VEC(char *) list;
	struct arena a;
};

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* d is closed. */
static bool names_read(struct names *n, DIR *d)
{
	struct dirent *e;

	for (errno = 0; (e = readdir(d)); errno = 0)
		if (e->d_name[0] != '.')
			*VEC_ADD(&n->a, &n->list) = arena_strdup(&n->a, str_of(e->d_name));
	bool ok = errno == 0;
	closedir(d);
	if (n->list.n)
		qsort(n->list.at, n->list.n, sizeof(*n->list.at), by_name);
	return ok;
}

static void tell_failure(const struct input_watch *w, const struct err *err)
{
	if (w && w->failed)
		w->failed(w->ctx, err);
}

static void file_read_at(const char *name, int fd, struct detector *d, const struct input_watch *w)
{
	char head[HEAD];
	struct err err;

	if (w && w->file) {
		w->file(w->ctx, name, fd, false);
		return;
	}
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n > 0 && is_binary((struct str){ head, (size_t)n })) {
		if (w && w->passed_over)
			w->passed_over(w->ctx, name);
		return;
	}
	if (!input_read_fd(name, fd, d, w, &err))
		tell_failure(w, &err);
}

static bool level_read(
	const char *name, int fd, struct detector *d, const struct input_watch *w, unsigned depth, struct err *err);

static void entry_read(
	const char *name, int dir, const char *entry, struct detector *d, const struct input_watch *w, unsigned depth)
{
	int fd = openat(dir, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	struct err err;

	if (fd < 0) {
		if (errno == ELOOP || errno == ENXIO) /* a symbolic link or a socket */
			return;
		err_errno(&err, HEAL_REFUSED, "cannot open '%s'", name);
		tell_failure(w, &err);
		return;
	}
	bool known = fstat(fd, &st) == 0;
	if (known && S_ISDIR(st.st_mode)) {
		if (!level_read(name, fd, d, w, depth + 1, &err))
			tell_failure(w, &err);
		return;
	}
	if (known && S_ISREG(st.st_mode))
		file_read_at(name, fd, d, w);
	close(fd);
}

static bool level_read(
	const char *name, int fd, struct detector *d, const struct input_watch *w, unsigned depth, struct err *err)
{
	struct names names = { 0 };

	if (depth == DEPTH_MAX) {
		close(fd);
		return err_set(err, HEAL_WRONG, "cannot read the directory '%s': nested too deeply", name);
	}
	int dir = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *stream = dir >= 0 ? fdopendir(fd) : NULL;
	if (!stream) {
		err_errno(err, HEAL_REFUSED, "cannot read the directory '%s'", name);
		close(fd);
		if (dir >= 0)
			close(dir);
		return false;
	}
	bool ok = names_read(&names, stream) || err_errno(err, HEAL_REFUSED, "cannot read the directory '%s'", name);
	for (size_t i = 0; i < names.list.n; i++) {
		struct str whole = path_join(&names.a, str_of(name), str_of(names.list.at[i]));
		entry_read(arena_strdup(&names.a, whole), dir, names.list.at[i], d, w, depth);
	}
	close(dir);
	arena_free(&names.a);
	return ok;
}

bool folder_read(const char *name, int fd, struct detector *d, const struct input_watch *watch, struct err *err)
{
	return level_read(name, fd, d, watch, 0, err);
}
