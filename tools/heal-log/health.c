/* heal-log health - the reports of heal-monitor: scores, issues, trend */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ask.h"
#include "base/visible.h"
#include "config/config.h"
#include "health/healing.h"
#include "health/health_metrics.h"
#include "overview.h"
#include "present/present.h"
#include "record/json.h"
#include "store/health.h"
#include "store/monitor_state.h"

enum { REPORTS_MOST = 100000 };

static const struct opt health_opts[] = {
	OPT_STORE,
	OPT_STR('p', "project", "DIR", &filter_texts.project,
		"of the project that contains DIR (default: the working directory)"),
	OPT_LIMIT,
	OPT_CHOICE('f', "format", "human|ndjson|prom", &format,
		"text, the records, or the last report in Prometheus text format"),
	OPT_END,
};

/* What is shown of a report. */
struct seen {
	struct str time, status;
	double score, at; /* at: seconds since 1970 */
	struct health_metrics metrics;
};

struct listing {
	struct asking *q;
	VEC(struct seen) all;  /* newest first */
	struct str prediction; /* of the newest; empty: there is none */
	double per_day;
};

static double seconds_of(struct str time)
{
	struct tm tm = { 0 };
	char text[40];

	snprintf(text, sizeof(text), "%.*s", STR_ARG(time));
	return strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? (double)timegm(&tm) : 0;
}

static bool report_take(void *ctx, const struct record *r)
{
	struct listing *l = ctx;

	if (strcmp(format, "ndjson") == 0) {
		record_write_buf(&l->q->out, r);
		ask_print(l->q);
	}
	if (strcmp(format, "prom") == 0 && !l->all.n)
		health_metrics_write(&l->q->out, l->q->filter.project, r);
	if (!l->all.n) {
		l->prediction = prediction_text(&l->q->run, &r->health.prediction);
		l->per_day = r->health.prediction.per_day;
	}
	*VEC_ADD(&l->q->run, &l->all) = (struct seen){ .time = arena_str(&l->q->run, r->time),
		.status = health_status_name(r->health.overall_status),
		.score = r->health.health_score,
		.at = seconds_of(r->time),
		.metrics = r->health.metrics };
	return true;
}

/* ---- text ---- */

struct breakers {
	struct asking *q;
	struct breaker_rule rule;
};

static void breaker_human(void *ctx, struct str rule, struct str value)
{
	struct breakers *x = ctx;
	struct breaker b = breaker_parse(value);
	char shown[200];

	buf_printf(&x->q->out, "breaker %s: %.*s\n", visible(rule, shown, sizeof(shown)),
		STR_ARG(breaker_show(&x->q->run, &b, &x->rule, (int64_t)time(NULL))));
}

static bool breakers_human(struct asking *q)
{
	struct config *c = config_or_die(arena_strdup(&q->run, q->filter.project));
	struct breakers x = { q, breaker_rule_of(c) };

	config_free(c);
	return monitor_states_each(q->store, MONITOR_BREAKER, q->filter.project, breaker_human, &x, &q->err);
}

static void list_human(struct listing *l)
{
	struct buf *out = &l->q->out;

	double *scores = arena_alloc(&l->q->run, l->all.n * sizeof(*scores));
	for (size_t i = 0; i < l->all.n; i++)
		scores[l->all.n - 1 - i] = l->all.at[i].score;
	sparkline(out, scores, l->all.n);
	if (l->prediction.n)
		buf_printf(out, "  %+.3f a day: %.*s", l->per_day, STR_ARG(l->prediction));
	buf_addc(out, '\n');
	for (size_t i = 0; i < l->all.n; i++) {
		const struct seen *s = &l->all.at[i];
		buf_printf(out, "%.10s %.8s  %-9.*s  %.2f  %" PRId64 " issues, %" PRId64 " critical, %" PRId64 " new\n",
			s->time.p, s->time.p + 11, STR_ARG(s->status), s->score, s->metrics.issues, s->metrics.critical,
			s->metrics.fresh);
	}
}

static int64_t reports_wanted(void)
{
	struct err err;
	struct config *c = limit ? NULL : config_load(NULL, &err);
	int64_t n = limit ? limit : c ? config_int(c, "health.reports") : REPORTS_MOST;

	config_free(c);
	return n;
}

static int health(int argc, char **argv)
{
	struct asking q;
	struct listing l = { .q = &q };

	no_operands(argc, argv);
	if (!filter_texts.project)
		filter_texts.project = ".";
	ask_begin(&q);
	bool ok = store_health(q.store, q.filter.project, reports_wanted(), report_take, &l, &q.err);
	if (ok && !l.all.n)
		say("no report of '%.*s' in the store; 'heal-monitor' makes one", STR_ARG(q.filter.project));
	else if (ok && strcmp(format, "human") == 0) {
		list_human(&l);
		ok = breakers_human(&q);
	}
	return ask_end(&q, ok);
}

const struct log_command health_command = { "health",
	{ "heal-log health", "", "list the reports of heal-monitor, newest first", health_opts, NULL }, health };
