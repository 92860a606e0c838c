/* numbered_diff.h - parse proposed changes that a tool prints as numbered lines
 *
 *     17 -     c.drop();          line 17 as it is
 *     17 +     drop(c);           and its replacement
 *      1 + use std::fmt;          a new line, above the one that is line 1 now
 *      9 |     paint(&wall);      the changed line; the marks below show what is
 *        |           +            inserted ("+") or replaced ("~")
 *
 * The old lines must be equal to those of the file, except for indentation, because tools print tabs as blanks. */
#ifndef HEAL_ANALYZE_NUMBERED_DIFF_H
#define HEAL_ANALYZE_NUMBERED_DIFF_H

#include <stdbool.h>

#include "base/arena.h"
#include "tree/source_tree.h"

/* Calls change(ctx, from, to, text) for each replacement, with offsets into x->all.  false: there is no proposal, it
 * does not match the file, or change returned false. */
bool numbered_diff_changes(struct arena *a, const struct text *x, struct str body,
	bool (*change)(void *ctx, size_t from, size_t to, struct str text), void *ctx);

#endif
