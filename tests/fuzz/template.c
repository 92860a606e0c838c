/* template.c - fuzz target: template, newline, value
 *
 * Held: no crash; no typed slot lets through what its type must not hold; a template that fills
 * leaves none of its typed slots unfilled; in a pattern a value matches itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/regex.h"
#include "rules/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str value_get(void *ctx, struct str name)
{
	return name.n % 3 == 0 ? STR_NONE : *(struct str *)ctx;
}

static void types_check(struct str v)
{
	static const char *const types[] = { "identifier", "word", "package", "version", "option", "number", "path" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!slot_accepts(str_of(types[i]), v))
			continue;
		if (v.n == 0 || memchr(v.p, '\0', v.n) || str_chr(v, '\n') < v.n || str_chr(v, '\x1b') < v.n)
			abort();
		bool is_path = i == 6;
		if (!is_path &&
			(str_chr(v, ' ') < v.n || str_chr(v, ';') < v.n || str_chr(v, '$') < v.n ||
				str_chr(v, '`') < v.n))
			abort();
		if (is_path &&
			(v.p[0] == '/' || str_starts(v, "../") || str_find(v, STR("/../")) < v.n || str_is(v, "..")))
			abort();
		if (i != 4 && v.p[0] == '-')
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str value = { (const char *)data, size }, text;
	struct err err;
	struct match m;

	if (size == 0 || !str_split(&value, '\n', &text)) {
		arena_free(&a);
		return 0;
	}
	if (!value.p)
		value = STR("");
	types_check(value);
	struct template_values v = { .get = value_get, .ctx = &value };
	template_check(text, false, true, &err);
	template_fill(&a, text, &v, &err);
	v.lenient = true;
	template_fill(&a, text, &v, &err);
	v.regex = true;
	struct str pattern = template_fill(&a, STR("\\A{ab}\\z"), &v, &err);
	struct regex *re = pattern.p && utf8_valid(value) ? regex_new(&a, pattern, &err) : NULL;
	if (re && value.n < 10000 && regex_match(re, value, &m) == 0)
		abort();
	regex_free(re);
	arena_free(&a);
	return 0;
}
