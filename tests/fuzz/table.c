/* table.c - fuzz target: the reader of drawn tables
 *
 * Held: no crash; what it reads begins with a line of names and has only lines that go on with it; each row has the
 * names, and is part of the text. */
#include <stdint.h>
#include <stdlib.h>

#include "record/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lines_check(struct str header, struct str text)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if ((line.n || text.n) && !table_goes_on(header, line))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = { (const char *)data, size };
	struct str header = str_sub(text, 0, str_chr(text, '\n'));
	size_t end;
	struct json *list = table_parse(&a, text, &end);

	if (list && (!table_is_header(header) || end > size || end <= header.n))
		abort();
	if (list)
		lines_check(header, str_sub(text, header.n + 1, end));
	JSON_EACH(row, list)
		if (json_count(row) != json_count(list->first) || !row->raw.p || row->raw.p < text.p ||
			row->raw.p + row->raw.n > text.p + text.n)
			abort();
	arena_free(&a);
	return 0;
}
