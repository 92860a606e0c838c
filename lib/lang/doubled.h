/* doubled.h - duplicate lines and duplicate opening braces
 *
 * A line that was pasted or typed twice often opens a block, whose end then seems to be missing.  Removing the
 * duplicate corrects the mistake; adding an end keeps it and may change what the program does.  So removal is tried
 * first. */
#ifndef HEAL_LANG_DOUBLED_H
#define HEAL_LANG_DOUBLED_H

#include "lang/balance.h"
#include "lang/build_flags.h"

/* If the text does not parse, find at most `room` edits, each of which removes one duplicate and makes it parse, the
 * nearest to `line` first.  Without a checker for the language, brackets and blocks must be balanced instead.  Returns
 * the number of edits. */
size_t doubled_find(struct arena *a, struct node language, const struct text *x, const struct flags *flags,
	int64_t line, struct token_edit *out, size_t room);

#endif
