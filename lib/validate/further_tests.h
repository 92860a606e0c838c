/* further_tests.h - do the project's other tests still pass with the fixes?
 *
 * Their command comes from the table `project-tests`.  It runs in a copy of the project, confined as a trial and
 * without a network, first with the fixes and, if a test fails, without them and once more with them.  Only a test that
 * passes without the fixes and fails twice with them counts; all fixes are then rolled back. */
#ifndef HEAL_VALIDATE_FURTHER_TESTS_H
#define HEAL_VALIDATE_FURTHER_TESTS_H

#include "validate/pending.h"

/* Call it when the other checks have passed.  Adds the check "further-tests" to the fixes that are still in place,
 * unless the setting validation.further_tests or the level excludes it: auto is at the level thorough, on from standard
 * on. */
void further_tests(struct validator *v);

#endif
