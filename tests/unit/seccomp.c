/* seccomp - what the system call filter of a confined child answers, by an interpreter of its own (the instructions are
 * in the kernel's Documentation/networking/filter.rst) */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/confinement_parts.h"
#include "tap.h"

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#define OUR_ARCH 0
#endif

enum { CALLS = 1024, NO_ANSWER = -1 };

static bool holds(const struct sock_filter *s, uint32_t value)
{
	switch (BPF_OP(s->code)) {
	case BPF_JEQ:
		return value == s->k;
	case BPF_JGE:
		return value >= s->k;
	case BPF_JSET:
		return value & s->k;
	default:
		return false;
	}
}

static long run(const struct filter *f, const struct seccomp_data *data)
{
	uint32_t value = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct sock_filter *s = &f->at[i];
		if (BPF_CLASS(s->code) == BPF_RET)
			return s->k;
		if (BPF_CLASS(s->code) == BPF_LD)
			memcpy(&value, (const char *)data + s->k, sizeof(value));
		else if (BPF_OP(s->code) == BPF_JA)
			i += s->k;
		else
			i += holds(s, value) ? s->jt : s->jf;
	}
	return NO_ANSWER;
}

static long answer(const struct filter *f, int call, uint64_t first, uint64_t second)
{
	return run(f, &(struct seccomp_data){ .nr = call, .arch = OUR_ARCH, .args = { first, second } });
}

static bool is_refused(const struct filter *f, int call)
{
	return answer(f, call, 0, 0) == (SECCOMP_RET_ERRNO | EPERM);
}

static bool is_one_of(int call, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (calls[i] == call)
			return true;
	return false;
}

/* Are these calls, and no others, refused by the narrow filter and not by the wide one? */
static bool differ_by(const struct filter *narrow, const struct filter *wide, const int *calls, size_t n)
{
	bool same = true;

	for (int call = 0; call < CALLS; call++) {
		bool differs = is_refused(narrow, call) && !is_refused(wide, call);
		same = same && differs == is_one_of(call, calls, n) &&
			(!is_refused(wide, call) || is_refused(narrow, call));
	}
	return same;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int always[] = { SYS_acct, SYS_bpf, SYS_chroot, SYS_fsmount, SYS_init_module, SYS_io_uring_setup,
	SYS_keyctl, SYS_mount, SYS_move_mount, SYS_open_tree, SYS_perf_event_open, SYS_pivot_root, SYS_quotactl,
	SYS_reboot, SYS_setns, SYS_swapon, SYS_umount2, SYS_userfaultfd, SYS_vhangup };
static const int tracing[] = { SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev };
static const int metadata[] = {
#ifdef SYS_chmod
	SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
	SYS_fchmod, SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr,
	SYS_lsetxattr, SYS_fsetxattr, 463 /* setxattrat */, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
	466 /* removexattrat */, 469 /* file_setattr */
};
static const int harmless[] = { SYS_read, SYS_write, SYS_openat, SYS_close, SYS_mmap, SYS_execve, SYS_exit_group,
	SYS_wait4, SYS_getpid, SYS_futex, SYS_renameat, SYS_unlinkat, SYS_memfd_create, SYS_landlock_restrict_self };

static void check_calls(const struct filter *wide)
{
	bool refused = true, permitted = true, answered = true;

	for (size_t i = 0; i < COUNT(always); i++)
		refused = refused && is_refused(wide, always[i]);
	for (size_t i = 0; i < COUNT(harmless); i++)
		permitted = permitted && answer(wide, harmless[i], 0, 0) == SECCOMP_RET_ALLOW;
	for (int call = 0; call < CALLS; call++)
		answered = answered && answer(wide, call, 1, 1) != NO_ANSWER;
	ok(refused, "what acts on the machine is refused");
	ok(permitted, "what every program needs is permitted");
	ok(answered, "each call is answered");
	ok(answer(wide, SYS_clone3, 0, 0) == (SECCOMP_RET_ERRNO | ENOSYS),
		"clone3, whose flags cannot be read, is said not to exist");
	ok(is_refused(wide, SYS_clone) == false &&
			answer(wide, SYS_clone, 0x10000000, 0) == (SECCOMP_RET_ERRNO | EPERM),
		"clone is refused only with a new namespace");
	ok(answer(wide, SYS_ioctl, 0, TIOCSTI) == (SECCOMP_RET_ERRNO | EPERM) &&
			answer(wide, SYS_ioctl, 0, TIOCGWINSZ) == SECCOMP_RET_ALLOW,
		"ioctl is refused only where it writes into the input of a terminal");
	ok(answer(wide, SYS_kill, 77, 0) == (SECCOMP_RET_ERRNO | EPERM) &&
			answer(wide, SYS_kill, 78, 0) == SECCOMP_RET_ALLOW,
		"kill is refused for heal itself");
}

int main(void)
{
	struct filter wide, traced, narrow;

	filter_make(&wide, &(struct filter_options){ NETWORK_ALL, true, true, 77 });
	filter_make(&traced, &(struct filter_options){ NETWORK_ALL, true, false, 77 });
	filter_make(&narrow, &(struct filter_options){ NETWORK_NONE, false, false, 77 });
	if (!wide.n) {
		printf("1..0 # SKIP no filter for this architecture\n");
		return 0;
	}
	check_calls(&wide);
	ok(differ_by(&traced, &wide, tracing, COUNT(tracing)),
		"who may not trace is refused these calls, and no others");
	ok(differ_by(&narrow, &traced, metadata, COUNT(metadata)),
		"who may not change metadata is refused these calls, and no others");
	ok(answer(&wide, SYS_socket, AF_INET, 0) == SECCOMP_RET_ALLOW &&
			answer(&narrow, SYS_socket, AF_INET, 0) == (SECCOMP_RET_ERRNO | EACCES),
		"without a network there are no sockets");
	struct seccomp_data other = { .nr = SYS_read, .arch = OUR_ARCH ^ 1 };
	ok(run(&wide, &other) == (long)SECCOMP_RET_KILL_PROCESS, "a call of another architecture ends the process");
	return tap_end();
}
