/* ask.c - queries */
#include <stdio.h>
#include <string.h>

#include "store/internal.h"

/* No limit is the largest number, because SQL has no portable keyword for it. */
static int64_t limit_of(const struct store_filter *f)
{
	return f->limit > 0 ? f->limit : INT64_MAX;
}

/* Every time sorts after the empty text. */
static struct str since_of(const struct store_filter *f)
{
	return f->since.p ? f->since : STR("");
}

/* ---- incidents ---- */

#define INCIDENT_COLUMNS                                                                                          \
	"i.id, i.time, i.tool, i.environment, i.rule, i.level, i.code, i.message, i.file, i.type, i.fingerprint," \
	" i.solution, i.fix_status, i.validation, i.line, i.severity, i.count, i.attempt, i.resolved, r.json"     \
	" FROM incidents i JOIN records r ON r.seq = i.seq "

static struct store_incident incident_row(struct rows *q)
{
	return (struct store_incident){
		.id = rows_str(q, 0),
		.time = rows_str(q, 1),
		.tool = rows_str(q, 2),
		.environment = rows_str(q, 3),
		.rule = rows_str(q, 4),
		.level = rows_str(q, 5),
		.code = rows_str(q, 6),
		.message = rows_str(q, 7),
		.file = rows_str(q, 8),
		.type = rows_str(q, 9),
		.fingerprint = rows_str(q, 10),
		.solution = rows_str(q, 11),
		.fix_status = rows_str(q, 12),
		.validation = rows_str(q, 13),
		.line = rows_int(q, 14),
		.severity = rows_int(q, 15),
		.count = rows_int(q, 16),
		.attempt = rows_int(q, 17),
		.resolved = rows_int(q, 18) == 1,
		.json = rows_str(q, 19),
	};
}

static bool incidents_each(struct rows *q, store_incident_fn *each, void *ctx, struct err *err)
{
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_incident i = incident_row(q);
		if (!each(ctx, &i))
			break;
	}
	rows_end(q);
	return got >= 0;
}

bool store_history(struct store *s, const struct store_filter *f, store_incident_fn *each, void *ctx, struct err *err)
{
	return incidents_each(
		db_query(s->db, err,
			"SELECT " INCIDENT_COLUMNS "WHERE i.time >= ?1 ORDER BY i.time DESC, i.seq DESC LIMIT ?2", "si",
			since_of(f), limit_of(f)),
		each, ctx, err);
}

bool store_incident(struct store *s, struct str id, store_incident_fn *each, void *ctx, struct err *err)
{
	enum { LEAST = 4 };
	char shown[80];
	int64_t n = 0;

	if (!db_number(s->db, &n, 0, err, "SELECT COUNT(*) FROM incidents WHERE id = ?1", "s", id))
		return false;
	if (n == 0 && id.n >= LEAST &&
		!db_number(s->db, &n, 0, err, "SELECT COUNT(*) FROM incidents WHERE substr(id, 1, length(?1)) = ?1",
			"s", id))
		return false;
	visible(id, shown, sizeof(shown));
	if (n == 0)
		return err_set(err, HEAL_WRONG, "no incident '%s' in the store; 'heal-log history' lists them", shown);
	if (n > 1)
		return err_set(
			err, HEAL_WRONG, "%lld incidents begin with '%s'; give more of the id", (long long)n, shown);
	return incidents_each(db_query(s->db, err,
				      "SELECT " INCIDENT_COLUMNS
				      "WHERE substr(i.id, 1, length(?1)) = ?1 ORDER BY length(i.id) LIMIT 1",
				      "s", id),
		each, ctx, err);
}

bool store_seen(struct store *s, struct str fingerprint, struct store_seen *out, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT COUNT(*), MIN(time), MAX(time) FROM incidents WHERE fingerprint = ?1", "s",
		fingerprint.p ? fingerprint : STR(""));
	int got = q ? rows_next(q, err) : -1;

	memset(out, 0, sizeof(*out));
	if (got > 0) {
		out->incidents = rows_int(q, 0);
		snprintf(out->first, sizeof(out->first), "%.*s", STR_ARG(rows_str(q, 1)));
		snprintf(out->last, sizeof(out->last), "%.*s", STR_ARG(rows_str(q, 2)));
	}
	rows_end(q);
	return got >= 0;
}

/* ---- events ---- */

#define EVENTS(where)                                                                                             \
	"SELECT e.incident, e.name, e.time, e.detail, e.attempt, r.json FROM events e JOIN records r ON r.seq = " \
	"e.record"                                                                                                \
	" WHERE " where "e.time >= ?1 ORDER BY e.time, e.seq LIMIT ?2"

