/* byte_columns.h - convert the columns of an incident to bytes of the line, the unit of heal-record(5)
 *
 * heal-detect does not read the project's files, so it only records the unit of the tool (error.counts, from `counts`
 * of the rule).  Here the line is known.  If the tool printed a mark below its quotation of the line, the mark is
 * used, whatever the rule says: gcc before 11, or with -fdiagnostics-column-unit=byte, counts bytes. */
#ifndef HEAL_ANALYZE_BYTE_COLUMNS_H
#define HEAL_ANALYZE_BYTE_COLUMNS_H

#include "record/record.h"
#include "tree/source_tree.h"

/* Convert error.column and error.end_column to bytes and remove error.counts; if the place is not certain, change
 * nothing.  Without a column, a mark below the quoted line gives it. */
void byte_columns_set(struct record *r, struct source_tree *view);

#endif
