/* repeatable.h - is a failure deterministic?
 *
 * A compiler reports the same errors for the same file.  A test may be flaky; then one run without a fix and one with
 * it prove nothing.  The table `repeatable` distinguishes them by rule, tool, type, code and message. */
#ifndef HEAL_VALIDATE_REPEATABLE_H
#define HEAL_VALIDATE_REPEATABLE_H

#include "record/record.h"
#include "rules/pack.h"

/* Of an analysed incident.  false: it may be flaky, or no row matches. */
bool is_repeatable(const struct pack *pack, const struct record *r);

#endif
