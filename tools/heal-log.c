/* heal-log - store records and pass them on, or query the store
 *
 *   main                  the filter, or the command named by the first operand
 *   heal-log/filter.c     store records and write the same lines
 *   heal-log/history.c    history: list incidents; show: one incident; export: every record
 *   heal-log/similar.c    similar: incidents like one; todo: what no rule knows
 *   heal-log/gc.c         import: store records; gc: remove old ones
 *   heal-log/stats.c      stats: counts; rules: results of each rule's solutions
 *   heal-log/changelog.c  healing_changelog.json
 *   heal-log/verify.c     verify: find changes that heal did not make
 *   heal-log/experiments.c    experiments: compare variants of solutions
 *   heal-log/calibrate.c      calibrate: compare confidences with outcomes
 *   heal-log/improve.c        improve: adjust heal to the stored results
 *   heal-log/health.c     health: the reports of heal-monitor
 *   heal-log/report.c     report: the store at a glance, on a terminal or as a page
 *   heal-log/overview*.c, page.c  what a report shows, and how
 *   heal-log/deploy.c, deploys.c  deploy, deploys: what rose after a deployment
 *   heal-log/install_timer.c  install-timer: improve every week
 *   heal-log/spool.c      spool: records that wait for the store's server
 *   heal-log/learn.c      learn: rules from accepted repairs
 *   heal-log/ask.c        the store, and output of results
 *
 * lib/store/store.h has the queries, lib/store/report.h the output formats. */
#include <string.h>

#include "ask.h"
#include "base/io.h"
#include "base/nearest.h"

static const struct opt filter_opts[] = {
	OPT_STORE,
	OPT_FLAG('q', "quiet", &quiet, "store the records without printing them"),
	OPT_END,
};

static const struct tool main_tool = {
	"heal-log",
	"[file ... | command [option ...]]",
	"store records and pass them on, or query the store",
	filter_opts,
	"Commands (each has its own --help):\n"
	"  history         list the incidents, newest first\n"
	"  show ID         show one incident: error, causes, diff, validation, events\n"
	"  similar X       list earlier incidents like one, and what fixed them\n"
	"  stats           count incidents and successful fixes\n"
	"  rules           list the results of each rule's solutions\n"
	"  todo            list the failures that no rule, cause or fix is known for\n"
	"  changelog       print the events in the layout of healing_changelog.json\n"
	"  export          print every record as it was stored\n"
	"  import          store records without printing them\n"
	"  gc              remove what is older than the retention\n"
	"  verify          find changes to the store that heal did not make\n"
	"  experiments     compare the variants of solutions\n"
	"  calibrate       compare confidences with outcomes\n"
	"  improve         adjust heal to the stored results\n"
	"  health          list the reports of heal-monitor\n"
	"  report          show the store at a glance, also as a page of HTML\n"
	"  deploy VERSION  note that a version was deployed\n"
	"  deploys         list deployments, with the errors that rose after them\n"
	"  install-timer   run 'improve' every week\n"
	"  spool           show or send the records that wait for the store's server\n"
	"  learn           learn rules from accepted repairs\n",
};

static const struct log_command *const commands[] = {
	&history_command,
	&show_command,
	&stats_command,
	&rules_command,
	&changelog_command,
	&export_command,
	&verify_command,
	&experiments_command,
	&calibrate_command,
	&improve_command,
	&health_command,
	&report_command,
	&deploy_command,
	&deploys_command,
	&install_timer_command,
	&spool_command,
	&similar_command,
	&todo_command,
	&import_command,
	&gc_command,
	&learn_command,
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
		die(HEAL_WRONG, "no such file or command: '%s'; did you mean '%s'?", word, near);
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
