#include "store/trials.h"

bool trials_of(const struct record *r, struct str time, trial_fn *each, void *ctx)
{
	char when[WHEN_TEXT];
	int64_t ms;
	struct trial_row t = { .rule = str_or_empty(r->error.rule),
		.fingerprint = str_or_empty(r->fingerprint),
		.time = when_parse(r->analysis.time, &ms) ? when_text(ms, when) : time };

	LIST_EACH(solution, s, &r->solutions) {
		t.passed = s->proof.status == CHECK_PASSED;
		if (!s->id.n || (!t.passed && s->proof.status != CHECK_FAILED))
			continue;
		t.solution = t.whole = s->id;
		t.variant = str_or_empty(s->variant);
		if (!each(ctx, &t))
			return false;
		t.variant = STR("");
		for (size_t i = 0; t.passed && i < s->proof.parts.n; i++) {
			t.solution = s->proof.parts.at[i];
			if (!each(ctx, &t))
				return false;
		}
	}
	return true;
}

struct adopting {
	struct db *db;
	struct str incident;
	struct err *err;
};

static bool adopt(void *ctx, const struct trial_row *t)
{
	struct adopting *x = ctx;

	return db_run(x->db, x->err,
		"INSERT INTO trials (incident, solution, whole, rule, variant, fingerprint, passed, time)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) " TRIALS_CONFLICT,
		"ssssssis", x->incident, t->solution, t->whole, t->rule, t->variant, t->fingerprint, (int64_t)t->passed,
		t->time);
}

bool trials_adopt(struct db *db, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct record r;
	struct rows *q = db_query(db, err,
		"SELECT json FROM records WHERE kind = 'incident' AND json LIKE '%\"proof\"%' ORDER BY seq", "");
	int got = -1;
	bool ok = q != NULL;

	while (ok && (got = rows_next(q, err)) > 0) {
		char when[WHEN_TEXT];
		/* Only valid records are stored, so this fails only if the file was changed by another program. */
		if (record_parse(&a, arena_str(&a, rows_str(q, 0)), &r, NULL)) {
			struct adopting x = { db, str_or_empty(r.id), err };
			ok = trials_of(&r, when_of(&r, when), adopt, &x);
		}
		arena_reset(&a);
	}
	rows_end(q);
	arena_free(&a);
	return ok && got == 0;
}
