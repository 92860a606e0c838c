#include "store/events.h"

#include "store/context.h"

bool wants_person(const struct record *r)
{
	if (r->fix.status)
		return r->fix.status == FIX_QUEUED || r->fix.status == FIX_REFUSED;
	return record_is_analysed(r) && r->analysis.root && incident_is_failure(r) && !record_can_act(r);
}

int64_t attempt_of(const struct record *r)
{
	return r->fix.status ? (r->fix.attempt ? r->fix.attempt : 1) : 0;
}

/* When a stage was done; of a record without that, when the stage before was. */
static struct str stage_time(struct str given, struct str before, char room[WHEN_TEXT])
{
	int64_t ms;

	return given.n && when_parse(given, &ms) ? when_text(ms, room) : before;
}

void incident_events(struct incident_events *out, const struct record *r, struct str time)
{
	enum fix_status fix = r->fix.status;
	enum check_status verdict = r->validation.status;
	bool rolled = fix == FIX_ROLLED_BACK, applied = rolled || fix == FIX_APPLIED;
	bool passed = applied && !rolled && verdict == CHECK_PASSED;
	bool failed = fix == FIX_FAILED || (applied && verdict == CHECK_FAILED);
	struct str solution = r->fix.solution, reason = r->fix.reason, why = reason.n ? reason : solution;
	struct str analysed = stage_time(r->analysis.time, time, out->room[0]);
	struct str fixed = stage_time(r->fix.time, analysed, out->room[1]);
	struct str validated = stage_time(r->validation.time, fixed, out->room[2]);
	int64_t attempt = attempt_of(r);
	const struct incident_event events[EVENTS_MOST] = {
		{ "error_detected", true, 0, time, r->error.message },
		{ "analysis_complete", record_is_analysed(r), 0, analysed, r->analysis.type },
		{ "fix_generated", r->solutions.n > 0, 0, analysed, r->solutions.n ? r->solutions.at[0].id : STR("") },
		{ "fix_applied", applied, attempt, fixed, solution },
		{ "fix_validated", passed, attempt, validated, solution },
		{ "fix_failed", failed, attempt, validated, why },
		{ "rollback_performed", rolled, attempt, validated, why },
		{ "healing_complete", passed && r->validation.resolved, attempt, validated, solution },
		{ "manual_intervention_required", wants_person(r), attempt, fixed, reason },
	};

	for (size_t i = 0; i < EVENTS_MOST; i++)
		out->at[i] = events[i];
}

int64_t incident_events_derived(const struct incident_events *all, struct str time)
{
	int64_t bits = 0;

	for (size_t i = 0; i < EVENTS_MOST; i++)
		if (all->at[i].is && str_eq(all->at[i].time, time))
			bits |= (int64_t)1 << i;
	return bits;
}

/* ---- rows for them ---- */

#define DERIVED                                                                         \
	"SELECT i.id, i.time, i.seq, i.derived, r.json FROM incidents i JOIN records r" \
	" ON r.seq = i.seq WHERE i.derived <> 0"

static bool event_insert(struct db *db, struct chain_rows *chain, struct str incident, int64_t record,
	const struct incident_event *e, struct err *err)
{
	int64_t seq;

	return db_number(db, &seq, 0, err,
		       "INSERT INTO events (seq, record, incident, name, attempt, time, detail) VALUES"
		       " ((SELECT COALESCE(MAX(seq), 0) + 1 FROM events), ?1, ?2, ?3, ?4, ?5, ?6) RETURNING seq",
		       "ississ", record, incident, str_of(e->name), e->attempt, e->time,
		       e->detail.n ? e->detail : STR_NONE) &&
		chain_number(chain, "events", seq, err);
}

bool events_write(struct db *db, struct chain_rows *chain, struct str incident, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct incident_events all;
	struct record r;
	struct str time = STR_NONE, json = STR_NONE;
	int64_t record = 0, derived = 0;
	struct rows *q = db_query(db, err, DERIVED " AND i.id = ?1", "s", incident);
	int got = q ? rows_next(q, err) : -1;

	if (got > 0) {
		time = arena_str(&a, rows_str(q, 1));
		record = rows_int(q, 2);
		derived = rows_int(q, 3);
		json = arena_str(&a, rows_str(q, 4));
	}
	rows_end(q);
	bool ok = got >= 0;
	if (got > 0 && record_parse(&a, json, &r, NULL)) { /* only valid records are stored */
		incident_events(&all, &r, time);
		for (size_t i = 0; i < EVENTS_MOST && ok; i++)
			if (derived & (int64_t)1 << i)
				ok = event_insert(db, chain, incident, record, &all.at[i], err);
		ok = ok && db_run(db, err, "UPDATE incidents SET derived = 0 WHERE id = ?1", "s", incident) &&
			chain_text(chain, "incidents", incident, STR_NONE, err);
	}
	arena_free(&a);
	return ok;
}

