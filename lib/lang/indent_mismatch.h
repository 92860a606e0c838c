/* indent_mismatch.h - find lines whose indentation does not match the open brackets
 *
 * A missing or extra bracket is often reported at the end of the file or of another block.  In a consistently indented
 * text the first line whose indentation does not match the open brackets is near the error. */
#ifndef HEAL_LANG_INDENT_MISMATCH_H
#define HEAL_LANG_INDENT_MISMATCH_H

#include "base/arena.h"
#include "rules/node.h"
#include "tree/source_tree.h"

/* Find at most room lines (from 1), most likely first, in which a bracket may be missing or extra; none if brackets and
 * indentation agree.  `code` is x with comments and strings blanked.  Returns the number. */
size_t indent_mismatch_lines(
	struct arena *a, struct node language, const struct text *x, struct str code, int64_t *lines, size_t room);

#endif
