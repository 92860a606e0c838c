/* xml.c - fuzz target: the XML reader, and the scanner that finds the end
 *
 * The first byte says how the rest is cut.  Held: no crash; the scanner's answer does not depend on the
 * cutting; where the reader finds a root that is closed, the scanner finds the same end; every name and
 * text of the tree is UTF-8. */
#include <stdint.h>
#include <stdlib.h>

#include "record/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum json_scanned scan(struct str text, size_t step, size_t *end)
{
	struct xml_scan s;
	enum json_scanned state = JSON_OPEN;
	size_t at = 0, used = 0;

	xml_scan_init(&s);
	for (; at < text.n && state == JSON_OPEN; at += used)
		state = xml_scan_add(&s, str_sub(text, at, at + step), &used);
	*end = at;
	return state;
}

static void check(const struct json *v)
{
	if ((v->text.p && !utf8_valid(v->text)) || v->type == JSON_NULL)
		abort();
	JSON_EACH(item, v)
		check(item);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	size_t whole, pieces, end;

	if (size == 0)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	enum json_scanned state = scan(text, text.n + 1, &whole);
	if (scan(text, data[0] % 16 + 1, &pieces) != state || whole != pieces)
		abort();
	struct json *top = xml_parse(&a, text, &end);
	if (top) {
		check(top);
		struct json *root = json_at(top->first, 0);
		if (root->raw.p && (state != JSON_CLOSED || whole != end))
			abort();
	}
	arena_free(&a);
	return 0;
}
