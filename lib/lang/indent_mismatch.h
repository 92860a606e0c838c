/* indent_mismatch.h - where the brackets of a text and its indentation part
 *
 * A bracket that was lost or is one too many is often told of at the text's end, or where a block of another kind
 * ends.  In a text that is indented as it is nested, the first line that stands otherwise than the open brackets say
 * is near the slip. */
#ifndef HEAL_LANG_INDENT_MISMATCH_H
#define HEAL_LANG_INDENT_MISMATCH_H

#include "base/arena.h"
#include "rules/node.h"
#include "tree/source_tree.h"

/* The lines (from 1), likeliest first and at most room, in which a bracket may be lost or too many; none where
 * brackets and indentation agree to the end.  `code` is x with its comments and strings blanked.  Returns how many. */
size_t indent_mismatch_lines(
	struct arena *a, struct node language, const struct text *x, struct str code, int64_t *lines, size_t room);

#endif
