#include "prove.h"

#include <limits.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/proc.h"
#include "loop/prove.h"
#include "record/signature.h"
#include "record/stream.h"
#include "store/history.h"

struct entry {
	struct record r;
	struct record *incident; /* the run's own; NULL: none of its incidents */
};

struct proving {
	const struct proving_options *o;
	struct arena a;
	struct observed_run run;
	VEC(struct entry) entries;
	bool tried; /* there was a copy to try it in */
};

static void read_one(void *ctx, struct record *r, const struct record_reader *rr)
{
	struct proving *p = ctx;
	struct entry *e = VEC_ADD(&p->a, &p->entries);

	(void)rr;
	solutions_mark_foreign(r, fixer_tree(p->o->fixer)->path);
	e->r = record_copy(&p->a, r);
	e->incident = r->kind == KIND_INCIDENT ? observed_run_add(&p->run, r) : NULL;
}

static void progress(void *ctx, const char *line)
{
	(void)ctx;
	say("%s", line);
}

/* The record of which something is proven, or NULL. */
static struct record *prove(struct proving *p)
{
	char cwd[PATH_MAX];
	struct repair_search_result result;
	struct record *proven = NULL;
	char *const *stand_in;
	struct err err;
	struct str set = config_str(p->o->config, "store");
	struct history *history = history_open(set.n ? arena_strdup(&p->a, set) : NULL);
	struct prove_options o = { .pack = p->o->pack,
		.config = p->o->config,
		.policy = fixer_policy(p->o->fixer),
		.root = fixer_tree(p->o->fixer)->path.p,
		.cwd = getcwd(cwd, sizeof(cwd)),
		.argv = p->o->argv,
		.history = history_questions(history),
		.progress = p->o->verbose ? progress : NULL };

	o.history.tree = fixer_tree(p->o->fixer)->path;
	if (!o.cwd)
		die(HEAL_REFUSED, "cannot determine the working directory");
	p->tried = prove_incidents(&p->a, &o, &p->run, &result, &proven, &stand_in, &err);
	if (!p->tried)
		complain(err.status, "nothing can be tried in a copy, so nothing is applied: %s", err.text);
	else if (!proven)
		say("nothing is proven: %.*s", STR_ARG(result.reason));
	else if (stand_in)
		say("proven by '%.*s', because the command acts outside the project",
			STR_ARG(argv_show(&p->a, stand_in)));
	history_close(history);
	return proven;
}

void prove_records(const struct proving_options *o, char *const *names, int n)
{
	struct proving p = { .o = o };

	observed_run_init(&p.run);
	records_each(names, n, read_one, &p);
	struct record *proven = p.run.incidents.n ? prove(&p) : NULL;
	for (size_t i = 0; i < p.entries.n; i++) {
		struct entry *e = &p.entries.at[i];
		if (e->incident && p.tried && (!proven || e->incident == proven))
			o->fix(o->fixer, e->incident);
		/* An incident that stood twice in the stream is one, and comes out once. */
		bool again = false;
		for (size_t k = 0; k < i && !again; k++)
			again = e->incident && p.entries.at[k].incident == e->incident;
		if (!again)
			o->out(e->incident ? e->incident : &e->r);
	}
	observed_run_release(&p.run);
	arena_free(&p.a);
}
