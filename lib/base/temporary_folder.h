/* temporary_folder.h - a private temporary directory that is removed at the end
 *
 * It is in $TMPDIR, or in /tmp if that is not an absolute path; small ones are in memory.  Its name contains the pid,
 * and it is locked (flock) while in use.  By these temporary_folders_sweep detects the directories of processes that
 * died, also in a container with a separate pid namespace.
 *
 * No function follows symlinks or crosses a mount point. */
#ifndef HEAL_BASE_TEMPORARY_FOLDER_H
#define HEAL_BASE_TEMPORARY_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"

struct temporary_folder {
	struct str path; /* absolute, real */
	int fd;          /* of mode 0700, locked */
	int above;       /* the directory that it is in */
	char name[64];
};

#define TEMPORARY_FOLDER_NONE ((struct temporary_folder){ .fd = -1, .above = -1 })

/* f must be TEMPORARY_FOLDER_NONE, and must be removed also after a failure.  purpose: a short word for its name,
 * "heal-PURPOSE-PID-RANDOM". */
bool temporary_folder_make(struct arena *a, struct temporary_folder *f, const char *purpose, struct err *err);
/* The same for a few small files, which take a tenth of the time in memory: in /dev/shm, unless TMPDIR is set or there
 * is little room. */
bool temporary_folder_make_small(struct arena *a, struct temporary_folder *f, const char *purpose, struct err *err);
/* Make the file `name` in it; a name that ends with "/" makes a folder. */
bool temporary_folder_put(const struct temporary_folder *f, struct str name, struct str text);
/* Remove those of dead processes.  It reads all of these directories, so it is for those who make large ones. */
void temporary_folders_sweep(void);
void temporary_folder_remove(struct temporary_folder *f);
/* Is it the name of a temporary folder, of any process? */
bool temporary_folder_is_one(const char *name);

/* Open a directory, unless it is a symlink (ELOOP, ENOTDIR) or a mount point (EXDEV). */
int dir_open_inside(int at, const char *name);
/* Remove all entries, including read-only directories; dir remains open. */
void dir_empty(int dir);

#endif
