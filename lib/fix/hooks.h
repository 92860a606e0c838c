/* hooks.h - run the user's programs when something happens
 *
 *   hooks.on_error     for each error that heal run is about to repair: its record, analysed
 *   hooks.pre_fix      before a plan is applied: the record with fix.plan and fix.diff.  An exit status other than 0
 *                      refuses the fix, with the last line of the output as the reason
 *   hooks.on_fix       after a plan was applied: the record, with fix.backup
 *   hooks.on_complete  at the end of heal run: the record of the session
 *   hooks.on_health    when the status of a project changed between two reports of heal-monitor: the later one
 *
 * The record is one line on standard input; the first argument is the name, such as "pre_fix".  The working directory
 * is the project's root, the time limit hooks.timeout.
 *
 * Only the user's configuration and a trusted project's name hooks.  A file in the project is run only from .heal/hooks
 * of a trusted project, whose contents the trust covers; none is run that another user could have written.  A pre_fix
 * that cannot be run refuses the fix. */
#ifndef HEAL_FIX_HOOKS_H
#define HEAL_FIX_HOOKS_H

#include "config/config.h"
#include "record/record.h"

enum hook { HOOK_ON_ERROR, HOOK_PRE_FIX, HOOK_ON_FIX, HOOK_ON_COMPLETE, HOOK_ON_HEALTH };

/* true: it succeeded, or there is none; otherwise why says in a line what it answered or why it was not run. */
bool hook_run(struct arena *a, const struct config *config, struct str root, enum hook hook, const struct record *r,
	struct str *why);

#endif
