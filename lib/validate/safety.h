/* safety.h - check the actual changes of a fix against the policy
 *
 * heal-fix checks a plan before applying it.  This checks what was done, including the files that commands wrote, and
 * fixes by older versions of heal or other programs. */
#ifndef HEAL_VALIDATE_SAFETY_H
#define HEAL_VALIDATE_SAFETY_H

#include "journal/journal.h"
#include "policy/policy.h"
#include "validate/syntax.h"

/* Both compare the old contents of entry `e` with those of the next later one of the n entries (newest first, as from
 * journal_list), or with the present ones.
 *
 * Failed: a protected file was changed, a check suppressed, work taken away or harmful code added; inconclusive: the
 * change needs review. */
struct check safety_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n);
/* Failed: a module was imported that does not exist, or a file imports itself; skipped: nothing was. */
struct check imports_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n);

#endif
