/* heal-llm - ask a language model about incidents that no rule can solve */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/opt.h"
#include "base/proc.h"
#include "config/config.h"
#include "llm/asker.h"
#include "record/signature.h"
#include "record/stream.h"
#include "rules/secret_files.h"
#include "store/ledger.h"

static const char *packs, *root, *store_file, *list;
static bool all, ledger, no_cache, no_store, scan, show;
static const struct opt opts[] = {
	OPT_FLAG('a', "all", &all, "ask about each incident, not only about those that the rules leave open"),
	OPT_FLAG(0, "ledger", &ledger, "print what requests used, by day and model, and exit"),
	OPT_FLAG(0, "no-cache", &no_cache, "do not use, and do not keep, earlier answers"),
	OPT_FLAG(0, "no-store", &no_store, "use no store: no entry in the ledger is made"),
	OPT_STR('o', "operations", "LIST", &list, "what to ask for: analysis, causes, candidates, plan"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one"),
	OPT_STR('r', "root", "dir", &root, "the project (default: the one around the working directory)"),
	OPT_FLAG(0, "scan", &scan, "review the named source files: an incident for each finding"),
	OPT_FLAG(0, "show-prompt", &show, "print what would be sent, a line for each request, and send nothing"),
	OPT_STR(0, "store", "file", &store_file, "the store, instead of the configured one"),
	OPT_END,
};
static const struct tool tool = { "heal-llm", "[file ...]",
	"ask a language model about incidents that no rule can solve", opts,
	"  make 2>&1 | heal-detect | heal-analyze | heal-llm --show-prompt | jq .\n"
	"  make 2>&1 | heal-detect | heal-analyze | heal-llm | heal-fix --prove -- make\n" };

struct stage {
	struct asker *asker; /* NULL: records are passed on as they are */
	bool failed;
	bool shown; /* progress is on the terminal */
};

static void tell(void *ctx, const char *line)
{
	(void)ctx;
	say("%s", line);
}

/* On a terminal. */
static void progress(void *ctx, struct str what, size_t bytes)
{
	struct stage *s = ctx;

	if (!isatty(STDERR_FILENO))
		return;
	if (!bytes) {
		if (s->shown)
			fprintf(stderr, "\r\033[K");
		s->shown = false;
		return;
	}
	s->shown = true;
	fprintf(stderr, "\r\033[Kheal-llm: %.*s: %zu kB", STR_ARG(what), bytes / 1000 + 1);
}

static void record_out(void *ctx, struct record *r)
{
	(void)ctx;
	record_write(stdout, r);
}

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	struct stage *s = ctx;

	(void)rr;
	if (s->asker && !asker_record(s->asker, r))
		s->failed = true;
	if (!show)
		record_out(s, r);
}

static void ledger_line(void *ctx, struct str day, const struct ledger_entry *e, int64_t failed)
{
	(void)ctx;
	printf("%.*s %.*s %.*s: %lld requests, %lld failed, %lld + %lld tokens, %.1f s", STR_ARG(day),
		STR_ARG(e->provider), STR_ARG(e->model), (long long)e->requests, (long long)failed, (long long)e->input,
		(long long)e->output, e->seconds);
	if (e->cost > 0)
		printf(", cost %.4f", e->cost);
	putchar('\n');
}

static void ledger_print(const char *name)
{
	struct err err;
	struct store *s = store_open_read(name, &err);

	if (!s || !ledger_each(s, ledger_line, NULL, &err))
		die(err.status, "%s", err.text);
	store_close(s);
}

static void scan_all(struct stage *s, struct source_tree *view, char **names)
{
	for (size_t i = 0; names[i]; i++) {
		struct str path = source_resolve(view, str_of(names[i]));
		if (!path.p)
			complain(HEAL_WRONG, "'%s' is not a file of the project", names[i]);
		else if (!asker_scan(s->asker, path, record_out, s))
			s->failed = true;
	}
}

static struct source_tree *project_open(struct arena *a, const struct pack *pack)
{
	struct err err;
	struct str found = project_root(a, root ? root : ".");
	struct source_tree *view = source_new(root ? root : found.n ? found.p : ".", ".", &err);
	static const struct str own[] = { { ".git", 4 }, { ".hg", 3 }, { ".svn", 4 }, { ".heal", 5 } };
	const struct str *secret;

	if (!view)
		die(err.status, "%s", err.text);
	size_t n = secret_files(a, pack, &secret), own_n = sizeof(own) / sizeof(own[0]);
	struct str *hidden = arena_alloc(a, (n + own_n) * sizeof(*hidden));
	memcpy(hidden, own, sizeof(own));
	if (n)
		memcpy(hidden + own_n, secret, n * sizeof(*hidden));
	source_hide(view, hidden, n + own_n);
	proc_helpers_avoid(arena_strdup(a, source_root(view)));
	return view;
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err = { HEAL_OK, "" };
	struct stage stage = { 0 };

	tool_begin(&tool, &argc, argv, NULL, false);
	struct asker_options o = { .all = all,
		.no_cache = no_cache,
		.show = show ? stdout : NULL,
		.tell = tell,
		.progress = progress,
		.ctx = &stage };
	if (list && !(o.operations = model_operations_parse(str_of(list), &err)))
		die(err.status, "%s", err.text);
	struct config *config = config_of_project_or_die(root);
	struct str set = config_str(config, "store");
	const char *store_name = store_file ? store_file : set.n ? arena_strdup(&a, set) : NULL;
	if (ledger) {
		ledger_print(store_name);
		config_free(config);
		arena_free(&a);
		return tool_end(HEAL_OK);
	}
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	o.pack = pack;
	o.config = config;
	o.view = project_open(&a, pack);
	if (!no_store && !show && !config_bool(config, "dry_run"))
		o.store = store_open(store_name, &err);
	if (err.status != HEAL_OK)
		say("requests are not stored: %s", err.text);
	if (!show && !config_bool(config, "dry_run"))
		signature_key_make();
	stage.asker = asker_new(&o, &err);
	if (!stage.asker)
		complain(err.status, "%s", err.text);
	if (scan && stage.asker)
		scan_all(&stage, o.view, argv + 1);
	else if (!scan)
		records_each(argv + 1, argc - 1, one_record, &stage);
	int status = tool_end(stage.failed ? HEAL_REFUSED : HEAL_OK);
	asker_free(stage.asker);
	store_close(o.store);
	config_free(config);
	source_free(o.view);
	pack_free(pack);
	arena_free(&a);
	return status;
}
