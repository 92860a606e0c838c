/* branch.h - is the project's git branch protected?
 *
 * Git is not started: HEAD is read as a file.  During a rebase it is the branch that is rebased. */
#ifndef HEAL_POLICY_BRANCH_H
#define HEAL_POLICY_BRANCH_H

#include "config/config.h"

/* The branch of the repository that contains the directory.  false: there is none: no repository, or a detached HEAD.
 * name "?": there is one, but its name cannot be read. */
bool branch_of(struct arena *a, struct str dir, struct str *name);
/* Does the setting protected_branches match it?  The patterns of the default count in staging and production, those
 * that somebody added everywhere.  A branch whose name cannot be read is protected where any pattern counts. */
bool branch_is_protected(struct arena *a, const struct config *config, struct str root, struct str *name);

#endif
