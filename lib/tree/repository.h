/* repository.h - where a git repository keeps its objects and its index, found without its configuration
 *
 * The configuration of a repository can name programs, so it is not read: neither here nor, with these paths, by git.
 */
#ifndef HEAL_TREE_REPOSITORY_H
#define HEAL_TREE_REPOSITORY_H

#include "base/arena.h"

struct repository {
	struct str top;     /* the working tree, which contains .git */
	struct str objects; /* the directory of the objects */
	struct str index;   /* the index, which need not exist */
	struct str commit;  /* HEAD as a hash */
	struct str format;  /* of hashes: sha1 or sha256 */
};

/* The repository of a directory: the nearest `sign`, ".git", in it or above.  false if there is none, if it has no
 * commit, if it belongs to somebody else than the directory and the user, or if its objects are elsewhere: through a
 * symlink, through alternates, or through a .git file that is not that of a linked working tree or a submodule. */
bool repository_find(struct arena *a, struct str root, struct str sign, struct repository *out);

#endif
