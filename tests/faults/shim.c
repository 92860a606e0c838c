/* shim.c - LD_PRELOAD: the system calls that change state, one of which fails
 *
 * The calls are counted from fault_arm() on, in the process that called it and not in its children.  fsync and
 * fdatasync are counted and do nothing: no power fails here, and disks are slow. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fault.h"

fault_arm_fn fault_arm;

static struct fault_log *seen;
static long fail_at;
static enum fault_kind fail_how;
static pid_t owner;

void fault_arm(struct fault_log *log, long at, enum fault_kind kind)
{
	seen = log;
	fail_at = at;
	fail_how = kind;
	owner = getpid();
}

enum verdict { CALL, FAIL, HALF, CALL_THEN_DIE };

static enum verdict lasting(int what)
{
	switch (fail_how) {
	case FAULT_ENOSPC_LASTING:
	case FAULT_SHORT_ENOSPC:
		errno = ENOSPC;
		return what & CALL_NEEDS_ROOM ? FAIL : CALL;
	case FAULT_EIO_LASTING:
		errno = EIO;
		return FAIL;
	case FAULT_EACCES_LASTING:
		errno = EACCES;
		return what & CALL_HAS_NAME ? FAIL : CALL;
	default:
		return CALL;
	}
}

/* What is to become of this call; errno is set if it fails. */
static enum verdict verdict(const char *name, int what)
{
	if (!seen || owner != getpid())
		return CALL;
	long number = seen->calls++;
	if (number < FAULT_CALLS_MAX) {
		seen->name[number] = name;
		seen->what[number] = what;
	}
	if (fail_at < 0 || number < fail_at)
		return CALL;
	if (number > fail_at)
		return lasting(what);
	seen->fired = 1;
	switch (fail_how) {
	case FAULT_ENOSPC:
		errno = ENOSPC;
		return FAIL;
	case FAULT_EIO:
		errno = EIO;
		return FAIL;
	case FAULT_EACCES:
		errno = EACCES;
		return FAIL;
	case FAULT_EINTR:
		errno = EINTR;
		return FAIL;
	case FAULT_SHORT:
	case FAULT_SHORT_ENOSPC:
		return HALF;
	case FAULT_KILL_BEFORE:
		kill(getpid(), SIGKILL);
		return CALL;
	case FAULT_KILL_AFTER:
		return CALL_THEN_DIE;
	default:
		return lasting(what);
	}
}

static void die_now(void)
{
	kill(getpid(), SIGKILL);
}

#define REAL(name) ((__typeof__(&name))real(#name, &real_##name))

static void *real(const char *name, void **found)
{
	if (!*found)
		*found = dlsym(RTLD_NEXT, name);
	if (!*found)
		abort();
	return *found;
}

/* A function with fixed parameters. */
#define WRAP(type, name, what, parameters, arguments)  \
	static void *real_##name;                      \
	type name parameters                           \
	{                                              \
		enum verdict v = verdict(#name, what); \
		if (v == FAIL)                         \
			return (type)-1;               \
		type got = REAL(name) arguments;       \
		int why = errno;                       \
		if (v == CALL_THEN_DIE)                \
			die_now();                     \
		errno = why;                           \
		return got;                            \
	}

enum { NAMED = CALL_HAS_NAME, MAKES = CALL_HAS_NAME | CALL_NEEDS_ROOM };

WRAP(int, rename, MAKES, (const char *a, const char *b), (a, b))
WRAP(int, renameat, NAMED, (int d, const char *a, int e, const char *b), (d, a, e, b))
WRAP(int, renameat2, NAMED, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f))
WRAP(int, unlink, NAMED, (const char *a), (a))
WRAP(int, unlinkat, NAMED, (int d, const char *a, int f), (d, a, f))
WRAP(int, rmdir, NAMED, (const char *a), (a))
WRAP(int, mkdir, MAKES, (const char *a, mode_t m), (a, m))
WRAP(int, mkdirat, MAKES, (int d, const char *a, mode_t m), (d, a, m))
WRAP(int, link, MAKES, (const char *a, const char *b), (a, b))
WRAP(int, linkat, MAKES, (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f))
WRAP(int, symlink, MAKES, (const char *a, const char *b), (a, b))
WRAP(int, symlinkat, MAKES, (const char *a, int d, const char *b), (a, d, b))
WRAP(int, chmod, NAMED, (const char *a, mode_t m), (a, m))
WRAP(int, fchmod, 0, (int d, mode_t m), (d, m))
WRAP(int, fchmodat, NAMED, (int d, const char *a, mode_t m, int f), (d, a, m, f))
WRAP(int, fchown, 0, (int d, uid_t u, gid_t g), (d, u, g))
WRAP(int, fchownat, NAMED, (int d, const char *a, uid_t u, gid_t g, int f), (d, a, u, g, f))
WRAP(int, futimens, 0, (int d, const struct timespec t[2]), (d, t))
WRAP(int, utimensat, NAMED, (int d, const char *a, const struct timespec t[2], int f), (d, a, t, f))
WRAP(int, setxattr, MAKES, (const char *a, const char *n, const void *p, size_t s, int f), (a, n, p, s, f))
WRAP(int, fsetxattr, CALL_NEEDS_ROOM, (int d, const char *n, const void *p, size_t s, int f), (d, n, p, s, f))
WRAP(int, fremovexattr, 0, (int d, const char *n), (d, n))
WRAP(int, ftruncate, 0, (int d, off_t n), (d, n))
WRAP(ssize_t, sendfile, CALL_NEEDS_ROOM, (int o, int i, off_t *at, size_t n), (o, i, at, n))
WRAP(ssize_t, copy_file_range, CALL_NEEDS_ROOM, (int i, off64_t *a, int o, off64_t *b, size_t n, unsigned f),
	(i, a, o, b, n, f))

