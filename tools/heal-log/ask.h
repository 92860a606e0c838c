/* ask.h - common parts of the commands of heal-log: the store and a query */
#ifndef HEAL_ASK_H
#define HEAL_ASK_H

#include "base/diag.h"
#include "base/opt.h"
#include "store/report.h"
#include "store/store.h"

enum { OUT_MAX = 1 << 30 }; /* bytes of a changelog or of one result */

/* Options that several commands have. */
extern const char *store_name, *since_text, *format;
extern int limit;

#define OPT_STORE OPT_STR('s', "store", "FILE", &store_name, "the store, instead of the configured one")
#define OPT_SINCE \
	OPT_STR(0, "since", "TIME", &since_text, "only what happened at TIME or later: a date, or an age such as 7d")
#define OPT_LIMIT OPT_INT('n', "limit", "N", &limit, "print at most N of them (0: all)")

/* A command: options and help, and its function; argv is without the options. */
struct log_command {
	const char *name;
	struct tool tool;
	int (*run)(int argc, char **argv);
};

extern const struct log_command history_command, show_command, export_command, stats_command, rules_command,
	changelog_command;

/* The filter: stores records and writes the same lines; quiet: writes nothing. */
extern bool quiet;
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
