/* safety.h - does what a fix changed still stand within the policy, whoever made it?
 *
 * heal-fix asked the same before it acted.  Here the question is put to what was
 * really done: what a command wrote, what an older heal or another program called a fix. */
#ifndef HEAL_VALIDATE_SAFETY_H
#define HEAL_VALIDATE_SAFETY_H

#include "journal/journal.h"
#include "policy/policy.h"
#include "validate/syntax.h"

/* The change of entry `e`: its old bytes, and the bytes that the next later entry of the n (newest
 * first, as journal_list gives them) found, or that are there now.  Failed: it touches what is
 * protected, or only makes the failure invisible; inconclusive: a person must look. */
struct check safety_check(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct journal_entry *e, const struct journal_entry *all, size_t n);

#endif
