/* caret.h - find the columns that a row of carets below a quoted line marks
 *
 * Compilers and interpreters quote a source line and mark a part of it:
 *
 *         total = summ + 1            5 |         x = a && b || c;
 *                 ^^^^                  |             ~~^~~~
 *
 * The quoted line may have a different indentation than in the file, blanks for tabs, and a margin that ends in '|';
 * the columns are converted. */
#ifndef HEAL_BASE_CARET_H
#define HEAL_BASE_CARET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Columns of `source`, the line in the file, counted in bytes from 1. */
struct marks {
	int64_t column, end; /* the marked part; the end is exclusive */
	int64_t point;       /* the '^', or the first mark if there is none */
	int64_t shown;       /* the same, counted in the quoted line */
};

/* Find the last marks for `source` in `raw` before its first note.  False if there are none.  Character widths of 0 and
 * 2 columns are taken into account; a byte that is not UTF-8 counts as one column. */
bool caret_find(struct str raw, struct str source, struct marks *out);

#endif
