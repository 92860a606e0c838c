#include "base/confinement_parts.h"

#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

/* Newer than the headers of Debian 12; the numbers are the same on all architectures. */
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_removexattrat
#define SYS_removexattrat 466
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

/* Calls that act on the machine, on other processes or on parts of the kernel with a history of exploits. */
static const int refused[] = {
	SYS_acct,
	SYS_add_key,
	SYS_adjtimex,
	SYS_bpf,
	SYS_chroot,
	SYS_clock_adjtime,
	SYS_clock_settime,
	SYS_delete_module,
	SYS_fanotify_init,
	SYS_finit_module,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fsopen,
	SYS_fspick,
	SYS_init_module,
	SYS_io_uring_enter,
	SYS_io_uring_register,
	SYS_io_uring_setup,
#ifdef SYS_ioperm
	SYS_ioperm,
	SYS_iopl,
#endif
	SYS_kcmp,
	SYS_kexec_file_load,
	SYS_kexec_load,
	SYS_keyctl,
	SYS_mount,
	SYS_mount_setattr,
	SYS_move_mount,
	SYS_open_by_handle_at,
	SYS_open_tree,
	SYS_open_tree_attr,
	SYS_perf_event_open,
	SYS_pidfd_getfd,
	SYS_pivot_root,
	SYS_process_madvise,
	SYS_quotactl,
	SYS_quotactl_fd,
	SYS_reboot,
	SYS_request_key,
	SYS_setdomainname,
	SYS_sethostname,
	SYS_setns,
	SYS_settimeofday,
	SYS_swapoff,
	SYS_swapon,
	SYS_syslog,
	SYS_umount2,
	SYS_userfaultfd,
	SYS_vhangup,
};

static const int tracing[] = { SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev };

/* Landlock does not control these. */
static const int metadata[] = {
#ifdef SYS_chmod
	SYS_chmod,
	SYS_chown,
	SYS_lchown,
	SYS_utime,
	SYS_utimes,
	SYS_futimesat,
#endif
	SYS_fchmod,
	SYS_fchmodat,
	SYS_fchmodat2,
	SYS_fchown,
	SYS_fchownat,
	SYS_utimensat,
	SYS_setxattr,
	SYS_lsetxattr,
	SYS_fsetxattr,
	SYS_setxattrat,
	SYS_removexattr,
	SYS_lremovexattr,
	SYS_fremovexattr,
	SYS_removexattrat,
	SYS_file_setattr,
};

/* Their first argument is a process. */
static const int aimed[] = { SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
	SYS_pidfd_open, SYS_prlimit64 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NEW_NAMESPACE \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define ANSWER(why) (SECCOMP_RET_ERRNO | (why))

static void put(struct filter *f, struct sock_filter s)
{
	if (f->n >= FILTER_MAX)
		abort(); /* a table above has outgrown it */
	f->at[f->n++] = s;
}

static void load(struct filter *f, size_t offset)
{
	put(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void answer(struct filter *f, unsigned what)
{
	put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* Skip the next n instructions unless the loaded word is `value`. */
static void unless(struct filter *f, unsigned value, unsigned char n)
{
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n));
}

/* A search tree over sorted calls, whose jumps to its end are made by refuse(). */
static void tree(struct filter *f, const int *calls, size_t n)
{
	enum { LEAF = 3 };
	size_t here = f->n, half = n / 2;

	for (size_t i = 0; n <= LEAF && i < n; i++)
		put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], 0, 0));
	if (n <= LEAF) {
		put(f, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
		return;
	}
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)calls[half], 0, 0));
	tree(f, calls, half);
	f->at[here].jt = (unsigned char)(f->n - here - 1);
	tree(f, calls + half, n - half);
}

/* When a filter is set, the kernel runs it for each system call, to remember those that it always permits: a row of
 * comparisons would take most of the time in which a child is confined.  calls: sorted. */
static void refuse(struct filter *f, const int *calls, size_t n, int why)
{
	size_t begin = f->n;

	tree(f, calls, n);
	for (size_t i = begin; i < f->n; i++)
		if (BPF_OP(f->at[i].code) == BPF_JEQ)
			f->at[i].jt = (unsigned char)(f->n - i - 1);
		else if (BPF_OP(f->at[i].code) == BPF_JA)
			f->at[i].k = (unsigned)(f->n - i);
	if (f->n - begin > UCHAR_MAX)
		abort(); /* the jumps have outgrown a byte */
	answer(f, ANSWER((unsigned)why));
}

