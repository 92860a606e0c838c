#include "store/context.h"

#include "base/buf.h"
#include "base/sha256.h"
#include "store/chain.h"
#include "store/events.h"
#include "store/teach.h"

enum { KEY = 16 };

bool record_can_act(const struct record *r)
{
	LIST_EACH(solution, solution, &r->solutions)
		if (solution->applicability != APPLICABILITY_ADVICE &&
			solution->applicability != APPLICABILITY_PLACEHOLDER)
			return true;
	return false;
}

bool record_is_analysed(const struct record *r)
{
	return members_are_set(&analysis_type, &r->analysis);
}

struct str message_key(struct arena *a, struct str message)
{
	char hex[SHA256_HEX];

	sha256_of(message_normal(a, message), hex);
	return arena_str(a, (struct str){ hex, KEY });
}

static struct str lacks(const struct record *r)
{
	if (!incident_is_failure(r))
		return STR("");
	if (str_is(r->error.rule, "unknown"))
		return STR("rule");
	if (!record_is_analysed(r) || !r->analysis.root)
		return STR("");
	return str_is(r->analysis.by, "none") ? STR("cause") : record_can_act(r) ? STR("") : STR("fix");
}

/* open, or what became of the fix. */
static struct str status_of(const struct record *r)
{
	enum check_status verdict = r->validation.status;
	bool applied = r->fix.status == FIX_APPLIED;

	if (applied && verdict == CHECK_PASSED)
		return r->validation.resolved ? STR("fixed") : STR("passed");
	if (applied && verdict == CHECK_FAILED)
		return STR("failed");
	return r->fix.status ? fix_status_name(r->fix.status) : STR("open");
}

static struct str command_of(struct arena *a, const struct record *r)
{
	struct str all = STR("");

	for (size_t i = 0; i < r->source.command.n; i++)
		all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? " " : "", STR_ARG(r->source.command.at[i]));
	return all;
}

struct context incident_context(struct arena *a, const struct record *r)
{
	struct str project = r->source.project;

	return (struct context){ .fingerprint = str_or_empty(r->fingerprint),
		.alike = message_key(a, r->error.message),
		.project = str_or_empty(project.n ? project : r->source.cwd),
		.command = command_of(a, r),
		.tool = str_or_empty(r->error.tool),
		.rule = str_or_empty(r->error.rule),
		.path = str_or_empty(r->error.file),
		.status = status_of(r),
		.lacks = lacks(r) };
}

/* Events with an attempt are those of the incident itself.  "+" keeps SQLite from reading all successes by their index
 * instead of the few outcomes of the incident (sqlite.org/optoverview.html, "Disqualifying WHERE clause terms"). */
#define COUNTS                                                                                          \
	"(SELECT COUNT(*) FROM incidents i WHERE i.id = ?1 AND i.resolved = 1 AND NOT EXISTS (SELECT 1" \
	"  FROM outcomes o WHERE o.incident = i.id AND o.attempt = i.attempt AND o.success = 0)),"      \
	" (SELECT COUNT(*) FROM (SELECT 1 FROM events e WHERE e.incident = ?1"                          \
	"  AND e.name = 'manual_intervention_required' AND e.attempt IS NOT NULL LIMIT 1) m),"          \
	" (SELECT COUNT(*) FROM events e WHERE e.incident = ?1 AND e.name = 'fix_applied'"              \
	"  AND e.attempt IS NOT NULL),"                                                                 \
	" (SELECT COUNT(*) FROM events e WHERE e.incident = ?1 AND (e.name = 'fix_undone'"              \
	"  OR (e.name = 'rollback_performed' AND e.attempt IS NOT NULL))),"                             \
	" (SELECT COUNT(*) FROM outcomes o WHERE o.incident = ?1 AND +o.success = 1),"                  \
	" (SELECT COUNT(*) FROM outcomes o WHERE o.incident = ?1 AND +o.success = 0)"

/* An older record does not replace what a newer one says. */
static bool put(struct db *db, const struct record *r, int64_t seq, int64_t attempt, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str why = r->fix.status ? lesson_of_person(db, &a, r->id, attempt) : STR_NONE;
	struct context c = incident_context(&a, r);
	bool ok = db_run(db, err,
		"UPDATE incidents SET alike = ?3, project = ?4, command = ?5, status = ?6, lacks = ?7"
		" WHERE id = ?1 AND seq = ?2",
		"sisssss", r->id, seq, c.alike, c.project, c.command, why.n ? why : c.status, c.lacks);

	arena_free(&a);
	return ok;
}

static bool count(struct db *db, struct str incident, struct err *err)
{
	return db_run(db, err,
		"UPDATE incidents SET (healed, manual, applied, undone, successes, failures) = (SELECT " COUNTS
		") WHERE id = ?1",
		"s", incident);
}

bool context_put(struct db *db, const struct record *r, int64_t seq, int64_t attempt, struct err *err)
{
	return put(db, r, seq, attempt, err) && count(db, r->id, err);
}

bool context_status(struct db *db, struct str incident, struct str status, struct err *err)
{
	return count(db, incident, err) &&
		(!status.n ||
			db_run(db, err, "UPDATE incidents SET status = ?2 WHERE id = ?1", "ss", incident, status));
}

/* ---- migration ---- */

static bool adopt(struct db *db, struct arena *a, struct rows *q, struct err *err)
{
	struct record r;

	/* Only valid records are stored, so this fails only if the file was changed by another program. */
	if (!record_parse(a, arena_str(a, rows_str(q, 1)), &r, NULL))
		return true;
	return context_put(db, &r, rows_int(q, 0), attempt_of(&r), err);
}

bool contexts_adopt(struct db *db, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct rows *q = db_query(db, err, "SELECT i.seq, r.json FROM incidents i JOIN records r ON r.seq = i.seq", "");
	int got = -1;
	bool ok = q != NULL;

	while (ok && (got = rows_next(q, err)) > 0) {
		ok = adopt(db, &a, q, err);
		arena_reset(&a);
	}
	rows_end(q);
	arena_free(&a);
	return ok && got == 0 && chain_adopt(db, 3, err);
}
