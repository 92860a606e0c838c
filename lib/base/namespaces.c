#include "base/confinement_parts.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* After linux/mount.h, whose names the C library's header defines again. */
enum { RECURSIVE = 16384, PRIVATE = 1 << 18 };
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Without permission to mount: use a user namespace with the same user and group. */
static bool unshare_as_user(int flags)
{
	unsigned uid = geteuid(), gid = getegid();
	char line[64];

	if (unshare(CLONE_NEWUSER | flags) < 0)
		return false;
	snprintf(line, sizeof(line), "%u %u 1", uid, uid);
	if (!put("/proc/self/setgroups", "deny") || !put("/proc/self/uid_map", line))
		return false;
	snprintf(line, sizeof(line), "%u %u 1", gid, gid);
	return put("/proc/self/gid_map", line);
}

bool namespaces_enter(int flags, bool *as_user)
{
	*as_user = unshare(flags) < 0;
	return !*as_user || unshare_as_user(flags);
}

bool mounts_private(void)
{
	return mount("none", "/", NULL, RECURSIVE | PRIVATE, NULL) == 0;
}

bool loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool read_only(const char *path, unsigned flags, bool on)
{
	struct mount_attr attr = { .attr_set = on ? MOUNT_ATTR_RDONLY : 0, .attr_clr = on ? 0 : MOUNT_ATTR_RDONLY };

	return syscall(__NR_mount_setattr, AT_FDCWD, path, flags, &attr, sizeof(attr)) == 0;
}

bool mounts_read_only(void)
{
	return read_only("/", AT_RECURSIVE, true);
}

bool mount_read_only(const char *at)
{
	return read_only(at, 0, true);
}

bool mount_writable(const char *at)
{
	return read_only(at, 0, false);
}
