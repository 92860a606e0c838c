/* totals.c - counts of what is stored, by the sums that are kept (tally.h) */
#include <string.h>

#include "store/internal.h"

/* Every time sorts after the empty text and before "~". */
struct str since_of(const struct store_filter *f)
{
	return str_or_empty(f->since);
}

struct str until_of(const struct store_filter *f)
{
	return f->until.p ? f->until : STR("~");
}

/* No limit is the largest number, because SQL has no portable keyword for it. */
int64_t limit_of(const struct store_filter *f)
{
	return f->limit > 0 ? f->limit : INT64_MAX;
}

/* ---- times ---- */

/* Whole days are summed from tallies; what is left of the first and the last day, from incidents: [from, to) each. */
struct parts {
	struct arena a;
	struct str from[3], to[3]; /* days; times; times */
};

enum { DAY = 10 };

static struct str day_at(struct arena *a, struct str time, const char *clock)
{
	return arena_printf(a, "%.*s%s", STR_ARG(str_sub(time, 0, DAY)), clock);
}

static struct str earlier(struct str x, struct str y)
{
	return str_cmp(x, y) < 0 ? x : y;
}

static struct str later(struct str x, struct str y)
{
	return str_cmp(x, y) > 0 ? x : y;
}

static struct parts parts_of(const struct store_filter *f, bool days)
{
	struct str since = since_of(f), until = until_of(f), none = STR("~"), first = STR("0");
	struct parts p = { .a = ARENA_INIT, .from = { first, none, none }, .to = { until, none, none } };

	/* The sums of all days have an empty one. */
	if (!f->since.n && !f->until.n && !days) {
		p.from[0] = STR("");
		p.to[0] = first;
	}
	if (f->since.n) {
		bool whole = str_eq(since, day_at(&p.a, since, "T00:00:00.000Z")) &&
			str_cmp(until, day_at(&p.a, since, "T23:59:59.999Z")) > 0;
		struct str next = day_at(&p.a, since, "~");
		p.from[0] = whole ? str_sub(since, 0, DAY) : next;
		p.from[1] = whole ? none : since;
		p.to[1] = whole ? none : earlier(until, next);
	}
	if (f->until.n) {
		p.to[0] = str_sub(until, 0, DAY);
		p.from[2] = later(since, p.to[0]);
		p.to[2] = f->since.n && str_eq(str_sub(since, 0, DAY), p.to[0]) ? STR("") : until;
	}
	return p;
}

#define SUMS(n)                                                                                           \
	"SUM(" n ") AS n, SUM(resolved) AS resolved, SUM(manual) AS manual, SUM(successes) AS successes," \
	" SUM(failures) AS failures"
#define ALL_SUMS(n) SUMS(n) ", SUM(applied) AS applied, SUM(undone) AS undone"
#define PART(sums, name, from, to)                                                                            \
	" UNION ALL SELECT COALESCE(" name ", '') AS name, " sums(                                            \
		"1") " FROM (SELECT time, project, tool, rule, file, healed AS resolved, manual, successes, " \
		     "failures, applied, undone FROM incidents) i WHERE time >= " from " AND time < " to " GROUP BY 1"

/* Sums of the incidents in these times, by a column of incidents, which is `key` in tallies of that kind. */
#define SUMMED(sums, kind, key, column)                                                                               \
	"SELECT name, " sums("n") " FROM (SELECT " key " AS name, " sums(                                             \
		"incidents") " FROM tallies WHERE kind = '" kind "' AND day >= ?1 AND day < ?2 GROUP BY 1" PART(sums, \
		column, "?4", "?5") PART(sums, column, "?6", "?7") ") x GROUP BY name"

/* The values of the placeholders: ?3 is the number of rows. */
static struct rows *ask_sums(struct store *s, const char *sql, const struct store_filter *f, bool days, struct err *err)
{
	struct parts p = parts_of(f, days);
	struct rows *q = db_query(
		s->db, err, sql, "ssissss", p.from[0], p.to[0], limit_of(f), p.from[1], p.to[1], p.from[2], p.to[2]);

