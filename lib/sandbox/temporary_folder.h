/* temporary_folder.h - a folder of our own below $TMPDIR, which goes when we do
 *
 * Its name holds our pid, and it is locked (flock) while it is in use: what a process left that died is known by both
 * and swept by the next one, in a container with pids of its own, too.
 *
 * Nothing here follows a symlink or crosses a mount point. */
#ifndef HEAL_SANDBOX_TEMPORARY_FOLDER_H
#define HEAL_SANDBOX_TEMPORARY_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"

struct temporary_folder {
	struct str path; /* absolute, real */
	int fd;          /* of mode 0700, locked */
	int above;       /* $TMPDIR */
	char name[64];
};

#define TEMPORARY_FOLDER_NONE ((struct temporary_folder){ .fd = -1, .above = -1 })

/* f is TEMPORARY_FOLDER_NONE; on failure too it is to be removed.  Sweeps first. */
bool temporary_folder_make(struct arena *a, struct temporary_folder *f, struct err *err);
void temporary_folder_remove(struct temporary_folder *f);
/* Is it the name of one, of whatever process? */
bool temporary_folder_is_one(const char *name);

/* Open a folder to read it, unless it is a symlink (ELOOP, ENOTDIR) or a mount point (EXDEV). */
int dir_open_inside(int at, const char *name);
/* Remove all that is in it, read-only folders included; dir stays open. */
void dir_empty(int dir);

#endif
