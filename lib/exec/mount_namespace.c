#include "exec/mount_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Without permission to mount: use a user namespace with the same user and group. */
static bool unshare_as_user(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char line[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	snprintf(line, sizeof(line), "%u %u 1", uid, uid);
	if (!put("/proc/self/setgroups", "deny") || !put("/proc/self/uid_map", line))
		return false;
	snprintf(line, sizeof(line), "%u %u 1", gid, gid);
	return put("/proc/self/gid_map", line);
}

bool mount_namespace_enter(const char *copy, const char *original)
{
	if (unshare(CLONE_NEWNS) < 0 && !unshare_as_user())
		return false;
	/* Do not propagate mounts to the outer namespace. */
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		mount(copy, original, NULL, MS_BIND, NULL) == 0;
}
