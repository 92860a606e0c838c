/* heal trust, heal config - trust a project's settings; print all settings */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "commands.h"
#include "store/store.h"

static bool no_longer;
static const struct opt trust_opts[] = {
	OPT_FLAG(0, "revoke", &no_longer, "withdraw the permission"),
	OPT_END,
};
static const struct tool trust_tool = { "heal trust", "[dir]",
	"permit a project's .heal/config.json, in its present form, to loosen the policy", trust_opts, NULL };

int command_trust(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct str path = STR_NONE;
	struct err err;

	command_begin(&trust_tool, &argc, argv, false);
	struct str project = project_root(&a, argc > 1 ? argv[1] : ".");
	char *dir = arena_strdup(&a, project.n ? project : STR("."));
	if (no_longer ? !config_distrust(&a, dir, &err) : !config_trust(&a, dir, &path, &err))
		die(err.status, "%s", err.text);
	if (path.p)
		say("trusted: %.*s", STR_ARG(path));
	arena_free(&a);
	return tool_end(HEAL_OK);
}

static const char *save;
static const struct opt config_opts[] = {
	OPT_STR(0, "save", "FILE", &save, "write all settings to FILE, which must not exist, as a configuration file"),
	OPT_END,
};
static const struct tool config_tool = { "heal config", "", "print each setting, its value and its origin", config_opts,
	NULL };

static void save_to(struct arena *a, const struct config *c)
{
	struct err err;

	if (file_exists(save))
		die(HEAL_WRONG, "'%s' exists already", save);
	if (!file_replace(save, arena_printf(a, "%.*s\n", STR_ARG(config_save(a, c))), 0600, &err))
		die(err.status, "%s", err.text);
}

int command_config(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	command_begin(&config_tool, &argc, argv, false);
	struct str project = project_root(&a, ".");
	struct config *c = config_or_die(project.n ? project.p : NULL);
	if (save)
		save_to(&a, c);
	for (int k = 0; !save && k < CK_COUNT; k++) {
		struct str value = store_shown(&a, config_show(&a, c, config_rows[k].name));
		char shown[4000], origin[1000];
		printf("%-22s %-12s %s\n", config_rows[k].name, visible(value, shown, sizeof(shown)),
			visible(str_of(config_origin(c, config_rows[k].name)), origin, sizeof(origin)));
	}
	config_free(c);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
