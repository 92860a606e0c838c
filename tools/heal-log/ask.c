/* The store to query, and output of results. */
#include "ask.h"

#include <stdio.h>

#include "config/config.h"

const char *store_name, *since_text, *format = "human";
int limit;

const char *store_chosen(struct arena *a)
{
	const char *const *warnings;
	struct err err;

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

void ask_begin(struct asking *q)
{
	*q = (struct asking){ .run = ARENA_INIT, .row = ARENA_INIT, .filter.limit = limit };
	buf_init(&q->out, OUT_MAX);
	if (since_text && !store_since(&q->run, since_text, &q->filter.since, &q->err))
		die(q->err.status, "--since: %s", q->err.text);
	q->store = store_open_read(store_chosen(&q->run), &q->err);
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
