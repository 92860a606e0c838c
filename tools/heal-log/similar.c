/* heal-log similar, todo - incidents like one, and what no rule knows */
#include <stdio.h>
#include <string.h>

#include "ask.h"

static const struct opt similar_opts[] = {
	OPT_STORE,
	OPT_LIMIT,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "one line each, or the records"),
	OPT_END,
};
static const struct opt todo_opts[] = {
	OPT_STORE,
	OPT_LIMIT,
	OPT_FILTERS,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "one line each, as text or JSON"),
	OPT_END,
};

static bool is_human(void)
{
	return strcmp(format, "human") == 0;
}

static bool similar_line(void *ctx, const struct store_similar *s)
{
	struct asking *q = ctx;

	if (is_human()) {
		report_similar(&q->out, s);
	} else {
		buf_add(&q->out, s->incident.json);
		buf_addc(&q->out, '\n');
	}
	ask_print(q);
	return !ferror(stdout);
}

static bool past_fix_line(void *ctx, const struct store_past_fix *m)
{
	struct asking *q = ctx;

	report_past_fix(&q->out, m);
	return true;
}

static int similar(int argc, char **argv)
{
	struct asking q;

	if (argc != 2)
		die(HEAL_WRONG, "'similar' requires one incident's id, one fingerprint, or one message");
	ask_begin(&q);
	struct str what = str_of(argv[1]);
	bool ok = !is_human() || store_past_fix(q.store, what, past_fix_line, &q, &q.err);
	return ask_end(&q, ok && store_similar(q.store, what, &q.filter, similar_line, &q, &q.err));
}

static bool todo_line(void *ctx, const struct store_cluster *c)
{
	struct asking *q = ctx;

	if (is_human())
		report_cluster(&q->out, c);
	else
		report_cluster_json(&q->out, c);
	ask_print(q);
	return !ferror(stdout);
}

static int todo(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	ask_begin(&q);
	if (is_human())
		report_cluster_head(&q.out);
	return ask_end(&q, store_todo(q.store, &q.filter, todo_line, &q, &q.err));
}

const struct log_command similar_command = { "similar",
	{ "heal-log similar", "ID | FINGERPRINT | MESSAGE",
		"list earlier incidents like one, by fingerprint, then by message, and what fixed them", similar_opts,
		NULL },
	similar };
const struct log_command todo_command = { "todo",
	{ "heal-log todo", "", "list the failures that no rule, cause or fix is known for, most frequent first",
		todo_opts, NULL },
	todo };
