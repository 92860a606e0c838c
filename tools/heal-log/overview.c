#include "overview.h"

#include <stdlib.h>
#include <string.h>

#include "policy/review_queue.h"
#include "present/present.h"
#include "store/health.h"

struct reading {
	struct asking *q;
	struct overview *o;
	struct groups *groups;
};

static struct str keep(struct reading *x, struct str text)
{
	return arena_str(&x->q->run, str_or_empty(text));
}

static bool group_take(void *ctx, const struct store_group *g)
{
	struct reading *x = ctx;
	struct store_group *copy = VEC_ADD(&x->q->run, x->groups);

	*copy = *g;
	copy->name = keep(x, g->name);
	return true;
}

static bool groups_read(struct reading *x, enum store_by by, int most, struct groups *out)
{
	struct store_filter f = x->q->filter;

	f.limit = most;
	x->groups = out;
	return store_groups(x->q->store, by, &f, group_take, x, &x->q->err);
}

static bool rule_take(void *ctx, const struct score *score)
{
	struct reading *x = ctx;
	struct score *copy = VEC_ADD(&x->q->run, &x->o->rules);

	*copy = *score;
	copy->solution = keep(x, score->solution);
	copy->rule = keep(x, score->rule);
	copy->last_used = keep(x, score->last_used);
	return true;
}

static int most_used(const void *x, const void *y)
{
	const struct score *a = x, *b = y;
	int64_t na = a->successes + a->failures, nb = b->successes + b->failures;

	return na != nb ? (na < nb) - (na > nb) : str_cmp(a->solution, b->solution);
}

static bool health_take(void *ctx, const struct record *r)
{
	struct reading *x = ctx;

	*VEC_ADD(&x->q->run, &x->o->health) = (struct health_point){ .time = keep(x, r->time),
		.project = keep(x, r->health.project_id),
		.status = health_status_name(r->health.overall_status),
		.prediction = prediction_text(&x->q->run, &r->health.prediction),
		.score = r->health.health_score,
		.issues = r->health.metrics.issues,
		.critical = r->health.metrics.critical };
	return true;
}

static bool repair_take(void *ctx, const struct store_incident *i)
{
	struct reading *x = ctx;
	struct arena a = ARENA_INIT;
	struct record r;
	struct shown_repair *out = VEC_ADD(&x->q->run, &x->o->repairs);

	*out = (struct shown_repair){ .time = keep(x, i->time),
		.rule = keep(x, i->rule),
		.file = keep(x, i->file),
		.message = keep(x, i->message),
		.solution = keep(x, i->solution),
		.status = keep(x, i->status),
		.line = i->line };
	if (record_parse(&a, i->json, &r, NULL))
		out->diff = keep(x, r.fix.diff);
	arena_free(&a);
	return true;
}

static bool repairs_read(struct reading *x)
{
	struct store_filter f = x->q->filter;

	f.limit = REPAIRS_SHOWN;
	f.status = STR("fixed");
	return store_history(x->q->store, &f, repair_take, x, &x->q->err);
}

/* The queue is this user's, in the state directory, whatever the store is. */
static void queue_read(struct reading *x)
{
	struct queued *at;
	size_t n;
	struct err err;

	if (!queue_list(&x->q->run, &at, &n, NULL, &err))
		return;
	for (size_t i = 0; i < n; i++)
		if (str_is(at[i].status, "waiting") && (!x->o->project.p || str_eq(at[i].root, x->o->project)))
			*VEC_ADD(&x->q->run, &x->o->queue) = (struct shown_plan){ .id = at[i].id,
				.time = at[i].time,
				.project = at[i].root,
				.what = at[i].solution,
				.why = at[i].reason };
}

static void reverse(void *at, size_t n, size_t size)
{
	char *low = at, *high = (char *)at + n * size, swap[256];

	while (n && (high -= size) > low) {
		memcpy(swap, low, size);
		memcpy(low, high, size);
		memcpy(high, swap, size);
		low += size;
	}
}

bool overview_read(struct asking *q, struct overview *o)
{
	struct reading x = { q, o, NULL };
	struct err *err = &q->err;

	*o = (struct overview){ .project = q->filter.project };
	bool ok = store_totals(q->store, &q->filter, &o->totals, err) &&
		groups_read(&x, BY_DAY, DAYS_SHOWN, &o->days) && groups_read(&x, BY_TOOL, GROUPS_SHOWN, &o->tools) &&
		store_scores(q->store, rule_take, &x, err) &&
		store_health(q->store, o->project, REPORTS_SHOWN, health_take, &x, err) && repairs_read(&x) &&
		calibration_read(q->store, &q->run, &q->filter, CALIBRATE_TRIED, 0.95, &o->calibration, err) &&
		deployments_read(q->store, &q->run, 7 * 86400.0, &o->deployments, err) &&
		experiments_read(q->store, &q->run, &o->experiments, err);
	if (!ok)
		return false;
	queue_read(&x);
	reverse(o->days.at, o->days.n, sizeof(*o->days.at));
	reverse(o->health.at, o->health.n, sizeof(*o->health.at));
	if (o->rules.n)
		qsort(o->rules.at, o->rules.n, sizeof(*o->rules.at), most_used);
	return true;
}
