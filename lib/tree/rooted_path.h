/* rooted_path.h - files below a project's root, and no way out of it
 *
 * Every name is resolved by the kernel below the root's own descriptor, with no
 * symlink on the way (openat2; where the kernel has none, component by component
 * with O_NOFOLLOW).  So ".." and absolute names are refused, a symlink is refused
 * wherever it points, and a folder that is swapped for a symlink in between is too.
 *
 * What may be read or written is a regular file that is neither setuid nor setgid
 * and carries no capabilities.  A file is replaced as a whole, so the rights of its
 * folder decide, as with every editor; a mode without write bits is kept.  A file
 * with several hard links may be rewritten, and then only this name gets the new
 * content: the other names may lie outside.
 *
 * Never: .git at any depth, .heal, heal's own state, configuration and cache. */
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

/* The name relative to the root, tidied ("./a//b" -> "a/b"; absolute names below the root are made
 * relative).  false: it is empty, holds "..", control bytes, or lies elsewhere. */
bool tree_name(struct arena *a, const struct tree *t, struct str path, struct str *name, struct err *err);
/* Is name one that heal never writes, whatever any policy says? */
bool tree_is_own(struct arena *a, const struct tree *t, struct str name);

/* All that follow take a name as tree_name gives it. */

/* Open; flags and mode as of open(2).  -1: err, and errno is kept. */
int tree_file(const struct tree *t, struct str name, int flags, mode_t mode, struct err *err);
/* A name for the folder `dir` ("" for the root) that chdir(2) takes and nobody can lead elsewhere: it
 * stands for the descriptor *fd, which is to be closed afterwards.  NULL: err. */
const char *tree_cwd(struct arena *a, const struct tree *t, struct str dir, int *fd, struct err *err);
/* The folder that holds name, and the last part of name.  -1: err, and errno is kept. */
int tree_dir(struct arena *a, const struct tree *t, struct str name, const char **base, struct err *err);
/* 1: there is something of that name, st is filled (of a symlink: the link itself); 0: nothing; -1: err. */
int tree_stat(struct arena *a, const struct tree *t, struct str name, struct stat *st, struct err *err);
/* The whole of a file that heal may edit, with its state at the time of reading. */
bool tree_read(
	struct arena *a, const struct tree *t, struct str name, struct str *content, struct stat *st, struct err *err);
/* Make the folders above name that are not there; the made ones, outermost first. */
struct made_dirs {
	struct str at[32];
	size_t n;
};
bool tree_make_dirs(struct arena *a, const struct tree *t, struct str name, struct made_dirs *made, struct err *err);

#endif
