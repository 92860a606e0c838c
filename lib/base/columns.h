/* columns.h - what tools count as columns of a line, in bytes
 *
 *     bytes        clang, go, most of what prints a line's bytes as they are
 *     characters   rustc, Python: each code point is one
 *     utf-16       TypeScript, node, SARIF: one of four bytes is two
 *     tabs         characters, and a tab goes up to the next eighth column
 *     display      gcc since 11: so do tabs, and a character has the columns that a terminal gives it
 *     unknown      one of these */
#ifndef HEAL_BASE_COLUMNS_H
#define HEAL_BASE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum column_unit { COUNTS_BYTES, COUNTS_CHARACTERS, COUNTS_UTF16, COUNTS_TABS, COUNTS_DISPLAY, COUNTS_UNKNOWN };

/* By its name; the empty text is bytes, a name that is none of these is unknown. */
enum column_unit column_unit_of(struct str name);

/* How many bytes of the text stand to the left of what so many columns stand to the left of.  SIZE_MAX: that is inside
 * a character or behind the end, or it depends on which of the units it is. */
size_t columns_to_bytes(struct str text, size_t columns, enum column_unit unit);

/* How many bytes the character at s[i] has, and how many columns of a terminal (Unicode 15, UAX #11, in rough). */
size_t character_width(struct str s, size_t i, size_t *columns);

#endif
