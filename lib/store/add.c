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
		    "sssss", x->id, record_str(x->r, F_KIND), x->time, str_of(hash), json))
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
	JSON_EACH(solution, record_get(r, F_SOLUTIONS)) {
		struct str how = json_str(json_get(solution, "applicability"));
		if (!str_is(how, "advice") && !str_is(how, "placeholder"))
			return true;
	}
	return false;
}

static bool wants_person(const struct record *r)
{
	struct str fix = record_str(r, F_FIX_STATUS), level = record_str(r, F_ERROR_LEVEL);

	if (fix.n)
		return str_is(fix, "queued") || str_is(fix, "refused");
	return record_get(r, F_ANALYSIS) && record_bool(r, F_ANALYSIS_ROOT, true) &&
		(str_is(level, "error") || str_is(level, "fatal")) && !can_act(r);
}

static bool add_incident_events(struct adding *x)
{
	const struct record *r = x->r;
	struct str fix = record_str(r, F_FIX_STATUS), verdict = record_str(r, F_VALIDATION_STATUS);
	bool rolled = str_is(fix, "rolled_back"), applied = rolled || str_is(fix, "applied");
	bool passed = applied && !rolled && str_is(verdict, "passed");
	bool resolved = passed && record_bool(r, F_VALIDATION_RESOLVED, false);
	struct str solution = record_str(r, F_FIX_SOLUTION), reason = record_str(r, F_FIX_REASON);
	const struct {
		bool is;
		const char *name;
		int64_t attempt;
		struct str detail;
	} events[] = {
		{ record_get(r, F_ERROR) != NULL, "error_detected", 0, record_str(r, F_ERROR_MESSAGE) },
		{ record_get(r, F_ANALYSIS) != NULL, "analysis_complete", 0, record_str(r, F_ANALYSIS_TYPE) },
		{ json_count(record_get(r, F_SOLUTIONS)) > 0, "fix_generated", 0,
			json_str(json_path(r->root, "solutions.0.id")) },
		{ applied, "fix_applied", x->attempt, solution },
		{ passed, "fix_validated", x->attempt, solution },
		{ str_is(fix, "failed") || (applied && str_is(verdict, "failed")), "fix_failed", x->attempt,
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
	static const enum field members[] = { F_ERROR, F_ANALYSIS, F_SOLUTIONS, F_FIX, F_VALIDATION };
	int64_t n = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		n += record_get(r, members[i]) != NULL;
	return n;
}

/* A column and its member. */
struct column {
	const char *name;
	char type; /* s, i, d as in db.h; b: bool, -1 if absent */
	enum field f;
	int64_t otherwise; /* i: value if the member is absent */
};

enum { COLUMNS = 32 };

static struct db_value column_value(const struct adding *x, const struct column *c)
{
	struct json *v = record_get(x->r, c->f);

	switch (c->type) {
	case 's':
		return (struct db_value){ .type = 's', .s = json_str(v) };
	case 'd':
		return (struct db_value){ .type = 'd', .d = json_double(v, 0) };
	case 'b':
		return (struct db_value){ .type = 'i', .i = v ? json_bool(v, false) : -1 };
	default:
		return (struct db_value){ .type = 'i', .i = json_int(v, c->otherwise) };
	}
}

/* Insert or replace the row with this id; `when` is the condition for replacing. */
static bool row_put(struct adding *x, const char *table, const struct column *columns, size_t n,
	const struct db_value *more, const char *const *more_names, size_t more_n, const char *when)
{
	struct db_value values[COLUMNS] = { { .type = 's', .s = x->id }, { .type = 'i', .i = x->seq },
		{ .type = 's', .s = x->time } };
	const char *names[COLUMNS] = { "id", "seq", "time" };
	size_t count = 3;
	struct buf sql;

	for (size_t i = 0; i < n; i++, count++) {
		names[count] = columns[i].name;
		values[count] = column_value(x, &columns[i]);
	}
	for (size_t i = 0; i < more_n; i++, count++) {
		names[count] = more_names[i];
		values[count] = more[i];
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
	static const struct column columns[] = {
		{ "correlation_id", 's', F_CORRELATION_ID, 0 },
		{ "fingerprint", 's', F_FINGERPRINT, 0 },
		{ "tool", 's', F_ERROR_TOOL, 0 },
		{ "environment", 's', F_ERROR_ENVIRONMENT, 0 },
		{ "rule", 's', F_ERROR_RULE, 0 },
		{ "level", 's', F_ERROR_LEVEL, 0 },
		{ "code", 's', F_ERROR_CODE, 0 },
		{ "message", 's', F_ERROR_MESSAGE, 0 },
		{ "file", 's', F_ERROR_FILE, 0 },
		{ "line", 'i', F_ERROR_LINE, 0 },
		{ "count", 'i', F_ERROR_COUNT, 1 },
		{ "type", 's', F_ANALYSIS_TYPE, 0 },
		{ "category", 's', F_ANALYSIS_CATEGORY, 0 },
		{ "severity", 'i', F_ANALYSIS_SEVERITY, 0 },
		{ "confidence", 'd', F_ANALYSIS_CONFIDENCE, 0 },
		{ "root", 'b', F_ANALYSIS_ROOT, 0 },
		{ "solution", 's', F_FIX_SOLUTION, 0 },
		{ "fix_status", 's', F_FIX_STATUS, 0 },
		{ "validation", 's', F_VALIDATION_STATUS, 0 },
		{ "resolved", 'b', F_VALIDATION_RESOLVED, 0 },
	};
	static const char *const names[] = { "attempt", "stage" };
	const struct db_value more[] = { { .type = 'i', .i = x->attempt }, { .type = 'i', .i = stage_of(x->r) } };

	return row_put(x, "incidents", columns, sizeof(columns) / sizeof(columns[0]), more, names, 2,
		" WHERE excluded.attempt > incidents.attempt"
		" OR (excluded.attempt = incidents.attempt AND excluded.stage >= incidents.stage)");
}

static bool add_solutions(struct adding *x)
{
	JSON_EACH(solution, record_get(x->r, F_SOLUTIONS)) {
		struct str id = json_str(json_get(solution, "id"));
		if (id.p &&
			!db_run(x->db, x->err,
				"INSERT INTO solutions (id, rule, type, description, offered, first_seen, last_seen)"
				" VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)"
				" ON CONFLICT (id, rule) DO UPDATE SET type = excluded.type, description = "
				"excluded.description,"
				" offered = solutions.offered + 1, last_seen = excluded.last_seen",
				"sssss", id, text_or_empty(record_str(x->r, F_ERROR_RULE)),
				json_str(json_get(solution, "type")), json_str(json_get(solution, "description")),
				x->time))
			return false;
	}
	return true;
}

static bool add_outcome(struct adding *x)
{
	const struct record *r = x->r;
	struct str solution = record_str(r, F_FIX_SOLUTION);
	bool success;

	if (!solution.n || !verdict_of(r, &success))
		return true;
	return db_run(x->db, x->err,
		"INSERT INTO outcomes (solution, rule, variant, fingerprint, success, time, incident, attempt)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (incident, attempt, solution) DO UPDATE SET success = excluded.success, time = "
		"excluded.time",
		"ssssissi", solution, text_or_empty(record_str(r, F_ERROR_RULE)),
		text_or_empty(json_str(json_path(r->root, "fix.variant"))), text_or_empty(record_str(r, F_FINGERPRINT)),
		(int64_t)success, x->time, x->id, x->attempt);
}

static bool add_incident(struct adding *x)
{
	return add_incident_row(x) && add_solutions(x) && add_incident_events(x) && add_outcome(x);
}

/* ---- the other kinds ---- */

static bool add_session(struct adding *x)
{
	static const struct column columns[] = {
		{ "correlation_id", 's', F_CORRELATION_ID, 0 },
		{ "status", 's', F_SESSION_STATUS, 0 },
		{ "exit_code", 'i', F_SESSION_EXIT_CODE, 0 },
		{ "first_exit_code", 'i', F_SESSION_FIRST_EXIT_CODE, 0 },
		{ "incidents", 'i', F_SESSION_INCIDENTS, 0 },
		{ "fixed", 'i', F_SESSION_FIXED, 0 },
		{ "attempts", 'i', F_SESSION_ATTEMPTS, 0 },
		{ "runs", 'i', F_SESSION_RUNS, 0 },
		{ "seconds", 'd', F_SESSION_SECONDS, 0 },
	};
	struct str status = record_str(x->r, F_SESSION_STATUS), reason = record_str(x->r, F_SESSION_REASON);
	const char *name = str_is(status, "person") ? "manual_intervention_required" : "healing_complete";

	return row_put(x, "sessions", columns, sizeof(columns) / sizeof(columns[0]), NULL, NULL, 0, "") &&
		event_add(x, name, 0, reason.n ? reason : status);
}

static bool add_event(struct adding *x)
{
	return db_run(x->db, x->err,
		"INSERT INTO events (record, incident, name, time, detail) VALUES (?1, ?2, ?3, ?4, ?5)", "issss",
		x->seq, some(record_str(x->r, F_EVENT_INCIDENT)), text_or_empty(record_str(x->r, F_EVENT_NAME)),
		x->time, some(record_str(x->r, F_EVENT_DETAIL)));
}

static struct db_value member(const struct record *r, const char *path)
{
	return (struct db_value){ .type = 's', .s = json_str(json_path(r->root, path)) };
}

static bool add_deployment(struct adding *x)
{
	static const char *const names[] = { "revision", "environment", "status" };
	const struct db_value more[] = { member(x->r, "deployment.revision"), member(x->r, "deployment.environment"),
		member(x->r, "deployment.status") };

	return row_put(x, "deployments", NULL, 0, more, names, 3, "");
}

static bool add_health(struct adding *x)
{
	static const char *const names[] = { "status", "score" };
	const struct db_value more[] = { member(x->r, "health.status"),
		{ .type = 'd', .d = json_double(json_path(x->r->root, "health.score"), -1) } };

	return row_put(x, "health", NULL, 0, more, names, 2, "");
}

static bool add_rows(struct adding *x)
{
	static const struct {
		const char *kind;
		bool (*add)(struct adding *x);
	} kinds[] = {
		{ "incident", add_incident },
		{ "session", add_session },
		{ "event", add_event },
		{ "deployment", add_deployment },
		{ "health", add_health },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (record_is(x->r, kinds[i].kind))
			return kinds[i].add(x);
	return true;
}

bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err)
{
	char when[WHEN_TEXT];
	struct adding x = { .db = s->db,
		.r = r,
		.id = text_or_empty(record_str(r, F_ID)),
		.time = when_of(r, when),
		.attempt = record_get(r, F_FIX) ? record_int(r, F_FIX_ATTEMPT, 1) : 0,
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
