/* columns.c - what tools count as columns, in bytes */
#include "base/columns.h"
#include "tap.h"

/* The text's bytes: a tab 0, "a" 1, a-umlaut 2-3, a CJK character 4-6, a combining accent 7-8, an emoji 9-12, "b" 13.
 */
static const char text[] = "\ta\xc3\xa4\xe4\xb8\xad\xcc\x81\xf0\x9f\x98\x80"
			   "b";

static void is_byte(enum column_unit unit, size_t columns, size_t bytes)
{
	static const char *const names[] = { "no unit, which is bytes", "bytes", "characters", "UTF-16 units", "tabs",
		"display", "unknown" };
	char name[80];

	snprintf(name, sizeof(name), "%zu columns in %s", columns, names[unit]);
	is_int((long long)columns_to_bytes(str_of(text), columns, unit), (long long)bytes, name);
}

int main(void)
{
	is_byte(UNIT_NONE, 13, 13);
	is_byte(UNIT_BYTES, 14, 14);
	is_byte(UNIT_BYTES, 15, SIZE_MAX);
	is_byte(UNIT_CHARACTERS, 0, 0);
	is_byte(UNIT_CHARACTERS, 6, 13);
	is_byte(UNIT_CHARACTERS, 7, 14);
	is_byte(UNIT_CHARACTERS, 8, SIZE_MAX);
	is_byte(UNIT_UTF16, 7, 13);
	is_byte(UNIT_UTF16, 6, SIZE_MAX); /* within the emoji */
	is_byte(UNIT_TABS, 8, 1);
	is_byte(UNIT_TABS, 7, SIZE_MAX);
	is_byte(UNIT_TABS, 13, 13);
	is_byte(UNIT_DISPLAY, 10, 4);
	is_byte(UNIT_DISPLAY, 11, SIZE_MAX); /* within the wide character */
	is_byte(UNIT_DISPLAY, 14, 13);
	is_byte(UNIT_DISPLAY, 15, 14);
	is_byte(UNIT_UNKNOWN, 2, 2);
	is_byte(UNIT_UNKNOWN, 3, SIZE_MAX);
	ok(columns_to_bytes(STR("ab\tc"), 8, UNIT_TABS) == 3, "a tab goes on from where it stands");
	ok(columns_to_bytes(STR("\xff\xfe"), 1, UNIT_CHARACTERS) == 1, "a byte that is no UTF-8 is a character");
	return tap_end();
}
