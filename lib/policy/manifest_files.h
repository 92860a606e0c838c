/* manifest_files.h - the files of a project that a glob of the policy table means */
#ifndef HEAL_POLICY_MANIFEST_FILES_H
#define HEAL_POLICY_MANIFEST_FILES_H

#include "rules/pack.h"
#include "tree/rooted_path.h"

/* Call take for each file in the directory `dir` below the root ("": the root) that the glob, which may begin with a
 * directory, means.  A name without "*" is taken whether or not it exists. */
void manifest_files(struct arena *a, const struct tree *t, struct str dir, struct str glob,
	void (*take)(void *ctx, struct str name), void *ctx);

/* The same for each directory below `dir`, at most MANIFEST_FOLDERS of them; not in hidden ones and in those of the
 * table dependency-folders. */
enum { MANIFEST_FOLDERS = 2000, MANIFEST_DEPTH = 8 };
void manifest_files_below(struct arena *a, const struct tree *t, const struct pack *pack, struct str dir,
	struct str glob, void (*take)(void *ctx, struct str name), void *ctx);

#endif