static int by_number(const void *x, const void *y)
{
	int a = *(const int *)x, b = *(const int *)y;

	return (a > b) - (a < b);
}

static void refuse_all(struct filter *f, const struct filter_options *o)
{
	int calls[COUNT(refused) + COUNT(tracing) + COUNT(metadata)];
	size_t n = COUNT(refused);

	memcpy(calls, refused, sizeof(refused));
	if (!o->trace) {
		memcpy(calls + n, tracing, sizeof(tracing));
		n += COUNT(tracing);
	}
	if (!o->metadata) {
		memcpy(calls + n, metadata, sizeof(metadata));
		n += COUNT(metadata);
	}
	qsort(calls, n, sizeof(*calls), by_number);
	refuse(f, calls, n, EPERM);
}

/* The lower half of an argument: these are all ints for the kernel.  Little-endian. */
static size_t argument(int i)
{
	return offsetof(struct seccomp_data, args) + (size_t)i * sizeof(uint64_t);
}

/* In what follows each call is a block of its own, which ends with an answer. */

/* The call, if its argument is one of `values` (or is none of them): `why`. */
static void by_argument(struct filter *f, int call, int arg, const unsigned *values, size_t n, bool among, int why)
{
	unless(f, (unsigned)call, (unsigned char)(2 * n + 2));
	load(f, argument(arg));
	for (size_t i = 0; i < n; i++) {
		unless(f, values[i], 1);
		answer(f, among ? ANSWER((unsigned)why) : SECCOMP_RET_ALLOW);
	}
	answer(f, among ? SECCOMP_RET_ALLOW : ANSWER((unsigned)why));
}

static void by_flags(struct filter *f, int call, unsigned flags)
{
	unless(f, (unsigned)call, 4);
	load(f, argument(0));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1));
	answer(f, ANSWER(EPERM));
	answer(f, SECCOMP_RET_ALLOW);
}

static void sockets(struct filter *f, enum confinement_network network)
{
	static const unsigned local[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

	if (network == NETWORK_NONE)
		refuse(f, (int[]){ SYS_socket }, 1, EACCES);
	else
		by_argument(f, SYS_socket, 0, local, COUNT(local), false, EACCES);
}

void filter_make(struct filter *f, const struct filter_options *o)
{
	/* ADDR_NO_RANDOMIZE for sanitizers and debuggers, PER_LINUX32, and the query. */
	static const unsigned personalities[] = { 0, 0x40000, 0x8, 0x40008, 0xffffffff };
	/* Put characters into the input of a terminal; paste; take the console's output. */
	static const unsigned terminal[] = { TIOCSTI, TIOCLINUX, TIOCCONS };
	unsigned pids[] = { (unsigned)o->protected, (unsigned)-1 };

	f->n = 0;
#ifdef OUR_ARCH
	load(f, offsetof(struct seccomp_data, arch));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0));
	answer(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
	/* x86-64: the x32 calls have this bit set */
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
	answer(f, ANSWER(ENOSYS));
	refuse_all(f, o);
	/* Its flags are in memory, which a filter cannot read; the C library then uses clone. */
	refuse(f, (int[]){ SYS_clone3 }, 1, ENOSYS);
	by_flags(f, SYS_clone, NEW_NAMESPACE);
	by_flags(f, SYS_unshare, NEW_NAMESPACE | 0x80 /* CLONE_NEWTIME */);
	sockets(f, o->network);
	by_argument(f, SYS_ioctl, 1, terminal, COUNT(terminal), true, EPERM);
	by_argument(f, SYS_personality, 0, personalities, COUNT(personalities), false, EPERM);
	for (size_t i = 0; i < COUNT(aimed); i++)
		by_argument(f, aimed[i], 0, pids, aimed[i] == SYS_kill ? 2 : 1, true, EPERM);
	answer(f, SECCOMP_RET_ALLOW);
#else
	(void)o;
	(void)refused;
#endif
}

bool filter_enter(const struct filter *f)
{
	struct sock_fprog program = { .len = f->n, .filter = (struct sock_filter *)f->at };

	return f->n && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
