/* heal undo - undo a fix */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "commands.h"
#include "journal/journal.h"
#include "policy/review_files.h"
#include "rules/pack.h"

static bool force, list, prune, yes, files;
static const struct opt undo_opts[] = {
	OPT_FLAG('f', "force", &force, "overwrite files that were edited since (their contents are kept)"),
	OPT_FLAG('y', "yes", &yes, "also run the commands that undo installations"),
	OPT_FLAG(0, "files", &files, "restore only the files, and leave what commands installed"),
	OPT_FLAG('l', "list", &list, "list the fixes in the undo journal"),
	OPT_FLAG(0, "prune", &prune, "delete old backups, as the settings undo.max_days and undo.max_mb say"),
	OPT_END,
};
static const struct tool undo_tool = { "heal undo", "[name]", "undo a fix: restore contents, modes and times",
	undo_opts, "Without a name: the latest fix of this project.\n" };

static void word_print(struct str word, int width, const char *before)
{
	char shown[4096];

	printf("%s%-*s", before, width, visible(word, shown, sizeof(shown)));
}

static void entries_list(const struct journal_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		word_print(e[i].name, 0, "");
		word_print(e[i].time, 0, "  ");
		word_print(e[i].state, 8, "  ");
		word_print(e[i].root, 0, "  ");
		for (size_t k = 0; k < e[i].n; k++)
			word_print(e[i].paths[k], 0, " ");
		if (e[i].why.n)
			word_print(e[i].why, 0, " ");
		putchar('\n');
	}
}

/* The newest entry of the current project that is applied or was interrupted. */
static struct str latest(struct arena *a, const struct journal_entry *e, size_t n)
{
	struct str project = project_root(a, ".");

	for (size_t i = 0; i < n; i++)
		if ((str_is(e[i].state, "applied") || str_is(e[i].state, "prepared")) && str_eq(e[i].root, project))
			return e[i].name;
	return STR_NONE;
}

/* Undo under the policy of the fix's project. */
static bool undo(struct arena *a, const struct journal_entry *e, size_t n, struct str name, unsigned how,
	struct undo_notes *notes, struct err *err)
{
	struct str root = STR("");

	for (size_t i = 0; i < n; i++)
		if (str_eq(e[i].name, name))
			root = e[i].root;
	struct config *config = config_or_die(root.n ? arena_strdup(a, root) : NULL);
	struct pack *pack = pack_load(NULL, err);
	struct policy *policy = pack ? policy_new(pack, config, err) : NULL;
	bool ok = policy && journal_undo(policy, arena_strdup(a, name), how, notes, err);
	policy_free(policy);
	pack_free(pack);
	config_free(config);
	return ok;
}

/* For heal-log: the fix was not wanted.  An interrupted change was no fix yet. */
static void undo_store(struct arena *a, const struct journal_entry *e)
{
	struct record r = record_new(a, KIND_EVENT);

	r.event.name = STR("fix_undone");
	r.event.incident = json_str(json_path(e->manifest, "note.incident"));
	r.event.solution = json_str(json_path(e->manifest, "note.solution"));
	r.event.backup = e->name;
	r.event.detail = arena_printf(
		a, "%.*s undone by %.*s (%u)", STR_ARG(e->name), STR_ARG(user_name(a, geteuid())), (unsigned)geteuid());
	if (r.event.incident.n && str_is(e->state, "applied"))
		event_store(a, e->root, &r);
}

static unsigned how_to_undo(void)
{
	return (force ? UNDO_FORCE : 0) | (files ? UNDO_FILES_ONLY : yes ? UNDO_COMMANDS : 0);
}

/* Ask on the terminal; false without one. */
static bool agrees(const char *what)
{
	char answer[16] = "";
	FILE *terminal = isatty(0) && isatty(2) ? fopen("/dev/tty", "re") : NULL;

	if (!terminal)
		return false;
	fprintf(stderr, "heal: %s\nheal: run it? [y/N] ", what);
	fflush(stderr);
	bool ok = fgets(answer, sizeof(answer), terminal) && (answer[0] == 'y' || answer[0] == 'Y');
	fclose(terminal);
	return ok;
}

/* With the user's settings, not the current project's. */
static int prune_all(void)
{
	struct config *c = config_or_die(NULL);
	struct prune_limits limits = { config_int(c, "undo.max_days"), (uint64_t)config_int(c, "undo.max_mb") << 20 };
	struct pruned p;
	struct err err;

	if (config_bool(c, "dry_run"))
		die(HEAL_REFUSED, "dry_run is set (%s), so no backup is deleted", config_origin(c, "dry_run"));
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
	char line[1200];
	size_t n;

	command_begin(&undo_tool, &argc, argv, false);
	if (prune)
		return prune_all();
	if (!journal_list(&a, STR_NONE, &entries, &n, &err))
		die(err.status, "%s", err.text);
	if (list) {
		entries_list(entries, n);
		arena_free(&a);
		return tool_end(HEAL_OK);
	}
	struct str name = argc > 1 ? str_of(argv[1]) : latest(&a, entries, n);
	if (!name.p)
		die(HEAL_WRONG, "no fix of this project to undo; 'heal undo --list' lists all");
	struct config *c = config_of_project_or_die(NULL);
	if (config_bool(c, "dry_run"))
		die(HEAL_REFUSED, "dry_run is set (%s), so '%.*s' is not undone", config_origin(c, "dry_run"),
			STR_ARG(name));
	config_free(c);
	struct undo_notes notes = { .a = &a };
	bool ok = undo(&a, entries, n, name, how_to_undo(), &notes, &err);
	if (!ok && err.status == HEAL_PERSON && notes.asks && agrees(err.text))
		ok = undo(&a, entries, n, name, how_to_undo() | UNDO_COMMANDS, &notes, &err);
	for (size_t i = 0; i < notes.n; i++)
		say("%s", visible(notes.at[i], line, sizeof(line)));
	if (!ok)
		die(err.status, "%s", err.text);
	say("undone: %.*s", STR_ARG(name));
	for (size_t i = 0; i < n; i++)
		if (str_eq(entries[i].name, name))
			undo_store(&a, &entries[i]);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
