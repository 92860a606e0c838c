/* heal hook - print what a shell evaluates to have a command that repeats the last command line under heal run */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/visible.h"
#include "commands.h"
#include "rules/pack_rules.h"

#define PLACE "@name@"

static const char *name = "heal-again";

static const struct opt opts[] = {
	OPT_STR(0, "name", "NAME", &name, "the function's name (heal-again)"),
	OPT_END,
};

static const struct tool hook_tool = { "heal hook", "[bash | zsh | fish | python]",
	"print a shell function that runs the last command line again under 'heal run'", opts,
	"In ~/.bashrc:  eval \"$(heal hook bash)\"\n"
	"For Python, a function that explains uncaught exceptions:\n"
	"  heal hook python >>\"$(python3 -m site --user-site)/usercustomize.py\"\n" };

/* It becomes part of a program. */
static bool is_name(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!isalpha((unsigned char)*p) && *p != '_' &&
			(p == text || (!isdigit((unsigned char)*p) && *p != '-')))
			return false;
	return *text;
}

static void print_named(struct str text)
{
	for (size_t next; text.n; text = str_sub(text, next, text.n)) {
		size_t at = str_find(text, STR(PLACE));
		printf("%.*s", STR_ARG(str_sub(text, 0, at)));
		next = at < text.n ? at + strlen(PLACE) : at;
		if (at < text.n)
			fputs(name, stdout);
	}
}

/* The user's own shell, if none is named. */
static struct str shell_wanted(int argc, char **argv)
{
	const char *shell = argc > 1 ? argv[1] : getenv("SHELL");

	if (!shell || !*shell)
		die(HEAL_WRONG, "which shell?  SHELL is not set; see 'heal hook --help'");
	return path_base(str_of(shell));
}

int command_hook(int argc, char **argv)
{
	struct err err;
	char shown[200];

	command_begin(&hook_tool, &argc, argv, false);
	if (argc > 2)
		die(HEAL_WRONG, "more than one shell: '%s'", visible(str_of(argv[2]), shown, sizeof(shown)));
	if (!is_name(name))
		die(HEAL_WRONG, "'%s' is no name of a function: letters, digits, '_' and '-'",
			visible(str_of(name), shown, sizeof(shown)));
	struct str shell = shell_wanted(argc, argv);
	struct pack *pack = pack_load(NULL, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	struct str text = node_str(node_get_str(pack_table(pack, "shell-hooks"), shell));
	if (!text.p)
		die(HEAL_WRONG, "there is no hook for the shell '%s'", visible(shell, shown, sizeof(shown)));
	print_named(text);
	pack_free(pack);
	return tool_end(HEAL_OK);
}
