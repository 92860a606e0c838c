/* mutations.h - internal: one-token edits with which all tests pass, for a person
 *
 * A test that fails with another result than expected is not repaired by guess.  The functions that the failing tests
 * name, and those that these call, are suspects; in them, operators, numbers and words of the table `mutations` are
 * exchanged in the copy, one at a time.  Those that let the command pass are counted, and the likeliest is proposed. */
#ifndef HEAL_LOOP_MUTATIONS_H
#define HEAL_LOOP_MUTATIONS_H

#include "loop/search_state.h"

/* before: the failed run in the copy, which has no change.  true: *now is the run with the likeliest edit, which is in
 * the copy, and *description says what it is. */
bool search_mutations(
	struct search *s, const struct observed_run *before, struct observed_run *now, struct str *description);

#endif
