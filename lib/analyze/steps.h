/* steps.h - convert the steps of a pack's solution to the primitive steps of a record
 *
 * Edits are computed for the present files.  All edits of a file become one step with the file's SHA-256, so that they
 * are not applied to a file that was changed later. */
#ifndef HEAL_ANALYZE_STEPS_H
#define HEAL_ANALYZE_STEPS_H

#include "analyze/lookup.h"
#include "record/record.h"

/* Make the steps and the list of files that they change.  false: a step does not apply (its text is not found, or a
 * value is missing), so the solution cannot be used. */
bool steps_make(struct enquiry *q, struct node steps, const struct scope *s, const struct error *error,
	struct step_list *out, struct str_list *files);

#endif
