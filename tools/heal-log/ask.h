/* ask.h - common parts of the commands of heal-log: the store and a query */
#ifndef HEAL_ASK_H
#define HEAL_ASK_H

#include "base/diag.h"
#include "base/opt.h"
#include "store/report.h"
#include "store/store.h"

enum { OUT_MAX = 1 << 30 }; /* bytes of a changelog or of one result */

/* Options that several commands have. */
extern const char *store_name, *since_text, *until_text, *format;
extern struct filter_texts {
	const char *project, *command, *tool, *rule, *path, *status;
} filter_texts;
extern int limit;

#define OPT_STORE \
	OPT_STR('s', "store", "FILE", &store_name, "the store (a file or a URL), instead of the configured one")
#define OPT_SINCE \
	OPT_STR(0, "since", "TIME", &since_text, "only what happened at TIME or later: a date, or an age such as 7d")
#define OPT_UNTIL OPT_STR(0, "until", "TIME", &until_text, "only what happened before TIME")
/* What restricts incidents. */
#define OPT_FILTERS                                                                                                \
	OPT_SINCE, OPT_UNTIL,                                                                                      \
		OPT_STR('p', "project", "DIR", &filter_texts.project, "only of the project that contains DIR"),    \
		OPT_STR('c', "command", "WORDS", &filter_texts.command, "only of commands that begin with WORDS"), \
		OPT_STR('t', "tool", "NAME", &filter_texts.tool, "only reported by this tool"),                    \
		OPT_STR('r', "rule", "ID", &filter_texts.rule, "only found by this rule"),                         \
		OPT_STR(0, "path", "PATH", &filter_texts.path, "only in this file, or below this directory"),      \
		OPT_STR(0, "status", "WORD", &filter_texts.status, "only in this state, such as fixed or undone")
#define OPT_LIMIT OPT_INT('n', "limit", "N", &limit, "print at most N of them (0: all)")

/* A command: options and help, and its function; argv is without the options. */
struct log_command {
	const char *name;
	struct tool tool;
	int (*run)(int argc, char **argv);
};

extern const struct log_command history_command, show_command, export_command, stats_command, rules_command,
	changelog_command, verify_command, experiments_command, calibrate_command, improve_command, deploy_command,
	deploys_command, install_timer_command, spool_command, similar_command, todo_command, import_command,
	gc_command, learn_command, health_command, report_command;

/* The filter: stores records and writes the same lines; quiet: writes nothing; importing: of another
 * time or place, so that the present project says nothing about them. */
extern bool quiet, importing;
int filter(int argc, char **argv);

/* The option --store, else the setting (which $HEAL_STORE sets), else NULL for the default.  In the arena. */
const char *store_chosen(struct arena *a);

/* A query; the context of its callbacks. */
struct asking {
	struct arena run, row; /* for the whole query; for one row */
	struct store *store;
	struct store_filter filter;
	struct buf out;
	struct buf families[PROM_FAMILIES];
	enum store_by by;
	struct err err;
	bool any;
};

/* Open the store for reading and set the filter; exits on failure. */
void ask_begin(struct asking *q);
/* Print and clear the output; long results are printed row by row. */
void ask_print(struct asking *q);
/* Close, and return the exit status; !ok: q->err is the reason. */
int ask_end(struct asking *q, bool ok);

/* Exits with an error if there are operands. */
void no_operands(int argc, char **argv);

#endif
