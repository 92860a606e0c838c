/* numbered_diff.h - changes that a tool shows as numbered lines of the file
 *
 *     17 -     c.drop();          line 17 as it is
 *     17 +     drop(c);           and what comes for it
 *      1 + use std::fmt;          a new line, above the one that is line 1 now
 *      9 |     paint(&wall);      the line as it would be, where a row of marks below it
 *        |           +            says what is new ("+") or other ("~") in it
 *
 * Nothing is believed: what is said to stand in the file must stand there, but for its indentation,
 * in which such tools show tabs as blanks. */
#ifndef HEAL_ANALYZE_NUMBERED_DIFF_H
#define HEAL_ANALYZE_NUMBERED_DIFF_H

#include <stdbool.h>

#include "base/arena.h"
#include "tree/source_tree.h"

/* Calls change(ctx, from, to, text) for each replacement, by offsets into x->all.  false: the text
 * proposes nothing, does not fit the file, or change said no. */
bool numbered_diff_changes(struct arena *a, const struct text *x, struct str body,
	bool (*change)(void *ctx, size_t from, size_t to, struct str text), void *ctx);

#endif
