#include "sandbox/put.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"

/* The kernel's own times stand still between two ticks: what was built within the last one would look no older than
 * this. */
static bool time_set(int fd)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };

	return clock_gettime(CLOCK_REALTIME, &times[1]) == 0 && futimens(fd, times) == 0;
}

bool put_content(
	struct arena *a, const struct tree *copy, struct str path, struct str content, mode_t mode, struct err *err)
{
	const char *base;
	char temporary[64];
	int dir = tree_dir(a, copy, path, &base, err), fd = -1;
	bool ok = false;

	snprintf(temporary, sizeof(temporary), ".heal-%d.new", (int)getpid());
	if (dir >= 0)
		fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		ok = fd_write(fd, content) && fchmod(fd, mode & 07777) == 0 && time_set(fd);
		ok = close(fd) == 0 && ok && renameat(dir, temporary, dir, base) == 0;
	}
	if (!ok)
		err_errno(err, HEAL_REFUSED, "cannot write '%.*s' in the copy", STR_ARG(path));
	if (dir >= 0)
		close(dir);
	return ok;
}

void put_nothing(struct arena *a, const struct tree *copy, struct str path)
{
	const char *base;
	int dir = tree_dir(a, copy, path, &base, NULL);

	if (dir < 0)
		return;
	unlinkat(dir, base, 0);
	close(dir);
}
