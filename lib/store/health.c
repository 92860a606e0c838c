#include "store/health.h"

#include "store/db.h"
#include "store/internal.h"

/* since: the parameter ?1 of the query. */
static bool reports_read(struct store *s, const char *sql, struct str project, struct str since, int64_t limit,
	store_health_fn *each, void *ctx, struct err *err)
{
	struct arena row = ARENA_INIT;
	struct record r;
	int64_t n = 0;
	int got;
	struct rows *q = db_query(s->db, err, sql, "s", since);

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0 && (limit <= 0 || n < limit)) {
		arena_reset(&row);
		if (!record_parse(&row, rows_str(q, 0), &r, NULL) ||
			(project.p && !str_eq(r.health.project_id, project)))
			continue;
		n++;
		if (!each(ctx, &r))
			break;
	}
	rows_end(q);
	arena_free(&row);
	return got >= 0;
}

static bool reports_since(struct store *s, struct str project, struct str since, int64_t limit, store_health_fn *each,
	void *ctx, struct err *err)
{
	return reports_read(s,
		"SELECT r.json FROM health h JOIN records r ON r.seq = h.seq WHERE h.time >= ?1"
		" ORDER BY h.time DESC, h.seq DESC",
		project, since, limit, each, ctx, err);
}

bool store_health(struct store *s, struct str project, int64_t limit, store_health_fn *each, void *ctx, struct err *err)
{
	return reports_since(s, project, STR(""), limit, each, ctx, err);
}

bool store_health_measured(struct store *s, struct str project, struct str since, int64_t limit, store_health_fn *each,
	void *ctx, struct err *err)
{
	/* Most reports have none, and need not be parsed then. */
	return reports_read(s,
		"SELECT r.json FROM health h JOIN records r ON r.seq = h.seq WHERE h.time >= ?1"
		" AND r.json LIKE '%\"measurements\":[%'"
		" ORDER BY h.time DESC, h.seq DESC",
		project, since, limit, each, ctx, err);
}

struct scoring {
	store_score_fn *each;
	void *ctx;
};

static bool score_take(void *ctx, const struct record *r)
{
	struct scoring *s = ctx;
	int64_t ms;

	return !when_parse(r->time, &ms) ||
		s->each(s->ctx, &(struct health_score){ (double)ms / 1000, r->health.health_score });
}

bool store_health_scores(struct store *s, struct str project, struct str since, int64_t limit, store_score_fn *each,
	void *ctx, struct err *err)
{
	struct scoring x = { each, ctx };

	return reports_since(s, project, since, limit, score_take, &x, err);
}
