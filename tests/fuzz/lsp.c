/* lsp.c - fuzz target: what a language server writes
 *
 * The input is messages, one a line, or raw bytes if it begins with "!".  Held: no crash; each offer has an edit; each
 * edit is below the root and has a place; only the named command is executed. */
#include <stdint.h>
#include <stdlib.h>

#include "base/path.h"
#include "lsp/lsp_conversation.h"
#include "lsp/lsp_frame.h"
#include "record/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_answer(const struct lsp_answer *answer, size_t places)
{
	for (size_t i = 0; i < answer->actions.n; i++) {
		const struct lsp_action *action = &answer->actions.at[i];
		must(action->place < places && action->edits.n > 0);
		for (size_t k = 0; k < action->edits.n; k++) {
			const struct lsp_edit *e = &action->edits.at[k];
			must(e->file.n && e->file.p[0] != '/' && e->line >= 0 && e->column >= 0 &&
				e->end_line >= e->line && e->end_column >= 0 && e->text.p);
		}
	}
}

static void check_said(struct arena *a, struct buf *say)
{
	struct str body;

	while (lsp_frame_take(a, say, &body) == LSP_MESSAGE) {
		struct json *m = json_parse(a, body, JSON_BYTES, NULL);
		must(m && m->type == JSON_OBJECT);
		if (str_is(json_str(json_get(m, "method")), "workspace/executeCommand"))
			must(str_is(json_str(json_path(m, "params.command")), "fix"));
	}
	must(say->n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str commands[] = { STR("fix") };
	static const struct lsp_place places[] = { { STR("a.c"), 2, STR("int x;\nint y = z;\n") },
		{ STR("b/c.c"), 1, STR("") } };
	const struct lsp_question q = { .root = STR("/p"),
		.language = STR("c"),
		.commands = commands,
		.commands_n = 1,
		.places = places,
		.places_n = 2 };
	struct arena a = ARENA_INIT;
	struct lsp_answer answer;
	struct lsp_conversation *c = lsp_conversation_new(&a, &q, &answer);
	struct str rest = { (const char *)data, size }, line;
	struct buf frame, say;
	bool raw = size > 0 && data[0] == '!', goes_on;

	buf_init(&frame, 1 << 20);
	buf_init(&say, 64 << 20);
	goes_on = lsp_conversation_hear(c, STR_NONE, &say);
	while (goes_on && str_line(&rest, &line)) {
		if (raw)
			buf_add(&frame, line);
		else
			lsp_frame_add(&frame, line);
		goes_on = lsp_conversation_hear(c, buf_str(&frame), &say);
		buf_drop(&frame, frame.n);
	}
	check_answer(&answer, 2);
	check_said(&a, &say);
	buf_release(&frame);
	buf_release(&say);
	lsp_conversation_free(c);
	arena_free(&a);
	return 0;
}
