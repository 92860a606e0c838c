/* caret.h - what the rows of carets below a quoted line mark
 *
 * Compilers and interpreters quote the line at fault and mark a part of it:
 *
 *         total = summ + 1            5 |         x = a && b || c;
 *                 ^^^^                  |             ~~^~~~
 *
 * The line may be quoted with another indentation than it has in the file, with its tabs as blanks,
 * and behind a margin that ends in '|'; the marks follow it. */
#ifndef HEAL_BASE_CARET_H
#define HEAL_BASE_CARET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Columns of `source`, the line as it stands in the file, counted in bytes from 1. */
struct marks {
	int64_t column, end; /* the marked part; the end is exclusive */
	int64_t point;       /* where the '^' stands; the first mark where there is none */
	int64_t shown;       /* the same, counted in what was shown */
};

/* The marks for `source` in `raw`, the last ones before its first note.  False when there are none.  Marks stand below
 * characters: those of two columns, or none, and bytes that are no UTF-8 (one column) are counted as such. */
bool caret_find(struct str raw, struct str source, struct marks *out);

#endif
