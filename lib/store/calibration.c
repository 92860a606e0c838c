#include "store/calibration.h"

#include <stdlib.h>

#include "base/vec.h"
#include "statistics/exact_tests.h"
#include "store/beta.h"
#include "store/internal.h"

/* A result that is known; a later record of the same incident may replace it. */
struct known {
	struct str incident, solution;
	size_t order;
	struct prediction p;
};

struct reading {
	struct arena *a;
	enum calibration_of of;
	VEC(struct known) all;
	size_t *slots, room; /* a hash table of 1 + index in `all`; room: a power of two */
};

/* ---- the predictions ---- */

static size_t hash_of(struct str x, struct str y)
{
	size_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < x.n + y.n; i++)
		h = (h ^ (unsigned char)(i < x.n ? x.p[i] : y.p[i - x.n])) * 1099511628211u;
	return h;
}

static size_t *slot_of(struct reading *x, struct str incident, struct str solution)
{
	size_t at = hash_of(incident, solution) & (x->room - 1);

	for (; x->slots[at]; at = (at + 1) & (x->room - 1)) {
		const struct known *k = &x->all.at[x->slots[at] - 1];
		if (str_eq(k->incident, incident) && str_eq(k->solution, solution))
			break;
	}
	return &x->slots[at];
}

static void room_make(struct reading *x)
{
	if (2 * x->all.n < x->room)
		return;
	x->room = x->room ? 4 * x->room : 256;
	x->slots = arena_alloc(x->a, x->room * sizeof(*x->slots));
	for (size_t i = 0; i < x->all.n; i++)
		*slot_of(x, x->all.at[i].incident, x->all.at[i].solution) = i + 1;
}

static unsigned group_of(struct str fingerprint)
{
	return (unsigned)hash_of(fingerprint, STR(""));
}

static void take(struct reading *x, const struct record *r, struct str solution, double p, bool success)
{
	room_make(x);
	size_t *slot = slot_of(x, r->id, solution);
	if (!*slot) {
		*VEC_ADD(x->a, &x->all) = (struct known){ arena_str(x->a, r->id), arena_str(x->a, solution),
			x->all.n - 1, { 0 } };
		*slot = x->all.n;
	}
	x->all.at[*slot - 1].p = (struct prediction){ p, success, group_of(r->fingerprint) };
}

/* A solution's result: what became of it when it was applied, else in a copy. */
static bool result_of(const struct record *r, const struct solution *o, bool applied_only, bool *success)
{
	if (str_eq(o->id, r->fix.solution) && verdict_of(r, success))
		return true;
	*success = o->proof.status == CHECK_PASSED;
	return !applied_only && (*success || o->proof.status == CHECK_FAILED);
}

static void take_record(struct reading *x, const struct record *r)
{
	bool success, applied_only = x->of == CALIBRATE_APPLIED;

	LIST_EACH(solution, o, &r->solutions)
		if (o->id.n && result_of(r, o, applied_only, &success))
			take(x, r, o->id, !applied_only && o->proof.prior > 0 ? o->proof.prior : o->confidence,
				success);
}

static bool predictions_read(struct store *s, struct reading *x, const struct store_filter *f, struct err *err)
{
	struct arena row = ARENA_INIT;
	struct record r;
	int got;
	struct rows *q = db_query(s->db, err,
		"SELECT json FROM records WHERE kind = 'incident' AND time >= ?1 AND json LIKE '%\"solutions\"%' ORDER "
		"BY "
		"seq",
		"s", str_or_empty(f->since));

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		if (record_parse(&row, rows_str(q, 0), &r, NULL))
			take_record(x, &r);
		arena_reset(&row);
	}
	rows_end(q);
	arena_free(&row);
	return got >= 0;
}

/* What became of it later counts more than the validation: it was undone, denied, edited, or the incident returned. */
static bool outcomes_read(struct store *s, struct reading *x, struct err *err)
{
	int got = -1;
	struct rows *q = x->all.n ? db_query(s->db, err,
					    "SELECT incident, solution, success FROM outcomes WHERE incident IS NOT "
					    "NULL ORDER BY seq",
					    "") :
				    NULL;

	while (q && (got = rows_next(q, err)) > 0) {
		size_t known = *slot_of(x, rows_str(q, 0), rows_str(q, 1));
		if (known)
			x->all.at[known - 1].p.success = rows_int(q, 2) == 1;
	}
	rows_end(q);
	return got == 0 || !x->all.n;
}

/* ---- what they say ---- */

