/* delegate.h - run tools' own fixers in a temporary copy
 *
 * A fixer changes the given files or prints a diff; other changes are lost with the copy.  It is an error if it fails,
 * times out, or empties a file. */
#ifndef HEAL_FIX_DELEGATE_H
#define HEAL_FIX_DELEGATE_H

#include "policy/plan.h"
#include "policy/policy.h"

/* The absolute path of the project's own version of a delegate's program (the policy's own_programs), which is used
 * instead of that in PATH.  dir: its working directory below the root.  p == NULL: there is none. */
struct str delegate_own_program(
	struct arena *a, const struct policy *p, const struct tree *t, struct str dir, const char *name);

/* Run the commands in order.  changes: the files copied back; their `new` is the content before and after.  false: err,
 * the changes are not valid. */
bool delegates_run(struct arena *a, const struct policy *p, const struct tree *t, const struct command *commands,
	size_t n, struct change **changes, size_t changes_n, struct err *err);

#endif
