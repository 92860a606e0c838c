/* confined_mounts.c - the mount namespace of a confined child
 *
 * Setting it up takes a few milliseconds, most of them for the overlays, and so does its end.  A command that is tried
 * several times in one copy therefore gets it once: a child sets it up, hands over descriptors of it, and exits; those
 * that run the command enter it by these.  They have no right to mount there, so none can change it for the next. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confinement_parts.h"

int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);

enum { BIND = 4096, RECURSIVE = 16384, NOSUID = 2, NODEV = 4 }; /* linux/mount.h */

/* ---- setting it up ---- */

static bool mount_bind(const char *from, const char *at)
{
	return mount(from, at, NULL, BIND | RECURSIVE, NULL) == 0;
}

/* From a descriptor, because the name may be covered by another mount. */
static bool bind_writable(int from, const char *at)
{
	char source[64];

	snprintf(source, sizeof(source), "/proc/self/fd/%d", from);
	return mount_bind(source, at) && mount_writable(at);
}

/* A volatile overlay leaves a mark, with which its directories cannot be mounted again, as they are when the next child
 * runs in the same copy.  Only after a crash of the system would the mark mean that they are damaged. */
static bool overlay_mount(const struct overlay *o)
{
	char dirty[4096];

	snprintf(dirty, sizeof(dirty), "%s/dirty", o->mark);
	unlink(dirty);
	rmdir(o->mark);
	return mount("overlay", o->at, "overlay", 0, o->options) == 0 ||
		mount("overlay", o->at, "overlay", 0, o->options + sizeof(OVERLAY_VOLATILE) - 1) == 0;
}

/* Mount the shown parts, which are read-only by now, and then all of it over the homes. */
static void enter_home(struct confined *c)
{
	char home[4096];

	for (size_t i = 0; i < c->shown.n; i++)
		if (mount_bind(c->shown.at[i].real, c->shown.at[i].at) && c->shown.at[i].writable)
			mount_writable(c->shown.at[i].at);
	for (size_t i = 0; i < c->overlays.n; i++)
		if (overlay_mount(&c->overlays.at[i]))
			landlock_allow(&c->landlock, c->overlays.at[i].at);
	snprintf(home, sizeof(home), "%s/home", c->q.folder);
	mount_bind(c->empty, home);
	for (size_t i = 0; c->hidden[i]; i++)
		mount_bind(c->empty, c->hidden[i]);
}

static void enter_mounts(struct confined *c)
{
	const char *place = c->q.original ? c->q.original : c->q.write;
	int folder = open(c->q.folder, O_PATH | O_CLOEXEC), write = -1;
	bool in_place = true;

	if (c->q.write)
		write = open(c->q.write, O_PATH | O_CLOEXEC);
	if (c->q.profile->namespace && mounts_read_only() && bind_writable(folder, c->q.folder)) {
		c->enforced |= ENFORCED_MOUNTS;
		close(folder);
		folder = open(c->q.folder, O_PATH | O_CLOEXEC);
		if (c->empty)
			enter_home(c);
		if (c->tmp)
			mount_bind(c->tmp, "/tmp");
		if (c->folder_in_home || c->tmp)
			bind_writable(folder, c->q.folder);
		if (c->run)
			mount_bind(c->run, "/run");
		for (size_t i = 0; i < c->writable.n; i++)
			if (mount_bind(c->writable.at[i], c->writable.at[i]))
				mount_writable(c->writable.at[i]);
		if (c->has_shm && mount("tmpfs", "/dev/shm", "tmpfs", NOSUID | NODEV, "mode=1777") == 0)
			landlock_allow(&c->landlock, "/dev/shm");
	}
	if (place)
		in_place = c->enforced & ENFORCED_MOUNTS ? bind_writable(write, place) :
			c->q.original                    ? mount_bind(c->q.write, place) :
							   true;
	if (c->q.original && in_place)
		c->enforced |= ENFORCED_PLACE;
	for (size_t i = 0; c->enforced & ENFORCED_MOUNTS && i < c->read_only.n; i++)
		if (!mount_bind(c->read_only.at[i], c->read_only.at[i]) || !mount_read_only(c->read_only.at[i]))
			c->enforced &= ~(unsigned)ENFORCED_MOUNTS;
}

