/* confinement_parts.h - the mechanisms of confinement.h, a file each */
#ifndef HEAL_BASE_CONFINEMENT_PARTS_H
#define HEAL_BASE_CONFINEMENT_PARTS_H

#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/confinement.h"

/* ---- environment: confined_environment.c ---- */

/* The child's environment, made of `from`.  The directories that it names are added to `readable`. */
char **confined_variables(
	struct arena *a, const struct confinement_request *q, char *const *from, struct names *readable);

/* ---- resource limits: confined_limits.c ---- */

struct confined;
/* Parent; again before each child, because the number of processes is that of the user. */
void confined_limits_make(struct confined *c);
/* Child. */
void confined_limits_enter(struct confined *c);

/* ---- Landlock ---- */

struct landlock {
	int abi, ruleset; /* ruleset -1: none */
	uint64_t write;   /* the rights given to a directory for writing */
};

/* Parent: make the ruleset.  home: NULL-terminated directories whose files must not be read, except `readable`. */
void landlock_open(struct landlock *l, const struct confinement_request *q, const char *const *hidden,
	const struct names *readable, struct arena *a);
/* Parent or child. */
void landlock_allow(const struct landlock *l, const char *path);
/* Child: returns the ABI in force, or 0. */
int landlock_enter(const struct landlock *l);

/* ---- seccomp ---- */

enum { FILTER_MAX = 256 };

struct filter {
	struct sock_filter at[FILTER_MAX];
	unsigned short n;
};

struct filter_options {
	enum confinement_network network; /* LOOPBACK only in a namespace of its own */
	bool metadata, trace;
	pid_t protected; /* must not be signalled */
};

void filter_make(struct filter *f, const struct filter_options *o);
bool filter_enter(const struct filter *f);

/* ---- namespaces ---- */

/* Before the other options.  What is discarded need not reach the disk: without this option, the file system of the
 * upper directory is synchronised when the child ends (Linux 5.10, Documentation/filesystems/overlayfs.rst, "Volatile
 * mount"). */
#define OVERLAY_VOLATILE "volatile,"

struct overlay {
	const char *at, *options,
		*mark; /* mount point; options of the mount; what a volatile one leaves in its directory */
};

/* Child: new namespaces (CLONE_NEW...), as root of a user namespace where needed (*as_user).  false: errno. */
bool namespaces_enter(int flags, bool *as_user);
bool mounts_private(void);
/* Bring the loopback interface up. */
bool loopback_up(void);
/* Make all mounts read-only, or the one at a path; make the one at a path writable again. */
bool mounts_read_only(void);
bool mount_read_only(const char *at);
bool mount_writable(const char *at);

/* ---- all together ---- */

enum { HOMES = 2 };

struct place {
	const char *path;
	mode_t mode; /* 0: an empty file */
};

struct shown {
	const char *real, *at; /* mounted at */
	bool writable, link;   /* link: also in the home that is used where nothing can be mounted */
};

/* Namespaces that were set up for all children of a request, as descriptors; -1: none. */
struct mount_space {
	int mounts, root;     /* the mounts, and the root directory there */
	int user;             /* that they belong to, if it is another than ours */
	int shm;              /* the directory of shared memory */
	int network, sockets; /* sockets: the file with the number of those in it */
	unsigned enforced;    /* by the mounts */
	bool network_is_clean;
};

#define MOUNT_SPACE_NONE ((struct mount_space){ -1, -1, -1, -1, -1, -1, 0, false })

struct confined {
	struct confinement_request q;
	char **env;
	const char *hidden[HOMES + 1]; /* homes that must not be read */
	const char *empty;             /* is mounted over them, with what is shown of them */
	const char *own_files;         /* the directory of `places`, which it needs for its mounts */
	const char *memory;            /* the options of the tmpfs that is mounted there; NULL: it is on a disk */
	VEC(struct place) places;
	VEC(struct shown) shown;
	VEC(struct overlay) overlays, shared; /* shared: of the request's `overlaid` */
	bool folder_in_home;
	VEC(const char *) writable;
	VEC(const char *) made; /* directories of `writable` that were not there */
	VEC(const char *) read_only;
	const char *run;           /* an empty directory to mount over /run, or NULL */
	const char *tmp;           /* the same for /tmp */
	bool has_shm, has_own_shm; /* /dev/shm is there; one of its own is mounted on it */
	struct landlock landlock;
	struct filter with_network, without; /* whether there is a network namespace is known in the child */
	struct rlimit limits[5];             /* in the order of resources[] */
	volatile unsigned enforced;          /* written by the child */
	/* If it is kept: */
	struct arena own;
	char *const *from;
	struct mount_space space;
};

/* Parent or child: make the places; c->own_files is there. */
void places_make(const struct confined *c);

/* ---- mounts: confined_mounts.c ---- */

/* Child: enter the namespaces that the profile asks for, with their mounts. */
void confined_namespaces(struct confined *c);
/* Parent: set up c->space in a child, if that is possible. */
void mount_space_make(struct confined *c);
/* Parent: remove what a child left in it that the next one would find.  false: that is not possible. */
bool mount_space_clean(struct mount_space *m);
void mount_space_close(struct mount_space *m);

#endif
