/* repeatable.h - does a failure come out the same on every run?
 *
 * A compiler says the same of the same text.  A test may fail today and pass
 * tomorrow; then one run without a fix and one with it prove nothing.  The
 * table `repeatable` knows which is which, by rule, tool, type, code and message. */
#ifndef HEAL_VALIDATE_REPEATABLE_H
#define HEAL_VALIDATE_REPEATABLE_H

#include "record/record.h"
#include "rules/pack.h"

/* Of an analysed incident; what no row knows may be flaky: false. */
bool is_repeatable(const struct pack *pack, const struct record *r);

#endif
