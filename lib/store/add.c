/* add.c - store records */
#include "base/buf.h"
#include "base/sha256.h"
#include "redact/redact.h"
#include "store/context.h"
#include "store/internal.h"
#include "store/teach.h"

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

static bool wants_person(const struct record *r)
{
	if (r->fix.status)
		return r->fix.status == FIX_QUEUED || r->fix.status == FIX_REFUSED;
	return record_is_analysed(r) && r->analysis.root && incident_is_failure(r) && !record_can_act(r);
}

/* When each stage was done; of a record without that, when the stage before was. */
struct stage_times {
	char room[3][WHEN_TEXT];
	struct str analysis, fix, validation;
};

static struct str stage_time(struct str given, struct str before, char room[WHEN_TEXT])
{
	int64_t ms;

	return when_parse(given, &ms) ? when_text(ms, room) : before;
}

static void stage_times(const struct adding *x, struct stage_times *t)
{
	t->analysis = stage_time(x->r->analysis.time, x->time, t->room[0]);
	t->fix = stage_time(x->r->fix.time, t->analysis, t->room[1]);
	t->validation = stage_time(x->r->validation.time, t->fix, t->room[2]);
}

static void add_incident_events(struct adding *x)
{
	const struct record *r = x->r;
	enum fix_status fix = r->fix.status;
	enum check_status verdict = r->validation.status;
	bool rolled = fix == FIX_ROLLED_BACK, applied = rolled || fix == FIX_APPLIED;
	bool passed = applied && !rolled && verdict == CHECK_PASSED;
	bool resolved = passed && r->validation.resolved;
	struct str solution = r->fix.solution, reason = r->fix.reason;
	struct stage_times at;
	stage_times(x, &at);
	const struct {
		bool is;
		const char *name;
		int64_t attempt;
		struct str time, detail;
	} events[] = {
		{ true, "error_detected", 0, x->time, r->error.message },
		{ record_is_analysed(r), "analysis_complete", 0, at.analysis, r->analysis.type },
		{ r->solutions.n > 0, "fix_generated", 0, at.analysis,
			r->solutions.n ? r->solutions.at[0].id : STR("") },
		{ applied, "fix_applied", x->attempt, at.fix, solution },
		{ passed, "fix_validated", x->attempt, at.validation, solution },
		{ fix == FIX_FAILED || (applied && verdict == CHECK_FAILED), "fix_failed", x->attempt, at.validation,
			reason.n ? reason : solution },
		{ rolled, "rollback_performed", x->attempt, at.validation, reason.n ? reason : solution },
		{ resolved, "healing_complete", x->attempt, at.validation, solution },
		{ wants_person(r), "manual_intervention_required", x->attempt, at.fix, reason },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i].is)
			event_put(
				x, x->id, str_of(events[i].name), &events[i].attempt, events[i].time, events[i].detail);
}

/* ---- incidents ---- */

static int64_t stage_of(const struct record *r)
{
	return 1 + record_is_analysed(r) + (r->solutions.n > 0) + (r->fix.status != FIX_NONE) +
		(r->validation.status != CHECK_NONE);
}

static void add_incident_row(struct adding *x)
{
	const struct record *r = x->r;
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
	};

	PUT(x, "incidents", columns);
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

static void add_context(struct adding *x, const struct lesson *l)
{
	const struct record *r = x->r;
	struct arena a = ARENA_INIT;
	struct context c = incident_context(&a, r);
	bool rolled = r->fix.status == FIX_ROLLED_BACK;
	const struct column columns[] = {
		{ "incident", TEXT(x->id) },
		{ "seq", SEQ },
		{ "time", TEXT(x->time) },
		{ "fingerprint", TEXT(c.fingerprint) },
		{ "alike", TEXT(c.alike) },
		{ "project", TEXT(c.project) },
		{ "command", TEXT(c.command) },
		{ "tool", TEXT(c.tool) },
		{ "rule", TEXT(c.rule) },
		{ "path", TEXT(c.path) },
		{ "status", TEXT(c.status) },
		{ "lacks", TEXT(c.lacks) },
		{ "resolved", NUMBER(r->validation.status && r->validation.resolved && !(l && !l->success)) },
		{ "manual", NUMBER(wants_person(r)) },
		{ "applied", NUMBER(rolled || r->fix.status == FIX_APPLIED) },
		{ "undone", NUMBER(rolled) },
		{ "successes", NUMBER(l && l->success) },
		{ "failures", NUMBER(l && !l->success) },
	};

	PUT(x, "contexts", columns);
	arena_free(&a);
}

static void add_incident(struct adding *x)
{
	struct lesson lesson;
	char when[WHEN_TEXT];
	bool teaches = lesson_of_record(x->r, x->attempt, x->time, when, &lesson);

	add_incident_row(x);
	add_solutions(x);
	add_incident_events(x);
	add_context(x, teaches ? &lesson : NULL);
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
			.attempt = clean.fix.status ? (clean.fix.attempt ? clean.fix.attempt : 1) : 0 };
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

bool store_add(struct store *s, const struct record *r, struct err *err)
{
	struct buf line;

	buf_init(&line, 64 << 20);
	record_write_buf(&line, r);
	bool ok = store_add_line(s, r, str_rtrim(buf_str(&line)), err);
	buf_release(&line);
	return ok;
}
