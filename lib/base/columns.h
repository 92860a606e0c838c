/* columns.h - convert the columns of a line, in the units that tools use, to bytes
 *
 *     bytes        clang, go, most tools that print the bytes of a line unchanged
 *     characters   rustc, Python: each code point counts as one
 *     utf-16       TypeScript, node, SARIF: a code point of four bytes counts as two
 *     tabs         characters, and a tab goes up to the next eighth column
 *     display      gcc since 11: the same, and a character has as many columns as on a terminal
 *     unknown      one of these */
#ifndef HEAL_BASE_COLUMNS_H
#define HEAL_BASE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* The words of `counts` in record.def, in their order; 0: absent, which is bytes. */
enum column_unit { UNIT_NONE, UNIT_BYTES, UNIT_CHARACTERS, UNIT_UTF16, UNIT_TABS, UNIT_DISPLAY, UNIT_UNKNOWN };

/* The number of bytes that the first `columns` columns of the text take.  SIZE_MAX: the place is inside a character or
 * after the end, or the unit is unknown and the result depends on it. */
size_t columns_to_bytes(struct str text, size_t columns, enum column_unit unit);

/* The number of bytes of the character at s[i], and of terminal columns (Unicode 15, UAX #11, approximately). */
size_t character_width(struct str s, size_t i, size_t *columns);

#endif
