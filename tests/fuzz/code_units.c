/* code_units.c - fuzz target: the number of a language, then source text
 *
 * Held: no crash; tokens lie in the text, in order; statements and blocks are made of them; code without comments and
 * strings has the length and the lines of the text. */
#include <stdint.h>
#include <stdlib.h>

#include "lang/balance.h"
#include "lang/code_units.h"
#include "lang/language.h"
#include "policy_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static struct node language_number(unsigned i)
{
	static struct built_policy b;

	if (!b.pack)
		b = policy_built();
	struct node languages = pack_table(b.pack, "languages");
	must(node_count(languages) > 0);
	return node_at(languages, i % node_count(languages));
}

static void tokens(struct arena *a, const struct code_units *u, struct str text)
{
	const char *at = text.p;

	for (size_t i = 0; i < u->tokens.n; i++) {
		const struct code_token *t = &u->tokens.at[i];
		must(t->text.p >= at && t->text.n && t->text.p + t->text.n <= text.p + text.n);
		must(t->statement < u->statements.n);
		at = t->text.p + t->text.n;
		must(code_dotted_begin(u, i) <= i);
		code_dotted(a, u, i);
	}
}

static void statements(const struct code_units *u)
{
	for (size_t i = 0; i < u->statements.n; i++) {
		const struct code_statement *s = &u->statements.at[i];
		must(s->first <= s->end && s->end <= u->tokens.n && s->block < u->blocks.n);
	}
	for (size_t i = 0; i < u->blocks.n; i++) {
		const struct code_block *b = &u->blocks.at[i];
		must(b->parent < (i ? i : 1) && (b->header < u->statements.n || b->header == SIZE_MAX));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = { (const char *)data + 1, size ? size - 1 : 0 };

	if (size == 0)
		return 0;
	struct node language = language_number(data[0]);
	struct code_units u = code_units_read(&a, language, text);
	tokens(&a, &u, text);
	statements(&u);
	struct str code = code_only(&a, language, text);
	must(code.n == text.n);
	for (size_t i = 0; i < text.n; i++)
		must((code.p[i] == '\n') == (text.p[i] == '\n'));
	arena_free(&a);
	return 0;
}
