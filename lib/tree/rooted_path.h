/* rooted_path.h - access to files below a project's root only
 *
 * The kernel resolves every name below the root's descriptor without following symlinks (openat2; without it, component
 * by component with O_NOFOLLOW).  So "..", absolute names and symlinks are refused, even if a directory is replaced by
 * a symlink in the meantime.
 *
 * Only a regular file that is neither setuid nor setgid and has no capabilities may be read or written.  A file is
 * replaced by a new one, so the permissions of its directory decide, and a mode without write bits is kept.  If a file
 * has several hard links, only this name gets the new contents or the new mode: the others may be outside the root.
 *
 * Never written: .git at any depth, .heal, heal's state, configuration and cache. */
#ifndef HEAL_TREE_ROOTED_PATH_H
#define HEAL_TREE_ROOTED_PATH_H

#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"

struct tree {
	int fd;          /* the root */
	struct str path; /* its name, absolute and without symlinks */
	bool no_openat2;
};

enum { FILE_MAX = 16 << 20 }; /* bytes of a file that heal edits */

bool tree_open(struct arena *a, struct tree *t, const char *root, struct err *err);
void tree_close(struct tree *t);

/* The name relative to the root and normalised ("./a//b" -> "a/b"); an absolute name below the root is made relative.
 * false: it is empty, contains ".." or control bytes, or is outside the root. */
bool tree_name(struct arena *a, const struct tree *t, struct str path, struct str *name, struct err *err);
/* Is it a file that heal never writes, whatever the policy allows? */
bool tree_is_own(struct arena *a, const struct tree *t, struct str name);

/* The names below are results of tree_name. */

/* Open; flags and mode as in open(2).  -1: err and errno are set. */
int tree_file(const struct tree *t, struct str name, int flags, mode_t mode, struct err *err);
/* A name for the directory `dir` ("" for the root) that chdir(2) accepts and that cannot be redirected: it refers to
 * the descriptor *fd, which the caller closes afterwards.  NULL: err. */
const char *tree_cwd(struct arena *a, const struct tree *t, struct str dir, int *fd, struct err *err);
/* The directory that contains name, and the last component of name.  -1: err and errno are set. */
int tree_dir(struct arena *a, const struct tree *t, struct str name, const char **base, struct err *err);
/* 1: name exists and st is set (for a symlink, that of the link); 0: it does not exist; -1: err. */
int tree_stat(struct arena *a, const struct tree *t, struct str name, struct stat *st, struct err *err);
/* Read a file that heal may edit, with its stat at the time of reading. */
bool tree_read(
	struct arena *a, const struct tree *t, struct str name, struct str *content, struct stat *st, struct err *err);
/* Directories above a name, outermost first. */
struct dirs_above {
	struct str *at;
	size_t n, room;
};
/* Add those that do not exist to `missing`, each once. */
bool tree_missing_dirs(
	struct arena *a, const struct tree *t, struct str name, struct dirs_above *missing, struct err *err);
/* Create those that do not exist, and add them to `made`, also if a later one cannot be created. */
bool tree_make_dirs(struct arena *a, const struct tree *t, struct str name, struct dirs_above *made, struct err *err);

#endif
