/* heal doctor - check the installation, the rules, the state directory, the settings and the kernel */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/own_program.h"
#include "base/path.h"
#include "commands.h"
#include "journal/journal.h"
#include "rules/confinement_profile.h"
#include "rules/pack_rules.h"
#include "store/store.h"

static const struct tool doctor_tool = { "heal doctor", "",
	"check the installation, the rules, the state directory, the settings and the kernel", no_opts, NULL };

static void verdict(bool ok, const char *what, const char *detail)
{
	char shown[1000];

	detail = visible(str_of(detail), shown, sizeof(shown));
	printf("%-4s %s%s%s\n", ok ? "ok" : "BAD", what, *detail ? ": " : "", detail);
	if (!ok)
		complain(HEAL_NO, "%s: %s", what, detail);
}

static void doctor_programs(struct arena *a)
{
	static const char *const names[] = { "heal-detect", "heal-analyze", "heal-fix", "heal-validate", "heal-log",
		"heal-monitor", "heal-rules" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str path = program_here(a, names[i]);
		verdict(path.p && access(path.p, X_OK) == 0, names[i],
			path.p ? path.p : "cannot find this program's directory");
	}
	const char *helper = own_program(a, "heal-open").p;

	if (access(helper, X_OK) == 0)
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
	const char *notice = store_notice(s);
	if (ok)
		verdict(s != NULL && !notice, "store", notice ? notice : s ? store_path(s) : err.text);
	store_close(s);
	struct journal_entry *entries;
	const char *wrong = "";
	size_t n;
	if (!ok)
		return;
	if (!journal_list(a, STR_NONE, &entries, &n, &err)) {
		verdict(false, "undo journal", err.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (str_is(entries[i].state, "prepared"))
			wrong = arena_printf(a,
				"a fix in '%.*s' was interrupted; the next heal run there restores its files",
				STR_ARG(entries[i].root))
					.p;
		else if (str_is(entries[i].state, "refused"))
			wrong = arena_printf(a, "an entry is not used: %.*s", STR_ARG(entries[i].why)).p;
	verdict(!*wrong, "undo journal", wrong);
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

struct lack {
	unsigned bit;
	const char *text;
};

/* What the kernel gives to children with this profile, and what it means that something is missing. */
static unsigned doctor_profile(struct arena *a, const struct pack *pack, const char *name, const char *what)
{
	const struct confinement *profile = confinement_profile(a, pack_table(pack, "confinement"), name);
	unsigned enforced = profile ? confinement_try(a, profile) : 0;
	struct names in = { 0 }, not = { 0 };
	struct str list = STR("");

	enforced_names(a, enforced, &in);
	if (profile)
		lacking_names(a, profile, enforced, &not );
	for (size_t i = 0; i < in.all.n; i++)
		list = arena_printf(a, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "", STR_ARG(in.all.at[i]));
	for (size_t i = 0; i < not .all.n; i++)
		list = arena_printf(a, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "; not ", STR_ARG(not .all.at[i]));
	verdict(profile != NULL, what,
		!profile       ? "the rules have no such profile in the table 'confinement'" :
			list.n ? list.p :
				 "none: not confined");
	return profile ? enforced : ~0U;
}

static void doctor_confinement(struct arena *a)
{
	static const struct lack lacks[] = {
		{ ENFORCED_LANDLOCK, "without Landlock a command may write outside the copy or the project" },
		{ ENFORCED_SECCOMP, "without seccomp it may use every system call" },
		{ ENFORCED_NETWORK,
			"without a network namespace it has no loopback interface; tests that use one fail there" },
		{ ENFORCED_MOUNTS,
			"without a mount namespace it may change modes and times elsewhere, and sees no home" },
	};
	struct err err;
	struct pack *pack = pack_load(NULL, &err);

	if (!pack) /* reported by doctor_rules */
		return;
	unsigned enforced = doctor_profile(a, pack, "trial", "confinement of commands in a copy");
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (lacks[i].bit == ENFORCED_LANDLOCK ? enforced < ENFORCED_LANDLOCK : !(enforced & lacks[i].bit))
			printf("--   confinement: %s\n", lacks[i].text);
	doctor_profile(a, pack, "command", "confinement of a fix's commands in the project");
	doctor_profile(a, pack, "install", "confinement of installations in the project");
	doctor_profile(a, pack, "system", "confinement of changes to the machine");
	pack_free(pack);
}

int command_doctor(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	command_begin(&doctor_tool, &argc, argv, false);
	doctor_programs(&a);
	doctor_rules();
	doctor_state(&a);
	doctor_settings(&a);
	doctor_confinement(&a);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
