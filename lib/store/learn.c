/* learn.c - scores and confidence from outcomes and trials, and solutions not to repeat yet */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "store/beta.h"
#include "store/internal.h"

static const int64_t day = 86400000, hour = 3600000;

/* A check other than that for new incidents failed. */
static bool failed_otherwise(const struct validation *v)
{
	LIST_EACH(check, check, &v->checks)
		if (check->status == CHECK_FAILED && !str_is(check->name, "new-incidents"))
			return true;
	return false;
}

/* What cannot be written says nothing of the solution; a command that fails does. */
static bool solution_failed(const struct record *r)
{
	const struct solution *s = solution_find(r, r->fix.solution);

	if (!s || r->fix.status != FIX_FAILED)
		return false;
	LIST_EACH(step, step, &s->steps)
		if (step->kind == STEP_RUN || step->kind == STEP_DELEGATE)
			return true;
	return false;
}

bool verdict_of(const struct record *r, bool *success)
{
	const struct validation *v = &r->validation;
	enum fix_status fix = r->fix.status;
	bool gone = str_is(v->incident, "gone"), alone = !v->introduced.n || str_is(v->introduced, "none");

	*success = fix == FIX_APPLIED && v->status == CHECK_PASSED && v->resolved && alone;
	if (*success)
		return true;
	if (fix == FIX_ROLLED_BACK && v->status == CHECK_INCONCLUSIVE)
		return false;
	if (gone && str_is(v->introduced, "elsewhere") && !failed_otherwise(v))
		return false;
	return solution_failed(r) || fix == FIX_ROLLED_BACK || (fix == FIX_APPLIED && v->status == CHECK_FAILED);
}

/* The remaining weight of an outcome; 1 for one in the future (a wrong clock). */
static double faded(struct str time, int64_t now)
{
	int64_t then;

	if (!when_parse(time, &then) || then > now)
		return 1;
	return exp2(-(double)(now - then) / (double)day / STORE_HALF_LIFE);
}

/* ---- scores ---- */

/* The outcomes of one solution of one rule, oldest first. */
struct scoring {
	struct arena a;
	VEC(struct score) all;
	struct score *now;          /* NULL: none yet */
	struct str *prints;         /* distinct ones, by their hashes */
	size_t n_prints, room;      /* a power of 2 */
	struct str few[64];         /* where they begin */
	double successes, failures; /* faded */
	bool last[SCORE_LAST];      /* a ring of the last outcomes */
	int64_t n, worked;
};

static struct str *print_slot(const struct scoring *t, struct str print)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	for (size_t i = 0; i < print.n; i++)
		hash = (hash ^ (unsigned char)print.p[i]) * 0x100000001b3;
	size_t slot = hash & (t->room - 1);
	while (t->prints[slot].p && !str_eq(t->prints[slot], print))
		slot = (slot + 1) & (t->room - 1);
	return &t->prints[slot];
}

static void prints_grow(struct scoring *t)
{
	struct scoring old = *t;

	t->room *= 2;
	t->prints = arena_alloc(&t->a, t->room * sizeof(*t->prints));
	for (size_t i = 0; i < old.room; i++)
		if (old.prints[i].p)
			*print_slot(t, old.prints[i]) = old.prints[i];
}

static void print_add(struct scoring *t, struct str print)
{
	if (2 * t->n_prints >= t->room)
		prints_grow(t);
	struct str *slot = print_slot(t, print);
	if (slot->p)
		return;
	*slot = arena_str(&t->a, print);
	t->n_prints++;
}

static bool is_fading(const struct scoring *t)
{
	int64_t recent = 0, before = t->n - SCORE_LAST;

	for (int i = 0; i < SCORE_LAST; i++)
		recent += t->last[i];
	return before > 0 && 2 * recent <= SCORE_LAST && 2 * (t->worked - recent) > before;
}

static void score_end(struct scoring *t)
{
	struct score *score = t->now;

	if (!score)
		return;
	score->fingerprints = (int64_t)t->n_prints;
	score->mean = (1 + t->successes) / (2 + t->successes + t->failures);
	score->lower = beta_quantile(BETA_QUANTILE, 1 + t->successes, 1 + t->failures);
	score->maturity = t->n < SCORE_FEW                                                    ? "new" :
		t->n >= SCORE_MANY && score->fingerprints > 1 && score->lower >= SCORE_PROVEN ? "proven" :
												"tried";
	score->fading = is_fading(t);
}

static void score_begin(struct scoring *t, struct str solution, struct str rule)
{
	score_end(t);
	*VEC_ADD(&t->a, &t->all) = (struct score){ .solution = arena_str(&t->a, solution),
		.rule = arena_str(&t->a, rule) };
	t->now = &t->all.at[t->all.n - 1];
	memset(t->few, 0, sizeof(t->few));
	t->prints = t->few;
	t->room = sizeof(t->few) / sizeof(t->few[0]);
	t->n_prints = 0;
	t->successes = t->failures = 0;
	t->n = t->worked = 0;
}

