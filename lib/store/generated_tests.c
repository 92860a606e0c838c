#include "store/generated_tests.h"

#include "store/beta.h"
#include "store/chain.h"
#include "store/internal.h"

static bool test_put(
	struct db *db, struct chain_rows *chain, const struct store_test *t, struct str now, struct err *err)
{
	return db_run(db, err,
		       "INSERT INTO generated_tests (id, incident, project, fingerprint, framework, path, text, status,"
		       " time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		       " ON CONFLICT (id) DO UPDATE SET incident = excluded.incident, framework = excluded.framework,"
		       " path = excluded.path, text = excluded.text, status = excluded.status, time = excluded.time",
		       "sssssssss", t->id, t->incident, t->project, t->fingerprint, t->framework, t->path, t->text,
		       t->status, now) &&
		chain_text(chain, "generated_tests", t->id, STR_NONE, err);
}

static bool run_put(struct db *db, struct chain_rows *chain, const struct store_test *t, const struct store_test_run *r,
	struct str now, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str id = uuid7(&a);
	bool ok = db_run(db, err,
			  "INSERT INTO test_runs (id, test, text, fixed, expected, seconds, time)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			  "sssiids", id, t->id, t->text, (int64_t)r->fixed, (int64_t)r->expected, r->seconds, now) &&
		chain_text(chain, "test_runs", id, STR_NONE, err);

	arena_free(&a);
	return ok;
}

static bool score_of(struct db *db, const struct store_test *t, struct store_test_score *out, struct err *err)
{
	bool ok = db_number(db, &out->runs, 0, err, "SELECT COUNT(*) FROM test_runs WHERE test = ?1 AND text = ?2",
			  "ss", t->id, t->text) &&
		db_number(db, &out->expected, 0, err,
			"SELECT COUNT(*) FROM test_runs WHERE test = ?1 AND text = ?2 AND expected = 1", "ss", t->id,
			t->text);

	if (ok)
		out->confidence = beta_quantile(
			BETA_QUANTILE, 1 + (double)out->expected, 1 + (double)(out->runs - out->expected));
	return ok;
}

bool store_test_keep(struct store *s, const struct store_test *t, const struct store_test_run *runs, size_t n,
	struct store_test_score *score, struct err *err)
{
	struct chain_rows chain;
	char now[WHEN_TEXT];
	struct str time = when_text(when_now(), now);

	*score = (struct store_test_score){ 0 };
	if (!db_begin(s->db, err))
		return false;
	chain_begin(&chain, s->db);
	bool ok = test_put(s->db, &chain, t, time, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = run_put(s->db, &chain, t, &runs[i], time, err);
	ok = ok && chain_end(&chain, err) && score_of(s->db, t, score, err);
	chain_release(&chain);
	if (!ok)
		db_rollback(s->db);
	return ok && db_commit(s->db, err) && (store_written(s), true);
}

bool store_recurrences(struct store *s, struct str fingerprint, struct str project, int64_t *n, struct err *err)
{
	return db_number(s->db, n, 0, err, "SELECT COUNT(*) FROM incidents WHERE fingerprint = ?1 AND project = ?2",
		"ss", fingerprint, project);
}
