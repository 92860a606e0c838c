/* heal doctor - check the installation, the rules, the state directory and the settings */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/path.h"
#include "commands.h"
#include "journal/journal.h"
#include "rules/pack_rules.h"
#include "store/store.h"

static const struct tool doctor_tool = { "heal doctor", "",
	"check the installation, the rules, the state directory and the settings", no_opts, NULL };

static void verdict(bool ok, const char *what, const char *detail)
{
	detail = detail ? detail : "";
	printf("%-4s %s%s%s\n", ok ? "ok" : "BAD", what, *detail ? ": " : "", detail);
	if (!ok)
		complain(HEAL_NO, "%s: %s", what, detail);
}

static void doctor_programs(struct arena *a)
{
	static const char *const names[] = { "heal-detect", "heal-analyze", "heal-fix", "heal-validate", "heal-log",
		"heal-rules" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str path = program_here(a, names[i]);
		verdict(path.p && access(path.p, X_OK) == 0, names[i],
			path.p ? path.p : "cannot find this program's directory");
	}
	const char *helper = file_exists(HEAL_LIBEXEC "/heal-open") ? HEAL_LIBEXEC "/heal-open" :
								      program_here(a, "heal-open").p;
	if (helper && access(helper, X_OK) == 0)
		verdict(true, "heal-open", helper);
	else
		printf("--   heal-open: not installed; compressed logs and URLs cannot be read\n");
}

static void doctor_rules(void)
{
	struct err err;
	char detail[80];
	struct pack *p = pack_load(NULL, &err);

	if (p)
		snprintf(detail, sizeof(detail), "%u rules, %u causes", pack_rules(p), node_count(pack_causes(p)));
	verdict(p != NULL, "rules", p ? detail : err.text);
	pack_free(p);
}

static void doctor_state(struct arena *a)
{
	struct err err;
	struct str dir = dir_state(a);
	bool ok = dir.p && dir_make(arena_strdup(a, dir), &err) && access(dir.p, W_OK) == 0;

	verdict(ok, "state directory", !dir.p ? "set XDG_STATE_HOME or HOME" : ok ? dir.p : err.text);
	struct store *s = ok ? store_open(NULL, &err) : NULL;
	if (ok)
		verdict(s != NULL, "store", s ? store_path(s) : err.text);
	store_close(s);
	struct journal_entry *entries;
	size_t n, half = 0;
	if (!ok || !journal_list(a, &entries, &n, &err))
		return;
	for (size_t i = 0; i < n; i++)
		half += str_is(entries[i].state, "prepared");
	verdict(half == 0, "undo journal", half ? "a fix was interrupted; the next heal run restores its files" : "");
}

static void doctor_settings(struct arena *a)
{
	const char *const *warnings;
	struct err err;
	struct str project = project_root(a, ".");
	struct config *c = config_load(project.n ? project.p : NULL, &err);
	size_t n = c ? config_warnings(c, &warnings) : 0;

	verdict(c && n == 0, "settings", !c ? err.text : n ? warnings[0] : config_origin(c, "environment"));
	if (c && config_trusted(c) == TRUST_NONE)
		printf("--   .heal/config.json is not trusted: it can only tighten settings (see 'heal trust')\n");
	config_free(c);
}

int command_doctor(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	command_begin(&doctor_tool, &argc, argv, false);
	doctor_programs(&a);
	doctor_rules();
	doctor_state(&a);
	doctor_settings(&a);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
