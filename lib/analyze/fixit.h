/* fixit.h - find the bytes of the file that a tool's proposed edit replaces
 *
 * Tools count columns in bytes, characters or UTF-16 units, with a tab as one column or up to the next multiple of
 * eight; or they report offsets.  A record contains the reported numbers and their unit, which are converted here. */
#ifndef HEAL_ANALYZE_FIXIT_H
#define HEAL_ANALYZE_FIXIT_H

#include "record/record.h"
#include "tree/source_tree.h"

/* *from, *to: the range of bytes, without *to.  false: there is no such place in the file. */
bool fixit_range(const struct text *x, const struct fixit *fixit, size_t *from, size_t *to);

#endif
