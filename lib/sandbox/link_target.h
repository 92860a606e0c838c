/* link_target.h - where a symlink of the copy leads */
#ifndef HEAL_SANDBOX_LINK_TARGET_H
#define HEAL_SANDBOX_LINK_TARGET_H

#include "base/arena.h"

struct link_names {
	struct str root;  /* the original, without symlinks */
	struct str given; /* its absolute name as the user says it; may be the same */
	struct str copy;
};

/* For a symlink of the original in the folder dir (relative, "" for the root): as it is, or rewritten as sandbox.h
 * says. */
struct str link_target(struct arena *a, const struct link_names *names, struct str dir, struct str target);

#endif
