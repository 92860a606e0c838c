#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/sha256.h"
#include "monitor.h"

enum { CONTENT_MAX = 100 };

bool monitor_files(struct arena *a, struct str root, struct monitor_files *out, struct err *err)
{
	struct str state = dir_state(a);
	char hex[SHA256_HEX];

	if (!state.p)
		return err_set(err, HEAL_WRONG, "neither $XDG_STATE_HOME nor $HOME is set");
	struct str dir = arena_printf(a, "%.*s/monitors", STR_ARG(state));
	if (!private_folder_make(dir.p, err))
		return false;
	sha256_of(root, hex);
	out->lock = arena_printf(a, "%s/%.32s.lock", dir.p, hex);
	out->alerts = arena_printf(a, "%s/%.32s.alerts", dir.p, hex);
	out->session = arena_printf(a, "%s/%.32s.session", dir.p, hex);
	out->log = arena_printf(a, "%s/%.32s.log", dir.p, hex);
	return true;
}

/* A lock of fcntl(2): the kernel knows who holds it, and releases it when that process ends. */
static struct flock whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

int monitor_lock(const struct monitor_files *f, int interval, pid_t *holder, struct err *err)
{
	struct flock lock = whole_file();
	int fd = open(f->lock.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), ignored;
	char text[CONTENT_MAX];

	if (fd < 0) {
		err_set(err, HEAL_REFUSED, "cannot open '%s': %s", f->lock.p, strerror(errno));
		return -1;
	}
	if (fcntl(fd, F_SETLK, &lock) < 0) {
		close(fd);
		*holder = monitor_holder(f, &ignored);
		return 0;
	}
	int n = snprintf(text, sizeof(text), "%d\n", interval);
	if (ftruncate(fd, 0) < 0 || !fd_write(fd, (struct str){ text, (size_t)n })) {
		err_set(err, HEAL_REFUSED, "cannot write '%s': %s", f->lock.p, strerror(errno));
		close(fd);
		return -1;
	}
	return 1; /* fd stays open: closing it would release the lock */
}

pid_t monitor_holder(const struct monitor_files *f, int *interval)
{
	struct flock lock = whole_file();
	int fd = open(f->lock.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char text[CONTENT_MAX] = "";

	*interval = 0;
	if (fd < 0)
		return 0;
	bool known = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	if (known && read(fd, text, sizeof(text) - 1) > 0)
		*interval = (int)strtol(text, NULL, 10);
	close(fd);
	return known ? lock.l_pid : 0;
}
