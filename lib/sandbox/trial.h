/* trial.h - a throw-away copy of a project, to try a fix where nothing can be hurt
 *
 * The copy is $TMPDIR/heal-trial-PID-RANDOM/NAME, NAME being that of the project's folder; the folder above
 * is of mode 0700 and locked (flock) as long as the trial lives.  Blocks are shared where the file system can
 * (FICLONE), else the kernel copies, else we do; holes stay holes.
 *
 * Kept: contents, modes, times to the nanosecond (make relies on them), symlinks as symlinks, empty folders,
 * .git; the owner, for root.  Not kept: extended attributes, and hard links, whose names become separate files.
 * Left out: sockets, FIFOs, devices; what we may not read; what lies below a mount point (the folder itself is
 * there, empty); other trials.
 *
 * A symlink leads where it led.  A relative one within the project is copied as it is; a link that leads into
 * the project by an absolute name or round about ("../project/x") is rewritten to the copy, because a command
 * in the copy that wrote through it would write to the original; a relative one that climbs out is rewritten
 * to the absolute name of the same place.
 *
 * A trial is no sandbox: a command in it can still write to what it knows by its absolute name, and a .git
 * that is a file (a worktree, a submodule) names the real repository.
 *
 * No name is looked up through a symlink, so a tree that changes under us cannot lead us out of it. */
#ifndef HEAL_SANDBOX_TRIAL_H
#define HEAL_SANDBOX_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct trial;

/* 0 in a member: the default.  Shared blocks count too.  Never more than half of the room left on the
 * target's file system is filled. */
struct trial_limits {
	uint64_t bytes; /* 1 GiB */
	size_t files;   /* 200,000: files, folders and links together */
	double seconds; /* 30 */
};

/* Copy root.  limits may be NULL.  NULL: err; over a limit, or nested too deep (200 folders), that is
 * HEAL_REFUSED; nothing is left behind.  Sweeps first what dead processes of ours left. */
struct trial *trial_new(const char *root, const struct trial_limits *limits, struct err *err);
const char *trial_path(const struct trial *t); /* absolute; of the copy of root; lives as long as t */
size_t trial_unread(const struct trial *t);    /* files and folders that are missing because we may not read them */
/* The copy goes, with all that a command made in it, read-only folders included.  NULL is fine. */
void trial_free(struct trial *t);

enum trial_change {
	TRIAL_NEW,
	TRIAL_CHANGED, /* other contents, link target or type; perhaps another mode too */
	TRIAL_MODE,    /* another mode only; also of folders */
	TRIAL_REMOVED,
};

/* path: relative to root, valid during the call.  false: stop. */
typedef bool trial_change_fn(void *ctx, struct str path, enum trial_change change);

/* How the copy differs from root as both are now, in the order of the names: files and symlinks; folders only
 * by their mode.  What was left out of the copy is no difference.  Files of the same size and mtime count as
 * equal if neither was touched (ctime) since the copy was made; others are compared byte by byte.
 * The number of differences told; -1: something could not be read. */
int trial_changes(const struct trial *t, trial_change_fn *fn, void *ctx, struct err *err);

#endif
