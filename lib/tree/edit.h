/* edit.h - byte ranges of a text replaced, and nothing else touched
 *
 * Lines and columns count from 1, a column counts bytes of its line, an end is
 * exclusive.  A line ends before its LF or CR LF, so the greatest column is the
 * length of the line + 1; the line behind a last newline exists and is empty.
 * A byte order mark is no part of line 1: no range holds it, and what is put in
 * front of the first byte comes behind the mark.
 *
 * All ranges are of the text as it was, so their order does not matter.  What
 * overlaps is refused; so are two insertions at one place, since nobody said which
 * comes first.  An insertion may touch a range.  Inserted line ends become those
 * of the text around them; but an edit whose line ends are `given` is about them: its
 * text stays as it is, and its columns may part a CR from its LF. */
#ifndef HEAL_TREE_EDIT_H
#define HEAL_TREE_EDIT_H

#include "base/arena.h"
#include "base/diag.h"

struct edit {
	size_t line, column, end_line, end_column;
	struct str text;
	bool given;
};

/* The byte offset of a place in text; false if there is no such place (err names it). */
bool edit_offset(struct str text, size_t line, size_t column, size_t *offset, struct err *err);

/* Apply n edits to old.  false: err says which edit and why; nothing else has happened. */
bool edits_apply(struct arena *a, struct str old, const struct edit *edits, size_t n, struct str *out, struct err *err);

/* The length of the byte order mark that s begins with: 3 or 0. */
size_t bom_length(struct str s);

#endif
