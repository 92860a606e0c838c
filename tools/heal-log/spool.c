/* heal-log spool - the records that wait for the server of the store */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"

static bool send_now;
static const struct opt spool_opts[] = {
	OPT_STORE,
	OPT_FLAG(0, "send", &send_now, "send them now"),
	OPT_CHOICE('f', "format", "human|ndjson", &format, "how many, or the records"),
	OPT_END,
};

static bool print_line(void *ctx, struct str json)
{
	(void)ctx;
	fwrite(json.p, 1, json.n, stdout);
	putchar('\n');
	return !ferror(stdout);
}

static void send_all(const char *name)
{
	struct err err;
	int64_t sent = 0;
	struct store *s = store_open(name, &err);
	const char *opened = store_notice(s);

	if (opened)
		say("%s", opened);
	if (!s || !store_send(s, &sent, &err))
		complain(err.status, "%s", s && opened ? "nothing was sent" : err.text);
	else if (sent)
		say("%" PRId64 " records were sent", sent);
	store_close(s);
}

static int spool(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct str file;
	bool lines = strcmp(format, "ndjson") == 0;

	no_operands(argc, argv);
	const char *name = store_chosen(&a);
	if (send_now)
		send_all(name);
	int64_t n = store_spooled(name, &file, &a, lines ? print_line : NULL, NULL, &err);
	struct str server = store_shown(&a, name ? str_of(name) : store_default_path(&a));
	if (n < 0)
		complain(err.status, "%s", err.text);
	else if (!file.p && !lines)
		printf("0 records wait: '%.*s' is not on a server\n", STR_ARG(server));
	else if (!lines)
		printf("%" PRId64 " records wait for '%.*s' in '%.*s'\n", n, STR_ARG(server), STR_ARG(file));
	arena_free(&a);
	return HEAL_OK;
}

const struct log_command spool_command = { "spool",
	{ "heal-log spool", "", "show or send the records that wait for the server of the store", spool_opts, NULL },
	spool };
