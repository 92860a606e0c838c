/* csv.c - fuzz target: the CSV reader, and the scanner that finds the end
 *
 * The first byte says how the text after its first line is cut.  Held: no crash; the scanner's answer does not depend
 * on the cutting; if the reader takes the whole text, the scanner finds no end in it; each record has the header's
 * names. */
#include <stdint.h>
#include <stdlib.h>

#include "record/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum json_scanned scan(struct str text, size_t step)
{
	struct csv_scan s;
	size_t at = str_chr(text, '\n') + 1;

	csv_scan_init(&s);
	enum json_scanned state = csv_scan_add(&s, str_sub(text, 0, at));
	for (; at < text.n && state == JSON_OPEN; at += step)
		state = csv_scan_add(&s, str_sub(text, at, at + step));
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	size_t end;

	if (size == 0)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	struct str header = str_sub(text, 0, str_chr(text, '\n'));
	enum json_scanned state = scan(text, text.n + 1);
	if (scan(text, data[0] % 16 + 1) != state)
		abort();
	struct json *list = csv_parse(&a, text, &end);
	if (list && (!csv_is_header(header) || end > text.n || (end == text.n && state != JSON_OPEN)))
		abort();
	JSON_EACH(record, list)
		if (json_count(record) != json_count(list->first) || !record->raw.p || record->raw.p < text.p ||
			record->raw.p + record->raw.n > text.p + text.n)
			abort();
	arena_free(&a);
	return 0;
}
