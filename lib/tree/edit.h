/* edit.h - replace byte ranges of a text
 *
 * Lines and columns count from 1; a column counts bytes of its line; an end is exclusive.  A line ends before its LF or
 * CR LF, so the largest column is the length of the line + 1.  The line after a final newline exists and is empty.  A
 * byte order mark is not part of line 1, and an insertion at its start goes after the mark.
 *
 * All ranges refer to the original text, so their order does not matter.  Overlapping ranges are refused, and so are
 * two insertions at the same position, because their order is undefined.  An insertion may touch a range.  Inserted
 * line ends are converted to those of the surrounding text, unless the edit sets `given`: then its text is inserted
 * unchanged, and its columns may separate a CR from its LF. */
#ifndef HEAL_TREE_EDIT_H
#define HEAL_TREE_EDIT_H

#include "base/arena.h"
#include "base/diag.h"

struct edit {
	size_t line, column, end_line, end_column;
	struct str text;
	bool given;
};

/* The byte offset of a position; false if the text has no such position (err names it). */
bool edit_offset(struct str text, size_t line, size_t column, size_t *offset, struct err *err);

/* Apply n edits to old.  false: err names the edit and the reason. */
bool edits_apply(struct arena *a, struct str old, const struct edit *edits, size_t n, struct str *out, struct err *err);

/* The length of the byte order mark at the start of s: 3 or 0. */
size_t bom_length(struct str s);

#endif
