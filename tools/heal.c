/* heal - run a command and repair what makes it fail; undo, review, settings
 *
 *   heal run      heal/run.c        lib/loop/session.c: run, analyse, repair a copy, apply, verify, keep or roll back
 *   heal undo     heal/undo.c       lib/journal/journal.h
 *   heal review   heal/review.c     lib/policy/review_queue.h: plans that need approval
 *   heal trust    heal/settings.c   permit a project's settings to loosen the policy
 *   heal config   heal/settings.c   print each setting and its origin
 *   heal policy   heal/policy.c     what the policy would decide now
 *   heal doctor   heal/doctor.c     check the installation
 *   heal top      heal/top.c        show projects, sessions and incidents; heal/screen.c: the terminal
 *   heal X ...    starts heal-X
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/proc.h"
#include "commands.h"
#include "config/config.h"

const struct opt no_opts[] = { OPT_END };

void command_begin(const struct tool *tool, int *argc, char **argv, bool stop_at_operand)
{
	tool_begin(tool, argc, argv, NULL, stop_at_operand);
	tool_name = "heal";
}

struct str program_here(struct arena *a, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return STR_NONE;
	return arena_printf(a, "%.*s/%s", STR_ARG(path_dir((struct str){ self, (size_t)n })), name);
}

static const struct tool heal_tool = { "heal", "command [argument ...]",
	"turn the output of a failing command into a verified repair", no_opts,
	"  run -- COMMAND   run a command and repair what makes it fail\n"
	"  undo [name]      undo a fix\n"
	"  review           list, show, approve or deny plans that need approval\n"
	"  trust [dir]      permit a project's settings to loosen the policy\n"
	"  config           print each setting and its origin\n"
	"  policy test      show what the policy would decide just now, and why\n"
	"  doctor           check the installation\n"
	"  top              show projects, sessions and incidents, again and again\n"
	"  hook SHELL       print a shell function that repeats the last command line\n"
	"  mcp              offer heal to agents; 'mcp install' sets them up\n"
	"  detect, analyze, fix, validate, log, rules   start heal-detect and so on\n"
	"See heal(7) for an introduction.\n" };

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", command_run },
	{ "undo", command_undo },
	{ "review", command_review },
	{ "trust", command_trust },
	{ "config", command_config },
	{ "policy", command_policy },
	{ "doctor", command_doctor },
	{ "top", command_top },
	{ "hook", command_hook },
};

static void start_sibling(char **argv)
{
	struct arena a = ARENA_INIT;
	struct str beside = program_here(&a, arena_printf(&a, "heal-%s", argv[0]).p);
	static const char *const names[] = { "run", "undo", "review", "trust", "config", "policy", "doctor", "top",
		"hook", "detect", "analyze", "fix", "validate", "log", "rules", "mcp" };

	if (!strchr(argv[0], '/')) {
		if (beside.p)
			execv(beside.p, argv);
		proc_helpers_avoid(arena_strdup(&a, project_root(&a, ".")));
		struct str found = proc_find_helper(&a, arena_printf(&a, "heal-%s", argv[0]).p);
		if (found.p)
			execv(found.p, argv);
	}
	const char *near = nearest_word(argv[0], names, sizeof(names) / sizeof(names[0]));
	if (near)
		die(HEAL_WRONG, "unknown command '%s'; did you mean '%s'?", argv[0], near);
	die(HEAL_WRONG, "unknown command '%s'; see 'heal --help'", argv[0]);
}

int main(int argc, char **argv)
{
	tool_begin(&heal_tool, &argc, argv, NULL, true);
	if (argc < 2) {
		tool_help(&heal_tool);
		return tool_end(HEAL_WRONG);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	start_sibling(argv + 1);
}
