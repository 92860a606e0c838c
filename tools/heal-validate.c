/* heal-validate - verify applied fixes and roll back those that failed */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/opt.h"
#include "base/shell.h"
#include "config/config.h"
#include "detect/test_count.h"
#include "present/present.h"
#include "record/stream.h"
#include "rules/pack.h"
#include "rules/secret_files.h"
#include "validate/validate.h"

enum { LOG_MAX = 256 << 20 };

static const char *level, *root, *format, *packs, *before, *colour = "auto";
static int times, timeout;
static bool keep, rerun;
static const struct opt opts[] = {
	OPT_CHOICE('l', "level", "quick|standard|thorough", &level, "how thorough the checks are (default: standard)"),
	OPT_STR('r', "root", "DIR", &root, "the project (default: the one around the working directory)"),
	OPT_INT('n', "times", "N", &times,
		"run the command N times; all must agree (default: 1; thorough: validation.reruns)"),
	OPT_INT('t', "timeout", "SECONDS", &timeout, "time limit for each run of the command (default: 300)"),
	OPT_STR('b', "before", "FILE", &before, "output of the failing run, to compare the number of tests"),
	OPT_FLAG(0, "rerun", &rerun, "also run a command that acts outside the project, such as 'terraform apply'"),
	OPT_FLAG('k', "keep", &keep, "roll nothing back"),
	OPT_CHOICE(
		'f', "format", PRESENT_FORMATS, &format, "output format (default: human on a terminal, else ndjson)"),
	OPT_STR('p', "packs", "FILE", &packs, "rule image to use instead of the installed one"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour human output"),
	OPT_END,
};
static const struct tool tool = { "heal-validate", "[file ...] [-- command [argument ...]]",
	"verify applied fixes and roll back those that failed", opts,
	"  make 2>&1 | heal-detect | heal-analyze | heal-fix --apply | heal-validate -- make\n" };

static struct config *settings(void)
{
	struct err err;
	struct config *c = config_of_project_or_die(root);

	if ((level && !config_set_flag(c, "validation.level", level, "--level", &err)) ||
		(rerun && !config_set_flag(c, "allow_rerun", "true", "--rerun", &err)))
		die(err.status, "%s", err.text);
	return c;
}

/* The command of the person or of the policy; NULL: none.  It never comes from a record. */
static char *const *command_of(struct arena *a, const struct config *c, char *const *given)
{
	struct shell_line line = shell_split(a, config_str(c, "validation.command"));
	size_t n = line.n ? line.command[0].n : 0;

	if (given || !line.text.n)
		return given;
	if (!line.simple || !n)
		die(HEAL_WRONG, "validation.command (%s) must be one command without operators, variables or globs",
			config_origin(c, "validation.command"));
	char **argv = arena_alloc(a, (n + 1) * sizeof(*argv));
	for (size_t i = 0; i < n; i++)
		argv[i] = arena_strdup(a, line.command[0].word[i].value);
	return argv;
}

static long tests_before(const struct pack *pack)
{
	struct arena a = ARENA_INIT;
	struct str text;
	struct err err;
	long n;

	if (!before)
		return -1;
	if (!file_read(&a, before, LOG_MAX, &text, &err))
		die(err.status, "%s", err.text);
	n = tests_run(pack, text);
	arena_free(&a);
	return n;
}

static void out(void *ctx, const struct record *r)
{
	presenter_record(ctx, r);
}

static void tell(void *ctx, enum heal_status status, const char *text)
{
	(void)ctx;
	if (status == HEAL_OK)
		say("%s", text);
	else
		complain(status, "%s", text);
}

static void one_record(void *ctx, struct record *r, const struct record_reader *rr)
{
	(void)rr;
	validator_add(ctx, r);
}

int main(int argc, char **argv)
{
	struct err err;
	struct arena a = ARENA_INIT;
	int dashes;

	tool_begin(&tool, &argc, argv, &dashes, false);
	if (dashes && dashes == argc)
		die(HEAL_WRONG, "no command after '--'");
	int files = (dashes ? dashes : argc) - 1;
	struct config *config = settings();
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	const struct str *hidden;
	size_t hidden_n = secret_files(&a, pack, &hidden);
	struct presenter *p = presenter_new(format, stdout, colour_parse(colour));
	presenter_hide(p, hidden, hidden_n);
	struct validator_options o = {
		.pack = pack,
		.config = config,
		.root = root,
		.argv = command_of(&a, config, dashes ? argv + dashes : NULL),
		.level = validate_level_wanted(config),
		.times = times,
		.timeout = timeout,
		.tests = tests_before(pack),
		.keep = keep || config_bool(config, "dry_run"),
		.out = out,
		.tell = tell,
		.ctx = p,
	};
	struct validator *v = validator_new(&o, &err);
	if (!v)
		die(err.status, "%s", err.text);
	records_each(argv + 1, files, one_record, v);
	enum heal_status status = validator_end(v);
	presenter_end(p);
	validator_free(v);
	pack_free(pack);
	config_free(config);
	arena_free(&a);
	return tool_end(status);
}
