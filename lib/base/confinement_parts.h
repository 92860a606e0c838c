/* confinement_parts.h - the mechanisms of confinement.h, a file each */
#ifndef HEAL_BASE_CONFINEMENT_PARTS_H
#define HEAL_BASE_CONFINEMENT_PARTS_H

#include <linux/filter.h>
#include <sys/types.h>

#include "base/confinement.h"

/* ---- environment: confined_environment.c ---- */

/* The child's environment, made of `from`.  The directories that it names are added to `readable`. */
char **confined_variables(
	struct arena *a, const struct confinement_request *q, char *const *from, struct names *readable);

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

struct overlay {
	char *at, *options, *mark; /* mount point; options of the mount; what a volatile one leaves in its directory */
};

/* Child: new namespaces (CLONE_NEW...), as root of a user namespace where needed.  false: errno. */
bool namespaces_enter(int flags);
bool mounts_private(void);
/* Bring the loopback interface up. */
bool loopback_up(void);
/* Make all mounts read-only, or the one at a path; make the one at a path writable again. */
bool mounts_read_only(void);
bool mount_read_only(const char *at);
bool mount_writable(const char *at);

#endif
