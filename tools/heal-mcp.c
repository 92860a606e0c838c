/* heal-mcp - offer heal to agents, by the Model Context Protocol on standard input and output
 *
 * heal-mcp/server.h lists the parts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/shell.h"
#include "server.h"

static bool yes, any_command;
static struct opt_list commands;
static const struct opt opts[] = {
	OPT_LIST('c', "command", "LINE", &commands, "a command that an agent may have heal run; repeatable"),
	OPT_FLAG(0, "any-command", &any_command, "let an agent have heal run any command"),
	OPT_FLAG('y', "yes", &yes, "apply verified fixes without asking; install: write without asking"),
	OPT_END,
};
static const struct tool tool = { "heal-mcp", "[DIR ... | install [CLIENT ...] | agents]",
	"offer heal to agents (Model Context Protocol)", opts,
	"Agents may use the folders DIR (default: the working directory) and what is below them.\n"
	"  install  show the settings that make a client start heal-mcp, and write them\n"
	"  agents   print a section for AGENTS.md\n"
	"  heal mcp install claude-code\n" };

/* Some clients start their servers in / or in the home directory: those are no projects. */
static char *const *folders_default(void)
{
	static char here[] = ".";
	static char *const one[] = { here, NULL };
	const char *home = getenv("HOME");
	char *cwd = getcwd(NULL, 0), *real = home ? realpath(home, NULL) : NULL;
	bool wide = !cwd || strcmp(cwd, "/") == 0 || (real && strcmp(cwd, real) == 0);

	free(cwd);
	free(real);
	if (wide)
		die(HEAL_WRONG, "name the folders that agents may use: heal-mcp DIR ...");
	return one;
}

static void command_permit(struct server *s, struct str text, const char *origin)
{
	struct shell_line line = shell_split(&s->a, text);

	if (line.simple && line.n == 1)
		*VEC_ADD(&s->a, &s->commands) = arena_str(&s->a, text);
	else
		complain(HEAL_OK, "%s: not a single command without a shell: '%.*s'", origin, STR_ARG(text));
}

static void commands_permit(struct server *s)
{
	const struct str *at;
	size_t n = config_list(s->config, "mcp.commands", &at);
	struct str own = config_str(s->config, "validation.command");

	for (size_t i = 0; i < commands.n; i++)
		command_permit(s, str_of(commands.at[i]), "--command");
	for (size_t i = 0; i < n; i++)
		command_permit(s, at[i], "mcp.commands");
	if (own.n)
		command_permit(s, own, "validation.command");
}

int main(int argc, char **argv)
{
	struct server s = { .client = STR("mcp:unknown") };
	struct err err;

	tool_begin(&tool, &argc, argv, NULL, false);
	if (argc > 1 && strcmp(argv[1], "install") == 0)
		return install_clients(argv + 2, (size_t)argc - 2, yes);
	if (argc > 1 && strcmp(argv[1], "agents") == 0)
		return agents_print();
	s.yes = yes;
	s.any_command = any_command;
	folders_open(&s.folders, &s.a, argc > 1 ? argv + 1 : folders_default(), argc > 1 ? (size_t)argc - 1 : 1);
	s.config = config_or_die(project_root(&s.a, s.folders.at[0].path.p).p);
	commands_permit(&s);
	if (!(s.table = json_parse(&s.a, str_of(mcp_table), JSON_PLAIN, &err)))
		die(HEAL_BROKEN, "%s", err.text);
	tools_begin(&s);
	int status = transport_run(&s);
	config_free(s.config);
	arena_free(&s.folders.a);
	arena_free(&s.a);
	return tool_end(status);
}
