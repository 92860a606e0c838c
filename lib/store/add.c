/* add.c - store records */
#include "base/buf.h"
#include "base/sha256.h"
#include "store/internal.h"

/* Common values of the rows of a record. */
struct adding {
	struct db *db;
	const struct record *r;
	struct str id, time;
	int64_t seq;     /* its row in records */
	int64_t attempt; /* of the fix; 0 without one */
	struct err *err;
};

static struct str some(struct str s)
{
	return s.n ? s : STR_NONE;
}

static struct str text_or_empty(struct str s)
{
	return s.p ? s : STR("");
}

/* ---- records ---- */

/* 1 added, 0 already stored, -1 err. */
static int add_record(struct adding *x, struct str json)
{
	char hash[SHA256_HEX];

	sha256_of(json, hash);
	if (!db_run(x->db, x->err,
		    "INSERT INTO records (id, kind, time, hash, json) VALUES (?1, ?2, ?3, ?4, ?5)"
		    " ON CONFLICT (id, hash) DO NOTHING",
		    "sssss", x->id, record_kind_name(x->r->kind), x->time, str_of(hash), json))
		return -1;
	if (db_changes(x->db) == 0)
		return 0;
	x->seq = db_last_row(x->db);
	return 1;
}

/* ---- events ---- */

static bool event_add(struct adding *x, const char *name, int64_t attempt, struct str detail)
{
	return db_run(x->db, x->err,
		"INSERT INTO events (record, incident, name, attempt, time, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT DO NOTHING",
		"ississ", x->seq, x->id, str_of(name), attempt, x->time, some(detail));
}

/* Is there a solution other than advice? */
static bool can_act(const struct record *r)
{
	LIST_EACH(solution, solution, &r->solutions)
		if (solution->applicability != APPLICABILITY_ADVICE &&
			solution->applicability != APPLICABILITY_PLACEHOLDER)
			return true;
	return false;
}

static bool is_analysed(const struct record *r)
{
	return members_are_set(&analysis_type, &r->analysis);
}

static bool wants_person(const struct record *r)
{
	if (r->fix.status)
		return r->fix.status == FIX_QUEUED || r->fix.status == FIX_REFUSED;
	return is_analysed(r) && r->analysis.root && incident_is_failure(r) && !can_act(r);
}

static bool add_incident_events(struct adding *x)
{
	const struct record *r = x->r;
	enum fix_status fix = r->fix.status;
	enum check_status verdict = r->validation.status;
	bool rolled = fix == FIX_ROLLED_BACK, applied = rolled || fix == FIX_APPLIED;
	bool passed = applied && !rolled && verdict == CHECK_PASSED;
	bool resolved = passed && r->validation.resolved;
	struct str solution = r->fix.solution, reason = r->fix.reason;
	const struct {
		bool is;
		const char *name;
		int64_t attempt;
		struct str detail;
	} events[] = {
		{ true, "error_detected", 0, r->error.message },
		{ is_analysed(r), "analysis_complete", 0, r->analysis.type },
		{ r->solutions.n > 0, "fix_generated", 0, r->solutions.n ? r->solutions.at[0].id : STR("") },
		{ applied, "fix_applied", x->attempt, solution },
		{ passed, "fix_validated", x->attempt, solution },
		{ fix == FIX_FAILED || (applied && verdict == CHECK_FAILED), "fix_failed", x->attempt,
			reason.n ? reason : solution },
		{ rolled, "rollback_performed", x->attempt, reason.n ? reason : solution },
		{ resolved, "healing_complete", x->attempt, solution },
		{ wants_person(r), "manual_intervention_required", x->attempt, reason },
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i].is && !event_add(x, events[i].name, events[i].attempt, events[i].detail))
			return false;
	return true;
}

/* ---- incidents ---- */

static int64_t stage_of(const struct record *r)
{
	return 1 + is_analysed(r) + (r->solutions.n > 0) + (r->fix.status != FIX_NONE) +
		(r->validation.status != CHECK_NONE);
}

/* A column and its value. */
struct column {
	const char *name;
	struct db_value value;
};

#define TEXT(s_)                       \
	{                              \
		.type = 's', .s = (s_) \
	}
#define NUMBER(n_)                     \
	{                              \
		.type = 'i', .i = (n_) \
	}
#define REAL(d_)                       \
	{                              \
		.type = 'd', .d = (d_) \
	}

enum { COLUMNS = 32 };

/* Insert or replace the row with this id; `when` is the condition for replacing. */
static bool row_put(struct adding *x, const char *table, const struct column *columns, size_t n, const char *when)
{
	struct db_value values[COLUMNS] = { TEXT(x->id), NUMBER(x->seq), TEXT(x->time) };
	const char *names[COLUMNS] = { "id", "seq", "time" };
	size_t count = 3;
	struct buf sql;

	for (size_t i = 0; i < n; i++, count++) {
		names[count] = columns[i].name;
		values[count] = columns[i].value;
	}
	buf_init(&sql, 8192);
	buf_printf(&sql, "INSERT INTO %s (", table);
	for (size_t i = 0; i < count; i++)
		buf_printf(&sql, "%s%s", i ? ", " : "", names[i]);
	buf_addz(&sql, ") VALUES (");
	for (size_t i = 0; i < count; i++)
		buf_printf(&sql, "%s?%zu", i ? ", " : "", i + 1);
	buf_addz(&sql, ") ON CONFLICT (id) DO UPDATE SET ");
	for (size_t i = 1; i < count; i++)
		buf_printf(&sql, "%s%s = excluded.%s", i > 1 ? ", " : "", names[i], names[i]);
	buf_printf(&sql, "%s", when);
	buf_addc(&sql, '\0');
	bool ok = db_run_values(x->db, x->err, sql.p, values, count);
	buf_release(&sql);
	return ok;
}

