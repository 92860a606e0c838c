/* attempt.h - a solution carried out in a throw-away copy, and taken back
 *
 * The same plans and the same policy as for the project itself, but no journal:
 * nobody needs the copy when we die. */
#ifndef HEAL_LOOP_ATTEMPT_H
#define HEAL_LOOP_ATTEMPT_H

#include <time.h>

#include "base/vec.h"
#include "loop/minimize.h"
#include "policy/plan.h"
#include "policy/policy.h"
#include "rules/pack.h"
#include "sandbox/sandbox.h"

struct attempt;
struct made_list {
	VEC(struct made) all;
};

/* NULL: err; the policy refuses it, it does not fit the files, it changes nothing, or it reaches
 * beyond the project, where a copy proves nothing and may do harm. */
struct attempt *attempt_make(struct arena *a, const struct policy *policy, struct sandbox *copy,
	const struct solution *solution, const struct record *record, struct err *err);
/* since: seconds since 1970 when the project's own run ended. */
bool attempt_apply(struct attempt *t, time_t since, double timeout, struct err *err);
/* The files as they were; what a command made otherwise stays. */
void attempt_revert(struct attempt *t);
size_t attempt_files(const struct attempt *t);
struct str attempt_file(const struct attempt *t, size_t i);
/* Is there a file of it that parsed before and does not now?  Then no run can tell more. */
bool attempt_breaks_syntax(const struct attempt *t, const struct pack *pack);
/* What it makes of its files, added to *out: texts that live as long as its arena. */
void attempt_made(const struct attempt *t, size_t solution, bool whole, struct made_list *out);
/* By how many lines the first changed file grew. */
int64_t attempt_shift(const struct attempt *t);

#endif
