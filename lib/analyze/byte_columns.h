/* byte_columns.h - the columns of an incident as bytes of the line, which is what heal-record(5) promises
 *
 * heal-detect does not read the project's files, so it can only say what the tool counts (error.counts, from the
 * rule's `counts`).  Here the line is at hand.  Where the tool marked the place below its own quotation of the line,
 * the mark tells, whatever the rule says: gcc before 11, or with -fdiagnostics-column-unit=byte, counts bytes. */
#ifndef HEAL_ANALYZE_BYTE_COLUMNS_H
#define HEAL_ANALYZE_BYTE_COLUMNS_H

#include "record/record.h"
#include "tree/source_tree.h"

/* Where that can be told, error.column and error.end_column count bytes and error.counts is gone; else nothing is
 * changed. */
void byte_columns_set(struct record *r, struct source_tree *view);

#endif
