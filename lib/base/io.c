#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool fd_read(struct arena *a, int fd, size_t max, struct str *out, struct err *err)
{
	struct stat st;
	bool sized = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size <= max;
	size_t room = sized ? (size_t)st.st_size + 2 : 8192, n = 0; /* one byte more than is there shows the end */
	char *p = arena_alloc(a, room);

	for (;;) {
		if (n + 1 == room) {
			p = arena_grow(a, p, room, room * 2);
			room *= 2;
		}
		ssize_t got = read(fd, p + n, room - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, HEAL_REFUSED, "cannot read");
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max)
			return err_set(err, HEAL_WRONG, "larger than %zu bytes", max);
	}
	p[n] = '\0';
	*out = (struct str){ p, n };
	return true;
}

bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err)
{
	struct err why;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_errno(err, errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s'", path);
	bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!ok)
		err_set(err, HEAL_WRONG, "cannot read '%s': not a regular file", path);
	else if (!(ok = fd_read(a, fd, max, out, &why)))
		err_set(err, why.status, "'%s': %s", path, why.text);
	close(fd);
	return ok;
}

bool fd_write(int fd, struct str s)
{
	/* Linux caches what one call writes in large pieces, and maps all of a piece with each page of it: of a rule
	 * image of 5 MB, 4 MB instead of 0.5. */
	enum { PIECE = 64 << 10 };

	while (s.n) {
		ssize_t n = write(fd, s.p, s.n < PIECE ? s.n : PIECE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

bool fd_rewrite(int fd, struct str s)
{
	return (!s.n || pwrite(fd, s.p, s.n, 0) == (ssize_t)s.n) && ftruncate(fd, (off_t)s.n) == 0;
}

void fd_write_begin(int fd)
{
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* only a hint: failure is ignored */
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool dir_make(const char *path, struct err *err)
{
	char part[4096];
	size_t n = strlen(path);

	if (is_dir(path))
		return true;
	if (n >= sizeof(part))
		return err_set(err, HEAL_WRONG, "path too long: '%.80s...'", path);
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST && !is_dir(part))
			return err_errno(err, HEAL_REFUSED, "cannot create directory '%s'", part);
	}
	return is_dir(path) || err_set(err, HEAL_REFUSED, "not a directory: '%s'", path);
}

void second_outlast(const struct stat *old, size_t n)
{
	struct timespec now;

	if ((size_t)old->st_size != n)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	/* Files get the time of the last tick, which may be slightly in the past. */
	struct timespec rest = { .tv_nsec = 1000000000 - now.tv_nsec + 10000000 };
	if (rest.tv_nsec > 999999999)
		rest = (struct timespec){ 1, rest.tv_nsec - 1000000000 };
	if (old->st_mtim.tv_sec == now.tv_sec)
		nanosleep(&rest, NULL);
}

bool file_replace(const char *path, struct str content, mode_t mode, struct err *err)
{
	char temporary[4200];

	if (snprintf(temporary, sizeof(temporary), "%s.%d.new", path, (int)getpid()) >= (int)sizeof(temporary))
		return err_set(err, HEAL_WRONG, "path too long: '%.80s...'", path);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return err_errno(err, HEAL_REFUSED, "cannot create '%s'", temporary);
	bool ok = fd_write(fd, content) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (ok && rename(temporary, path) == 0)
		return true;
	err_errno(err, HEAL_REFUSED, "cannot write '%s'", path);
	unlink(temporary);
	return false;
}
