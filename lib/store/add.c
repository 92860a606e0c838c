/* add.c - store records */
#include "base/buf.h"
#include "base/sha256.h"
#include "redact/redact.h"
#include "store/context.h"
#include "store/events.h"
#include "store/internal.h"
#include "store/teach.h"
#include "store/trials.h"

/* Common values of the rows of a record. */
struct adding {
	struct batch *batch;
	const struct record *r;
	struct str id, time;
	int64_t attempt; /* of the fix; 0 without one */
};

/* All columns of the table, in their order. */
#define PUT(x, table, columns) batch_row((x)->batch, (table), (columns), sizeof(columns) / sizeof((columns)[0]))

static struct str some(struct str s)
{
	return s.n ? s : STR_NONE;
}

/* ---- events ---- */

/* attempt: NULL for an event that is a record. */
static void event_put(struct adding *x, struct str incident, struct str name, const int64_t *attempt, struct str time,
	struct str detail)
{
	const struct column columns[] = {
		{ "seq", SEQ },
		{ "record", SEQ },
		{ "incident", TEXT(incident) },
		{ "name", TEXT(name) },
		{ "attempt", { .type = attempt ? 'i' : 's', .i = attempt ? *attempt : 0 } },
		{ "time", TEXT(time) },
		{ "detail", TEXT(some(detail)) },
	};

	PUT(x, "events", columns);
}

/* Of an incident that nothing else is known of, only those with a time of their own are written. */
static void add_incident_events(struct adding *x, const struct incident_events *all)
{
	for (size_t i = 0; i < EVENTS_MOST; i++) {
		const struct incident_event *e = &all->at[i];
		if (!e->is)
			continue;
		batch_derived(x->batch, str_eq(e->time, x->time));
		event_put(x, x->id, str_of(e->name), &e->attempt, e->time, e->detail);
	}
	batch_derived(x->batch, false);
}

/* ---- incidents ---- */

static int64_t stage_of(const struct record *r)
{
	return 1 + record_is_analysed(r) + (r->solutions.n > 0) + (r->fix.status != FIX_NONE) +
		(r->validation.status != CHECK_NONE);
}

/* The context and the counts are those of an incident that nothing else is known of: for others, see teach_record. */
static void add_incident_row(struct adding *x, const struct lesson *l, int64_t derived)
{
	const struct record *r = x->r;
	struct arena a = ARENA_INIT;
	struct context c = incident_context(&a, r);
	bool rolled = r->fix.status == FIX_ROLLED_BACK;
	const struct column columns[] = {
		{ "id", TEXT(x->id) },
		{ "seq", SEQ },
		{ "correlation_id", TEXT(some(r->correlation_id)) },
		{ "fingerprint", TEXT(some(r->fingerprint)) },
		{ "time", TEXT(x->time) },
		{ "tool", TEXT(some(r->error.tool)) },
		{ "environment", TEXT(some(r->error.environment)) },
		{ "rule", TEXT(some(r->error.rule)) },
		{ "level", TEXT(level_name(r->error.level)) },
		{ "code", TEXT(some(r->error.code)) },
		{ "message", TEXT(some(r->error.message)) },
		{ "file", TEXT(some(r->error.file)) },
		{ "line", NUMBER(r->error.line) },
		{ "count", NUMBER(incident_count(r)) },
		{ "type", TEXT(some(r->analysis.type)) },
		{ "category", TEXT(some(r->analysis.category)) },
		{ "severity", NUMBER(r->analysis.severity) },
		{ "confidence", REAL(r->analysis.confidence) },
		{ "root", NUMBER(record_is_analysed(r) ? r->analysis.root : -1) },
		{ "solution", TEXT(some(r->fix.solution)) },
		{ "fix_status", TEXT(fix_status_name(r->fix.status)) },
		{ "attempt", NUMBER(x->attempt) },
		{ "validation", TEXT(check_status_name(r->validation.status)) },
		{ "resolved", NUMBER(r->validation.status ? r->validation.resolved : -1) },
		{ "stage", NUMBER(stage_of(r)) },
		{ "alike", TEXT(c.alike) },
		{ "project", TEXT(c.project) },
		{ "command", TEXT(c.command) },
		{ "status", TEXT(c.status) },
		{ "lacks", TEXT(c.lacks) },
		{ "healed", NUMBER(r->validation.status && r->validation.resolved && !(l && !l->success)) },
		{ "manual", NUMBER(wants_person(r)) },
		{ "applied", NUMBER(rolled || r->fix.status == FIX_APPLIED) },
		{ "undone", NUMBER(rolled) },
		{ "successes", NUMBER(l && l->success) },
		{ "failures", NUMBER(l && !l->success) },
		{ "derived", NUMBER(derived) },
	};

	PUT(x, "incidents", columns);
	arena_free(&a);
}

