/* heal-log - keep records in the store and pass them on; ask the store
 *
 *   main       the filter, or the command that the first operand names
 *   filter     records in, stored, the same lines out: a store that fails never stops the stream
 *   history    incidents, a line each         show       one of them, whole
 *   stats      numbers                        rules      what each rule's solutions were worth
 *   changelog  healing_changelog.json         export     every record as it came
 *
 * lib/store/store.h is what is asked, lib/store/report.h what the answers look like. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "diag.h"
#include "io.h"
#include "nearest.h"
#include "opt.h"
#include "record.h"
#include "report.h"
#include "store.h"

enum { OUT_MAX = 1 << 30 };	/* bytes of a changelog or of one answer */

static const char *store_name, *since_text, *format, *by, *output;
static int limit;
static bool quiet;

#define OPT_STORE OPT_STR('s', "store", "FILE", &store_name, "the store, instead of the configured one")
#define OPT_SINCE OPT_STR(0, "since", "TIME", &since_text, "only what came at TIME or later: a date, or an age such as 7d")
#define OPT_LIMIT OPT_INT('n', "limit", "N", &limit, "at most N of them (0: all)")

/* ---- what all commands share ---- */

/* --store, else what the configuration says ($HEAL_STORE is part of it), else NULL: the default.
 * In an arena that lives as long as the tool. */
static const char *store_chosen(struct arena *a)
{
	const char *const *warnings;
	struct err err;

	if (store_name)
		return store_name;
	struct config *config = config_load(NULL, &err);
	if (!config) {
		complain(err.status, "%s", err.text);
		return NULL;
	}
	size_t n = config_warnings(config, &warnings);
	for (size_t i = 0; i < n; i++)
		say("%s", warnings[i]);
	struct str chosen = config_str(config, "store");
	const char *name = chosen.n ? arena_strdup(a, chosen) : NULL;
	config_free(config);
	return name;
}

/* What a query works with; its call-backs get it as their context. */
struct asking {
	struct arena run, row;		/* till the end; for one row */
	struct store *store;
	struct store_filter filter;
	struct buf out;
	struct buf families[PROM_FAMILIES];
	enum store_by by;
	struct err err;
	bool any;
};

static void ask_begin(struct asking *q)
{
	*q = (struct asking){ .run = ARENA_INIT, .row = ARENA_INIT, .filter.limit = limit };
	buf_init(&q->out, OUT_MAX);
	if (since_text && !store_since(&q->run, since_text, &q->filter.since, &q->err))
		die(q->err.status, "--since: %s", q->err.text);
	q->store = store_open_read(store_chosen(&q->run), &q->err);
	if (!q->store)
		die(q->err.status, "%s", q->err.text);
}

/* Print what was gathered; a long answer goes out row by row. */
static void ask_print(struct asking *q)
{
	if (q->out.n)
		fwrite(q->out.p, 1, q->out.n, stdout);
	buf_clear(&q->out);
	arena_reset(&q->row);
}

static int ask_end(struct asking *q, bool ok)
{
	ask_print(q);
	if (!ok)
		complain(q->err.status, "%s", q->err.text);
	store_close(q->store);
	buf_release(&q->out);
	arena_free(&q->row);
	arena_free(&q->run);
	return HEAL_OK;
}

static void no_operands(int argc, char **argv)
{
	if (argc > 1)
		die(HEAL_WRONG, "what is '%s' for? see '%s --help'", argv[1], tool_name);
}

/* ---- history, show, export ---- */

static bool history_line(void *ctx, const struct store_incident *i)
{
	struct asking *q = ctx;

	if (strcmp(format, "ndjson") == 0) {
		buf_add(&q->out, i->json);
		buf_addc(&q->out, '\n');
	} else {
		report_incident_line(&q->out, i);
	}
	ask_print(q);
	return !ferror(stdout);
}

