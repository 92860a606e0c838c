/* heal-log - keep records in the store and pass them on; ask the store
 *
 *   main                  the filter, or the command that the first operand names
 *   heal-log/filter.c     records in, stored, the same lines out
 *   heal-log/history.c    history: incidents, a line each; show: one of them, whole; export: every record as it came
 *   heal-log/stats.c      stats: numbers; rules: what each rule's solutions were worth
 *   heal-log/changelog.c  healing_changelog.json
 *   heal-log/ask.c        which store, and how an answer goes out
 *
 * lib/store/store.h is what is asked, lib/store/report.h what the answers look like. */
#include <string.h>

#include "ask.h"
#include "base/io.h"
#include "base/nearest.h"

static const struct opt filter_opts[] = {
	OPT_STORE,
	OPT_FLAG('q', "quiet", &quiet, "only store: print no records"),
	OPT_END,
};

static const struct tool main_tool = {
	"heal-log",
	"[file ... | command [option ...]]",
	"keep records in the store and pass them on, or ask the store",
	filter_opts,
	"Commands (each has its own --help):\n"
	"  history    the incidents, newest first\n"
	"  show ID    one incident: finding, cause, diff, verdict, events\n"
	"  stats      how many, how many mended\n"
	"  rules      how each rule's solutions fared\n"
	"  changelog  the events in the layout of healing_changelog.json\n"
	"  export     every record as it came\n",
};

static const struct log_command *const commands[] = {
	&history_command,
	&show_command,
	&stats_command,
	&rules_command,
	&changelog_command,
	&export_command,
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct log_command *command_find(const char *word)
{
	const char *names[COMMANDS];

	for (size_t i = 0; i < COMMANDS; i++) {
		names[i] = commands[i]->name;
		if (strcmp(word, commands[i]->name) == 0)
			return commands[i];
	}
	const char *near = file_exists(word) ? NULL : nearest_word(word, names, COMMANDS);
	if (near)
		die(HEAL_WRONG, "neither a file nor a command: '%s'; did you mean '%s'?", word, near);
	return NULL;
}

int main(int argc, char **argv)
{
	int dashes;

	tool_begin(&main_tool, &argc, argv, &dashes, true);
	const struct log_command *c = argc > 1 && !dashes ? command_find(argv[1]) : NULL;
	if (c) {
		argc--;
		argv++;
		tool_begin(&c->tool, &argc, argv, NULL, false);
		return tool_end(c->run(argc, argv));
	}
	if (!dashes)
		tool_begin(&main_tool, &argc, argv, NULL, false);
	return tool_end(filter(argc, argv));
}