static int synced(const char *name)
{
	enum verdict v = verdict(name, 0);

	if (v == CALL_THEN_DIE)
		die_now();
	return v == FAIL ? -1 : 0;
}

int fsync(int fd)
{
	(void)fd;
	return synced("fsync");
}

int fdatasync(int fd)
{
	(void)fd;
	return synced("fdatasync");
}

int sync_file_range(int fd, off64_t from, off64_t n, unsigned flags)
{
	(void)fd, (void)from, (void)n, (void)flags;
	return 0;
}

/* The descriptor is closed also where this fails. */
static void *real_close;
int close(int fd)
{
	enum verdict v = verdict("close", 0);
	int why = errno, got = REAL(close)(fd);

	if (v == CALL_THEN_DIE)
		die_now();
	if (v != FAIL)
		return got;
	errno = why;
	return -1;
}

/* It returns the error. */
static void *real_posix_fallocate;
int posix_fallocate(int fd, off_t from, off_t n)
{
	enum verdict v = verdict("posix_fallocate", CALL_NEEDS_ROOM);

	if (v == FAIL)
		return errno;
	int got = REAL(posix_fallocate)(fd, from, n);
	if (v == CALL_THEN_DIE)
		die_now();
	return got;
}

static void *real_write, *real_pwrite;

ssize_t write(int fd, const void *p, size_t n)
{
	enum verdict v = verdict("write", CALL_NEEDS_ROOM | CALL_WRITES);

	if (v == FAIL)
		return -1;
	ssize_t got = REAL(write)(fd, p, v == HALF ? n / 2 : n);
	if (v == CALL_THEN_DIE)
		die_now();
	return got;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	enum verdict v = verdict("pwrite", CALL_NEEDS_ROOM | CALL_WRITES);

	if (v == FAIL)
		return -1;
	ssize_t got = REAL(pwrite)(fd, p, v == HALF ? n / 2 : n, at);
	if (v == CALL_THEN_DIE)
		die_now();
	return got;
}

/* Opening changes state, or leads to it, unless it is for reading. */
static int opens_for(int flags)
{
	return flags & O_CREAT ? MAKES : (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC ? NAMED : -1;
}

#define WRAP_OPEN(name, parameters, before_mode)                         \
	static void *real_##name;                                        \
	int name parameters                                              \
	{                                                                \
		mode_t mode = 0;                                         \
		if (flags & (O_CREAT | O_TMPFILE)) {                     \
			va_list ap;                                      \
			va_start(ap, flags);                             \
			mode = va_arg(ap, mode_t);                       \
			va_end(ap);                                      \
		}                                                        \
		int what = opens_for(flags);                             \
		enum verdict v = what < 0 ? CALL : verdict(#name, what); \
		if (v == FAIL)                                           \
			return -1;                                       \
		int fd = REAL(name) before_mode;                         \
		int why = errno;                                         \
		if (v == CALL_THEN_DIE)                                  \
			die_now();                                       \
		errno = why;                                             \
		return fd;                                               \
	}

WRAP_OPEN(open, (const char *name, int flags, ...), (name, flags, mode))
WRAP_OPEN(openat, (int at, const char *name, int flags, ...), (at, name, flags, mode))

/* openat2 has no function. */
static void *real_syscall;
long syscall(long number, ...)
{
	long a[6];
	va_list ap;
	int what = -1;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_openat2)
		what = opens_for((int)((const struct open_how *)a[2])->flags);
	enum verdict v = what < 0 ? CALL : verdict("openat2", what);
	if (v == FAIL)
		return -1;
	long got = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	int why = errno;
	if (v == CALL_THEN_DIE)
		die_now();
	errno = why;
	return got;
}
