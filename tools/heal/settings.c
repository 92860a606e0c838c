/* heal trust, heal config - trust a project's settings; print all settings */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "commands.h"

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

static const struct tool config_tool = { "heal config", "", "print each setting, its value and its origin", no_opts,
	NULL };

int command_config(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	command_begin(&config_tool, &argc, argv, false);
	struct str project = project_root(&a, ".");
	struct config *c = config_or_die(project.n ? project.p : NULL);
	for (int k = 0; k < CK_COUNT; k++) {
		struct str value = config_show(&a, c, config_rows[k].name);
		printf("%-22s %-12.*s %s\n", config_rows[k].name, STR_ARG(value),
			config_origin(c, config_rows[k].name));
	}
	config_free(c);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
