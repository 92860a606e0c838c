/* heal-log history, show, export - list incidents, show one, print every record */
#include <stdio.h>
#include <string.h>

#include "ask.h"

static const struct opt history_opts[] = {
	OPT_STORE,
	OPT_LIMIT,
	OPT_FILTERS,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "one line each, or the records"),
	OPT_END,
};
static const struct opt show_opts[] = {
	OPT_STORE,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "text, or the record"),
	OPT_END,
};
static const struct opt export_opts[] = { OPT_STORE, OPT_LIMIT, OPT_SINCE, OPT_END };

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
		die(HEAL_WRONG, "'show' requires the id of one incident; 'heal-log history' lists them");
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

const struct log_command history_command = { "history",
	{ "heal-log history", "", "list the incidents, newest first", history_opts, NULL }, history };
const struct log_command show_command = { "show",
	{ "heal-log show", "ID", "show one incident; a unique prefix of the id is enough", show_opts, NULL }, show };
const struct log_command export_command = { "export",
	{ "heal-log export", "", "print every record as it was stored, oldest first", export_opts, NULL }, export };