/* ---- asking for them ---- */

/* Two queries, each in the order of time: rows, and incidents with events that have none. */
struct merging {
	struct arena a; /* of the present incident */
	struct rows *rows, *derived;
	int rows_got, derived_got;
	struct incident_events events;
	bool server;
	int64_t left; /* bits of the present incident */
	int64_t limit;
	struct err *err;
};

static void derived_next(struct merging *m)
{
	struct record r;

	m->left = 0;
	while (m->derived_got > 0 && !m->left && (m->derived_got = rows_next(m->derived, m->err)) > 0) {
		arena_reset(&m->a);
		if (!record_parse(&m->a, arena_str(&m->a, rows_str(m->derived, 4)), &r, NULL))
			continue;
		incident_events(&m->events, &r, arena_str(&m->a, rows_str(m->derived, 1)));
		m->left = rows_int(m->derived, 3);
	}
}

/* Of one time, in the order of the records. */
static bool derived_is_first(const struct merging *m)
{
	if (m->derived_got <= 0 || m->rows_got <= 0)
		return m->derived_got > 0;
	int order = str_cmp(rows_str(m->derived, 1), rows_str(m->rows, 2));
	return order ? order < 0 : rows_int(m->derived, 2) < rows_int(m->rows, 6);
}

static struct store_event derived_event(struct merging *m)
{
	int i = 0;

	while (!(m->left & (int64_t)1 << i))
		i++;
	m->left &= ~((int64_t)1 << i);
	const struct incident_event *e = &m->events.at[i < EVENTS_MOST ? i : 0];
	struct str detail = m->server ? db_without_nul(&m->a, e->detail) : e->detail;
	return (struct store_event){ rows_str(m->derived, 0), str_of(e->name), rows_str(m->derived, 1),
		detail.n ? detail : STR_NONE, e->attempt, rows_str(m->derived, 4) };
}

static bool merge_each(struct merging *m, store_event_fn *each, void *ctx)
{
	m->rows_got = rows_next(m->rows, m->err);
	m->derived_got = 1;
	derived_next(m);
	for (; m->limit > 0 && (m->rows_got > 0 || m->derived_got > 0); m->limit--) {
		bool derived = derived_is_first(m);
		struct rows *q = m->rows;
		struct store_event e = derived ? derived_event(m) :
						 (struct store_event){ rows_str(q, 0), rows_str(q, 1), rows_str(q, 2),
							 rows_str(q, 3), rows_int(q, 4), rows_str(q, 5) };
		if (!each(ctx, &e))
			break;
		if (!derived)
			m->rows_got = rows_next(q, m->err);
		else if (!m->left)
			derived_next(m);
	}
	return m->rows_got >= 0 && m->derived_got >= 0;
}

#define ROWS                                                                                                        \
	"SELECT e.incident, e.name, e.time, e.detail, e.attempt, r.json, e.record FROM events e JOIN records r ON " \
	"r.seq = e.record WHERE e.time >= ?1"

bool store_events(struct store *s, struct str incident, const struct store_filter *f, store_event_fn *each, void *ctx,
	struct err *err)
{
	struct merging m = { .a = ARENA_INIT, .server = db_is_server(s->db), .limit = limit_of(f), .err = err };
	struct str since = since_of(f);
	bool ok = false;

	if (incident.p) {
		m.rows = db_query(s->db, err, ROWS " AND e.incident = ?3 ORDER BY e.time, e.seq LIMIT ?2", "sis", since,
			m.limit, incident);
		m.derived = db_query(s->db, err, DERIVED " AND i.time >= ?1 AND i.id = ?2", "ss", since, incident);
	} else {
		m.rows = db_query(s->db, err, ROWS " ORDER BY e.time, e.seq LIMIT ?2", "si", since, m.limit);
		m.derived = db_query(
			s->db, err, DERIVED " AND i.time >= ?1 ORDER BY i.time, i.seq LIMIT ?2", "si", since, m.limit);
	}
	if (m.rows && m.derived)
		ok = merge_each(&m, each, ctx);
	rows_end(m.rows);
	rows_end(m.derived);
	arena_free(&m.a);
	return ok;
}