/* ---- one for several children ---- */

enum { PASSED = 4 }; /* at most, in the order mounts, root, and by `struct passed` */

struct passed {
	bool user, shm; /* are they among the descriptors? */
};

static bool enter(const struct mount_space *m)
{
	return (m->user < 0 || setns(m->user, CLONE_NEWUSER) == 0) && setns(m->mounts, CLONE_NEWNS) == 0 &&
		fchdir(m->root) == 0 && chroot(".") == 0; /* the namespace's own root, if we are in another */
}

static bool descriptors_send(int to, const struct mount_space *m)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(PASSED * sizeof(int))];
	} control = { 0 };
	struct passed passed = { m->user >= 0, m->shm >= 0 };
	struct iovec data = { &passed, sizeof(passed) };
	int fds[PASSED] = { m->mounts, m->root };
	size_t n = 2;

	if (passed.user)
		fds[n++] = m->user;
	if (passed.shm)
		fds[n++] = m->shm;
	struct msghdr message = { .msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	control.head = (struct cmsghdr){
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(n * sizeof(int))
	};
	memcpy(CMSG_DATA(&control.head), fds, n * sizeof(int));
	return sendmsg(to, &message, MSG_NOSIGNAL) == sizeof(passed);
}

static void descriptors_receive(int from, struct mount_space *m)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(PASSED * sizeof(int))];
	} control;
	struct passed passed;
	struct iovec data = { &passed, sizeof(passed) };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fds[PASSED] = { -1, -1, -1, -1 };

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != sizeof(passed) || !CMSG_FIRSTHDR(&message))
		return;
	memcpy(fds, CMSG_DATA(&control.head), control.head.cmsg_len - CMSG_LEN(0));
	m->mounts = fds[0];
	m->root = fds[1];
	m->user = passed.user ? fds[2] : -1;
	m->shm = passed.shm ? fds[2 + passed.user] : -1;
}

/* In a child: set it up, and try whether it can be entered at all. */
static bool space_begin(struct confined *c, int to)
{
	struct mount_space m = MOUNT_SPACE_NONE;
	bool as_user;

	if (!namespaces_enter(CLONE_NEWNS, &as_user) || !mounts_private())
		return false;
	enter_mounts(c);
	m.mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	m.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->has_shm)
		m.shm = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m.mounts < 0 || m.root < 0 || (c->has_shm && m.shm < 0) || !enter(&m))
		return false;
	if (as_user && (m.user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	return descriptors_send(to, &m);
}

/* By vfork, like the children that it is for; see proc.c. */
void mount_space_make(struct confined *c)
{
	int ends[2], status = -1;
	sigset_t all, mask;

	if (!c->q.profile->namespace || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	c->enforced = 0;
	pid_t pid = vfork();
	if (pid == 0)
		_exit(space_begin(c, ends[1]) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid > 0 && status == 0)
		descriptors_receive(ends[0], &c->space);
	c->space.enforced = c->enforced;
	close(ends[0]);
	close(ends[1]);
}

bool mount_space_is_clean(const struct mount_space *m)
{
	int fd = m->shm < 0 ? -1 : openat(m->shm, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return m->shm < 0 || (d && n == 2); /* . and .. */
}

void mount_space_close(struct mount_space *m)
{
	const int all[] = { m->mounts, m->user, m->root, m->shm };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
	*m = MOUNT_SPACE_NONE;
}

/* ---- each child ---- */

static void enter_own(struct confined *c, bool mounts, bool network)
{
	int flags = (mounts ? CLONE_NEWNS : 0) | (network ? CLONE_NEWNET : 0);
	bool as_user;

	if (!flags || !namespaces_enter(flags, &as_user))
		return;
	if (network && loopback_up())
		c->enforced |= ENFORCED_NETWORK;
	if (mounts && mounts_private())
		enter_mounts(c);
}

void confined_namespaces(struct confined *c)
{
	bool mounts = c->q.profile->namespace || c->q.original, network = c->q.profile->network == NETWORK_LOOPBACK;

	if (c->space.mounts < 0) {
		enter_own(c, mounts, network);
		return;
	}
	if (!enter(&c->space))
		return; /* without what was asked for, which `enforced` then says */
	c->enforced |= c->space.enforced;
	enter_own(c, false, network);
}
