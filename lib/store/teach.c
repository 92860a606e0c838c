#include "store/teach.h"

#include "store/context.h"
#include "store/events.h"

#define OUTCOME                                                                                                     \
	"INSERT INTO outcomes (seq, solution, rule, variant, fingerprint, success, time, incident, attempt)"        \
	" VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM outcomes), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"                \
	" ON CONFLICT (incident, attempt, solution) DO UPDATE SET success = excluded.success, time = excluded.time" \
	" RETURNING seq"

/* Add or replace the outcome. */
static bool lesson_put(struct db *db, struct chain_rows *chain, const struct lesson *l, struct err *err)
{
	const char *types = l->incident.p ? "ssssissi" : "ssssisss";
	struct str none = STR_NONE;
	int64_t seq;

	bool ok = l->incident.p ? db_number(db, &seq, 0, err, OUTCOME, types, str_or_empty(l->solution),
					  str_or_empty(l->rule), str_or_empty(l->variant), str_or_empty(l->fingerprint),
					  (int64_t)l->success, l->time, l->incident, l->attempt) :
				  db_number(db, &seq, 0, err, OUTCOME, types, str_or_empty(l->solution),
					  str_or_empty(l->rule), str_or_empty(l->variant), str_or_empty(l->fingerprint),
					  (int64_t)l->success, l->time, none, none);
	/* A lesson of a person's, which has no basis of its own, keeps that of the validation. */
	return ok &&
		db_run(db, err,
			"INSERT INTO lessons (outcome, why, basis, time) VALUES (?1, ?2, ?3, ?4)"
			" ON CONFLICT (outcome) DO UPDATE SET why = excluded.why, time = excluded.time,"
			" basis = CASE WHEN excluded.basis = '' THEN lessons.basis ELSE excluded.basis END",
			"isss", seq, l->why, str_or_empty(l->basis), l->time) &&
		chain_number(chain, "outcomes", seq, err) && chain_number(chain, "lessons", seq, err);
}

bool store_outcome(
	struct store *s, struct str solution, struct str rule, struct str fingerprint, bool success, struct err *err)
{
	char now[WHEN_TEXT];
	struct lesson l = { .solution = solution,
		.rule = rule,
		.fingerprint = fingerprint,
		.why = success ? STR("approved") : STR("denied"),
		.time = when_text(when_now(), now),
		.success = success };
	struct chain_rows chain;

	if (!db_begin(s->db, err))
		return false;
	chain_begin(&chain, s->db);
	bool ok = lesson_put(s->db, &chain, &l, err) && chain_end(&chain, err);
	chain_release(&chain);
	if (!ok)
		db_rollback(s->db);
	return ok && db_commit(s->db, err) && (store_written(s), true);
}

struct str lesson_of_person(struct db *db, struct arena *a, struct str incident, int64_t attempt)
{
	struct rows *q = db_query(db, NULL,
		"SELECT l.why FROM outcomes o JOIN lessons l ON l.outcome = o.seq"
		" WHERE o.incident = ?1 AND o.attempt = ?2 AND l.why IN ('undone', 'edited', 'returned')",
		"si", incident, attempt);
	struct str why = q && rows_next(q, NULL) > 0 ? arena_str(a, rows_str(q, 0)) : STR_NONE;

	rows_end(q);
	return why;
}

/* ---- events ---- */

/* One row for each event that teaches. */
static const struct teaching {
	const char *event, *why;
	bool success;
	bool of_plan; /* of a plan that may never have been applied: attempt 0 */
} teachings[] = {
	{ "fix_undone", "undone", false, false },
	{ "fix_edited", "edited", false, false },
	{ "fix_returned", "returned", false, false },
	{ "fix_denied", "denied", false, true },
	{ "fix_approved", "approved", true, true },
};

static bool says_nothing_of_the_fix(struct str reason)
{
	return str_is(reason, "unneeded") || str_is(reason, "out-of-scope") || str_is(reason, "by-hand");
}

/* Complete the lesson from the incident's rows.  1; 0: the incident is not known; -1: err. */
static int incident_find(struct db *db, struct arena *a, struct lesson *l, struct err *err)
{
	struct rows *q = db_query(db, err,
		"SELECT i.attempt, i.rule, i.fingerprint,"
		" (SELECT MAX(o.attempt) FROM outcomes o WHERE o.incident = i.id AND o.solution = ?2 AND o.attempt > 0)"
		" FROM incidents i WHERE i.id = ?1",
		"ss", l->incident, l->solution);
	int got = q ? rows_next(q, err) : -1;

	if (got > 0) {
		int64_t tried = rows_int(q, 3);
		l->attempt = tried > 0 ? tried : rows_int(q, 0);
		l->rule = l->rule.n ? l->rule : arena_str(a, rows_str(q, 1));
		l->fingerprint = l->fingerprint.n ? l->fingerprint : arena_str(a, rows_str(q, 2));
	}
	rows_end(q);
	return got;
}

