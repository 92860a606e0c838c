#include "base/columns.h"

enum { TAB = 8 };

size_t character_width(struct str s, size_t i, size_t *columns)
{
	static const struct {
		uint32_t from, to;
		size_t columns;
	} odd[] = {
		{ 0x300, 0x36f, 0 },
		{ 0x1100, 0x115f, 2 },
		{ 0x200b, 0x200f, 0 },
		{ 0x2e80, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 },
		{ 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },
		{ 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },
		{ 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1faff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};
	size_t n = utf8_length(s, i);
	uint32_t c = n > 1 ? (unsigned char)s.p[i] & (0x7fu >> n) : 0;

	for (size_t k = 1; k < n; k++)
		c = c << 6 | ((unsigned char)s.p[i + k] & 0x3f);
	*columns = 1;
	for (size_t k = 0; k < sizeof(odd) / sizeof(odd[0]); k++)
		if (c >= odd[k].from && c <= odd[k].to)
			*columns = odd[k].columns;
	return n ? n : 1;
}

/* The number of columns of the character of n bytes at s[i]; `before`: the columns to the left of it. */
static size_t columns_of(struct str s, size_t i, size_t n, size_t before, enum column_unit unit)
{
	size_t wide;

	if (unit == UNIT_BYTES)
		return n;
	if (unit == UNIT_UTF16)
		return n == 4 ? 2 : 1;
	if ((unit == UNIT_TABS || unit == UNIT_DISPLAY) && s.p[i] == '\t')
		return TAB - before % TAB;
	if (unit == UNIT_DISPLAY)
		return character_width(s, i, &wide), wide;
	return 1;
}

size_t columns_to_bytes(struct str s, size_t columns, enum column_unit unit)
{
	size_t i = 0, seen = 0;

	if (unit == UNIT_NONE)
		unit = UNIT_BYTES;
	if (unit == UNIT_BYTES && columns <= s.n)
		return columns;
	while (i < s.n && seen < columns) {
		size_t n = utf8_length(s, i) ? utf8_length(s, i) : 1;
		if (unit == UNIT_UNKNOWN && n > 1)
			return SIZE_MAX;
		seen += columns_of(s, i, n, seen, unit);
		i += n;
	}
	return seen == columns ? i : SIZE_MAX;
}
