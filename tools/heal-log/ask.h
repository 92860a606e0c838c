/* ask.h - what the commands of heal-log share: which store, and a question put to it */
#ifndef HEAL_ASK_H
#define HEAL_ASK_H

#include "base/diag.h"
#include "base/opt.h"
#include "store/report.h"
#include "store/store.h"

enum { OUT_MAX = 1 << 30 }; /* bytes of a changelog or of one answer */

/* Options that several commands have. */
extern const char *store_name, *since_text, *format;
extern int limit;

#define OPT_STORE OPT_STR('s', "store", "FILE", &store_name, "the store, instead of the configured one")
#define OPT_SINCE \
	OPT_STR(0, "since", "TIME", &since_text, "only what came at TIME or later: a date, or an age such as 7d")
#define OPT_LIMIT OPT_INT('n', "limit", "N", &limit, "at most N of them (0: all)")

/* A command: its options and help, and what does it; argv without the options. */
struct log_command {
	const char *name;
	struct tool tool;
	int (*run)(int argc, char **argv);
};

extern const struct log_command history_command, show_command, export_command, stats_command, rules_command,
	changelog_command;

/* The filter's own option, and the filter: records in, stored, the same lines out. */
extern bool quiet;
int filter(int argc, char **argv);

/* --store, else what the configuration says ($HEAL_STORE is part of it), else NULL: the default.
 * In an arena that lives as long as the tool. */
const char *store_chosen(struct arena *a);

/* What a query works with; its call-backs get it as their context. */
struct asking {
	struct arena run, row; /* till the end; for one row */
	struct store *store;
	struct store_filter filter;
	struct buf out;
	struct buf families[PROM_FAMILIES];
	enum store_by by;
	struct err err;
	bool any;
};

/* The store open for reading, the filter set; ends the tool where that fails. */
void ask_begin(struct asking *q);
/* Print what was gathered; a long answer goes out row by row. */
void ask_print(struct asking *q);
/* The exit status; !ok: q->err says why. */
int ask_end(struct asking *q, bool ok);

/* A command without operands was given some: ends the tool. */
void no_operands(int argc, char **argv);

#endif
