/* commit_fix.h - commit a fix to the version control of the project
 *
 * One commit with only the files of the fix, as they are now, and with trailers:
 *
 *     Heal-Solution: make.spaces-for-tab
 *     Heal-Fingerprint: 32 hexadecimal digits
 *     Heal-Plan: the SHA-256 of the plan
 *
 * Refused, and nothing is committed, if a file had changes that were not committed, staged ones also, before the fix;
 * if something changed it since; if a merge or the like is in progress; or if the repository names a filter for it.
 * Other staged changes stay as they are.  Programs of the repository, such as its hooks, do not run, unless
 * commit.hooks is set.  The commands are data: `commit` in the table vcs. */
#ifndef HEAL_LOOP_COMMIT_FIX_H
#define HEAL_LOOP_COMMIT_FIX_H

#include "config/config.h"
#include "record/record.h"
#include "rules/pack.h"
#include "tree/rooted_path.h"

/* r: with an applied fix.  *name: of the commit.  false: err. */
bool commit_fix(struct arena *a, const struct pack *pack, const struct config *config, const struct tree *tree,
	const struct record *r, struct str *name, struct err *err);

#endif
