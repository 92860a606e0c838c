/* attempt.h - apply a solution in a temporary copy of the project, and undo it
 *
 * Plans and policy are those of the project itself.  There is no journal, because the copy is deleted anyway. */
#ifndef HEAL_LOOP_ATTEMPT_H
#define HEAL_LOOP_ATTEMPT_H

#include <time.h>

#include "base/vec.h"
#include "loop/minimize.h"
#include "policy/plan.h"
#include "policy/policy.h"
#include "rules/pack.h"
#include "sandbox/sandbox.h"
#include "validate/compare.h"

struct attempt;
struct made_list {
	VEC(struct made) all;
};

/* NULL: err; the policy refuses it, it does not match the files, changes nothing, or changes something outside the
 * project, which cannot be tried in a copy. */
struct attempt *attempt_make(struct arena *a, const struct policy *policy, struct sandbox *copy,
	const struct solution *solution, const struct record *record, struct err *err);
/* since: when the run in the project ended. */
bool attempt_apply(struct attempt *t, time_t since, double timeout, struct err *err);
/* Restore the files; other effects of commands remain. */
void attempt_revert(struct attempt *t);
size_t attempt_files(const struct attempt *t);
struct str attempt_file(const struct attempt *t, size_t i);
/* Does a changed file no longer parse?  Then the command need not be run. */
bool attempt_breaks_syntax(const struct attempt *t, const struct pack *pack);
/* Does it make up an end for a file that may have been cut short?  The file has
 * several lines and ends within the last one, and text comes after it. */
bool attempt_makes_end(const struct attempt *t);
/* Add its changes to *out; the texts are in its arena. */
void attempt_made(const struct attempt *t, size_t solution, bool whole, struct made_list *out);
/* Add its changes to the comparison. */
void attempt_compare(const struct attempt *t, struct comparison *c);

#endif
