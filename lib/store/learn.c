/* learn.c - scores and confidence from outcomes, and solutions not to repeat yet */
#include <math.h>

#include "store/beta.h"
#include "store/internal.h"

static const int64_t day = 86400000, hour = 3600000;

bool verdict_of(const struct record *r, bool *success)
{
	enum fix_status fix = r->fix.status;

	*success = fix == FIX_APPLIED && r->validation.status == CHECK_PASSED && r->validation.resolved;
	return *success || fix == FIX_FAILED || fix == FIX_ROLLED_BACK ||
		(fix == FIX_APPLIED && r->validation.status == CHECK_FAILED);
}

bool store_outcome(
	struct store *s, struct str solution, struct str rule, struct str fingerprint, bool success, struct err *err)
{
	char now[WHEN_TEXT];

	if (!db_begin(s->db, err))
		return false;
	if (db_run(s->db, err,
		    "INSERT INTO outcomes (solution, rule, variant, fingerprint, success, time) VALUES (?1, ?2, '', "
		    "?3, ?4, ?5)",
		    "sssis", solution.p ? solution : STR(""), rule.p ? rule : STR(""),
		    fingerprint.p ? fingerprint : STR(""), (int64_t)success, when_text(when_now(), now)))
		return db_commit(s->db, err);
	db_rollback(s->db);
	return false;
}

bool store_scores(struct store *s, score_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT solution, rule, last_used, successes, failures, fingerprints FROM scores"
		" ORDER BY successes + failures DESC, solution, rule",
		"");
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct score score = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_int(q, 3), rows_int(q, 4),
			rows_int(q, 5) };
		if (!each(ctx, &score))
			break;
	}
	rows_end(q);
	return got >= 0;
}

/* The remaining weight of an outcome; 1 for one in the future (a wrong clock). */
static double faded(struct str time, int64_t now)
{
	int64_t then;

	if (!when_parse(time, &then) || then > now)
		return 1;
	return exp2(-(double)(now - then) / (double)day / STORE_HALF_LIFE);
}

double store_confidence(struct store *s, struct str solution, double prior, double weight)
{
	/* Outcomes of a day have the same weight, so only one row per day is read. */
	struct rows *q = !s ? NULL :
			      db_query(s->db, NULL,
				      "SELECT substr(time, 1, 10), SUM(success), SUM(1 - success), MAX(time) FROM "
				      "outcomes WHERE solution = ?1"
				      " GROUP BY substr(time, 1, 10)",
				      "s", solution.p ? solution : STR(""));
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

struct str store_rests_until(struct store *s, struct arena *a, struct str fingerprint, struct str solution)
{
	char since[WHEN_TEXT], until[WHEN_TEXT];
	struct str found = STR_NONE;
	int64_t failed;

	if (!s || !fingerprint.n || !solution.n)
		return STR_NONE;
	struct rows *q = db_query(s->db, NULL,
		"SELECT success, time FROM outcomes WHERE fingerprint = ?1 AND solution = ?2 AND time >= ?3"
		" ORDER BY time DESC, seq DESC LIMIT 1",
		"sss", fingerprint, solution, when_text(when_now() - STORE_REST * hour, since));
	if (q && rows_next(q, NULL) > 0 && rows_int(q, 0) == 0 && when_parse(rows_str(q, 1), &failed))
		found = arena_str(a, when_text(failed + STORE_REST * hour, until));
	rows_end(q);
	return found;
}
