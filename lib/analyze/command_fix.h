/* command_fix.h - the steps that correct the command that the user typed: `retype`, `reword`, `again`, and
 * `run` with `source: user`
 *
 * Each makes the text of one command.  What enters it is the user's own text,
 * or has passed a typed slot and is quoted, so no log can smuggle in a word. */
#ifndef HEAL_ANALYZE_COMMAND_FIX_H
#define HEAL_ANALYZE_COMMAND_FIX_H

#include "analyze/lookup.h"

/* Is the step one of these? */
bool command_fix_is(struct node step);
/* The command's text, wrappers included.  false: it does not apply here.  q->at is a command. */
bool command_fix_make(struct enquiry *q, const struct scope *s, struct node step, struct str *out);

#endif