static void score_add(struct scoring *t, struct rows *q, int64_t now)
{
	bool success = rows_int(q, 3) == 1;
	struct str time = rows_str(q, 2);
	double left = faded(time, now);

	/* Nearly all times have the same length: then the place of the one before is used again. */
	if (t->now->last_used.n == time.n && time.n)
		memcpy((char *)t->now->last_used.p, time.p, time.n);
	else
		t->now->last_used = arena_str(&t->a, time);
	t->now->successes += success;
	t->now->failures += !success;
	t->successes += success ? left : 0;
	t->failures += success ? 0 : left;
	t->last[t->n++ % SCORE_LAST] = success;
	t->worked += success;
	print_add(t, rows_str(q, 4));
}

static int most_used(const void *p, const void *q)
{
	const struct score *x = p, *y = q;
	int64_t a = x->successes + x->failures, b = y->successes + y->failures;
	int order = (a < b) - (a > b);

	order = order ? order : str_cmp(x->solution, y->solution);
	return order ? order : str_cmp(x->rule, y->rule);
}

bool store_scores(struct store *s, score_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT solution, rule, time, success, fingerprint FROM outcomes ORDER BY solution, rule, time", "");
	struct scoring t = { .a = ARENA_INIT };
	int64_t now = when_now();
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0) {
		struct str solution = rows_str(q, 0), rule = rows_str(q, 1);
		if (!t.now || !str_eq(t.now->solution, solution) || !str_eq(t.now->rule, rule))
			score_begin(&t, solution, rule);
		score_add(&t, q, now);
	}
	score_end(&t);
	rows_end(q);
	if (t.all.n)
		qsort(t.all.at, t.all.n, sizeof(*t.all.at), most_used);
	for (size_t i = 0; got == 0 && i < t.all.n; i++)
		if (!each(ctx, &t.all.at[i]))
			break;
	arena_free(&t.a);
	return got == 0;
}

/* ---- confidence ---- */

/* A trial that passed and what became of the fix afterwards are one observation, which failed if either did.  Trials of
 * one error on a day are one together, since a command that stays broken is run again and again.  The newest
 * are enough; they are sorted by their numbers alone, because a shared store has many.  A row for each day, since those
 * of a day have the same weight. */
#define NEWEST " ORDER BY time DESC LIMIT 1000"
#define TRIALS                                                                                                     \
	"SELECT time, COALESCE(NULLIF(fingerprint, ''), incident) AS print, CASE WHEN passed = 0 THEN 0 ELSE"      \
	" COALESCE((SELECT MIN(o.success) FROM outcomes o WHERE o.incident = t.incident AND o.solution = t.whole)" \
	", 1) END AS success FROM (SELECT * FROM trials WHERE solution = ?1" NEWEST ") AS t"
#define UNTRIED                                                                                            \
	"SELECT o.time, o.success FROM (SELECT seq FROM outcomes WHERE solution = ?1" NEWEST ") AS newest" \
	" JOIN outcomes o ON o.seq = newest.seq WHERE"                                                     \
	" NOT EXISTS (SELECT 1 FROM trials t WHERE t.incident = o.incident AND t.solution = o.solution)"
#define OBSERVATIONS                                                                                                \
	"SELECT MAX(time) AS time, AVG(success * 1.0) AS successes, 1.0 AS n FROM (" TRIALS ") AS tried"            \
	" GROUP BY substr(time, 1, 10), print UNION ALL SELECT MAX(time), SUM(success * 1.0), COUNT(*) * 1.0 FROM " \
	"(" UNTRIED ") AS untried GROUP BY substr(time, 1, 10)"

double store_confidence(struct store *s, struct str solution, double prior, double weight)
{
	struct rows *q = !s ? NULL :
			      db_query(s->db, NULL,
				      "SELECT substr(time, 1, 10), SUM(successes), SUM(n - successes), MAX(time) FROM "
				      "(" OBSERVATIONS ") AS observations GROUP BY substr(time, 1, 10)",
				      "s", str_or_empty(solution));
	double successes = 0, failures = 0;
	int64_t now = when_now();
	int got = -1;

	while (q && (got = rows_next(q, NULL)) > 0) {
		double left = faded(rows_str(q, 3), now);
		successes += left * rows_double(q, 1);
		failures += left * rows_double(q, 2);
	}
	rows_end(q);
	return got < 0 ? beta_confidence(prior, weight, 0, 0) : beta_confidence(prior, weight, successes, failures);
}

/* An outcome without a basis rests for its time. */
static bool same_basis(struct str was, struct str is)
{
	return !was.n || !is.n || str_eq(was, is);
}

struct str store_rests_until(
	struct store *s, struct arena *a, struct str fingerprint, struct str solution, struct str basis)
{
	char since[WHEN_TEXT], until[WHEN_TEXT];
	struct str found = STR_NONE;
	int64_t failed;

	if (!s || !fingerprint.n || !solution.n)
		return STR_NONE;
	struct rows *q = db_query(s->db, NULL,
		"SELECT o.success, o.time, l.basis FROM outcomes o LEFT JOIN lessons l ON l.outcome = o.seq"
		" WHERE o.fingerprint = ?1 AND o.solution = ?2 AND o.time >= ?3"
		" ORDER BY o.time DESC, o.seq DESC LIMIT 1",
		"sss", fingerprint, solution, when_text(when_now() - STORE_REST * hour, since));
	if (q && rows_next(q, NULL) > 0 && rows_int(q, 0) == 0 && same_basis(rows_str(q, 2), basis) &&
		when_parse(rows_str(q, 1), &failed))
		found = arena_str(a, when_text(failed + STORE_REST * hour, until));
	rows_end(q);
	return found;
}
