/* aside.h - a throw-away copy of a project, to let a program loose on */
#ifndef HEAL_ASIDE_H
#define HEAL_ASIDE_H

#include "beneath.h"

struct aside {
	struct str path;	/* the copy's root */
	bool whole;		/* all of the project is in it, not only some folders' own files */
};

/* Copy the regular files of t into a new folder below $TMPDIR: all of them, up to max bytes, or else
 * only those beside the n names.  Symlinks, .git, heal's own and what packages
 * unpack are left out, so nothing in the copy leads back but to node_modules and virtual environments, without which a
 * project's own tools do not run: these are symlinks. */
bool aside_open(struct arena *a, struct aside *aside, const struct tree *t, const struct str *names, size_t n,
	uint64_t max, struct err *err);
void aside_close(struct aside *aside);

#endif
