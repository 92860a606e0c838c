/* confined_mounts.c - the namespaces of a confined child
 *
 * Setting them up takes a few milliseconds, and so does their end.  A command that is tried several times in one copy
 * therefore gets them once: a child sets them up, hands over descriptors of them, and exits; those that run the command
 * enter them by these.  They have no right to mount there, so none can change it for the next. */
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
#include "base/temporary_folder.h"

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

/* Before anything covers the names of the project and of its copy. */
static bool shared_mount(struct confined *c)
{
	for (size_t i = 0; i < c->shared.n; i++)
		if (!overlay_mount(&c->shared.at[i]))
			return false;
	return true;
}

/* Mount the shown parts, which are read-only by now, and then all of it over the homes. */
static void enter_home(struct confined *c)
{
	for (size_t i = 0; i < c->shown.n; i++)
		if (mount_bind(c->shown.at[i].real, c->shown.at[i].at) && c->shown.at[i].writable)
			mount_writable(c->shown.at[i].at);
	for (size_t i = 0; i < c->overlays.n; i++)
		if (overlay_mount(&c->overlays.at[i]))
			landlock_allow(&c->landlock, c->overlays.at[i].at);
	for (size_t i = 0; c->hidden[i]; i++)
		mount_bind(c->empty, c->hidden[i]);
}

/* Last, because it may cover the other files of its own. */
static void enter_variable_home(const struct confined *c)
{
	char home[4096];

	snprintf(home, sizeof(home), "%s/home", c->q.folder);
	mount_bind(c->empty, home);
}

/* What is mounted is not below the folder for Landlock. */
static bool own_files_make(const struct confined *c)
{
	if (!c->memory)
		return true;
	if (mount("tmpfs", c->own_files, "tmpfs", NOSUID | NODEV, c->memory) < 0)
		return false;
	places_make(c);
	if (c->empty)
		landlock_allow(&c->landlock, c->empty);
	if (c->tmp)
		landlock_allow(&c->landlock, c->tmp);
	return true;
}

/* Without it, /dev/shm is that of the machine: nothing of it is the child's to use, and ours to empty. */
static void shm_make(struct confined *c)
{
	c->has_own_shm = c->has_shm && mount("tmpfs", "/dev/shm", "tmpfs", NOSUID | NODEV, "mode=1777") == 0;
	if (c->has_own_shm)
		landlock_allow(&c->landlock, "/dev/shm");
}

static void enter_mounts(struct confined *c)
{
	const char *place = c->q.original ? c->q.original : c->q.write;
	int folder = open(c->q.folder, O_PATH | O_CLOEXEC), write = -1;
	bool in_place = true, shared = c->shared.n == 0;

	if (c->q.write)
		write = open(c->q.write, O_PATH | O_CLOEXEC);
	if (c->q.profile->namespace && mounts_read_only() && bind_writable(folder, c->q.folder) && own_files_make(c)) {
		c->enforced |= ENFORCED_MOUNTS;
		shared = shared_mount(c);
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
		if (c->empty)
			enter_variable_home(c);
		for (size_t i = 0; i < c->writable.n; i++)
			if (mount_bind(c->writable.at[i], c->writable.at[i]))
				mount_writable(c->writable.at[i]);
		shm_make(c);
	}
	if (place)
		in_place = c->enforced & ENFORCED_MOUNTS ? bind_writable(write, place) :
			c->q.original                    ? mount_bind(c->q.write, place) :
							   true;
	if (c->q.original && in_place && shared)
		c->enforced |= ENFORCED_PLACE;
	for (size_t i = 0; c->enforced & ENFORCED_MOUNTS && i < c->read_only.n; i++)
		if (!mount_bind(c->read_only.at[i], c->read_only.at[i]) || !mount_read_only(c->read_only.at[i]))
			c->enforced &= ~(unsigned)ENFORCED_MOUNTS;
}

/* ---- one for several children ---- */

enum { PASSED = 6 }; /* at most; in the order of descriptors_of, without those that are not there */

static void descriptors_of(struct mount_space *m, int *all[PASSED])
{
	int *const each[PASSED] = { &m->mounts, &m->root, &m->user, &m->shm, &m->network, &m->sockets };

	memcpy(all, each, sizeof(each));
}

