/* command_fix.h - steps that correct a mistyped command: `retype`, `reword`, `again`, and `run` with `source: user`
 *
 * Each makes the text of one command.  It contains only text that the user typed, or quoted values of typed slots, so a
 * log cannot inject arguments. */
#ifndef HEAL_ANALYZE_COMMAND_FIX_H
#define HEAL_ANALYZE_COMMAND_FIX_H

#include "analyze/lookup.h"

/* Is the step one of these? */
bool command_fix_is(struct node step);
/* The command's text with wrappers.  false: the step does not apply.  q->at must be a command. */
bool command_fix_make(struct enquiry *q, const struct scope *s, struct node step, struct str *out);

#endif
