/* heal-fix - plan or apply the solutions of incidents under a policy; a backup is on disk before any change */
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
	OPT_FLAG('a', "apply", &apply, "apply the plan instead of only showing it"),
	OPT_FLAG('y', "yes", &yes, "also apply amber plans (several files, a package)"),
	OPT_FLAG('d', "diff", &diff, "print the unified diff instead of records"),
	OPT_STR('r', "root", "DIR", &root, "the project (default: the one around the working directory)"),
	OPT_STR('t', "threshold", "N", &threshold, "lowest confidence that may act, 0 to 1 (default: 0.85)"),
	OPT_CHOICE('e', "environment", "dev|staging|production", &environment,
		"which confirmation a plan needs (default: dev)"),
	OPT_STR('s', "solution", "ID", &solution, "consider only the solution with this id"),
	OPT_STR('p', "packs", "FILE", &packs, "rule image to use instead of the installed one"),
	OPT_END,
};
static const struct tool tool = { "heal-fix", "[file ...]", "plan or apply the solutions of incidents under a policy",
	opts,
	"Nothing is changed without --apply.  'heal undo NAME' undoes a fix; 'heal review' lists the plans\n"
	"that need approval.\n" };

static struct config *settings(void)
{
	struct err err;
	struct config *c = config_of_project_or_die(root);

	if ((threshold && !config_set_flag(c, "threshold", threshold, "--threshold", &err)) ||
		(environment && !config_set_flag(c, "environment", environment, "--environment", &err)))
		die(err.status, "%s", err.text);
	return c;
}

/* Print the plan in a form that `git apply` accepts. */
static void show(const struct record *r)
{
	struct str text = record_str(r, F_FIX_DIFF), line, status = record_str(r, F_FIX_STATUS);
	char words[700];
	static char long_line[65536];

	if (!status.n)
		return;
	printf("# %s: ", visible(status, words, sizeof(words)));
	printf("%s\n", visible(record_str(r, F_FIX_SOLUTION), words, sizeof(words)));
	if (record_str(r, F_FIX_REASON).n)
		printf("# %s\n", visible(record_str(r, F_FIX_REASON), words, sizeof(words)));
	/* Unchanged into a pipe, for `git apply`; on a terminal without control sequences. */
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
			visible(record_str(r, F_FIX_REASON), reason, sizeof(reason)));
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
