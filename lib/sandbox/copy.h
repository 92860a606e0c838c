/* copy.h - the copy of a project that heal run tries its solutions in: made, looked at, run in
 *
 * Where the system lets it, the command finds the copy in the place of the project (mount_namespace.h).  Whether it
 * does is seen when the command runs there for the first time: to ask beforehand would take a process of its own. */
#ifndef HEAL_SANDBOX_COPY_H
#define HEAL_SANDBOX_COPY_H

#include "exec/observed_run.h"
#include "sandbox/trial.h"
#include "tree/rooted_path.h"
#include "tree/source_tree.h"

struct copy {
	struct trial *trial;
	struct tree tree;         /* for plans */
	struct source_tree *view; /* for analysis; after the first run it knows the project's names, too */
	struct str dir;           /* where the command runs in it, by its own name */
	const char *root, *cwd;   /* the project, and where the command runs in that */
	enum { COPY_IN_PLACE_PERHAPS, COPY_IN_PLACE, COPY_ELSEWHERE } where;
};

/* root, cwd: real, absolute; kept.  On failure too it is to be closed. */
bool copy_open(struct arena *a, struct copy *c, const char *root, const char *cwd, uint64_t max_bytes, struct err *err);
void copy_close(struct copy *c);

/* As watch(), of a command in the copy; o says which and how long. */
bool copy_watch(struct copy *c, const struct watch_options *o, struct watched *w, struct err *err);

#endif
