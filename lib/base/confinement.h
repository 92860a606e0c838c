/* confinement.h - what a child process may do: Landlock, seccomp, namespaces, limits, environment
 *
 * heal runs programs that it did not choose the input of: parsers, fixers of other tools, the user's command in a copy
 * of the project.  A profile (rules/confinement_profile.h reads them from the table `confinement`) describes what such
 * a child may do.  Each mechanism that the kernel lacks is left out, and `enforced` says which ones took effect.
 *
 * What each mechanism does:
 *
 * Landlock: writing, creating, renaming and deleting only below the request's folders and in the device files of the
 * profile; no ioctl of other devices (ABI 5); no signals to and no abstract sockets of other processes (ABI 6); no TCP
 * without network (ABI 4); no tracing of other processes.
 *
 * seccomp: system calls that no build tool needs fail with EPERM, new sockets with EACCES where the network is denied.
 *
 * Namespaces: a network with only a loopback interface; the file system read-only but for the request's folders; /run
 * and /dev/shm empty.  They need root, or user namespaces.
 *
 * Others: no_new_privs, no capabilities that act on the machine, resource limits, a session of its own, no inherited
 * descriptors, only the named environment variables. */
#ifndef HEAL_BASE_CONFINEMENT_H
#define HEAL_BASE_CONFINEMENT_H

#include "base/arena.h"
#include "base/vec.h"

enum confinement_network {
	NETWORK_NONE,     /* no sockets; socketpair(2) is permitted */
	NETWORK_LOOPBACK, /* in a namespace of its own; like NONE where that is not possible */
	NETWORK_ALL,
};

struct names {
	VEC(struct str) all;
};

/* A profile. */
struct confinement {
	enum confinement_network network;
	bool home;      /* HOME is unchanged and its files may be read; else it is an empty directory */
	bool namespace; /* mount namespace, in which other files cannot be changed in mode, owner or time either */
	bool metadata;  /* without namespace: may it change mode, owner and times of files? */
	bool trace;     /* may it trace its own children?  Leak checkers and debuggers do. */
	bool rights;    /* it keeps the user's rights: only session, limits, descriptors and environment are set */
	struct names variables;      /* globs of environment variables that it gets */
	struct names path_variables; /* the same; the directories that they name may be read */
	struct names secrets;        /* globs of variables that it never gets */
	struct names devices;        /* device files that it may write to */
	struct names readable;       /* below the home: may be read, and are linked in the empty one */
	struct names shown;          /* further absolute paths that it may read, below the home or elsewhere */
	struct names writable;       /* further absolute paths where it may write; a directory below the home is made */
	struct names read_only;      /* names below the request's `write` that stay read-only, with mounts */
	struct names overlaid; /* directories below the home, or "$NAME" of the environment: changes are discarded */
	/* 0: no limit */
	int64_t cpu_seconds, file_mb, files;
	int64_t processes; /* of its own; also enforced by proc_run and runner_run, for root */
};

struct confined; /* prepared by the parent */

/* What is confined in one child. */
struct confinement_request {
	const struct confinement *profile;
	const char *folder; /* absolute: its temporary directory, TMPDIR; with `home` below it if the profile gives no
			       home */
	const char *write;  /* a further directory where it may write, or NULL */
	const char *read;   /* a directory that it may read although it is below the home, or NULL */
	/* Directories, as names below `write`, that show those of these names below `read`; what it changes there is
	 * discarded.  NULL: none.  Only with mounts: else the copy is not mounted over the original. */
	const struct names *overlaid;
	bool all_variables;   /* it gets all variables of the environment that is given */
	const char *original; /* not NULL: `write` is mounted here */
	/* Not NULL: *kept, NULL at first, keeps what is prepared, for the next child with an equal request and
	 * environment, until confined_drop.  The children then have one mount namespace, in which overlays and the home
	 * keep their changes, in memory where there is enough; each finds an empty /dev/shm and a network in which no
	 * other has left a socket, as without it.  Not for a profile with `read_only`. */
	struct confined **kept;
};

enum enforced {
	ENFORCED_SESSION = 1 << 0,
	ENFORCED_LIMITS = 1 << 1,
	ENFORCED_NO_NEW_PRIVS = 1 << 2,
	ENFORCED_CAPABILITIES = 1 << 3,
	ENFORCED_MOUNTS = 1 << 4,  /* other files are read-only */
	ENFORCED_NETWORK = 1 << 5, /* network namespace */
	ENFORCED_SECCOMP = 1 << 6,
	ENFORCED_DESCRIPTORS = 1 << 7,
	ENFORCED_ENVIRONMENT = 1 << 8,
	ENFORCED_PLACE = 1 << 9,     /* the copy is mounted over the original */
	ENFORCED_LANDLOCK = 1 << 16, /* times the ABI */
};

/* Can a directory of that name be shown by an overlay?  Its options have no way to write some signs. */
bool overlay_can_show(struct str path);

/* Prepare the request in the parent, before vfork.  The environment is made of `from` (NAME=value, NULL-terminated).
 * Release it in the parent. */
struct confined *confined_new(struct arena *a, const struct confinement_request *q, char *const *from);
void confined_release(struct confined *c);
/* Release what is kept.  Accepts NULL in it. */
void confined_drop(struct confined **kept);
char **confined_environment(const struct confined *c);
/* Bits of enum enforced; after the child's exec. */
unsigned confined_enforced(const struct confined *c);

/* In the child, before exec: apply it.  Makes system calls only, and writes to its stack and to *c, because after vfork
 * the memory is the parent's.  Descriptors above 2 become close-on-exec.  false: the copy could not be mounted over the
 * original, and nothing was applied. */
bool confined_enter(struct confined *c);

/* The mechanisms as words: "landlock-7", "seccomp" ... */
void enforced_names(struct arena *a, unsigned enforced, struct names *out);
/* The mechanisms that the profile asks for and that did not take effect, as words. */
void lacking_names(struct arena *a, const struct confinement *profile, unsigned enforced, struct names *out);

/* What the kernel would give to a child with this profile, tried in a child that exits at once. */
unsigned confinement_try(struct arena *a, const struct confinement *profile);

#endif
