/* partial.h - internal: repairs of some of the failures, where others remain
 *
 * The command still fails in the copy, but failures of the project's run are gone.  What was changed stays only if
 * nothing that is new is about a changed file, if a file whose syntax was mended has no failure left, and if the
 * command ends alike once more.  A file for which that does not hold is restored, and the rest is looked at again. */
#ifndef HEAL_LOOP_PARTIAL_H
#define HEAL_LOOP_PARTIAL_H

#include "loop/search_state.h"

/* *last: the last run in the copy, replaced by later ones.  true: s->r->partial, mended, left and
 * gone are set, and the copy has the repair. */
bool search_partial(struct search *s, struct observed_run *last);
/* Restore all files of the copy to what they are in the project.  false: it failed. */
bool search_restore_all(struct search *s);

#endif