static void add_solutions(struct adding *x)
{
	LIST_EACH(solution, solution, &x->r->solutions) {
		const struct column columns[] = {
			{ "id", TEXT(solution->id) },
			{ "rule", TEXT(str_or_empty(x->r->error.rule)) },
			{ "type", TEXT(some(solution->type)) },
			{ "description", TEXT(some(solution->description)) },
			{ "offered", NUMBER(1) },
			{ "first_seen", TEXT(x->time) },
			{ "last_seen", TEXT(x->time) },
		};
		PUT(x, "solutions", columns);
	}
}

static bool add_trial(void *ctx, const struct trial_row *t)
{
	struct adding *x = ctx;
	const struct column columns[] = {
		{ "incident", TEXT(x->id) },
		{ "solution", TEXT(t->solution) },
		{ "whole", TEXT(t->whole) },
		{ "rule", TEXT(t->rule) },
		{ "variant", TEXT(t->variant) },
		{ "fingerprint", TEXT(t->fingerprint) },
		{ "passed", NUMBER(t->passed) },
		{ "time", TEXT(t->time) },
	};

	PUT(x, "trials", columns);
	return true;
}

/* The rows of a fresh incident, see batch.h. */
static void add_lesson(struct adding *x, const struct lesson *l)
{
	const struct column outcome[] = {
		{ "seq", SEQ },
		{ "solution", TEXT(str_or_empty(l->solution)) },
		{ "rule", TEXT(str_or_empty(l->rule)) },
		{ "variant", TEXT(str_or_empty(l->variant)) },
		{ "fingerprint", TEXT(str_or_empty(l->fingerprint)) },
		{ "success", NUMBER(l->success) },
		{ "time", TEXT(l->time) },
		{ "incident", TEXT(l->incident) },
		{ "attempt", NUMBER(l->attempt) },
	};
	const struct column lesson[] = {
		{ "outcome", SEQ },
		{ "why", TEXT(l->why) },
		{ "basis", TEXT(str_or_empty(l->basis)) },
		{ "time", TEXT(l->time) },
	};

	PUT(x, "outcomes", outcome);
	PUT(x, "lessons", lesson);
}

static void add_incident(struct adding *x)
{
	struct lesson lesson;
	struct incident_events events;
	char when[WHEN_TEXT];
	bool teaches = lesson_of_record(x->r, x->attempt, x->time, when, &lesson);

	incident_events(&events, x->r, x->time);
	add_incident_row(x, teaches ? &lesson : NULL, incident_events_derived(&events, x->time));
	add_solutions(x);
	add_incident_events(x, &events);
	trials_of(x->r, x->time, add_trial, x);
	if (teaches)
		add_lesson(x, &lesson);
}

/* ---- the other kinds ---- */

static void add_session(struct adding *x)
{
	const struct session *e = &x->r->session;
	const struct column columns[] = {
		{ "id", TEXT(x->id) },
		{ "seq", SEQ },
		{ "correlation_id", TEXT(some(x->r->correlation_id)) },
		{ "time", TEXT(x->time) },
		{ "status", TEXT(session_status_name(e->status)) },
		{ "exit_code", NUMBER(e->exit_code) },
		{ "first_exit_code", NUMBER(e->first_exit_code) },
		{ "incidents", NUMBER(e->incidents) },
		{ "fixed", NUMBER(e->fixed) },
		{ "attempts", NUMBER(e->attempts) },
		{ "runs", NUMBER(e->runs) },
		{ "seconds", REAL(e->seconds) },
	};
	const char *name = e->status == SESSION_PERSON ? "manual_intervention_required" : "healing_complete";

	const int64_t attempt = 0;

	PUT(x, "sessions", columns);
	event_put(x, x->id, str_of(name), &attempt, x->time, e->reason.n ? e->reason : session_status_name(e->status));
}

