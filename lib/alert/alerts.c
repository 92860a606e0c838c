#include "alert/alerts.h"

#include <string.h>

#include "health/healing.h"
#include "store/monitor_state.h"

enum { DESCRIPTION_MAX = 300, SCORE_SEVERITY = 9 };

struct alerting {
	struct store *s;
	struct arena *a;
	const struct record *report;
	const struct health *h;
	const struct alert_settings *set;
	int64_t now;
	struct str *keys; /* of the report's issues */
	VEC(struct alert) all;
};

struct alert_settings alert_settings_of(const struct config *c)
{
	struct alert_settings set = {
		.rule = { config_double(c, "alert.once_within"), config_double(c, "alert.once_after"),
			config_double(c, "alert.accumulate") },
		.severity = config_int(c, "alert.severity"),
		.score = config_double(c, "alert.score"),
		.fresh = config_bool(c, "alert.new"),
	};

	set.channels |= config_str(c, "alert.webhook").n ? 1U << CHANNEL_WEBHOOK : 0;
	set.channels |= config_str(c, "alert.mail").n ? 1U << CHANNEL_MAIL : 0;
	set.channels |= config_bool(c, "alert.desktop") ? 1U << CHANNEL_DESKTOP : 0;
	return set;
}

/* ---- the states ---- */

static void state_take(void *ctx, struct str key, struct str value)
{
	struct alerting *x = ctx;
	struct alert alert;

	if (!alert_parse(arena_str(x->a, value), &alert))
		return;
	alert.key = arena_str(x->a, key);
	*VEC_ADD(x->a, &x->all) = alert;
}

static struct alert *alert_find(struct alerting *x, struct str key)
{
	for (size_t i = 0; i < x->all.n; i++)
		if (str_eq(x->all.at[i].key, key))
			return &x->all.at[i];
	return NULL;
}

static bool store_one(struct alerting *x, struct alert *alert, const char *event, struct err *err)
{
	bool over = alert_is_over(alert, &x->set->rule, x->now);
	const struct monitor_change c = { .kind = MONITOR_ALERT,
		.name = alert->key,
		.project = x->h->project_id,
		.value = over ? STR("") : alert_text(x->a, alert),
		.event = event,
		.detail = alert->description };

	alert->changed = false;
	return monitor_state_set(x->s, x->a, &c, NULL, err);
}

static bool store_changed(struct alerting *x, struct err *err)
{
	for (size_t i = 0; i < x->all.n; i++) {
		struct alert *alert = &x->all.at[i];
		bool over = alert_is_over(alert, &x->set->rule, x->now);
		if ((alert->changed || over) &&
			!store_one(x, alert,
				over                   ? "issue_gone" :
					alert->batch.n ? "alert_due" :
							 "alert_kept",
				err))
			return false;
	}
	return true;
}

/* ---- what the report has ---- */

static struct str check_name(struct arena *a, struct str name)
{
	char *copy = arena_strdup(a, name);

	for (char *c = copy; *c; c++)
		*c = *c == ' ' ? '_' : *c;
	return str_of(copy);
}

/* Is the key in the report?  If its check was not made, nobody knows. */
static enum presence presence_of(const struct alerting *x, const struct alert *alert)
{
	const struct health *h = x->h;
	struct arena *a = x->a;

	if (str_is(alert->key, "score"))
		return h->health_score < x->set->score ? PRESENT : ABSENT;
	for (size_t i = 0; i < h->issues.n; i++)
		if (str_eq(x->keys[i], alert->key))
			return PRESENT;
	if (h->metrics.issues > (int64_t)h->issues.n || (alert->check.n && !h->checks.n))
		return PRESENCE_UNKNOWN;
	LIST_EACH(health_check, c, &h->checks)
		if (str_eq(check_name(a, c->check), alert->check) &&
			!(str_is(c->status, "passed") || str_is(c->status, "failed")))
			return PRESENCE_UNKNOWN;
	return ABSENT;
}

/* An alert that is new, or that was over. */
static void alert_new(struct alerting *x, struct str key, int64_t severity, struct str check, struct str description)
{
	struct alert *alert = alert_find(x, key);

	if (!alert) {
		alert = VEC_ADD(x->a, &x->all);
		*alert = (struct alert){ .key = key, .phase = ALERT_QUIET };
	}
	if (alert->phase != ALERT_QUIET)
		return;
	alert->severity = severity;
	alert->check = check;
	alert->description = arena_str(x->a, str_sub(description, 0, DESCRIPTION_MAX));
	alert_advance(alert, &x->set->rule, PRESENT, x->now);
}

