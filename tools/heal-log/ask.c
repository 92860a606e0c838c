/* The store to query, and output of results. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/config.h"

const char *store_name, *since_text, *until_text, *format = "human";
struct filter_texts filter_texts;
int limit;

const char *store_chosen(struct arena *a)
{
	const char *const *warnings;
	struct err err;

	if (store_name && store_has_password(str_of(store_name)))
		die(HEAL_WRONG,
			"--store: other users can read a password in an argument; put it into $HEAL_STORE or "
			"~/.pgpass");
	if (store_name)
		return store_name;
	struct config *config = config_load(NULL, &err);
	if (!config) {
		complain(err.status, "%s", err.text);
		return NULL;
	}
	size_t n = config_warnings(config, &warnings);
	for (size_t i = 0; i < n; i++)
		say("%s", warnings[i]);
	struct str chosen = config_str(config, "store");
	const char *name = chosen.n ? arena_strdup(a, chosen) : NULL;
	config_free(config);
	return name;
}

/* The root of the project that contains a directory; one that does not exist any more is taken as it is. */
static struct str project_named(struct arena *a, const char *name)
{
	char *real = realpath(name, NULL);
	struct str root = real ? project_root(a, real) : STR_NONE;
	struct str out = arena_str(a, root.n ? root : str_of(real ? real : name));

	free(real);
	return out;
}

static void filter_set(struct asking *q)
{
	const struct filter_texts *t = &filter_texts;
	struct store_filter *f = &q->filter;

	if (since_text && !store_since(&q->run, since_text, &f->since, &q->err))
		die(q->err.status, "--since: %s", q->err.text);
	if (until_text && !store_since(&q->run, until_text, &f->until, &q->err))
		die(q->err.status, "--until: %s", q->err.text);
	if (t->project)
		f->project = project_named(&q->run, t->project);
	f->command = str_of(t->command);
	f->tool = str_of(t->tool);
	f->rule = str_of(t->rule);
	f->path = str_of(t->path);
	f->status = str_of(t->status);
}

void ask_begin(struct asking *q)
{
	*q = (struct asking){ .run = ARENA_INIT, .row = ARENA_INIT, .filter.limit = limit };
	buf_init(&q->out, OUT_MAX);
	filter_set(q);
	const char *name = store_chosen(&q->run);
	q->store = store_open_read(name, &q->err);
	/* A store of an older version, which only a writer brings up to date. */
	if (!q->store && q->err.status == HEAL_REFUSED) {
		struct err err;
		if (store_upgrade(name, &err))
			q->store = store_open_read(name, &q->err);
	}
	if (!q->store)
		die(q->err.status, "%s", q->err.text);
}

void ask_print(struct asking *q)
{
	if (q->out.n)
		fwrite(q->out.p, 1, q->out.n, stdout);
	buf_clear(&q->out);
	arena_reset(&q->row);
}

int ask_end(struct asking *q, bool ok)
{
	ask_print(q);
	if (!ok)
		complain(q->err.status, "%s", q->err.text);
	store_close(q->store);
	buf_release(&q->out);
	arena_free(&q->row);
	arena_free(&q->run);
	return HEAL_OK;
}

void no_operands(int argc, char **argv)
{
	if (argc > 1)
		die(HEAL_WRONG, "unexpected argument '%s'; see '%s --help'", argv[1], tool_name);
}
