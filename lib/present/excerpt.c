#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "present/format.h"

enum { EXCERPT_MAX = 8 << 20 }; /* larger files are not read */

/* Open a regular file; the kernel makes sure that it is below the working directory. */
static int open_beneath(const char *path, struct stat *st)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, .resolve = RESOLVE_BENEATH };
	int fd = (int)syscall(__NR_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode) || st->st_size > EXCERPT_MAX)) {
		close(fd);
		return -1;
	}
	return fd;
}

void excerpt_release(struct excerpt *e)
{
	arena_free(&e->a);
	memset(e, 0, sizeof(*e));
}

static bool is_same(const struct excerpt *e, struct str file, const struct stat *st)
{
	return str_eq(e->name, file) && e->inode == st->st_ino && e->changed.tv_sec == st->st_mtim.tv_sec &&
		e->changed.tv_nsec == st->st_mtim.tv_nsec;
}

/* Is the file, which may be named through symlinks, one of which no line is shown? */
static bool is_hidden(const struct presenter *p, int fd)
{
	char link[64], name[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, name, sizeof(name));
	return p->hidden_n && (n < 0 || globs_match(p->hidden, p->hidden_n, (struct str){ name, (size_t)n }));
}

static bool excerpt_open(struct presenter *p, struct str file)
{
	struct excerpt *e = &p->excerpt;
	struct stat st;
	int fd = file.n ? open_beneath(arena_strdup(&p->scratch, file), &st) : -1;

	if (fd >= 0 && is_hidden(p, fd)) {
		close(fd);
		return false;
	}
	if (fd < 0)
		return false;
	if (is_same(e, file, &st)) {
		close(fd);
		return true;
	}
	excerpt_release(e);
	bool got = fd_read(&e->a, fd, EXCERPT_MAX, &e->text, NULL);
	close(fd);
	e->name = got ? arena_str(&e->a, file) : STR_NONE;
	e->inode = st.st_ino;
	e->changed = st.st_mtim;
	e->number = 1;
	return got;
}

struct str excerpt_line(struct presenter *p, struct str file, int64_t number)
{
	struct excerpt *e = &p->excerpt;
	struct str line;

	if (number < 1 || globs_match(p->hidden, p->hidden_n, path_normal(&p->scratch, file)) || !excerpt_open(p, file))
		return STR_NONE;
	if (number < e->number) {
		e->number = 1;
		e->at = 0;
	}
	while (e->at < e->text.n) {
		struct str rest = str_sub(e->text, e->at, e->text.n);
		str_line(&rest, &line);
		if (e->number == number)
			return line;
		e->at = e->text.n - rest.n;
		e->number++;
	}
	return STR_NONE;
}

static int64_t points_before(struct str line, size_t bytes)
{
	int64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += ((unsigned char)line.p[i] & 0xc0) != 0x80;
	return n;
}

int64_t column_in_points(struct presenter *p, const struct record *r, struct str file, int64_t line, int64_t column)
{
	if (column <= 1)
		return column;
	struct str text = excerpt_line(p, file_below(&p->scratch, r, file), line);
	if (!text.p)
		return (r->error.counts ? r->error.counts == UNIT_CHARACTERS : str_is_ascii(r->error.raw)) ? column : 0;
	return (size_t)column - 1 <= text.n ? points_before(text, (size_t)column - 1) + 1 : 0;
}
