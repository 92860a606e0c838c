/* json.c - fuzz target: whatever is parsed can be written, and what was written says the same
 *
 * Held: no crash; the text of an untouched value comes back byte for byte; a value written
 * anew parses again to the same value; a record that is accepted is accepted again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct json *x, const struct json *y)
{
	const struct json *a, *b;

	if (x->type != y->type || x->truth != y->truth || !str_eq(x->key, y->key))
		return false;
	if (x->type == JSON_NUMBER && !str_eq(x->text, y->text))
		return false;
	if (x->type == JSON_STRING && utf8_valid(x->text) && !str_eq(x->text, y->text))
		return false;
	for (a = x->first, b = y->first; a && b; a = a->next, b = b->next)
		if (!same(a, b))
			return false;
	return !a && !b;
}

/* A copy without its source text, so that every value is written from what was understood. */
static struct json *anew(struct arena *a, const struct json *v)
{
	struct json *c = json_copy(a, v);

	c->raw = STR_NONE;
	struct json *item = c->first;
	c->first = c->last = NULL;
	while (item) {
		struct json *next = item->next;
		json_add(c, anew(a, item));
		item = next;
	}
	return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = arena_str(&a, (struct str){ (const char *)data, size });
	struct err err;
	struct record r, again;

	struct json *v = json_parse(&a, text, JSON_PLAIN, &err);
	if (v) {
		struct str kept = json_text(&a, v);
		if (str_chr(text, '\n') == text.n && str_chr(text, '\r') == text.n && !str_eq(kept, str_trim(text)))
			abort();
		struct json *back = json_parse(&a, json_text(&a, anew(&a, v)), JSON_PLAIN, &err);
		if (!back || !same(v, back))
			abort();
	}
	if (record_parse(&a, text, &r, &err)) {
		fingerprint_of(&a, &r);
		struct buf line, twice;
		buf_init(&line, 64 << 20);
		buf_init(&twice, 64 << 20);
		record_write_buf(&line, &r);
		/* What is written is a record, and reading it changes nothing. */
		if (!record_parse(&a, arena_str(&a, str_trim(buf_str(&line))), &again, &err))
			abort();
		record_write_buf(&twice, &again);
		if (!str_eq(buf_str(&line), buf_str(&twice)))
			abort();
		buf_release(&line);
		buf_release(&twice);
	}
	arena_free(&a);
	return 0;
}
