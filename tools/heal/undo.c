/* heal undo - undo a fix */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "commands.h"
#include "journal/journal.h"

static bool force, list, prune;
static const struct opt undo_opts[] = {
	OPT_FLAG('f', "force", &force, "overwrite files that were edited since (their contents are kept)"),
	OPT_FLAG('l', "list", &list, "list the fixes in the undo journal"),
	OPT_FLAG(0, "prune", &prune, "delete old backups, as the settings undo.max_days and undo.max_mb say"),
	OPT_END,
};
static const struct tool undo_tool = { "heal undo", "[name]", "undo a fix: restore contents, modes and times",
	undo_opts, "Without a name: the latest fix of this project.\n" };

static void entries_list(const struct journal_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%.*s  %.*s  %-8.*s  %.*s", STR_ARG(e[i].name), STR_ARG(e[i].time), STR_ARG(e[i].state),
			STR_ARG(e[i].root));
		for (size_t k = 0; k < e[i].n; k++)
			printf(" %.*s", STR_ARG(e[i].paths[k]));
		putchar('\n');
	}
}

/* The newest entry of the current project that is applied or was interrupted. */
static struct str latest(struct arena *a, const struct journal_entry *e, size_t n)
{
	struct str project = project_root(a, ".");

	for (size_t i = 0; i < n; i++)
		if (!str_is(e[i].state, "undone") && str_eq(e[i].root, project))
			return e[i].name;
	return STR_NONE;
}

/* With the user's settings, not the current project's. */
static int prune_all(void)
{
	struct config *c = config_or_die(NULL);
	struct prune_limits limits = { config_int(c, "undo.max_days"), (uint64_t)config_int(c, "undo.max_mb") << 20 };
	struct pruned p;
	struct err err;

	if (!journal_prune(&limits, &p, &err))
		die(err.status, "%s", err.text);
	say("%zu backups deleted (%.1f MB), %zu kept (%.1f MB)", p.removed, (double)p.removed_bytes / 1048576.0, p.kept,
		(double)p.kept_bytes / 1048576.0);
	config_free(c);
	return tool_end(HEAL_OK);
}

int command_undo(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct journal_entry *entries;
	struct err err;
	size_t n;

	command_begin(&undo_tool, &argc, argv, false);
	if (prune)
		return prune_all();
	if (!journal_list(&a, &entries, &n, &err))
		die(err.status, "%s", err.text);
	if (list) {
		entries_list(entries, n);
		arena_free(&a);
		return tool_end(HEAL_OK);
	}
	struct str name = argc > 1 ? str_of(argv[1]) : latest(&a, entries, n);
	if (!name.p)
		die(HEAL_WRONG, "no fix of this project to undo; 'heal undo --list' lists all");
	if (!journal_undo(arena_strdup(&a, name), force ? UNDO_FORCE : UNDO_CAREFUL, &err))
		die(err.status, "%s", err.text);
	say("undone: %.*s", STR_ARG(name));
	arena_free(&a);
	return tool_end(HEAL_OK);
}
