/* fault.h - the interface of shim.c: make one system call of a process fail */
#ifndef HEAL_FAULT_H
#define HEAL_FAULT_H

enum fault_kind {
	FAULT_NONE, /* only count */
	FAULT_ENOSPC,
	FAULT_EIO,
	FAULT_EACCES,
	FAULT_EINTR,
	FAULT_SHORT,          /* a write of half the bytes */
	FAULT_KILL_BEFORE,    /* SIGKILL before the call */
	FAULT_KILL_AFTER,     /* and after it */
	FAULT_ENOSPC_LASTING, /* this call and all later ones that need room */
	FAULT_EIO_LASTING,    /* this call and all later ones */
	FAULT_EACCES_LASTING, /* the same, but not what is done with an open descriptor */
	FAULT_SHORT_ENOSPC,   /* a write of half the bytes, then FAULT_ENOSPC_LASTING */
	FAULT_KINDS
};

/* What a call is. */
enum { CALL_NEEDS_ROOM = 1, CALL_WRITES = 2, CALL_HAS_NAME = 4 };

enum { FAULT_CALLS_MAX = 4096 };

/* In memory that the process shares with who watches it. */
struct fault_log {
	long calls; /* system calls that change state, so far */
	int fired;
	const char *name[FAULT_CALLS_MAX]; /* of each call; valid in processes forked from one that has the shim */
	int what[FAULT_CALLS_MAX];
};

/* From now on count the calls of this process, and let number `at`, from 0, fail. */
typedef void fault_arm_fn(struct fault_log *log, long at, enum fault_kind kind);

#endif
