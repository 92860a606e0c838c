#include "loop/project_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "base/sha256.h"

static int lock_open(struct str root)
{
	struct arena a = ARENA_INIT;
	struct str state = dir_state(&a);
	char hex[SHA256_HEX];
	int fd = -1;

	sha256_of(root, hex);
	struct str dir = state.p ? arena_printf(&a, "%.*s/locks", STR_ARG(state)) : STR_NONE;
	if (dir.p && private_folder_make(dir.p, NULL))
		fd = open(arena_printf(&a, "%s/%.32s", dir.p, hex).p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	arena_free(&a);
	return fd;
}

bool project_lock(struct project_lock *l, struct str root, double seconds, void (*waits)(void *ctx), void *ctx)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	double end = seconds_now() + seconds;

	*l = (struct project_lock){ .fd = lock_open(root) };
	while (l->fd >= 0 && flock(l->fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		if (!l->waited)
			waits(ctx);
		l->waited = true;
		if (seconds_now() >= end || nanosleep(&pause, NULL) < 0) {
			project_unlock(l);
			return false;
		}
	}
	return true;
}

void project_unlock(struct project_lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
