/* columns.c - what tools count as columns, in bytes */
#include "base/columns.h"
#include "tap.h"

/* The text's bytes: a tab 0, "a" 1, a-umlaut 2-3, a CJK character 4-6, a combining accent 7-8, an emoji 9-12, "b" 13.
 */
static const char text[] = "\ta\xc3\xa4\xe4\xb8\xad\xcc\x81\xf0\x9f\x98\x80"
			   "b";

static void is_byte(const char *unit, size_t columns, size_t bytes)
{
	char name[80];

	snprintf(name, sizeof(name), "%zu columns in %s", columns, *unit ? unit : "bytes, the default");
	is_int((long long)columns_to_bytes(str_of(text), columns, column_unit_of(str_of(unit))), (long long)bytes,
		name);
}

int main(void)
{
	is_byte("", 13, 13);
	is_byte("bytes", 14, 14);
	is_byte("bytes", 15, SIZE_MAX);
	is_byte("characters", 0, 0);
	is_byte("characters", 6, 13);
	is_byte("characters", 7, 14);
	is_byte("characters", 8, SIZE_MAX);
	is_byte("utf-16", 7, 13);
	is_byte("utf-16", 6, SIZE_MAX); /* within the emoji */
	is_byte("tabs", 8, 1);
	is_byte("tabs", 7, SIZE_MAX);
	is_byte("tabs", 13, 13);
	is_byte("display", 10, 4);
	is_byte("display", 11, SIZE_MAX); /* within the wide character */
	is_byte("display", 14, 13);
	is_byte("display", 15, 14);
	is_byte("unknown", 2, 2);
	is_byte("unknown", 3, SIZE_MAX);
	is_byte("furlongs", 3, SIZE_MAX);
	ok(columns_to_bytes(STR("ab\tc"), 8, COUNTS_TABS) == 3, "a tab goes on from where it stands");
	ok(columns_to_bytes(STR("\xff\xfe"), 1, COUNTS_CHARACTERS) == 1, "a byte that is no UTF-8 is a character");
	return tap_end();
}
