/* learn.c - fuzz target: any message and any two texts, from tokens to the pack of a learned rule
 *
 * Held: no crash; a rule that is not refused is a valid pack in canonical form, and its patterns compile. */
#include <stdint.h>
#include <stdlib.h>

#include "learn/rule_pack.h"
#include "pack_of.h"
#include "rules/pack_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char languages[] =
	"table: languages\n"
	"rows:\n"
	"  toy: {extensions: [.toy], line_comments: ['#'], strings: [{quote: '\"'}], keywords: 'if else return',\n"
	"    imports: [{text: 'use {name}', top: '^#'}]}\n";

static void pack_prove(struct arena *a, const struct repair_group *g)
{
	const struct standing standing = { "draft", false, 1, 1, 0, 0, STR("2026-11-20"), 0.22 };
	struct draft d;
	struct err err;
	const char *why;

	if (!generalise(a, g, &d, &why))
		return;
	struct str text = rule_pack_text(a, STR("learned.toy-1"), g, &d, &standing, &err);
	struct compilation c;
	struct source_file file = { "learned.yaml", text };
	compilation_init(&c, a);
	if (!text.p || !compilation_add(&c, &file)) {
		fprintf(stderr, "%s\n%.*s\n", text.p ? "not valid" : err.text, STR_ARG(text));
		for (size_t i = 0; i < c.faults.n; i++)
			fprintf(stderr, "%.*s\n", STR_ARG(c.faults.at[i].text));
		abort();
	}
	struct str again = pack_format(a, "learned", text, &err);
	if (!again.p || !str_eq(again, text))
		abort();
}

/* The line of the error, the message, a NUL, the old text, a NUL, the new text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pack *pack;
	struct arena a = ARENA_INIT;
	struct str rest = { (const char *)data, size }, message, before, after;
	struct line_change change;
	const char *why;

	if (!pack && !(pack = pack_of(languages)))
		abort();
	if (size > 1 && size < 2000 && str_split(&rest, '\0', &message) && str_split(&rest, '\0', &before) &&
		message.n > 1) {
		after = rest;
		struct repair r = { .id = STR("i"),
			.project = STR("p"),
			.rule = STR("toy.error"),
			.message = str_sub(message, 1, message.n),
			.file = STR("a.toy"),
			.before = before,
			.after = after,
			.line = message.p[0] & 15,
			.column = (message.p[0] >> 4) & 7 };
		if (line_change_read(&a, pack, &r, &change, &why)) {
			const struct line_change *at = &change;
			struct message m = message_of(&a, &change);
			for (size_t form = 0; form < 8; form++) {
				struct repair_group g = { .at = &at,
					.messages = &m,
					.n = 1,
					.projects = 1 + form % 2,
					.candidates = form < 6 ? NULL : "token",
					.any_word = form % 2,
					.by_column = form % 2,
					.left = form / 2,
					.right = form / 2 };
				change_key(&a, at, &m);
				pack_prove(&a, &g);
			}
		}
	}
	arena_free(&a);
	return 0;
}
