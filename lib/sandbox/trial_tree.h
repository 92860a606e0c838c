/* trial_tree.h - what the files of trial.h share: the trial itself, and steps that follow no symlink */
#ifndef HEAL_SANDBOX_TRIAL_TREE_H
#define HEAL_SANDBOX_TRIAL_TREE_H

#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/vec.h"
#include "sandbox/trial.h"

enum { TRIAL_DEPTH = 200 }; /* two descriptors a level while copying */

struct trial {
	struct arena a;
	struct str root;  /* the original, without symlinks */
	struct str given; /* its absolute name as the user says it; may be the same */
	struct str path;  /* the copy */
	char name[64];    /* of the folder above the copy, in tmp */
	int tmp;          /* $TMPDIR */
	int top;          /* that folder, locked */
	int original, copy;
	struct timespec made; /* when copying ended, as file systems tell the time */
	size_t unread;
	VEC(struct str) left_out; /* relative names, sorted once the copy is made */
};

/* Open a folder to read it, unless it is a symlink (ELOOP, ENOTDIR) or a mount point (EXDEV). */
int trial_open_dir(int at, const char *name);
/* A regular file to read; -1 with errno, EINVAL if it is none. */
int trial_open_file(int at, const char *name, struct stat *st);
/* Add "/name" to a relative path; the length to cut back to. */
size_t trial_push(struct buf *path, const char *name);
void trial_pop(struct buf *path, size_t n);

/* Where a symlink of the original that lies in the folder dir (relative, "" for the root) is to lead. */
struct str trial_link(struct arena *a, const struct trial *t, struct str dir, struct str target);

bool trial_copy(struct trial *t, const struct trial_limits *limits, struct err *err);
bool trial_is_left_out(const struct trial *t, struct str path);

/* "heal-trial-PID-...": its pid, or 0. */
long trial_pid(const char *name);
/* Everything in the folder (the descriptor is closed), without crossing a mount point. */
void trial_empty(int dir);

#endif
