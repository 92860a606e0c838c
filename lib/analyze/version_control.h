/* version_control.h - ask the project's version control
 *
 * The table `vcs` has the commands.  They only read, in a temporary repository of our own that has the objects of the
 * project's (tree/repository.h), so that no program that the project's configuration names is run. */
#ifndef HEAL_ANALYZE_VERSION_CONTROL_H
#define HEAL_ANALYZE_VERSION_CONTROL_H

#include "base/temporary_folder.h"
#include "rules/pack.h"
#include "tree/repository.h"
#include "tree/source_tree.h"

struct vcs {
	struct arena *a;
	struct source_tree *v;
	struct node row;
	struct repository at;
	struct temporary_folder own; /* with the files of the row; without a path: not made yet */
	char *const *also;           /* environment of its commands */
	struct str rev, path, range; /* slots of its commands; the caller sets them */
	bool writes;                 /* the command may write in the temporary folder */
};

/* Its commands are run only if there is a repository.  After true, vcs_end. */
bool vcs_find(struct arena *a, const struct pack *pack, struct source_tree *v, struct vcs *out);
void vcs_end(struct vcs *c);
/* The output of one of its commands; p == NULL: it failed. */
struct str vcs_output(struct vcs *c, struct node words);
/* After a copy of a tree (cp -a, rsync, an image) every file looks changed to an index that knows files by their times:
 * from here on, the commands use an index of our own, made new from the files' contents.  false: it cannot be made. */
bool vcs_refresh(struct vcs *c);
/* The file `name` below the root as the last commit has it.  false: there is no commit, it has no such file, or the
 * file is too large. */
bool vcs_committed(struct arena *a, const struct pack *pack, struct str root, struct str name, struct str *text);
/* A counter of the view. */
size_t *vcs_count(struct source_tree *v, const char *name);

#endif
