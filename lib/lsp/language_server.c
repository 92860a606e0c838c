#include "lsp/language_server.h"

#include "base/proc.h"

static bool hear(void *ctx, struct str piece, struct buf *say)
{
	return lsp_conversation_hear(ctx, piece, say);
}

bool language_server_ask(struct arena *a, struct sandbox *copy, const struct language_server *server,
	const struct lsp_question *q, struct lsp_answer *out, struct err *err)
{
	struct lsp_conversation *c = lsp_conversation_new(a, q, out);
	struct proc_dialogue dialogue = { hear, c };
	struct proc p = { .argv = server->argv,
		.helper = true,
		.also = server->also,
		.dialogue = &dialogue,
		.timeout = server->timeout,
		.split = true,
		.confinement = server->confinement };
	struct proc_result r;

	bool ran = sandbox_ask(a, copy, &p, &r, err);
	enum lsp_state state = lsp_conversation_state(c);
	lsp_conversation_free(c);
	if (!ran)
		return false;
	if (state == LSP_BROKE_PROTOCOL)
		return err_set(err, HEAL_WRONG, "'%s' does not speak the Language Server Protocol", p.argv[0]);
	if (state == LSP_COMPLETE)
		return true;
	return r.timed_out ? err_set(err, HEAL_WRONG, "'%s' did not answer within %.0f s", p.argv[0], p.timeout) :
			     err_set(err, HEAL_WRONG, "'%s' ended with status %d", p.argv[0], r.status);
}
