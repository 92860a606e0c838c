/* heal-log deploys - what became more frequent after each deployment */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/visible.h"
#include "config/config.h"
#include "deploys.h"
#include "record/json.h"

int window_days = 7;
static const struct opt deploys_opts[] = {
	OPT_STORE,
	OPT_SINCE,
	OPT_WINDOW,
	OPT_CHOICE('f', "format", "human|ndjson", &format, "text, or a JSON object for each deployment"),
	OPT_END,
};

static double days(double seconds)
{
	return seconds / 86400;
}

static const char *shown_of(struct str s, char out[200])
{
	return s.n ? visible(s, out, 200) : "-";
}

static void rate_human(struct buf *out, const char *when, int64_t n, double seconds)
{
	if (seconds > 0)
		buf_printf(out, "%" PRId64 " in %.1f d %s", n, days(seconds), when);
	else
		buf_printf(out, "unknown %s", when);
}

static void score_human(struct buf *out, double score)
{
	if (score < 0)
		buf_addz(out, "unknown");
	else
		buf_printf(out, "%.2f", score);
}

static void risen_human(struct buf *out, const struct deployment_report *d, const struct risen *r)
{
	char rule[200], message[200], revision[200];

	buf_printf(out, "  rose        %s: %s\n", shown_of(r->rule, rule), shown_of(r->message, message));
	buf_addz(out, "              ");
	rate_human(out, "before, ", r->before, d->before_s);
	rate_human(out, "after", r->after, d->after_s);
	buf_printf(out, "; p = %.3g, %.3g corrected for %zu errors\n", r->p, r->adjusted, d->looked_at);
	for (size_t i = 0; i < r->suspects.n; i++)
		buf_printf(out, "              suspect: %s (support %.1f)\n",
			shown_of(r->suspects.at[i].deployment->revision, revision), r->suspects.at[i].support);
}

static void deployment_human(struct asking *q, const struct deployment_report *d, struct str rollback)
{
	char revision[200], environment[200], status[200];
	struct buf *out = &q->out;

	buf_printf(out, "%.10s %.8s  %s  %s  %s\n", d->time.p, d->time.p + 11, shown_of(d->revision, revision),
		shown_of(d->environment, environment), shown_of(d->status, status));
	buf_addz(out, "  errors      ");
	rate_human(out, "before, ", d->incidents_before, d->before_s);
	rate_human(out, "after\n", d->incidents_after, d->after_s);
	buf_addz(out, "  health      ");
	score_human(out, d->health_before);
	buf_addz(out, " before, ");
	score_human(out, d->health_after);
	buf_addz(out, " after\n");
	for (size_t i = 0; i < d->risen.n; i++)
		risen_human(out, d, &d->risen.at[i]);
	if (d->risen.n && rollback.n)
		buf_printf(out, "  to roll back, run: %s\n", visible(rollback, revision, sizeof(revision)));
}

static void member(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, ",\"%s\":", name);
	if (value.n)
		json_write_string(out, value);
	else
		buf_addz(out, "null");
}

static void score_json(struct buf *out, const char *name, double score)
{
	if (score < 0)
		buf_printf(out, ",\"%s\":null", name);
	else
		buf_printf(out, ",\"%s\":%.4f", name, score);
}

static void risen_json(struct buf *out, const struct risen *r, const char *comma)
{
	buf_printf(out, "%s{\"fingerprint\":", comma);
	json_write_string(out, r->fingerprint);
	member(out, "rule", r->rule);
	member(out, "message", r->message);
	buf_printf(out, ",\"before\":%" PRId64 ",\"after\":%" PRId64 ",\"p\":%.6g,\"adjusted\":%.6g,\"suspects\":[",
		r->before, r->after, r->p, r->adjusted);
	for (size_t i = 0; i < r->suspects.n; i++) {
		buf_addz(out, i ? ",{\"revision\":" : "{\"revision\":");
		json_write_string(out, r->suspects.at[i].deployment->revision);
		buf_printf(out, ",\"support\":%.4f}", r->suspects.at[i].support);
	}
	buf_addz(out, "]}");
}

static void deployment_json(struct asking *q, const struct deployment_report *d, struct str rollback)
{
	struct buf *out = &q->out;

	buf_addz(out, "{\"id\":");
	json_write_string(out, d->id);
	member(out, "time", d->time);
	member(out, "revision", d->revision);
	member(out, "environment", d->environment);
	member(out, "status", d->status);
	buf_printf(out,
		",\"seconds_before\":%.0f,\"seconds_after\":%.0f,\"errors_before\":%" PRId64
		",\"errors_after\":%" PRId64,
		d->before_s, d->after_s, d->incidents_before, d->incidents_after);
	score_json(out, "health_before", d->health_before);
	score_json(out, "health_after", d->health_after);
	buf_printf(out, ",\"looked_at\":%zu,\"rose\":[", d->looked_at);
	for (size_t i = 0; i < d->risen.n; i++)
		risen_json(out, &d->risen.at[i], i ? "," : "");
	buf_addc(out, ']');
	member(out, "rollback", d->risen.n ? rollback : STR_NONE);
	buf_addz(out, "}\n");
}

/* The setting; it may contain a slot only. */
static struct str rollback_setting(struct asking *q)
{
	struct config *c = config_load(NULL, &q->err);
	struct str set = c ? arena_str(&q->run, config_str(c, "deploy.rollback")) : STR("");

	config_free(c);
	return set;
}

bool deploys_print(struct asking *q, struct str id, struct str revision)
{
	struct deployment_reports list;
	struct str setting = rollback_setting(q), rollback;

	if (!deployments_read(q->store, &q->run, window_days * 86400.0, &list, &q->err))
		return false;
	for (size_t i = 0; i < list.n; i++) {
		const struct deployment_report *d = &list.at[i];
		if ((id.p && !str_eq(d->id, id)) || (revision.p && !str_eq(d->revision, revision)) ||
			(q->filter.since.p && str_cmp(d->time, q->filter.since) < 0))
			continue;
		if (!rollback_command(&q->run, setting, d, &rollback, &q->err))
			return false;
		if (strcmp(format, "ndjson") == 0)
			deployment_json(q, d, rollback);
		else
			deployment_human(q, d, rollback);
		ask_print(q);
		q->any = true;
	}
	return true;
}

static int deploys(int argc, char **argv)
{
	struct asking q;

	if (argc > 2)
		die(HEAL_WRONG, "unexpected argument '%s'; 'deploys' takes at most one version", argv[2]);
	ask_begin(&q);
	bool ok = deploys_print(&q, STR_NONE, argc > 1 ? str_of(argv[1]) : STR_NONE);
	if (ok && !q.any)
		say(argc > 1 ? "no deployment of '%s' in the store" :
			       "no deployment in the store; 'heal-log deploy' adds one",
			argc > 1 ? argv[1] : "");
	return ask_end(&q, ok);
}

const struct log_command deploys_command = { "deploys",
	{ "heal-log deploys", "[VERSION]", "list deployments, with the errors that rose after them", deploys_opts,
		NULL },
	deploys };
