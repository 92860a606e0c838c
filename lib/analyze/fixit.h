/* fixit.h - an edit that a tool proposed, in the file that it is for
 *
 * Tools count columns in bytes, characters or UTF-16 units, and tabs as one or up to the next eighth column; or they
 * give offsets.  The record keeps what was said and how it counts; here it is held against the file's bytes. */
#ifndef HEAL_ANALYZE_FIXIT_H
#define HEAL_ANALYZE_FIXIT_H

#include "record/record.h"
#include "tree/source_tree.h"

/* The bytes from *from to before *to of the file that the edit replaces; false: it has no such place. */
bool fixit_range(const struct text *x, const struct fixit *fixit, size_t *from, size_t *to);

#endif
