/* link_target.h - the target of a symlink in the copy */
#ifndef HEAL_SANDBOX_LINK_TARGET_H
#define HEAL_SANDBOX_LINK_TARGET_H

#include "base/arena.h"

struct link_names {
	struct str root;  /* the original, without symlinks */
	struct str given; /* its absolute name as given by the user; may be the same */
	struct str copy;
};

/* The target for the copy of a symlink in the directory dir (relative, "" for the root): unchanged, or rewritten as
 * described in sandbox.h. */
struct str link_target(struct arena *a, const struct link_names *names, struct str dir, struct str target);

#endif
