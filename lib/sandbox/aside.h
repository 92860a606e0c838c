/* aside.h - a throw-away copy of a project, to let a program loose on */
#ifndef HEAL_SANDBOX_ASIDE_H
#define HEAL_SANDBOX_ASIDE_H

#include "rules/node.h"
#include "tree/rooted_path.h"

struct aside {
	struct str path; /* the copy's root */
	bool whole;      /* all of the project is in it, not only some folders' own files */
};

/* Copy the regular files of t into a new folder below $TMPDIR: all of them, up to max bytes, or else only those
 * beside the n names.  Symlinks are left out, and what `copies` (of the policy) names under `left_out`; folders that
 * it names under `linked` are symlinks in the copy, and nothing else in it leads back. */
bool aside_open(struct arena *a, struct aside *aside, const struct tree *t, struct node copies, const struct str *names,
	size_t n, uint64_t max, struct err *err);
void aside_close(struct aside *aside);

#endif
