/* control_run.h - run the command once without the fixes: does it report their incidents then?
 *
 * A command that passes with and without a fix, or is not the one that failed, proves nothing.  The run is in a copy of
 * the project that has the old contents of all changed files.  If no copy can be made, the fixes are rolled back for
 * the run and applied again, unless they are to be kept. */
#ifndef HEAL_VALIDATE_CONTROL_RUN_H
#define HEAL_VALIDATE_CONTROL_RUN_H

#include "validate/pending.h"

/* Sets `unproven` of each applied fix without a verdict whose incident does not occur in that run.  cwd: what the
 * detector makes names relative to. */
void control_run(struct validator *v, struct str cwd);

#endif