static void report_take(struct alerting *x, bool has_before)
{
	const struct health *h = x->h;
	size_t known = x->all.n;

	x->keys = arena_alloc(x->a, (h->issues.n + 1) * sizeof(*x->keys));
	for (size_t i = 0; i < h->issues.n; i++)
		x->keys[i] = issue_key(x->a, &h->issues.at[i]);
	for (size_t i = 0; i < known; i++) {
		struct alert *alert = &x->all.at[i];
		if (alert->phase != ALERT_QUIET)
			alert_advance(alert, &x->set->rule, presence_of(x, alert), x->now);
	}
	LIST_EACH(health_issue, i, &h->issues) {
		bool fresh = has_before && str_eq(i->first_detected, i->last_occurrence);
		if (i->severity < x->set->severity && !(x->set->fresh && fresh))
			continue;
		struct str text = i->location.n ?
			arena_printf(x->a, "%.*s: %.*s", STR_ARG(i->location), STR_ARG(i->description)) :
			i->description;
		alert_new(x, x->keys[i - h->issues.at], i->severity, check_name(x->a, i->check), text);
	}
	if (h->health_score < x->set->score)
		alert_new(x, STR("score"), SCORE_SEVERITY, STR(""),
			arena_printf(x->a, "the score %.2f is below %.2f", h->health_score, x->set->score));
}

/* ---- messages ---- */

static void batch_give(struct alerting *x, enum alert_phase from, enum alert_phase to, double wait)
{
	struct str id = uuid7(x->a);
	int64_t first = x->now;
	bool any = false;

	for (size_t i = 0; i < x->all.n; i++) {
		const struct alert *alert = &x->all.at[i];
		if (alert->phase != from || alert->batch.n)
			continue;
		any = true;
		if (alert->due > x->now) /* the clock was set back */
			wait = 0;
		first = alert->due < first ? alert->due : first;
	}
	if (!any || (double)(x->now - first) < wait)
		return;
	for (size_t i = 0; i < x->all.n; i++) {
		struct alert *alert = &x->all.at[i];
		if (alert->phase != from || alert->batch.n)
			continue;
		alert->phase = to;
		alert->batch = id;
		alert->channels = x->set->channels;
		alert->tries = 0;
		alert->changed = true;
	}
}

/* The alerts of the message that this one is in. */
static void message_make(struct alerting *x, const struct alert *first, struct alert_message *m)
{
	*m = (struct alert_message){ .id = first->batch,
		.resolved = first->phase == ALERT_RESOLVING,
		.project = x->h->project_id,
		.time = first->due };
	for (size_t i = 0; i < x->all.n; i++) {
		const struct alert *alert = &x->all.at[i];
		if (str_eq(alert->batch, first->batch)) {
			*VEC_ADD(x->a, &m->alerts) = alert;
			m->time = alert->due > m->time ? alert->due : m->time;
		}
	}
}

static bool message_end(struct alerting *x, struct str batch, int64_t left, struct err *err)
{
	for (size_t i = 0; i < x->all.n; i++) {
		struct alert *alert = &x->all.at[i];
		if (!str_eq(alert->batch, batch))
			continue;
		alert->tries++;
		alert->tried = x->now;
		alert->channels = left;
		bool done = !left || alert->tries >= ALERT_TRIES;
		if (done) {
			alert->batch = STR("");
			alert->told = alert->phase == ALERT_SENDING ? x->now : alert->told;
			alert->phase = alert->phase == ALERT_SENDING ? ALERT_SENT : ALERT_QUIET;
		}
		if (!store_one(x, alert, done && !left ? "alert_sent" : "alert_kept", err))
			return false;
	}
	return true;
}

static bool messages_send(struct alerting *x, alert_send_fn *send, void *ctx, struct err *err)
{
	for (size_t i = 0; i < x->all.n; i++) {
		struct alert_message m;
		struct str why = STR("");
		const struct alert *first = &x->all.at[i];
		if (!first->batch.n || (first->tries && x->now >= first->tried && x->now < alert_next_try(first)))
			continue;
		message_make(x, first, &m);
		int64_t left = first->channels & (int64_t)x->set->channels;
		for (int c = 0; c < CHANNELS; c++)
			if (left & (1 << c) && send(ctx, x->a, (enum alert_channel)c, &m, &why))
				left &= ~(int64_t)(1 << c);
		if (!message_end(x, m.id, left, err))
			return false;
	}
	return true;
}

bool alerts_report(struct store *s, struct arena *a, const struct record *report, bool has_before,
	const struct alert_settings *set, int64_t now, alert_send_fn *send, void *ctx, struct err *err)
{
	struct alerting x = { .s = s, .a = a, .report = report, .h = &report->health, .set = set, .now = now };

	if (!set->channels)
		return true;
	if (!monitor_states_each(s, MONITOR_ALERT, x.h->project_id, state_take, &x, err))
		return false;
	report_take(&x, has_before);
	batch_give(&x, ALERT_DUE, ALERT_SENDING, set->rule.accumulate);
	batch_give(&x, ALERT_RESOLVING, ALERT_RESOLVING, 0);
	return store_changed(&x, err) && messages_send(&x, send, ctx, err);
}