static int history(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	return ask_end(&q, store_history(q.store, &q.filter, history_line, &q, &q.err));
}

static bool show_event(void *ctx, const struct store_event *e)
{
	struct asking *q = ctx;

	report_event_line(&q->out, e);
	return true;
}

static bool show_incident(void *ctx, const struct store_incident *i)
{
	struct asking *q = ctx;
	struct store_seen seen;

	if (strcmp(format, "ndjson") == 0) {
		buf_add(&q->out, i->json);
		buf_addc(&q->out, '\n');
		return true;
	}
	if (!store_seen(q->store, i->fingerprint, &seen, &q->err))
		return false;
	report_incident(&q->out, &q->row, i, &seen);
	buf_addz(&q->out, "\nevents (UTC)\n");
	q->any = store_events(q->store, i->id, &q->filter, show_event, q, &q->err);
	return true;
}

static int show(int argc, char **argv)
{
	struct asking q;

	if (argc != 2)
		die(HEAL_WRONG, "show wants the id of one incident; 'heal-log history' lists them");
	ask_begin(&q);
	bool ok = store_incident(q.store, str_of(argv[1]), show_incident, &q, &q.err);
	return ask_end(&q, ok && (q.any || strcmp(format, "ndjson") == 0));
}

static bool export_line(void *ctx, struct str json)
{
	struct asking *q = ctx;

	buf_add(&q->out, json);
	buf_addc(&q->out, '\n');
	ask_print(q);
	return !ferror(stdout);
}

static int export(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	return ask_end(&q, store_export(q.store, &q.filter, export_line, &q, &q.err));
}

/* ---- stats ---- */

static bool stats_group(void *ctx, const struct store_group *g)
{
	struct asking *q = ctx;

	if (strcmp(format, "prom") == 0)
		report_group_prom(q->families, q->by, g);
	else if (strcmp(format, "json") == 0)
		report_group_json(&q->out, g);
	else
		report_group(&q->out, g);
	return true;
}

/* Totals first; what the groups need is gathered behind them. */
static bool stats_ask(struct asking *q)
{
	struct store_totals totals;

	if (!store_totals(q->store, &q->filter, &totals, &q->err))
		return false;
	if (strcmp(format, "json") == 0) {
		struct buf line;
		if (by && !store_groups(q->store, q->by, &q->filter, stats_group, q, &q->err))
			return false;
		buf_init(&line, OUT_MAX);
		report_totals_json(&line, &totals, q->by, !by ? STR_NONE : q->out.p ? buf_str(&q->out) : STR(""));
		buf_clear(&q->out);
		buf_add(&q->out, buf_str(&line));
		buf_release(&line);
		return true;
	}
	if (strcmp(format, "prom") == 0)
		report_totals_prom(&q->out, &totals);
	else
		report_totals(&q->out, &totals);
	if (by && strcmp(format, "human") == 0)
		report_group_head(&q->out, q->by);
	return !by || store_groups(q->store, q->by, &q->filter, stats_group, q, &q->err);
}

static int stats(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	if (since_text && strcmp(format, "prom") == 0)
		die(HEAL_WRONG, "--format prom counts from the beginning; it takes no --since");
	ask_begin(&q);
	q.by = !by || strcmp(by, "rule") == 0 ? BY_RULE : strcmp(by, "tool") == 0 ? BY_TOOL : BY_DAY;
	for (int i = 0; i < PROM_FAMILIES; i++)
		buf_init(&q.families[i], OUT_MAX);
	bool ok = stats_ask(&q);
	for (int i = 0; i < PROM_FAMILIES; i++) {
		buf_add(&q.out, buf_str(&q.families[i]));
		buf_release(&q.families[i]);
	}
	return ask_end(&q, ok);
}

/* ---- rules ---- */

static bool rules_line(void *ctx, const struct score *score)
{
	struct asking *q = ctx;

	if (strcmp(format, "ndjson") == 0)
		report_score_json(&q->out, score);
	else
		report_score(&q->out, score);
	ask_print(q);
	return !ferror(stdout);
}

