/* delegate.h - tools' own fixers, let loose on a throw-away copy
 *
 * A fixer writes the files that it was given, or prints a diff; whatever else it does is lost with the copy.  One that
 * fails, hangs, or leaves nothing of a file is refused. */
#ifndef HEAL_FIX_DELEGATE_H
#define HEAL_FIX_DELEGATE_H

#include "policy/plan.h"
#include "policy/policy.h"

/* The program of a delegate: one that the project keeps for itself (the policy's own_programs), else one in PATH.
 * dir: where it runs, below the root.  Absolute; empty: there is none. */
struct str delegate_program(
	struct arena *a, const struct policy *p, const struct tree *t, struct str dir, const char *name);

/* Run the commands one after another; changes: the files that are taken back, `new` being what they hold before and
 * afterwards.  false: err, and nothing of it counts. */
bool delegates_run(struct arena *a, const struct policy *p, const struct tree *t, const struct command *commands,
	size_t n, struct change **changes, size_t changes_n, struct err *err);

#endif
