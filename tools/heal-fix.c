/* heal-fix - carry out what heal-analyze proposed, under policy, with the way back on disk first */
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/opt.h"
#include "config/config.h"
#include "fix/fix.h"
#include "record/stream.h"
#include "rules/pack.h"

static bool apply, yes, diff;
static const char *root, *threshold, *environment, *solution, *packs;
static const struct opt opts[] = {
	OPT_FLAG('a', "apply", &apply, "do it; without this, only show the plan"),
	OPT_FLAG('y', "yes", &yes, "agree to amber steps too (several files, a package)"),
	OPT_FLAG('d', "diff", &diff, "print the unified diff instead of records"),
	OPT_STR('r', "root", "DIR", &root, "the project (default: the one around the working directory)"),
	OPT_STR('t', "threshold", "N", &threshold, "least confidence that may act, 0 to 1 (default: 0.85)"),
	OPT_CHOICE('e', "environment", "dev|staging|production", &environment, "who must agree (default: dev)"),
	OPT_STR('s', "solution", "ID", &solution, "only the solution of this id"),
	OPT_STR('p', "packs", "FILE", &packs, "read this compiled pack image"),
	OPT_END,
};
static const struct tool tool = { "heal-fix", "[file ...]", "plan or apply the solutions of records", opts,
	"Nothing is changed until --apply is given.  'heal undo NAME' takes a fix back; 'heal review' shows\n"
	"what waits for a person.\n" };

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
	struct str text = r->fix.diff, line, status = record_str(r, F_FIX_STATUS);
	char words[700];
	static char long_line[65536];

	if (!status.n)
		return;
	printf("# %s: ", visible(status, words, sizeof(words)));
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

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	struct fixer *f = ctx;

	(void)rr;
	if (!fixer_record(f, r)) {
		char reason[600];
		complain(fixer_status(f), "%.*s: %s", STR_ARG(record_str(r, F_FIX_STATUS)),
			visible(r->fix.reason, reason, sizeof(reason)));
	}
	if (diff)
		show(r);
	else
		record_write(stdout, r);
}

int main(int argc, char **argv)
{
	struct err err;

	tool_begin(&tool, &argc, argv, NULL, false);
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
	records_each(argv + 1, argc - 1, one_record, f);
	fixer_free(f);
	pack_free(pack);
	config_free(config);
	return tool_end(HEAL_OK);
}