static int rules(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	if (strcmp(format, "human") == 0)
		report_score_head(&q.out);
	return ask_end(&q, store_scores(q.store, rules_line, &q, &q.err));
}

/* ---- changelog ---- */

static bool changelog_entry(void *ctx, const struct store_event *e)
{
	struct asking *q = ctx;

	if (!q->any)
		report_changelog_begin(&q->out, e->time);
	report_changelog_entry(&q->out, &q->row, e, !q->any);
	q->any = true;
	if (!output)
		ask_print(q);
	arena_reset(&q->row);
	return !q->out.truncated && !ferror(stdout);
}

static int changelog(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	bool ok = store_events(q.store, STR_NONE, &q.filter, changelog_entry, &q, &q.err);
	if (!q.any)
		report_changelog_begin(&q.out, time_text(&q.run));
	report_changelog_end(&q.out, !q.any);
	if (ok && q.out.truncated)
		ok = err_set(&q.err, HEAL_WRONG, "the changelog is larger than %d bytes; use --since", OUT_MAX);
	if (output) {
		ok = ok && file_replace(output, buf_str(&q.out), 0644, &q.err);
		buf_clear(&q.out);
	}
	return ask_end(&q, ok);
}

/* ---- the filter ---- */

struct stream {
	struct store *store;		/* NULL: it could not be opened, which was said */
	unsigned long lost;		/* records that were passed on but not stored */
	bool regular;			/* standard output is a file: nobody waits */
	bool deaf;			/* standard output failed: store on, print no more */
};

/* Stored first, so that whoever sees a line can find it in the store. */
static void keep(struct stream *s, const struct record_reader *rr, const struct record *r)
{
	struct err err;

	if (!s->store || store_add_line(s->store, r, str_trim((struct str){ rr->line, rr->n }), &err))
		return;
	/* The same disk is full for the next thousand, too: say it once, count the rest. */
	if (s->lost++ == 0)
		complain(err.status, "%s:%lu: passed on, but not stored: %s", rr->name, rr->number, err.text);
}

static void pass_on(struct stream *s, const struct record_reader *rr)
{
	if (quiet || s->deaf)
		return;
	fwrite(rr->line, 1, rr->n, stdout);
	putchar('\n');
	if ((!s->regular && fflush(stdout)) || ferror(stdout)) {
		s->deaf = true;
		complain(HEAL_REFUSED, "cannot write to standard output: %s; records are still stored", strerror(errno));
	}
}

static void pump(struct stream *s, FILE *in, const char *name)
{
	struct record_reader rr;
	struct arena a = ARENA_INIT;
	struct record r;
	struct err err;
	int got;

	record_reader_init(&rr, in, name);
	while ((got = record_read(&rr, &a, &r, &err)) != 0) {
		if (got > 0) {
			keep(s, &rr, &r);
			pass_on(s, &rr);
		} else {
			complain(err.status, "%s", err.text);
		}
		arena_reset(&a);
	}
	if (ferror(in))
		complain(HEAL_REFUSED, "cannot read '%s': %s", name, strerror(errno));
	if (rr.bad)
		say("%s: %lu %s no record", name, rr.bad, rr.bad == 1 ? "line was" : "lines were");
	record_reader_release(&rr);
	arena_free(&a);
}

static void pump_file(struct stream *s, const char *name)
{
	FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");

	if (!in) {
		complain(errno == ENOENT ? HEAL_WRONG : HEAL_REFUSED, "cannot open '%s': %s", name, strerror(errno));
		return;
	}
	pump(s, in, name);
	if (in != stdin)
		fclose(in);
}

