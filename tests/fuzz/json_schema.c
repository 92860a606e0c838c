/* json_schema.c - fuzz target: a schema, a newline, and a value
 *
 * Held: no crash and no endless check; what is refused has a reason; a value that fits anything fits `true`. */
#include <stdint.h>
#include <stdlib.h>

#include "jsonschema/json_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool fits(struct arena *a, const struct json *schema, const struct json *value)
{
	struct err err = { HEAL_OK, "" };
	struct json_schema *s = json_schema_new(a, schema, &err);

	must((s != NULL) == (err.text[0] == '\0'));
	if (!s)
		return false;
	bool good = json_schema_fits(s, value, "value", &err);
	must(good == (err.text[0] == '\0'));
	json_schema_free(s);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str all = { (const char *)data, size };
	size_t end = str_chr(all, '\n');
	struct json *schema = json_parse(&a, str_sub(all, 0, end), JSON_PLAIN, NULL);
	struct json *value = json_parse(&a, str_sub(all, end + 1, size), JSON_PLAIN, NULL);

	if (schema && value && fits(&a, schema, value))
		must(fits(&a, json_new_bool(&a, true), value));
	arena_free(&a);
	return 0;
}
