/* lint_check.h - compare what a linter says of a file before and after a fix
 *
 * The table `linters` says which linter looks at which files.  It runs confined on a copy of the file, first with the
 * new text and, if it finds anything there, with the old one.  Only new findings count.
 *
 * A text that does not parse hides findings of the lines below: if the old one did not, only findings in lines that the
 * fix wrote count. */
#ifndef HEAL_VALIDATE_LINT_CHECK_H
#define HEAL_VALIDATE_LINT_CHECK_H

#include "base/vec.h"
#include "record/record.h"
#include "rules/pack.h"
#include "validate/changed_file.h"

/* Adds the checks "lint" for this file: failed for a new error, warning for another new finding, skipped if no linter
 * is installed or it gave no result.  Nothing is added if the table has no linter for the file at this level. */
void lint_check(struct arena *a, const struct pack *pack, const struct tree *tree, enum validation_level level,
	const struct changed_file *f, struct check_list *out);

#endif