static int filter(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct stream s = { 0 };
	struct err err;
	struct stat st;

	/* A reader that went away is no reason to lose the records that are still to come. */
	signal(SIGPIPE, SIG_IGN);
	s.regular = fstat(1, &st) == 0 && S_ISREG(st.st_mode);
	s.store = store_open(store_chosen(&a), &err);
	if (!s.store)
		complain(err.status, "%s; records are passed on, but not stored", err.text);
	if (argc < 2)
		pump(&s, stdin, "-");
	for (int i = 1; i < argc; i++)
		pump_file(&s, argv[i]);
	if (s.lost > 1)
		say("%lu records were passed on, but not stored", s.lost);
	store_close(s.store);
	arena_free(&a);
	return HEAL_OK;
}

/* ---- main ---- */

static const struct opt filter_opts[] = {
	OPT_STORE,
	OPT_FLAG('q', "quiet", &quiet, "only store: print no records"),
	OPT_END,
};
static const struct opt history_opts[] = {
	OPT_STORE, OPT_LIMIT, OPT_SINCE,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "a line each for people, or the records"),
	OPT_END,
};
static const struct opt show_opts[] = {
	OPT_STORE,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "for people, or the record"),
	OPT_END,
};
static const struct opt stats_opts[] = {
	OPT_STORE, OPT_SINCE,
	OPT_CHOICE('b', "by", "rule|tool|day", &by, "the numbers of each, too"),
	OPT_LIMIT,
	OPT_CHOICE('f', "format", "human|json|prom", &format, "for people, as a JSON object, for Prometheus"),
	OPT_END,
};
static const struct opt rules_opts[] = {
	OPT_STORE,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "a line each for people, or a JSON object"),
	OPT_END,
};
static const struct opt changelog_opts[] = {
	OPT_STORE, OPT_SINCE,
	OPT_STR('o', "output", "FILE", &output, "write FILE, whole or not at all, instead of standard output"),
	OPT_END,
};
static const struct opt export_opts[] = { OPT_STORE, OPT_LIMIT, OPT_SINCE, OPT_END };

static const struct tool main_tool = {
	"heal-log", "[file ... | command [option ...]]", "keep records in the store and pass them on, or ask the store",
	filter_opts,
	"Commands (each has its own --help):\n"
	"  history    the incidents, newest first\n"
	"  show ID    one incident: finding, cause, diff, verdict, events\n"
	"  stats      how many, how many mended\n"
	"  rules      how each rule's solutions fared\n"
	"  changelog  the events in the layout of healing_changelog.json\n"
	"  export     every record as it came\n",
};

static const struct command {
	const char *name;
	struct tool tool;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "history", { "heal-log history", "", "the incidents in the store, newest first", history_opts, NULL }, history },
	{ "show", { "heal-log show", "ID", "one incident; the beginning of its id will do", show_opts, NULL }, show },
	{ "stats", { "heal-log stats", "", "how many incidents there were and how many fixes worked", stats_opts, NULL }, stats },
	{ "rules", { "heal-log rules", "", "how each rule's solutions fared, the most used first", rules_opts, NULL }, rules },
	{ "changelog", { "heal-log changelog", "", "the events in the layout of healing_changelog.json", changelog_opts, NULL },
	  changelog },
	{ "export", { "heal-log export", "", "every record as it came, oldest first", export_opts, NULL }, export },
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *command_find(const char *word)
{
	const char *names[COMMANDS];

	for (size_t i = 0; i < COMMANDS; i++) {
		names[i] = commands[i].name;
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	}
	const char *near = file_exists(word) ? NULL : nearest_word(word, names, COMMANDS);
	if (near)
		die(HEAL_WRONG, "neither a file nor a command: '%s'; did you mean '%s'?", word, near);
	return NULL;
}

int main(int argc, char **argv)
{
	int dashes;

	format = "human";
	tool_begin(&main_tool, &argc, argv, &dashes, true);
	const struct command *c = argc > 1 && !dashes ? command_find(argv[1]) : NULL;
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
