/* heal-log stats, rules - count incidents and successful fixes, in total and by rule */
#include <stdio.h>
#include <string.h>

#include "ask.h"

static const char *by;
static const struct opt stats_opts[] = {
	OPT_STORE,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_CHOICE('b', "by", "rule|tool|path|day|project", &by, "also the numbers for each of these"),
	OPT_LIMIT,
	OPT_CHOICE('f', "format", "human|json|prom", &format, "text, a JSON object, or Prometheus text format"),
	OPT_END,
};
static const struct opt rules_opts[] = {
	OPT_STORE,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "one line each, as text or JSON"),
	OPT_END,
};

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

/* Totals first, then the groups. */
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

static enum store_by by_named(const char *name)
{
	static const char *const names[] = {
		[BY_RULE] = "rule", [BY_TOOL] = "tool", [BY_DAY] = "day", [BY_PATH] = "path", [BY_PROJECT] = "project"
	};
	int i = 0;

	while (strcmp(names[i], name) != 0)
		i++;
	return (enum store_by)i;
}

static int stats(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	if ((since_text || until_text) && strcmp(format, "prom") == 0)
		die(HEAL_WRONG,
			"'--since' and '--until' cannot be used with '--format prom', whose counters start at 0");
	ask_begin(&q);
	q.by = by_named(by ? by : "rule");
	for (int i = 0; i < PROM_FAMILIES; i++)
		buf_init(&q.families[i], OUT_MAX);
	bool ok = stats_ask(&q);
	for (int i = 0; i < PROM_FAMILIES; i++) {
		buf_add(&q.out, buf_str(&q.families[i]));
		buf_release(&q.families[i]);
	}
	return ask_end(&q, ok);
}

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

const struct log_command stats_command = { "stats",
	{ "heal-log stats", "", "count incidents and successful fixes", stats_opts, NULL }, stats };
const struct log_command rules_command = { "rules",
	{ "heal-log rules", "", "list the results of each rule's solutions, the most used first", rules_opts, NULL },
	rules };
