/* doubled.h - a line, or the brace that opens a block, that stands there twice
 *
 * A line that was pasted or typed twice often opens a block, which then seems to lack its end.  To take the second one
 * away undoes the mistake; to add an end keeps it, and may change what the program does.  So this comes first. */
#ifndef HEAL_LANG_DOUBLED_H
#define HEAL_LANG_DOUBLED_H

#include "lang/balance.h"
#include "lang/build_flags.h"

/* Find at most room edits that take one of the two away, with each of which the text parses although it does not parse
 * as it is; nearest to the line first.  Without a checker for the language: with each of which brackets and blocks are
 * balanced.  Returns the number. */
size_t doubled_find(struct arena *a, struct node language, const struct text *x, const struct flags *flags,
	int64_t line, struct token_edit *out, size_t room);

#endif
