/* steps.h - a solution's steps as the pack writes them, made into the record's primitive steps
 *
 * Edits are computed against the files as they are now; all edits of one file
 * become one step that carries the file's SHA-256, so that nothing is applied
 * to a file that has changed since. */
#ifndef HEAL_ANALYZE_STEPS_H
#define HEAL_ANALYZE_STEPS_H

#include "analyze/lookup.h"
#include "record/record.h"

/* The steps, and the files that they touch, each once.  false: some step does not apply here (its text is not found,
 * a value is missing): the solution is none. */
bool steps_make(struct enquiry *q, struct node steps, const struct scope *s, const struct error *error,
	struct step_list *out, struct str_list *files);

#endif
