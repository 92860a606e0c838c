/* heal undo - take a fix back */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "diag.h"
#include "journal.h"

static bool force, list;
static const struct opt undo_opts[] = {
	OPT_FLAG('f', "force", &force, "even where a file was edited since (its bytes are kept)"),
	OPT_FLAG('l', "list", &list, "show what could be taken back"),
	OPT_END,
};
static const struct tool undo_tool = {
	"heal undo", "[name]", "take a fix back: bytes, modes and times", undo_opts,
	"Without a name: the latest fix of this project.\n"
};

static void entries_list(const struct journal_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%.*s  %.*s  %-8.*s  %.*s", STR_ARG(e[i].name), STR_ARG(e[i].time), STR_ARG(e[i].state), STR_ARG(e[i].root));
		for (size_t k = 0; k < e[i].n; k++)
			printf(" %.*s", STR_ARG(e[i].paths[k]));
		putchar('\n');
	}
}

/* The newest entry of the project at hand that is applied, or was cut short. */
static struct str latest(struct arena *a, const struct journal_entry *e, size_t n)
{
	struct str project = project_root(a, ".");

	for (size_t i = 0; i < n; i++)
		if (!str_is(e[i].state, "undone") && str_eq(e[i].root, project))
			return e[i].name;
	return STR_NONE;
}

int command_undo(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct journal_entry *entries;
	struct err err;
	size_t n;

	command_begin(&undo_tool, &argc, argv, false);
	if (!journal_list(&a, &entries, &n, &err))
		die(err.status, "%s", err.text);
	if (list) {
		entries_list(entries, n);
		return tool_end(HEAL_OK);
	}
	struct str name = argc > 1 ? str_of(argv[1]) : latest(&a, entries, n);
	if (!name.p)
		die(HEAL_WRONG, "there is no fix of this project to take back; 'heal undo --list' shows all");
	if (!journal_undo(arena_strdup(&a, name), force ? UNDO_FORCE : UNDO_CAREFUL, &err))
		die(err.status, "%s", err.text);
	say("taken back: %.*s", STR_ARG(name));
	arena_free(&a);
	return tool_end(HEAL_OK);
}
