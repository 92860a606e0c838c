/* retype.h - the steps that correct the command that the user typed: `retype`, `reword`, `again`, and
 * `run` with `source: user`
 *
 * Each makes the text of one command.  What enters it is the user's own text,
 * or has passed a typed slot and is quoted, so no log can smuggle in a word. */
#ifndef HEAL_RETYPE_H
#define HEAL_RETYPE_H

#include "lookup.h"

/* Is the step one of these? */
bool retype_is(struct node step);
/* The command's text, wrappers included.  false: it does not apply here.  q->at is a command. */
bool retype_make(struct enquiry *q, const struct scope *s, struct node step, struct str *out);

#endif