	arena_free(&p.a);
	return q;
}

/* ---- all ---- */

static bool incident_totals(struct store *s, const struct store_filter *f, struct store_totals *out, struct err *err)
{
	struct rows *q = ask_sums(s, SUMMED(ALL_SUMS, "all", "name", "''") " LIMIT ?3", f, false, err);
	int got = q ? rows_next(q, err) : -1;

	if (got > 0) {
		out->incidents = rows_int(q, 1);
		out->resolved = rows_int(q, 2);
		out->manual = rows_int(q, 3);
		out->applied = rows_int(q, 6);
		out->rollbacks = rows_int(q, 7);
	}
	rows_end(q);
	return got >= 0;
}

/* Only of a fingerprint that occurred before and after these times, incidents are looked at. */
static bool distinct_prints(struct store *s, const struct store_filter *f, int64_t *out, struct err *err)
{
	return db_number(s->db, out, 0, err,
		"SELECT COUNT(DISTINCT p.fingerprint) FROM prints p WHERE p.fingerprint > '' AND p.incidents > 0"
		" AND p.last_seen >= ?1 AND p.first_seen < ?2 AND (p.first_seen >= ?1 OR p.last_seen < ?2"
		"  OR EXISTS (SELECT 1 FROM incidents c WHERE c.fingerprint = p.fingerprint AND c.time >= ?1"
		"   AND c.time < ?2))",
		"ss", since_of(f), until_of(f));
}

static bool outcome_count(struct store *s, const struct store_filter *f, int64_t success, int64_t *out, struct err *err)
{
	return db_number(s->db, out, 0, err,
		"SELECT COUNT(*) FROM outcomes WHERE success = ?1 AND time >= ?2 AND time < ?3", "iss", success,
		since_of(f), until_of(f));
}

bool store_totals(struct store *s, const struct store_filter *f, struct store_totals *out, struct err *err)
{
	struct str since = since_of(f), until = until_of(f);

	memset(out, 0, sizeof(*out));
	return incident_totals(s, f, out, err) && distinct_prints(s, f, &out->fingerprints, err) &&
		outcome_count(s, f, 1, &out->successes, err) && outcome_count(s, f, 0, &out->failures, err) &&
		db_number(s->db, &out->sessions, 0, err, "SELECT COUNT(*) FROM sessions WHERE time >= ?1 AND time < ?2",
			"ss", since, until) &&
		db_number(s->db, &out->healed, 0, err,
			"SELECT COUNT(*) FROM sessions WHERE status = 'healed' AND time >= ?1 AND time < ?2", "ss",
			since, until);
}

/* ---- by a key ---- */

#define GROUPS(kind, column) SUMMED(SUMS, kind, "name", column) " HAVING SUM(n) > 0 ORDER BY n DESC, name LIMIT ?3"

bool store_groups(struct store *s, enum store_by by, const struct store_filter *f, store_group_fn *each, void *ctx,
	struct err *err)
{
	static const char *const queries[] = {
		[BY_RULE] = GROUPS("rule", "rule"),
		[BY_TOOL] = GROUPS("tool", "tool"),
		[BY_PATH] = GROUPS("path", "file"),
		[BY_PROJECT] = GROUPS("project", "project"),
		[BY_DAY] = SUMMED(
			SUMS, "all", "day", "substr(time, 1, 10)") " HAVING SUM(n) > 0 ORDER BY name DESC LIMIT ?3",
	};
	struct rows *q = ask_sums(s, queries[by], f, by == BY_DAY, err);
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_group g = { .name = rows_str(q, 0),
			.incidents = rows_int(q, 1),
			.resolved = rows_int(q, 2),
			.manual = rows_int(q, 3),
			.successes = rows_int(q, 4),
			.failures = rows_int(q, 5) };
		if (!each(ctx, &g))
			break;
	}
	rows_end(q);
	return got >= 0;
}