bool store_events(struct store *s, struct str incident, const struct store_filter *f, store_event_fn *each, void *ctx,
	struct err *err)
{
	struct rows *q = incident.p ?
		db_query(s->db, err, EVENTS("e.incident = ?3 AND "), "sis", since_of(f), limit_of(f), incident) :
		db_query(s->db, err, EVENTS(""), "si", since_of(f), limit_of(f));
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_event e = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_str(q, 3), rows_int(q, 4),
			rows_str(q, 5) };
		if (!each(ctx, &e))
			break;
	}
	rows_end(q);
	return got >= 0;
}

/* ---- statistics ---- */

static bool event_count(struct store *s, struct str since, struct str name, int64_t *out, struct err *err)
{
	return db_number(
		s->db, out, 0, err, "SELECT COUNT(*) FROM events WHERE name = ?1 AND time >= ?2", "ss", name, since);
}

bool store_totals(struct store *s, const struct store_filter *f, struct store_totals *out, struct err *err)
{
	struct str since = since_of(f);

	memset(out, 0, sizeof(*out));
	return db_number(
		       s->db, &out->incidents, 0, err, "SELECT COUNT(*) FROM incidents WHERE time >= ?1", "s", since) &&
		db_number(s->db, &out->fingerprints, 0, err,
			"SELECT COUNT(DISTINCT fingerprint) FROM incidents WHERE time >= ?1", "s", since) &&
		db_number(s->db, &out->resolved, 0, err,
			"SELECT COUNT(*) FROM incidents WHERE resolved = 1 AND time >= ?1", "s", since) &&
		db_number(s->db, &out->successes, 0, err,
			"SELECT COUNT(*) FROM outcomes WHERE success = 1 AND time >= ?1", "s", since) &&
		db_number(s->db, &out->failures, 0, err,
			"SELECT COUNT(*) FROM outcomes WHERE success = 0 AND time >= ?1", "s", since) &&
		db_number(
			s->db, &out->sessions, 0, err, "SELECT COUNT(*) FROM sessions WHERE time >= ?1", "s", since) &&
		db_number(s->db, &out->healed, 0, err,
			"SELECT COUNT(*) FROM sessions WHERE status = 'healed' AND time >= ?1", "s", since) &&
		event_count(s, since, STR("fix_applied"), &out->applied, err) &&
		event_count(s, since, STR("rollback_performed"), &out->rollbacks, err) &&
		db_number(s->db, &out->manual, 0, err,
			"SELECT COUNT(DISTINCT e.incident) FROM events e JOIN incidents i ON i.id = e.incident"
			" WHERE e.name = 'manual_intervention_required' AND e.time >= ?1",
			"s", since);
}

/* Incidents by a key, with the outcomes of their fixes. */
#define GROUPS(key, order)                                                                                            \
	"SELECT " key " AS name, COUNT(*) AS n, SUM(CASE WHEN i.resolved = 1 THEN 1 ELSE 0 END),"                     \
	" COALESCE(SUM(o.successes), 0), COALESCE(SUM(o.failures), 0), COALESCE(SUM(e.n), 0)"                         \
	" FROM incidents i"                                                                                           \
	" LEFT JOIN (SELECT incident, SUM(success) AS successes, SUM(1 - success) AS failures FROM outcomes"          \
	"  WHERE incident IS NOT NULL GROUP BY incident) o ON o.incident = i.id"                                      \
	" LEFT JOIN (SELECT DISTINCT incident, 1 AS n FROM events WHERE name = 'manual_intervention_required') e ON " \
	"e.incident = i.id"                                                                                           \
	" WHERE i.time >= ?1 GROUP BY " key " ORDER BY " order " LIMIT ?2"

bool store_groups(struct store *s, enum store_by by, const struct store_filter *f, store_group_fn *each, void *ctx,
	struct err *err)
{
	static const char *const queries[] = {
		[BY_RULE] = GROUPS("COALESCE(i.rule, '')", "n DESC, name"),
		[BY_TOOL] = GROUPS("COALESCE(i.tool, '')", "n DESC, name"),
		[BY_DAY] = GROUPS("substr(i.time, 1, 10)", "name DESC"),
	};
	struct rows *q = db_query(s->db, err, queries[by], "si", since_of(f), limit_of(f));
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_group g = { rows_str(q, 0), rows_int(q, 1), rows_int(q, 2), rows_int(q, 3), rows_int(q, 4),
			rows_int(q, 5) };
		if (!each(ctx, &g))
			break;
	}
	rows_end(q);
	return got >= 0;
}

/* ---- export ---- */

bool store_export(struct store *s, const struct store_filter *f, store_line_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err, "SELECT json FROM records WHERE time >= ?1 ORDER BY seq LIMIT ?2", "si",
		since_of(f), limit_of(f));
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0)
		if (!each(ctx, rows_str(q, 0)))
			break;
	rows_end(q);
	return got >= 0;
}
