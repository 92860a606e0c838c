#include "store/improvement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/beta.h"
#include "store/calibration.h"
#include "store/experiments.h"
#include "store/internal.h"

static const double DRIFT_P = 0.01;
static const int64_t day = 86400000;

struct improving {
	struct arena a;
	struct store *s;
	const struct config *c;
	bool dry;
	improvement_fn *each;
	void *ctx;
	struct err *err;
};

/* Unless it has this value, or a person decided otherwise. */
static bool change(struct improving *x, enum adjustment_kind kind, struct str name, struct str after, struct str why)
{
	struct str before = adjustment_value(x->s, &x->a, kind, name), id = STR("");

	before = str_or_empty(before);
	if (str_eq(before, after) || adjustment_is_pinned(x->s, kind, name))
		return true;
	if (!x->dry && !adjust(x->s, &x->a, kind, name, after, why, &id, x->err))
		return false;
	const struct improvement made = { kind, name, before, after, why, id };
	x->each(x->ctx, &made);
	return true;
}

static struct str number_text(struct improving *x, double n)
{
	return arena_printf(&x->a, "%g", n);
}

/* ---- experiments ---- */

static bool stages_improve(struct improving *x)
{
	struct experiment_list list;
	bool ok = experiments_read(x->s, &x->a, &list, x->err);

	for (size_t i = 0; ok && i < list.n; i++) {
		const struct experiment *e = &list.at[i];
		int next = rollout_next(&e->rollout, e->share);
		bool endless = next == e->share && e->trials.n >= IMPROVE_TRIALS &&
			strcmp(experiment_state(e), "running") == 0;
		if (next != e->share)
			ok = change(
				x, ADJUST_STAGE, e->name, arena_printf(&x->a, "%d", next), experiment_why(&x->a, e));
		else if (endless)
			ok = change(x, ADJUST_LOOK, arena_printf(&x->a, "experiment:%.*s", STR_ARG(e->name)), STR("40"),
				arena_printf(&x->a, "%zu trials show no difference: choose a variant", e->trials.n));
	}
	return ok;
}

/* ---- solutions ---- */

struct result {
	struct str solution;
	double successes, failures;
};

static bool is_bad(const struct improving *x, const struct result *r)
{
	double limit = config_double(x->c, "improve.deprecate"), good = r->successes + 1, bad = r->failures + 1;

	return r->successes + r->failures >= IMPROVE_RESULTS && beta_quantile(0.05, good, bad) < limit &&
		beta_quantile(0.95, good, bad) < 1 - limit;
}

static bool solutions_improve(struct improving *x)
{
	VEC(struct result) all = { 0 };
	struct rows *q = db_query(x->s->db, x->err,
		"SELECT solution, SUM(success), SUM(1 - success) FROM outcomes GROUP BY solution ORDER BY solution",
		"");
	int got = -1;
	bool ok = true;

	while (q && (got = rows_next(q, x->err)) > 0)
		*VEC_ADD(&x->a, &all) = (struct result){ arena_str(&x->a, rows_str(q, 0)), rows_double(q, 1),
			rows_double(q, 2) };
	rows_end(q);
	for (size_t i = 0; got == 0 && ok && i < all.n; i++) {
		const struct result *r = &all.at[i];
		bool bad = is_bad(x, r);
		struct str why = arena_printf(&x->a, "worked %g times of %g", r->successes, r->successes + r->failures);
		if (bad && !adjusted(x->s, ADJUST_DEPRECATED, r->solution))
			ok = change(x, ADJUST_DEPRECATED, r->solution, STR("yes"), why);
		else if (!bad && adjusted(x->s, ADJUST_DEPRECATED, r->solution))
			ok = change(x, ADJUST_DEPRECATED, r->solution, STR(""), why);
	}
	return got == 0 && ok;
}

/* ---- the threshold, and drift ---- */

