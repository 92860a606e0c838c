/* heal run - run a command and repair what makes it fail */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "commands.h"
#include "store/store.h"
#include "loop/session.h"
#include "present/present.h"
#include "rules/pack.h"

static struct pack *pack_or_die(const char *file)
{
	struct err err;
	struct pack *p = pack_load(file, &err);

	if (!p)
		die(err.status, "%s", err.text);
	return p;
}

static const char *packs, *root, *records, *store_file, *max_attempts, *reruns, *level, *ask_fd, *colour = "auto";
static bool all_or_nothing, commit, llm, yes, rerun, dry_run, verbose, no_colour, no_store;
static const struct opt run_opts[] = {
	OPT_FLAG('y', "yes", &yes, "apply a verified fix without confirmation"),
	OPT_STR(0, "ask-fd", "n", &ask_fd,
		"ask for confirmation on this socket instead of the terminal, as heal-mcp does"),
	OPT_FLAG(0, "rerun", &rerun,
		"after a fix, also run a command again that acts outside the project, such as 'terraform apply'"),
	OPT_FLAG('n', "dry-run", &dry_run, "show what would be tried; change nothing"),
	OPT_STR(0, "max-attempts", "n", &max_attempts, "try at most n solutions for an incident"),
	OPT_STR(0, "reruns", "n", &reruns,
		"runs that must fail without a fix, and pass with it, if the failure may be intermittent"),
	OPT_FLAG(0, "all-or-nothing", &all_or_nothing,
		"change nothing unless the command passes then, even if some of several failures can be repaired"),
	OPT_CHOICE(
		'l', "level", "quick|standard|thorough", &level, "how thorough the checks are, and their time limit"),
	OPT_FLAG(0, "llm", &llm, "ask a language model (heal-llm) where the rules know nothing that helps"),
	OPT_FLAG(0, "commit", &commit, "commit the fix after the command has passed"),
	OPT_STR(0, "records", "file", &records, "also write the records to file"),
	OPT_STR(0, "root", "dir", &root, "the project (default: the one around the working directory)"),
	OPT_STR(0, "store", "file", &store_file, "the store"),
	OPT_FLAG(0, "no-store", &no_store, "do not store anything about this run"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour heal's own messages"),
	OPT_FLAG(0, "no-color", &no_colour, "the same as --color never"),
	OPT_FLAG('v', "verbose", &verbose, "report what is being tried"),
	OPT_END,
};
static const struct tool run_tool = { "heal run", "-- command [argument ...]",
	"run a command and repair what makes it fail", run_opts,
	"  heal run -- make            asks before it changes anything\n"
	"  heal run --yes -- make -j8  applies what was verified in a copy\n"
	"The exit status is the last one of the command.\n" };

int command_run(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct err err;

	command_begin(&run_tool, &argc, argv, true);
	if (argc < 2)
		die(HEAL_WRONG, "'run' requires a command, as in 'heal run -- make'");
	/* What Python's hook (heal hook) says would be read as the program's. */
	setenv("HEAL_RUNNING", "1", 1);
	if (store_has_password(str_of(store_file)))
		die(HEAL_WRONG,
			"--store: other users can read a password in an argument; put it into $HEAL_STORE or "
			"~/.pgpass");
	struct str project = root ? str_of(root) : project_root(&a, ".");
	struct config *c = config_or_die(project.n ? project.p : NULL);
	if ((max_attempts && !config_set_flag(c, "max_attempts", max_attempts, "--max-attempts", &err)) ||
		(reruns && !config_set_flag(c, "validation.reruns", reruns, "--reruns", &err)) ||
		(all_or_nothing && !config_set_flag(c, "all_or_nothing", "true", "--all-or-nothing", &err)) ||
		(commit && !config_set_flag(c, "commit.enabled", "true", "--commit", &err)) ||
		(level && !config_set_flag(c, "validation.level", level, "--level", &err)))
		die(err.status, "%s", err.text);
	struct ask_channel channel;
	if (!ask_channel_init(&channel, ask_fd, &err))
		die(err.status, "%s", err.text);
	FILE *out = records ? fopen(records, "we") : NULL;
	if (records && !out)
		die(HEAL_REFUSED, "cannot write '%s': %s", records, strerror(errno));
	struct pack *pack = pack_or_die(packs);
	struct session_options o = { .argv = argv + 1,
		.pack = pack,
		.config = c,
		.store = store_file,
		.no_store = no_store,
		.packs = packs,
		.llm = llm,
		.records = out,
		.root = root,
		.yes = yes,
		.channel = ask_fd ? &channel : NULL,
		.rerun = rerun,
		.dry_run = dry_run,
		.verbose = verbose || config_bool(c, "verbose"),
		.colour = colour_wanted(stderr, no_colour ? COLOUR_NEVER : colour_parse(colour)) };
	int status = session_run(&o, &err);
	if (status < 0)
		complain(err.status, "%s", err.text);
	pack_free(pack);
	config_free(c);
	if (out && fclose(out) != 0)
		say("cannot write '%s' completely: %s", records, strerror(errno));
	arena_free(&a);
	return status < 0 ? tool_end(HEAL_BROKEN) : status;
}