/* Later events replace earlier ones, also when records are imported. */
static void add_adjustment(struct adding *x)
{
	const struct adjustment *c = &x->r->event.change;
	const struct column columns[] = {
		{ "kind", TEXT(c->kind) },
		{ "name", TEXT(str_or_empty(c->name)) },
		{ "value", TEXT(str_or_empty(c->after)) },
		{ "undone", NUMBER(str_is(x->r->event.name, "improvement_undone")) },
		{ "time", TEXT(x->time) },
		{ "record", SEQ },
	};

	if (c->kind.n)
		PUT(x, "adjustments", columns);
}

static void add_event(struct adding *x)
{
	add_adjustment(x);
	event_put(x, some(x->r->event.incident), str_or_empty(x->r->event.name), NULL, x->time, x->r->event.detail);
}

static void add_deployment(struct adding *x)
{
	const struct deployment *d = &x->r->deployment;
	const struct column columns[] = {
		{ "id", TEXT(x->id) },
		{ "seq", SEQ },
		{ "time", TEXT(x->time) },
		{ "revision", TEXT(some(d->revision)) },
		{ "environment", TEXT(some(d->environment)) },
		{ "status", TEXT(some(d->status)) },
	};

	PUT(x, "deployments", columns);
}

static void add_health(struct adding *x)
{
	const struct health *h = &x->r->health;
	const struct column columns[] = {
		{ "id", TEXT(x->id) },
		{ "seq", SEQ },
		{ "time", TEXT(x->time) },
		{ "status", TEXT(some(health_status_name(h->overall_status))) },
		{ "score", REAL(h->overall_status ? h->health_score : -1) },
	};

	PUT(x, "health", columns);
}

static void add_rows(struct adding *x)
{
	switch (x->r->kind) {
	case KIND_INCIDENT:
		add_incident(x);
		break;
	case KIND_SESSION:
		add_session(x);
		break;
	case KIND_EVENT:
		add_event(x);
		break;
	case KIND_DEPLOYMENT:
		add_deployment(x);
		break;
	case KIND_HEALTH:
		add_health(x);
		break;
	case KIND_NONE:
		break;
	}
}

/* Nothing is stored that was not searched for secrets. */
bool store_gather(struct store *s, const struct record *r, struct str json, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct record clean;
	struct str line;
	char when[WHEN_TEXT], hash[SHA256_HEX];
	bool ok = redact_record(&a, r, json, REDACT_TAGGED, &clean, &line, err);

	if (ok) {
		struct adding x = { .batch = &s->batch,
			.r = &clean,
			.id = str_or_empty(clean.id),
			.time = when_of(&clean, when),
			.attempt = attempt_of(&clean) };
		sha256_of(line, hash);
		struct str about = clean.kind == KIND_EVENT ? str_or_empty(clean.event.incident) : x.id;
		batch_record(&s->batch, about, x.id, record_kind_name(clean.kind), x.time, str_of(hash), line);
		add_rows(&x);
	}
	arena_free(&a);
	return ok;
}

bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err)
{
	return store_gather(s, r, json, err) && store_write(s, NULL, err);
}

bool store_gather_record(struct store *s, const struct record *r, struct err *err)
{
	struct buf line;

	buf_init(&line, 64 << 20);
	record_write_buf(&line, r);
	bool ok = store_gather(s, r, str_rtrim(buf_str(&line)), err);
	buf_release(&line);
	return ok;
}

bool store_add(struct store *s, const struct record *r, struct err *err)
{
	return store_gather_record(s, r, err) && store_write(s, NULL, err);
}
