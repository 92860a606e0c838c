/* record_scope.h - the values that a cause finds in the scope when it is tried: what the record says */
#ifndef HEAL_ANALYZE_RECORD_SCOPE_H
#define HEAL_ANALYZE_RECORD_SCOPE_H

#include "analyze/scope.h"
#include "record/record.h"
#include "tree/source_tree.h"

/* The members of the error, its fields, the exit status, the command, the output, the line of the source, ... as
 * heal-rules(5) lists them.  Columns of r that count characters are changed to bytes first. */
const struct scope *record_scope(struct arena *a, struct source_tree *view, struct record *r);

#endif