/* The mounts, and the namespace's own root, if we are in another. */
static bool enter(const struct mount_space *m)
{
	return (m->user < 0 || setns(m->user, CLONE_NEWUSER) == 0) && setns(m->mounts, CLONE_NEWNS) == 0 &&
		fchdir(m->root) == 0 && chroot(".") == 0;
}

static bool descriptors_send(int to, struct mount_space *m)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(PASSED * sizeof(int))];
	} control = { 0 };
	bool there[PASSED];
	struct iovec data = { there, sizeof(there) };
	int fds[PASSED], *all[PASSED];
	size_t n = 0;

	descriptors_of(m, all);
	for (size_t i = 0; i < PASSED; i++)
		if ((there[i] = *all[i] >= 0))
			fds[n++] = *all[i];
	struct msghdr message = { .msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	control.head = (struct cmsghdr){
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(n * sizeof(int))
	};
	memcpy(CMSG_DATA(&control.head), fds, n * sizeof(int));
	return sendmsg(to, &message, MSG_NOSIGNAL) == sizeof(there);
}

static void descriptors_receive(int from, struct mount_space *m)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(PASSED * sizeof(int))];
	} control;
	bool there[PASSED];
	struct iovec data = { there, sizeof(there) };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fds[PASSED], *all[PASSED];
	size_t n = 0;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != sizeof(there) || !CMSG_FIRSTHDR(&message))
		return;
	memcpy(fds, CMSG_DATA(&control.head), control.head.cmsg_len - CMSG_LEN(0));
	descriptors_of(m, all);
	for (size_t i = 0; i < PASSED; i++)
		if (there[i])
			*all[i] = fds[n++];
}

/* A network takes longer to make than all the rest.  Where mounts are read-only, no child can change it. */
static void network_begin(const struct confined *c, struct mount_space *m)
{
	if (c->q.profile->network != NETWORK_LOOPBACK || !(c->enforced & ENFORCED_MOUNTS) ||
		unshare(CLONE_NEWNET) < 0 || !loopback_up())
		return;
	m->network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	m->sockets = open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
}

/* In a child: set it up, and try whether it can be entered at all. */
static bool space_begin(struct confined *c, int to)
{
	struct mount_space m = MOUNT_SPACE_NONE;
	bool as_user;

	if (!namespaces_enter(CLONE_NEWNS, &as_user) || !mounts_private())
		return false;
	enter_mounts(c);
	network_begin(c, &m);
	m.mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	m.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->has_own_shm)
		m.shm = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m.mounts < 0 || m.root < 0 || (c->has_own_shm && m.shm < 0) || !enter(&m))
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
	mount_space_clean(&c->space);
	close(ends[0]);
	close(ends[1]);
}

static bool is_empty(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return d && n == 2; /* . and .. */
}

/* A port stays in use for a minute after a connection to it. */
static bool has_no_sockets(int file)
{
	char room[1024];
	ssize_t n = file < 0 ? -1 : pread(file, room, sizeof(room), 0);
	struct str text = { room, n < 0 ? 0 : (size_t)n }, line;
	bool none_used = false, none_waits = false;

	while (str_line(&text, &line)) {
		none_used |= str_is(line, "sockets: used 0");
		none_waits |= str_starts(line, "TCP: ") && str_find(line, STR(" tw 0 ")) < line.n;
	}
	return none_used && none_waits;
}

bool mount_space_clean(struct mount_space *m)
{
	m->network_is_clean = m->network >= 0 && has_no_sockets(m->sockets);
	if (m->shm < 0 || is_empty(m->shm))
		return true;
	dir_empty(m->shm);
	return is_empty(m->shm);
}

void mount_space_close(struct mount_space *m)
{
	int *all[PASSED];

	descriptors_of(m, all);
	for (size_t i = 0; i < PASSED; i++)
		if (*all[i] >= 0)
			close(*all[i]);
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
	if (network && c->space.network_is_clean && setns(c->space.network, CLONE_NEWNET) == 0)
		c->enforced |= ENFORCED_NETWORK;
	else
		enter_own(c, false, network);
}
