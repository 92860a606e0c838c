/* heal-fix - carry out what heal-analyze proposed, under policy, with the journal on disk first */
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/opt.h"
#include "config/config.h"
#include "fix/fix.h"
#include "prove.h"
#include "record/stream.h"
#include "rules/pack.h"

static bool apply, yes, diff, prove, verbose;
static const char *root, *threshold, *environment, *solution, *packs;
static const struct opt opts[] = {
	OPT_FLAG('a', "apply", &apply, "do it; without this, only show the plan"),
	OPT_FLAG('y', "yes", &yes, "agree to amber steps too (several files, a package)"),
	OPT_FLAG('P', "prove", &prove, "first see in a copy of the project with which solutions the command passes"),
	OPT_FLAG('d', "diff", &diff, "print the unified diff instead of records"),
	OPT_STR('r', "root", "DIR", &root, "the project (default: the one around the working directory)"),
	OPT_STR('t', "threshold", "N", &threshold, "least confidence that may act, 0 to 1 (default: 0.85)"),
	OPT_CHOICE('e', "environment", "dev|staging|production", &environment, "who must agree (default: dev)"),
	OPT_STR('s', "solution", "ID", &solution, "only the solution of this id"),
	OPT_STR('p', "packs", "FILE", &packs, "read this compiled pack image"),
	OPT_FLAG('v', "verbose", &verbose, "with --prove: say what is being tried"),
	OPT_END,
};
static const struct tool tool = { "heal-fix", "[file ...] [-- command [argument ...]]",
	"plan or apply the solutions of records", opts,
	"Nothing is changed until --apply is given.  'heal undo NAME' undoes a fix; 'heal review' shows what\n"
	"waits for a person.  With --prove the records are those of one run of COMMAND, which runs in a copy:\n"
	"  make 2>&1 | heal-detect | heal-analyze | heal-fix --prove --apply -- make\n" };

static struct config *settings(void)
{
	struct err err;
	struct config *c = config_of_project_or_die(root);

	if ((threshold && !config_set_flag(c, "threshold", threshold, "--threshold", &err)) ||
		(environment && !config_set_flag(c, "environment", environment, "--environment", &err)))
		die(err.status, "%s", err.text);
	return c;
}

/* The plan as a person, and `git apply`, read it. */
static void show(const struct record *r)
{
	struct str text = r->fix.diff, line;
	char words[700];
	static char long_line[65536];

	if (!r->fix.status)
		return;
	printf("# %.*s: ", STR_ARG(fix_status_name(r->fix.status)));
	printf("%s\n", visible(r->fix.solution, words, sizeof(words)));
	if (r->fix.reason.n)
		printf("# %s\n", visible(r->fix.reason, words, sizeof(words)));
	/* Byte for byte into a pipe, for `git apply`; on a terminal nothing may play tricks. */
	if (!isatty(1))
		fwrite(text.p ? text.p : "", 1, text.n, stdout);
	else
		while (str_line(&text, &line))
			printf("%s\n", visible(line, long_line, sizeof(long_line)));
	fflush(stdout);
}

static void out(const struct record *r)
{
	if (diff)
		show(r);
	else
		record_write(stdout, r);
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

int main(int argc, char **argv)
{
	struct err err;
	int dashes;

	tool_begin(&tool, &argc, argv, &dashes, false);
	if (prove && (!dashes || dashes == argc))
		die(HEAL_WRONG, "--prove wants the command that failed: heal-fix --prove -- make");
	if (!prove && dashes)
		die(HEAL_WRONG, "a command is run with --prove only");
	int files = (dashes ? dashes : argc) - 1;
	struct config *config = settings();
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	struct fixer_options o = { .root = root,
		.pack = pack,
		.config = config,
		.dry = !apply,
		.solution = solution,
		.consent = yes ? CONSENT_YES : CONSENT_APPLY };
	struct fixer *f = fixer_new(&o, &err);
	if (!f)
		die(err.status, "%s", err.text);
	if (fixer_notes(f))
		say("%s", fixer_notes(f));
	if (prove)
		proven_fixed(f, pack, config, argv + 1, files, argv + dashes);
	else
		records_each(argv + 1, files, one_record, f);
	fixer_free(f);
	pack_free(pack);
	config_free(config);
	return tool_end(HEAL_OK);
}