static void threshold_find(struct calibration *c, double precision)
{
	for (size_t i = 0; i < c->isotonic.n && !c->threshold.found; i++) {
		c->threshold.found = c->isotonic.steps[i].value >= precision;
		c->threshold.confidence = c->isotonic.steps[i].p;
	}
	for (size_t i = 0; i < c->n && c->threshold.found; i++)
		if (c->at[i].p >= c->threshold.confidence) {
			c->threshold.n++;
			c->threshold.successes += c->at[i].success;
		}
	if (c->threshold.successes)
		c->threshold.at_least = beta_quantile(
			0.05, (double)c->threshold.successes, (double)(c->threshold.n - c->threshold.successes) + 1);
}

static void drift_find(struct calibration *c)
{
	for (size_t i = 0; i < c->n; i++) {
		int half = i >= c->n / 2;
		c->drift.n[half]++;
		c->drift.successes[half] += c->at[i].success;
		c->drift.gap[half] += c->at[i].p - c->at[i].success;
	}
	for (int half = 0; half < 2; half++)
		if (c->drift.n[half])
			c->drift.gap[half] /= (double)c->drift.n[half];
	c->drift.p = fisher_p((int64_t)c->drift.successes[0], (int64_t)c->drift.n[0], (int64_t)c->drift.successes[1],
		(int64_t)c->drift.n[1]);
}

static int by_solution(const void *p, const void *q)
{
	const struct known *x = p, *y = q;
	int order = str_cmp(x->solution, y->solution);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* How many results each solution has, and with that, what its confidences were bounds of. */
static void maturity_find(struct reading *x, struct calibration *c)
{
	struct known *sorted = arena_alloc(x->a, (x->all.n + 1) * sizeof(*sorted));

	for (size_t i = 0; i < x->all.n; i++)
		sorted[i] = x->all.at[i];
	qsort(sorted, x->all.n, sizeof(*sorted), by_solution);
	c->expected = arena_alloc(x->a, (x->all.n + 1) * sizeof(*c->expected));
	for (size_t i = 0, next; i < x->all.n; i = next) {
		for (next = i; next < x->all.n && str_eq(sorted[next].solution, sorted[i].solution); next++) {
			struct prediction *p = &c->expected[sorted[next].order];
			*p = sorted[next].p;
			p->p = beta_mean_of(p->p, STORE_PRIOR_WEIGHT + (double)(next - i));
		}
		c->maturity.solutions++;
		c->maturity.mature += next - i >= (size_t)STORE_PRIOR_WEIGHT;
	}
	reliability_of(c->expected, x->all.n, &c->means);
}

static bool efficiency_find(struct store *s, const struct store_filter *f, struct calibration *c, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT COUNT(*), SUM(CASE WHEN status = 'healed' THEN 1 ELSE 0 END),"
		" SUM(CASE WHEN status = 'healed' THEN seconds ELSE 0 END) FROM sessions WHERE time >= ?1",
		"s", str_or_empty(f->since));
	int got = q ? rows_next(q, err) : -1;

	if (got > 0) {
		c->efficiency.sessions = (size_t)rows_int(q, 0);
		c->efficiency.healed = (size_t)rows_int(q, 1);
		c->efficiency.seconds = c->efficiency.healed ? rows_double(q, 2) / (double)c->efficiency.healed : 0;
	}
	rows_end(q);
	if (c->as_given.successes)
		c->efficiency.tries = (double)c->n / (double)c->as_given.successes;
	return got >= 0;
}

bool calibration_read(struct store *s, struct arena *a, const struct store_filter *f, enum calibration_of of,
	double precision, struct calibration *out, struct err *err)
{
	struct reading x = { .a = a, .of = of };

	*out = (struct calibration){ 0 };
	if (!predictions_read(s, &x, f, err) || !outcomes_read(s, &x, err))
		return false;
	out->n = x.all.n;
	out->at = arena_alloc(a, (x.all.n + 1) * sizeof(*out->at));
	for (size_t i = 0; i < x.all.n; i++)
		out->at[i] = x.all.at[i].p;
	struct prediction *fitted = arena_alloc(a, (out->n + 1) * sizeof(*fitted));
	reliability_of(out->at, out->n, &out->as_given);
	cross_fit(a, out->at, out->n, CALIBRATION_FOLDS, isotonic_calibrate, fitted);
	reliability_of(fitted, out->n, &out->fitted);
	cross_fit(a, out->at, out->n, CALIBRATION_FOLDS, beta_calibrate, fitted);
	reliability_of(fitted, out->n, &out->beta);
	beta_map_fit(out->at, out->n, &out->map);
	isotonic_fit(a, out->at, out->n, &out->isotonic);
	threshold_find(out, precision);
	maturity_find(&x, out);
	drift_find(out);
	return efficiency_find(s, f, out, err);
}
