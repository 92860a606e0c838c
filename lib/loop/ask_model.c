/* Ask a language model, if the user wants that. */
#include "analyze/model_answers.h"
#include "loop/candidate.h"
#include "loop/session_state.h"

enum { ASKED_MOST = 5 };

static void tell(void *ctx, const char *line)
{
	ui_line(&((struct heal_run *)ctx)->ui, "%s", line);
}

static bool is_open(const struct heal_run *s, const struct record *r)
{
	return r->analysis.root && !r->error.summary && incident_counts(&s->first, r) && !candidates_count(r);
}

static bool was_asked(const struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		if (str_starts(s->id, "llm."))
			return true;
	return str_is(r->analysis.by, "llm");
}

bool session_ask_model(struct heal_run *s, bool escalate)
{
	struct record *asked[ASKED_MOST], *first = observed_run_first_root(&s->first);
	size_t n = 0;
	struct err err;

	if (!s->o->llm)
		return false;
	for (struct collected *c = s->first.incidents.first; c && n < ASKED_MOST; c = c->next)
		if (!was_asked(&c->r) && (escalate ? &c->r == first : is_open(s, &c->r)))
			asked[n++] = &c->r;
	if (!n)
		return false;
	struct model_options o = { .root = s->root.p,
		.packs = s->o->packs,
		.all = true,
		.no_store = s->o->no_store,
		.history = session_past(s),
		.tell = tell,
		.ctx = s };
	ui_line(&s->ui, "asking a language model about %zu %s", n, n == 1 ? "error" : "errors");
	long got = model_answers_add(&s->a, &o, asked, n, &err);
	s->analyzed &= got <= 0;
	if (got < 0)
		ui_line(&s->ui, "no language model was asked: %s", err.text);
	return got > 0;
}
