/* redact.c - fuzz target: a text with secrets
 *
 * Held: no crash; redacting again and again comes to an end; a token on a line of its own never stays, whatever is
 * around it; a JSON value is one afterwards. */
#include <stdint.h>
#include <stdlib.h>

#include "policy_of.h"
#include "redact/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In two parts, so that this file has no token. */
#define TOKEN \
	"ghp" \
	"_k3Yq9ZtR7vWx2Lm4Np6Bs8Df1Gh5Jc0QaTe"

enum { TIMES = 20 };

static void must(bool good)
{
	if (!good)
		abort();
}

static void ready(void)
{
	static struct built_policy b;
	struct err err;

	if (b.pack)
		return;
	b = policy_built();
	must(redact_ready(b.pack, &err));
}

static struct str often(struct arena *a, struct str text)
{
	struct str before = redact_text(a, text, REDACT_PLAIN), now = before;
	int times = 0;

	do {
		before = now;
		now = redact_text(a, before, REDACT_PLAIN);
	} while (!str_eq(now, before) && ++times < TIMES);
	must(times < TIMES);
	return now;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = { (const char *)data, size }, first = str_sub(text, 0, size / 2);
	struct err err;

	ready();
	often(&a, text);
	struct str with = arena_join(&a, arena_join(&a, first, STR("\n" TOKEN "\n")), str_sub(text, size / 2, size));
	struct str without = often(&a, with);
	/* In the text itself it may be a part of a longer word. */
	must(str_find(without, STR(TOKEN)) == without.n || str_find(text, STR(TOKEN)) < text.n);
	struct json *v = json_parse(&a, text, JSON_PLAIN, &err);
	if (v) {
		redact_json(&a, v, REDACT_PLAIN);
		must(json_parse(&a, json_text(&a, v), JSON_PLAIN, &err) != NULL);
	}
	arena_free(&a);
	return 0;
}
