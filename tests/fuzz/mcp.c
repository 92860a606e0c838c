/* mcp.c - fuzz target: what a client sends to heal-mcp, where no program can be started
 *
 * Held: no crash; each answer is one line of JSON-RPC; a request is answered at most once; all calls end. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/heal-fuzz-XXXXXX";
static struct config *config;

static void must(bool good)
{
	if (!good)
		abort();
}

/* ---- in the place of transport.c and children.c ---- */

void transport_send(struct server *s, struct str line)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct json *m = json_parse(&a, line, JSON_PLAIN, &err);

	(void)s;
	must(m && str_chr(line, '\n') == line.n);
	must(m->type == JSON_ARRAY || str_is(json_str(json_get(m, "jsonrpc")), "2.0"));
	arena_free(&a);
}

bool children_start(struct arena *a, struct children *c, const struct pipeline *p, struct err *err)
{
	/* No option comes from the client, and no value of it looks like one. */
	(void)a, (void)c;
	for (size_t i = 0; i < p->n; i++)
		must(str_starts(str_of(p->argv[i][0]), "heal"));
	return err_set(err, HEAL_REFUSED, "no program is started");
}

bool children_work(struct children *c)
{
	(void)c;
	return true;
}

void children_stop(struct children *c)
{
	(void)c;
}

void children_release(struct children *c)
{
	(void)c;
}

/* ---- */

static void end(void)
{
	rmdir(folder);
	config_free(config);
}

static void begin(void)
{
	struct err err;

	if (config)
		return;
	setenv("HOME", "/nonexistent", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	setenv("HEAL_MCP_CALLS", "10000", 1);
	must(mkdtemp(folder) && (config = config_load(NULL, &err)));
	atexit(end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server s = { .client = STR("mcp:fuzz"), .config = NULL };
	struct str rest = { (const char *)data, size }, line;
	char *names[] = { folder };

	begin();
	s.config = config;
	folders_open(&s.folders, &s.a, names, 1);
	*VEC_ADD(&s.a, &s.commands) = STR("true");
	s.table = json_parse(&s.a, str_of(mcp_table), JSON_PLAIN, NULL);
	must(s.table != NULL);
	tools_begin(&s);
	for (int i = 0; i < 50 && str_line(&rest, &line); i++) {
		dispatch_line(&s, line);
		calls_work(&s);
	}
	calls_work(&s);
	must(!s.calls && !s.calls_n);
	for (size_t i = 0; i < json_count(json_get(s.table, "tools")); i++)
		json_schema_free(s.inputs[i]);
	tree_close(&s.folders.at[0]);
	arena_free(&s.folders.a);
	arena_free(&s.a);
	return 0;
}