static bool teach(struct db *db, struct chain_rows *chain, const struct teaching *t, struct lesson *l, struct err *err)
{
	struct arena a = ARENA_INIT;
	int known = incident_find(db, &a, l, err);
	bool ok = known >= 0;

	if (t->of_plan)
		l->attempt = 0;
	if (ok && (known || t->of_plan) && l->solution.n)
		ok = lesson_put(db, chain, l, err);
	if (ok && known)
		ok = context_status(db, l->incident, t->of_plan ? STR_NONE : l->why, err) &&
			chain_text(chain, "incidents", l->incident, STR_NONE, err);
	arena_free(&a);
	return ok;
}

static bool lesson_from_event(
	struct db *db, struct chain_rows *chain, const struct record *r, struct str time, struct err *err)
{
	const struct event *e = &r->event;

	for (size_t i = 0; i < sizeof(teachings) / sizeof(teachings[0]); i++) {
		const struct teaching *t = &teachings[i];
		struct lesson l = { .incident = e->incident,
			.solution = e->solution,
			.rule = e->rule,
			.fingerprint = r->fingerprint,
			.why = str_of(t->why),
			.time = time,
			.success = t->success };
		if (str_is(e->name, t->event) && e->incident.n && e->solution.n && !says_nothing_of_the_fix(e->reason))
			return teach(db, chain, t, &l, err);
	}
	return true;
}

/* ---- incidents ---- */

static bool is_taught(struct db *db, struct str incident, int64_t attempt)
{
	struct arena a = ARENA_INIT;
	bool is = lesson_of_person(db, &a, incident, attempt).p != NULL;

	arena_free(&a);
	return is;
}

/* When the validation was done; of a record without that, when the stage before was. */
static struct str verdict_time(const struct record *r, struct str begin, char room[WHEN_TEXT])
{
	const struct str times[] = { r->validation.time, r->fix.time, r->analysis.time };
	int64_t ms;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (when_parse(times[i], &ms))
			return when_text(ms, room);
	return begin;
}

bool lesson_of_record(
	const struct record *r, int64_t attempt, struct str time, char when[WHEN_TEXT], struct lesson *out)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	bool success;

	if (!r->fix.solution.n || !verdict_of(r, &success))
		return false;
	*out = (struct lesson){ .incident = r->id,
		.attempt = attempt,
		.solution = r->fix.solution,
		.rule = r->error.rule,
		.variant = r->fix.variant,
		.fingerprint = r->fingerprint,
		.basis = solution ? solution->basis : STR_NONE,
		.why = success ? STR("validated") : STR("failed"),
		.time = verdict_time(r, time, when),
		.success = success };
	return true;
}

static bool lesson_from_incident(struct db *db, struct chain_rows *chain, const struct record *r, int64_t attempt,
	struct str time, struct err *err)
{
	struct lesson lesson;
	char when[WHEN_TEXT];

	return !lesson_of_record(r, attempt, time, when, &lesson) || is_taught(db, r->id, attempt) ||
		lesson_put(db, chain, &lesson, err);
}

static bool teach_incident(
	struct db *db, struct chain_rows *chain, const struct record *r, int64_t seq, struct err *err)
{
	int64_t attempt = attempt_of(r);
	char when[WHEN_TEXT];
	struct str time = when_of(r, when);

	return lesson_from_incident(db, chain, r, attempt, time, err) && context_put(db, r, seq, attempt, err) &&
		chain_text(chain, "incidents", r->id, STR_NONE, err);
}

bool teach_record(
	struct db *db, struct chain_rows *chain, int64_t seq, struct str kind, struct str json, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct record r;
	char when[WHEN_TEXT];
	bool ok = true;

	if (!str_is(kind, "incident") && !str_is(kind, "event"))
		return true;
	if (record_parse(&a, json, &r, NULL)) /* only valid records are stored */
		ok = r.kind == KIND_INCIDENT ? teach_incident(db, chain, &r, seq, err) :
					       lesson_from_event(db, chain, &r, when_of(&r, when), err);
	arena_free(&a);
	return ok;
}