static bool add_incident_row(struct adding *x)
{
	const struct record *r = x->r;
	const struct column columns[] = {
		{ "correlation_id", TEXT(some(r->correlation_id)) },
		{ "fingerprint", TEXT(some(r->fingerprint)) },
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
		{ "root", NUMBER(is_analysed(r) ? r->analysis.root : -1) },
		{ "solution", TEXT(some(r->fix.solution)) },
		{ "fix_status", TEXT(fix_status_name(r->fix.status)) },
		{ "validation", TEXT(check_status_name(r->validation.status)) },
		{ "resolved", NUMBER(r->validation.status ? r->validation.resolved : -1) },
		{ "attempt", NUMBER(x->attempt) },
		{ "stage", NUMBER(stage_of(r)) },
	};

	return row_put(x, "incidents", columns, sizeof(columns) / sizeof(columns[0]),
		" WHERE excluded.attempt > incidents.attempt"
		" OR (excluded.attempt = incidents.attempt AND excluded.stage >= incidents.stage)");
}

static bool add_solutions(struct adding *x)
{
	LIST_EACH(solution, solution, &x->r->solutions) {
		if (!db_run(x->db, x->err,
			    "INSERT INTO solutions (id, rule, type, description, offered, first_seen, last_seen)"
			    " VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)"
			    " ON CONFLICT (id, rule) DO UPDATE SET type = excluded.type, description = "
			    "excluded.description,"
			    " offered = solutions.offered + 1, last_seen = excluded.last_seen",
			    "sssss", solution->id, text_or_empty(x->r->error.rule), some(solution->type),
			    some(solution->description), x->time))
			return false;
	}
	return true;
}

static bool add_outcome(struct adding *x)
{
	const struct record *r = x->r;
	struct str solution = r->fix.solution;
	bool success;

	if (!solution.n || !verdict_of(r, &success))
		return true;
	return db_run(x->db, x->err,
		"INSERT INTO outcomes (solution, rule, variant, fingerprint, success, time, incident, attempt)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (incident, attempt, solution) DO UPDATE SET success = excluded.success, time = "
		"excluded.time",
		"ssssissi", solution, text_or_empty(r->error.rule),
		text_or_empty(json_str(json_get(r->fix.other, "variant"))), text_or_empty(r->fingerprint),
		(int64_t)success, x->time, x->id, x->attempt);
}

static bool add_incident(struct adding *x)
{
	return add_incident_row(x) && add_solutions(x) && add_incident_events(x) && add_outcome(x);
}

/* ---- the other kinds ---- */

static bool add_session(struct adding *x)
{
	const struct session *e = &x->r->session;
	const struct column columns[] = {
		{ "correlation_id", TEXT(some(x->r->correlation_id)) },
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

	return row_put(x, "sessions", columns, sizeof(columns) / sizeof(columns[0]), "") &&
		event_add(x, name, 0, e->reason.n ? e->reason : session_status_name(e->status));
}

static bool add_event(struct adding *x)
{
	return db_run(x->db, x->err,
		"INSERT INTO events (record, incident, name, time, detail) VALUES (?1, ?2, ?3, ?4, ?5)", "issss",
		x->seq, some(x->r->event.incident), text_or_empty(x->r->event.name), x->time, some(x->r->event.detail));
}

static bool add_deployment(struct adding *x)
{
	const struct json *o = json_get(x->r->other, "deployment");
	const struct column columns[] = {
		{ "revision", TEXT(json_str(json_get(o, "revision"))) },
		{ "environment", TEXT(json_str(json_get(o, "environment"))) },
		{ "status", TEXT(json_str(json_get(o, "status"))) },
	};

	return row_put(x, "deployments", columns, sizeof(columns) / sizeof(columns[0]), "");
}

static bool add_health(struct adding *x)
{
	const struct json *o = json_get(x->r->other, "health");
	const struct column columns[] = {
		{ "status", TEXT(json_str(json_get(o, "status"))) },
		{ "score", REAL(json_double(json_get(o, "score"), -1)) },
	};

	return row_put(x, "health", columns, sizeof(columns) / sizeof(columns[0]), "");
}

static bool add_rows(struct adding *x)
{
	switch (x->r->kind) {
	case KIND_INCIDENT:
		return add_incident(x);
	case KIND_SESSION:
		return add_session(x);
	case KIND_EVENT:
		return add_event(x);
	case KIND_DEPLOYMENT:
		return add_deployment(x);
	case KIND_HEALTH:
		return add_health(x);
	case KIND_NONE:
		break;
	}
	return true;
}

bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err)
{
	char when[WHEN_TEXT];
	struct adding x = { .db = s->db,
		.r = r,
		.id = text_or_empty(r->id),
		.time = when_of(r, when),
		.attempt = r->fix.status ? (r->fix.attempt ? r->fix.attempt : 1) : 0,
		.err = err };

	if (!db_begin(s->db, err))
		return false;
	int added = add_record(&x, json);
	if (added >= 0 && (added == 0 || add_rows(&x)))
		return db_commit(s->db, err);
	db_rollback(s->db);
	return false;
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
