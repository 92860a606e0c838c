/* llm.c - fuzz target: what a language model's server answers
 *
 * The first byte chooses the interface and whether the answer is a stream; the rest is the body.  The text of an
 * accepted answer, or the body itself, is read as candidates for a project with one file.
 *
 * Held: no crash; what is refused has a reason; each edit that is taken changes that file, and has its origin. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "jsonschema/json_schema.h"
#include "llm/conversation.h"
#include "llm/proposals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static struct project {
	char root[40];
	struct pack *pack;
	struct config *config;
	struct source_tree *view;
} project;

static void project_remove(void)
{
	struct arena a = ARENA_INIT;

	source_free(project.view);
	config_free(project.config);
	pack_free(project.pack);
	unlink(arena_printf(&a, "%s/a.py", project.root).p);
	rmdir(project.root);
	arena_free(&a);
}

static void project_make(void)
{
	struct arena a = ARENA_INIT;
	const char *build = getenv("HEAL_BUILD");

	if (project.pack)
		return;
	memcpy(project.root, "/tmp/heal-fuzz-XXXXXX", sizeof("/tmp/heal-fuzz-XXXXXX"));
	must(mkdtemp(project.root) != NULL);
	must(file_replace(arena_printf(&a, "%s/a.py", project.root).p, STR("x = 1\ny = x\nprint(y)\n"), 0600, NULL));
	project.pack = pack_load(build ? arena_printf(&a, "%s/share/heal.pack", build).p : NULL, NULL);
	project.config = config_load(NULL, NULL);
	project.view = source_new(project.root, project.root, NULL);
	must(project.pack && project.config && project.view);
	atexit(project_remove);
	arena_free(&a);
}

static struct json *fitting(struct arena *a, struct str text)
{
	struct node row = node_get(pack_table(project.pack, "llm-operations"), "candidates");
	struct json *schema = json_parse(a, node_str(node_get(row, "schema")), JSON_PLAIN, NULL);
	struct json_schema *s = json_schema_new(a, schema, NULL);
	struct json *v = json_parse(a, text, JSON_PLAIN, NULL);

	must(s != NULL);
	if (v && !json_schema_fits(s, v, "", NULL))
		v = NULL;
	json_schema_free(s);
	return v;
}

static void candidates(struct arena *a, struct str text)
{
	struct json *answer = fitting(a, text);
	struct record r = record_new(a, KIND_INCIDENT);
	struct sent_files sent = { { STR("a.py") }, 1 };
	struct mask *m = mask_new(a, project.pack);
	struct candidate_context c = { project.config, m, project.view, &sent, STR("m") };
	size_t refused;
	struct err why;

	if (answer)
		candidates_take(&r, &c, answer, &refused, &why);
	LIST_EACH(solution, s, &r.solutions)
		LIST_EACH(step, step, &s->steps) {
			must(str_is(step->origin, "model") && s->confidence <= MODEL_CONFIDENCE_MOST);
			must(step->kind != STEP_EDIT || str_is(step->file, "a.py"));
			must(step->kind != STEP_CREATE || !str_starts(step->file, ".."));
		}
	mask_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "anthropic", "openai", "openai-responses" };
	struct arena a = ARENA_INIT;
	struct str all = { (const char *)data, size }, body = str_sub(all, 1, size);
	struct err err = { HEAL_OK, "" };
	struct reply reply = { .text = STR("") };

	if (!size)
		return 0;
	project_make();
	struct node rows = pack_table(project.pack, "llm-providers");
	struct provider p = { .row = node_get(rows, names[data[0] % 3]) };
	struct str type = data[0] & 4 ? STR("text/event-stream") : STR("application/json");
	bool accepted = answer_parse(&a, &p, type, body, &reply, &err);
	must(accepted == (err.text[0] == '\0'));
	candidates(&a, accepted ? reply.text : body);
	arena_free(&a);
	return 0;
}
