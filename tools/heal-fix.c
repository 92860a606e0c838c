/* heal-fix - plan or apply the solutions of incidents under a policy; a backup is on disk before any change */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/opt.h"
#include "config/config.h"
#include "fix/ask_channel.h"
#include "fix/fix.h"
#include "present/present.h"
#include "present/safe.h"
#include "prove.h"
#include "record/signature.h"
#include "record/stream.h"
#include "rules/pack.h"
#include "rules/secret_files.h"
#include "store/improvement.h"

enum { LINE_WIDTH = 65536 };

static bool apply, yes, diff, prove, verbose;
static const char *root, *threshold, *environment, *solution, *packs, *ask_fd, *format, *colour = "auto";
static const struct opt opts[] = {
	OPT_FLAG('a', "apply", &apply, "apply the plan instead of only showing it"),
	OPT_FLAG('y', "yes", &yes, "also apply amber plans (several files, a package)"),
	OPT_STR(0, "ask-fd", "N", &ask_fd, "ask for confirmation of each plan on this socket, as heal-mcp does"),
	OPT_FLAG('P', "prove", &prove, "first find out in a copy of the project which solutions make the command pass"),
	OPT_FLAG('d', "diff", &diff, "print the unified diff instead of records"),
	OPT_CHOICE(
		'f', "format", PRESENT_FORMATS, &format, "output format (default: human on a terminal, else ndjson)"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour human output"),
	OPT_STR('r', "root", "DIR", &root, "the project (default: the one around the working directory)"),
	OPT_STR('t', "threshold", "N", &threshold, "lowest confidence that is applied, 0 to 1 (default: 0.85)"),
	OPT_CHOICE('e', "environment", "dev|staging|production", &environment,
		"which confirmation a plan needs (default: dev)"),
	OPT_STR('s', "solution", "ID", &solution, "consider only the solution with this id"),
	OPT_STR('p', "packs", "FILE", &packs, "rule image to use instead of the installed one"),
	OPT_FLAG('v', "verbose", &verbose, "with --prove: report each trial"),
	OPT_END,
};
static const struct tool tool = { "heal-fix", "[file ...] [-- command [argument ...]]",
	"plan or apply the solutions of incidents under a policy", opts,
	"Nothing is changed without --apply.  'heal undo NAME' undoes a fix; 'heal review' lists the plans\n"
	"that need approval.  With --prove the records are those of one run of the command:\n"
	"  make 2>&1 | heal-detect | heal-analyze | heal-fix --prove --apply -- make\n" };

/* The threshold that heal-log improve found. */
static void threshold_learned(struct config *c)
{
	struct arena a = ARENA_INIT;
	struct str set = config_str(c, "store");
	struct store *s = store_open_read(set.n ? arena_strdup(&a, set) : NULL, NULL);

	threshold_apply(s, c);
	store_close(s);
	arena_free(&a);
}

static struct config *settings(void)
{
	struct err err;
	struct config *c = config_of_project_or_die(root);

	threshold_learned(c);
	if ((threshold && !config_set_flag(c, "threshold", threshold, "--threshold", &err)) ||
		(environment && !config_set_flag(c, "environment", environment, "--environment", &err)))
		die(err.status, "%s", err.text);
	return c;
}

static bool in_ci(void)
{
	return getenv("GITHUB_ACTIONS") || getenv("TF_BUILD") || getenv("TEAMCITY_VERSION");
}

/* Print the plan in a form that `git apply` accepts. */
static void show(const struct record *r)
{
	struct str text = r->fix.diff, line;
	char words[700];

	if (!r->fix.status)
		return;
	printf("# %.*s: ", STR_ARG(fix_status_name(r->fix.status)));
	printf("%s\n", visible(r->fix.solution, words, sizeof(words)));
	if (r->fix.reason.n)
		printf("# %s\n", visible(r->fix.reason, words, sizeof(words)));
	/* Unchanged into a pipe, for `git apply`; on a terminal without control sequences.  In a CI system the pipe may
	 * be its log, where a line could be a command. */
	if (!isatty(1) && !(in_ci() && text_has_command(text)))
		fwrite(text.p ? text.p : "", 1, text.n, stdout);
	else
		while (str_line(&text, &line))
			printf("%s\n", text_safe(r->a, line, LINE_WIDTH, LINE_BEGINS).p);
	fflush(stdout);
}

static struct presenter *presenter; /* NULL: --diff */

static void out(const struct record *r)
{
	if (presenter)
		presenter_record(presenter, r);
	else
		show(r);
}

static void tell(void *ctx, const char *line)
{
	(void)ctx;
	say("%s", line);
}

static void fix(void *ctx, struct record *r)
{
	struct fixer *f = ctx;
	char reason[600];

	if (!fixer_record(f, r))
		complain(fixer_status(f), "%.*s: %s", STR_ARG(fix_status_name(r->fix.status)),
			visible(r->fix.reason, reason, sizeof(reason)));
}

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	(void)rr;
	solutions_mark_foreign(r, fixer_tree(ctx)->path);
	fix(ctx, r);
	out(r);
}

static void proven_fixed(struct fixer *f, const struct pack *pack, const struct config *config, char *const *files,
	int n, char *const *command)
{
	struct proving_options o = {
		.pack = pack, .config = config, .fixer = f, .argv = command, .verbose = verbose, .fix = fix, .out = out
	};

	prove_records(&o, files, n);
}

struct asking {
	struct ask_channel channel;
	const struct config *config;
};

static bool ask(void *ctx, const struct plan *plan, const char **by)
{
	struct asking *x = ctx;

	*by = x->channel.by;
	return ask_channel_ask(&x->channel, x->config, plan, STR(""));
}

static struct presenter *presenter_of(struct arena *a, const struct pack *pack)
{
	struct presenter *p = presenter_new(format, stdout, colour_parse(colour));
	const struct str *hidden;
	size_t n = secret_files(a, pack, &hidden);

	presenter_hide(p, hidden, n);
	return p;
}

int main(int argc, char **argv)
{
	struct err err;
	int dashes;

	tool_begin(&tool, &argc, argv, &dashes, false);
	if (prove && (!dashes || dashes == argc))
		die(HEAL_WRONG, "--prove requires the command that failed: heal-fix --prove -- make");
	if (!prove && dashes)
		die(HEAL_WRONG, "a command requires --prove");
	if (diff && format)
		die(HEAL_WRONG, "option '--diff' cannot be used with '--format'");
	int files = (dashes ? dashes : argc) - 1;
	struct config *config = settings();
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	struct asking asking = { .config = config };
	if (!ask_channel_init(&asking.channel, ask_fd, &err))
		die(err.status, "%s", err.text);
	struct fixer_options o = { .root = root,
		.pack = pack,
		.config = config,
		.dry = !apply,
		.solution = solution,
		.tell = tell,
		.ask = ask_fd ? ask : NULL,
		.ctx = &asking,
		.consent = yes ? CONSENT_YES :
			ask_fd ? CONSENT_NONE :
				 CONSENT_APPLY };
	struct fixer *f = fixer_new(&o, &err);
	if (!f)
		die(err.status, "%s", err.text);
	struct arena a = ARENA_INIT;
	if (!diff)
		presenter = presenter_of(&a, pack);
	if (fixer_notes(f))
		say("%s", fixer_notes(f));
	if (prove)
		proven_fixed(f, pack, config, argv + 1, files, argv + dashes);
	else
		records_each(argv + 1, files, one_record, f);
	presenter_end(presenter);
	arena_free(&a);
	fixer_free(f);
	pack_free(pack);
	config_free(config);
	return tool_end(HEAL_OK);
}
