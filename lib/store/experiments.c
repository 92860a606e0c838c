#include "store/experiments.h"

#include "store/adjustment.h"
#include "store/internal.h"

int experiment_share(struct store *s, struct str experiment)
{
	struct arena a = ARENA_INIT;
	int64_t share;
	struct str value = adjustment_value(s, &a, ADJUST_STAGE, experiment);

	if (!str_number(value, &share) || share > ROLLOUT_ALL)
		share = ROLLOUT_BEGIN;
	arena_free(&a);
	return (int)share;
}

const char *experiment_state(const struct experiment *e)
{
	return e->share >= ROLLOUT_ALL ? "won" : e->share <= ROLLOUT_NONE ? "demoted" : "running";
}

/* ---- trials ---- */

struct reading {
	struct arena *a;
	struct store *s;
	struct experiment_list *out;
	struct str *units; /* a hash set of "EXPERIMENT UNIT" */
	size_t n, room;    /* room: a power of two */
};

static size_t hash_of(struct str s)
{
	size_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

static bool put(struct str *units, size_t room, struct str one)
{
	size_t at = hash_of(one) & (room - 1);

	for (; units[at].p; at = (at + 1) & (room - 1))
		if (str_eq(units[at], one))
			return false;
	units[at] = one;
	return true;
}

/* False: the unit has a trial already. */
static bool is_new(struct reading *x, const struct assignment *assigned)
{
	if (2 * x->n >= x->room) {
		size_t room = x->room ? 4 * x->room : 256;
		struct str *more = arena_alloc(x->a, room * sizeof(*more));
		for (size_t i = 0; i < x->room; i++)
			if (x->units[i].p)
				put(more, room, x->units[i]);
		x->units = more;
		x->room = room;
	}
	bool is = put(x->units, x->room,
		arena_printf(x->a, "%.*s %.*s", STR_ARG(assigned->experiment), STR_ARG(assigned->unit)));
	x->n += is;
	return is;
}

/* The result of the assigned variant; false: there is none. */
static bool result_of(const struct record *r, const struct assignment *assigned, bool *success)
{
	if (str_eq(r->fix.variant, assigned->variant) && verdict_of(r, success))
		return true;
	*success = false;
	LIST_EACH(solution, o, &r->solutions)
		if (str_eq(o->variant, assigned->variant) && o->proof.status == CHECK_FAILED)
			return true;
	return false;
}

static struct experiment *experiment_of(struct reading *x, struct str name)
{
	for (size_t i = 0; i < x->out->n; i++)
		if (str_eq(x->out->at[i].name, name))
			return &x->out->at[i];
	struct experiment *e = VEC_ADD(x->a, x->out);
	e->name = arena_str(x->a, name);
	e->share = experiment_share(x->s, name);
	e->pinned = adjustment_is_pinned(x->s, ADJUST_STAGE, name);
	return e;
}

/* NAME of EXPERIMENT/NAME. */
static struct str name_of(struct arena *a, const struct assignment *assigned)
{
	size_t begin = assigned->experiment.n + 1;

	return arena_str(a, str_sub(assigned->variant, begin, assigned->variant.n));
}

static void take(struct reading *x, const struct record *r, const struct assignment *assigned)
{
	struct experiment *e = experiment_of(x, assigned->experiment);
	struct str *name = assigned->challenger ? &e->challenger : &e->control;
	bool success;

	if (!name->n)
		*name = name_of(x->a, assigned);
	if (!result_of(r, assigned, &success) || !is_new(x, assigned))
		return;
	*VEC_ADD(x->a, &e->trials) = (struct trial){ .incident = arena_str(x->a, r->id),
		.time = arena_str(x->a, r->time),
		.fingerprint = arena_str(x->a, r->fingerprint),
		.unit = arena_str(x->a, assigned->unit),
		.challenger = assigned->challenger,
		.success = success,
		.share = (int)assigned->share };
	rollout_add(&e->rollout, assigned->challenger, (int)assigned->share, success);
}

bool experiments_read(struct store *s, struct arena *a, struct experiment_list *out, struct err *err)
{
	struct reading x = { .a = a, .s = s, .out = out };
	struct arena row = ARENA_INIT;
	struct record r;
	int got;

	*out = (struct experiment_list){ 0 };
	struct rows *q = db_query(s->db, err,
		"SELECT json FROM records WHERE kind = 'incident' AND json LIKE '%\"assignments\"%' ORDER BY seq", "");
	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		if (record_parse(&row, rows_str(q, 0), &r, NULL))
			LIST_EACH(assignment, assigned, &r.assignments)
				take(&x, &r, assigned);
		arena_reset(&row);
	}
	rows_end(q);
	arena_free(&row);
	return got >= 0;
}

/* ---- decisions ---- */

struct str experiment_why(struct arena *a, const struct experiment *e)
{
	const struct rollout *r = &e->rollout;

	return arena_printf(a,
		"challenger %.*s: %lld of %lld, control %.*s: %lld of %lld; capital on better %.3g, on worse %.3g",
		STR_ARG(e->challenger), (long long)r->challenger.successes, (long long)r->challenger.trials,
		STR_ARG(e->control), (long long)r->control.successes, (long long)r->control.trials,
		sequential_test_better(&r->test), sequential_test_worse(&r->test));
}

bool experiments_settle(struct store *s, size_t *changed, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct experiment_list list;
	size_t n = 0;
	bool ok = experiments_read(s, &a, &list, err);

	for (size_t i = 0; ok && i < list.n; i++) {
		const struct experiment *e = &list.at[i];
		int next = rollout_next(&e->rollout, e->share);
		if (next == e->share || e->pinned)
			continue;
		ok = adjust(
			s, &a, ADJUST_STAGE, e->name, arena_printf(&a, "%d", next), experiment_why(&a, e), NULL, err);
		n++;
	}
	arena_free(&a);
	if (changed)
		*changed = n;
	return ok;
}