static double within(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static bool threshold_improve(struct improving *x, const struct calibration *c)
{
	double low = config_double(x->c, "improve.threshold_min"), high = config_double(x->c, "improve.threshold_max");
	double now = config_double(x->c, "threshold"), found = c->threshold.found ? c->threshold.confidence : high;
	struct str set = adjustment_value(x->s, &x->a, ADJUST_THRESHOLD, STR("threshold"));

	if (c->n < CALIBRATION_LEAST || low > high || strcmp(config_origin(x->c, "threshold"), "default") != 0)
		return true;
	now = set.p ? strtod(set.p, NULL) : now;
	/* In whole hundredths, upwards, so that it settles. */
	double next = ceil(within(within(found, now - IMPROVE_STEP, now + IMPROVE_STEP), low, high) * 100 - 1e-9) / 100;
	if (fabs(next - now) < 0.005)
		return true;
	return change(x, ADJUST_THRESHOLD, STR("threshold"), number_text(x, next),
		arena_printf(&x->a, "%zu of %zu predictions from %.2f on came true; wanted: %g", c->threshold.successes,
			c->threshold.n, found, config_double(x->c, "improve.precision")));
}

static bool drift_improve(struct improving *x, const struct calibration *c)
{
	size_t old = c->drift.n[0], new = c->drift.n[1];
	bool worse = c->n >= CALIBRATION_LEAST && c->drift.p < DRIFT_P &&
		(double)c->drift.successes[1] * (double)old < (double)c->drift.successes[0] * (double)new;

	return change(x, ADJUST_LOOK, STR("drift"), worse ? STR("80") : STR(""),
		arena_printf(&x->a, "solutions worked %zu times of %zu, before %zu of %zu (p = %.2g)",
			c->drift.successes[1], new, c->drift.successes[0], old, c->drift.p));
}

static bool calibration_improve(struct improving *x)
{
	struct calibration c;
	struct store_filter all = { 0 };

	return calibration_read(
		       x->s, &x->a, &all, CALIBRATE_TRIED, config_double(x->c, "improve.precision"), &c, x->err) &&
		threshold_improve(x, &c) && drift_improve(x, &c);
}

/* ---- the queue ---- */

struct entry {
	struct str name, value, why;
};

static bool is_entry(const struct entry *at, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(at[i].name, name))
			return true;
	return false;
}

struct old_entries {
	struct arena *a;
	VEC(struct str) names;
};

static bool old_entry(void *ctx, const struct adjustment_row *row)
{
	struct old_entries *old = ctx;

	if (str_is(row->kind, "look") && row->value.n && str_starts(row->name, "error:"))
		*VEC_ADD(old->a, &old->names) = arena_str(old->a, row->name);
	return true;
}

/* Errors that came back and were never resolved, most pressing first. */
static bool queue_improve(struct improving *x)
{
	struct entry new[IMPROVE_QUEUE];
	struct old_entries old = { &x->a, { 0 } };
	char since[WHEN_TEXT], shown[160];
	size_t n = 0;
	int got = -1;
	struct rows *q = db_query(x->s->db, x->err,
		"SELECT fingerprint, COUNT(*), MAX(severity), MAX(rule), MAX(message) FROM incidents"
		" WHERE fingerprint IS NOT NULL AND level IN ('fatal', 'error') AND time >= ?1 GROUP BY fingerprint"
		" HAVING COUNT(*) >= 2 AND MAX(resolved) < 1 ORDER BY COUNT(*) * MAX(severity) DESC, fingerprint LIMIT "
		"?2",
		"si", when_text(when_now() - IMPROVE_DAYS * day, since), (int64_t)IMPROVE_QUEUE);

	while (q && (got = rows_next(q, x->err)) > 0 && n < IMPROVE_QUEUE) {
		int64_t weight = rows_int(q, 1) * (rows_int(q, 2) > 0 ? rows_int(q, 2) : 5);
		new[n++] = (struct entry){ arena_printf(&x->a, "error:%.*s", STR_ARG(rows_str(q, 0))),
			arena_printf(&x->a, "%lld", (long long)weight),
			arena_printf(&x->a, "%lld times in %d days, never resolved: %s", (long long)rows_int(q, 1),
				IMPROVE_DAYS, visible(rows_str(q, 4), shown, sizeof(shown))) };
	}
	rows_end(q);
	bool ok = got >= 0 && adjustments_each(x->s, old_entry, &old, x->err);
	for (size_t i = 0; ok && i < n; i++)
		ok = change(x, ADJUST_LOOK, new[i].name, new[i].value, new[i].why);
	for (size_t i = 0; ok && i < old.names.n; i++)
		if (!is_entry(new, n, old.names.at[i]))
			ok = change(x, ADJUST_LOOK, old.names.at[i], STR(""),
				STR("resolved, or not seen again, or others press more"));
	return ok;
}

bool improve(struct store *s, const struct config *c, bool dry, improvement_fn *each, void *ctx, struct err *err)
{
	struct improving x = { ARENA_INIT, s, c, dry, each, ctx, err };
	bool ok = stages_improve(&x) && solutions_improve(&x) && calibration_improve(&x) && queue_improve(&x);

	arena_free(&x.a);
	return ok;
}

void threshold_apply(struct store *s, struct config *c)
{
	struct arena a = ARENA_INIT;
	struct str value = adjustment_value(s, &a, ADJUST_THRESHOLD, STR("threshold"));
	double low = config_double(c, "improve.threshold_min"), high = config_double(c, "improve.threshold_max");

	/* What a person set is not changed, and the bounds may have changed since. */
	if (value.p && strcmp(config_origin(c, "threshold"), "default") == 0 && low <= high)
		config_set_flag(c, "threshold", arena_printf(&a, "%g", within(strtod(value.p, NULL), low, high)).p,
			"heal-log improve", NULL);
	arena_free(&a);
}
