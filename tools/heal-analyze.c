/* heal-analyze - add causes and solutions to incidents */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/analyzer.h"
#include "analyze/model_answers.h"
#include "base/diag.h"
#include "base/opt.h"
#include "base/proc.h"
#include "config/config.h"
#include "present/present.h"
#include "record/signature.h"
#include "record/stream.h"
#include "rules/pack.h"
#include "rules/secret_files.h"
#include "store/history.h"

static const char *format, *packs, *root, *store_file, *colour = "auto", *by;
static bool explain, llm, no_store;
static const struct opt opts[] = {
	OPT_CHOICE(
		'f', "format", PRESENT_FORMATS, &format, "output format (default: human on a terminal, else ndjson)"),
	OPT_CHOICE(0, "by", PRESENT_BY, &by, "print how many incidents there are of each, instead of them"),
	OPT_STR('r', "root", "dir", &root, "the project (default: the one around the working directory)"),
	OPT_STR(0, "store", "file", &store_file, "the store to read past outcomes from"),
	OPT_FLAG(0, "no-store", &no_store, "read no store: the confidence is the prior of the rule"),
	OPT_FLAG(0, "llm", &llm,
		"ask a language model (heal-llm) where the rules know no solution; at the end of the input"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one"),
	OPT_FLAG('e', "explain", &explain, "report on stderr why each cause holds or not"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour human output"),
	OPT_END,
};
static const struct tool tool = { "heal-analyze", "[file ...]", "add causes and solutions to incidents", opts,
	"  make 2>&1 | heal-detect | heal-analyze --format human\n" };

struct stage {
	struct analyzer *analyzer;
	struct presenter *out;
	struct arena a;
	bool makes_key;          /* for signatures, if there is none: not in a dry run */
	VEC(struct record) kept; /* with --llm, until a model was asked */
};

/* What the analyzer did not make itself is not signed: it passes records of other kinds on as they are. */
static void sign(const struct stage *s, struct record *r)
{
	if (r->kind != KIND_INCIDENT || r->solutions.n == 0)
		return;
	if (s->makes_key)
		signature_key_make();
	solutions_sign(r);
}

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	struct stage *s = ctx;

	(void)rr;
	analyzer_record(s->analyzer, r);
	sign(s, r);
	if (llm)
		*VEC_ADD(&s->a, &s->kept) = record_copy(&s->a, r);
	else
		presenter_record(s->out, r);
}

static void tell(void *ctx, const char *line)
{
	(void)ctx;
	say("%s", line);
}

static bool is_open(const struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		if (solution_is_plausible(s) && !s->rests_until.n)
			return false;
	return r->kind == KIND_INCIDENT && r->analysis.root && !r->error.summary;
}

/* All at once, since the limits of heal-llm are those of a run. */
static void ask_model(struct stage *s, const struct source_tree *view, struct solution_history past)
{
	struct record **open = arena_alloc(&s->a, (s->kept.n + 1) * sizeof(*open));
	size_t n = 0;
	struct err err;
	struct model_options o = {
		.root = source_root(view).p, .packs = packs, .no_store = no_store, .history = past, .tell = tell
	};

	for (size_t i = 0; i < s->kept.n; i++)
		if (is_open(&s->kept.at[i]))
			open[n++] = &s->kept.at[i];
	if (n && model_answers_add(&s->a, &o, open, n, &err) < 0)
		say("no language model was asked: %s", err.text);
	for (size_t i = 0; i < s->kept.n; i++) {
		sign(s, &s->kept.at[i]);
		presenter_record(s->out, &s->kept.at[i]);
	}
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err;

	tool_begin(&tool, &argc, argv, NULL, false);
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	struct str found = project_root(&a, root ? root : ".");
	struct source_tree *view = source_new(root ? root : found.n ? found.p : ".", ".", &err);
	if (!view)
		die(err.status, "%s", err.text);
	proc_helpers_avoid(arena_strdup(&a, source_root(view)));
	struct config *config = config_of_project_or_die(root);
	struct str set = config_str(config, "store");
	struct history *history = history_open(store_file ? store_file : set.n ? arena_strdup(&a, set) : NULL);
	struct analyzer_options o = { .pack = pack, .view = view, .changes = true, .explain = explain ? stderr : NULL };
	if (!no_store)
		o.history = history_questions(history);
	o.history.tree = source_root(view);
	struct stage stage = { .analyzer = analyzer_new(&o),
		.out = presenter_new(format, stdout, colour_parse(colour)),
		.a = ARENA_INIT,
		.makes_key = !config_bool(config, "dry_run") };
	if (by && !presenter_by(stage.out, by))
		die(HEAL_WRONG, "option '--by' has the formats human and ndjson, not '%s'", format);
	const struct str *hidden;
	size_t hidden_n = secret_files(&a, pack, &hidden);
	presenter_hide(stage.out, hidden, hidden_n);
	records_each(argv + 1, argc - 1, one_record, &stage);
	if (llm)
		ask_model(&stage, view, o.history);
	arena_free(&stage.a);
	presenter_end(stage.out);
	analyzer_free(stage.analyzer);
	history_close(history);
	config_free(config);
	source_free(view);
	pack_free(pack);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
