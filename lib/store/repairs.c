#include "store/repairs.h"

#include "store/chain.h"
#include "store/internal.h"

bool store_repair_add(struct store *s, const struct store_repair *r, bool *added, struct err *err)
{
	struct chain_rows chain;

	*added = false;
	if (!db_begin(s->db, err))
		return false;
	chain_begin(&chain, s->db);
	bool ok = db_run(s->db, err,
		"INSERT INTO repairs (id, project, rule, code, message, file, line, col, before_text, after_text,"
		" solution, time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
		" ON CONFLICT (id) DO NOTHING",
		"ssssssiissss", r->id, r->project, r->rule, str_or_empty(r->code), r->message, r->file, r->line,
		r->column, r->before, r->after, str_or_empty(r->solution), r->time);
	*added = ok && db_changes(s->db) > 0;
	ok = ok && (!*added || chain_text(&chain, "repairs", r->id, STR_NONE, err)) && chain_end(&chain, err);
	chain_release(&chain);
	if (!ok)
		db_rollback(s->db);
	return ok && db_commit(s->db, err) && (store_written(s), true);
}

bool store_repairs(struct store *s, store_repair_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT id, project, rule, code, message, file, time, solution, before_text, after_text, line, col"
		" FROM repairs ORDER BY time, id",
		"");
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_repair r = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_str(q, 3),
			rows_str(q, 4), rows_str(q, 5), rows_str(q, 6), rows_str(q, 7), rows_str(q, 8), rows_str(q, 9),
			rows_int(q, 10), rows_int(q, 11) };
		if (!each(ctx, &r))
			break;
	}
	rows_end(q);
	return got >= 0;
}

bool store_failures(struct store *s, struct str solution, struct store_failures *out, struct err *err)
{
	return db_number(s->db, &out->all, 0, err, "SELECT COUNT(*) FROM outcomes WHERE solution = ?1 AND success = 0",
		       "s", solution) &&
		db_number(s->db, &out->lately, 0, err,
			"SELECT COUNT(*) FROM outcomes WHERE solution = ?1 AND success = 0 AND time >"
			" COALESCE((SELECT MAX(time) FROM outcomes WHERE solution = ?1 AND success = 1), '')",
			"s", solution);
}

bool store_seen_after(struct store *s, struct str fingerprint, struct str time, bool *seen, struct err *err)
{
	int64_t n = 0;
	bool ok = db_number(s->db, &n, 0, err, "SELECT COUNT(*) FROM incidents WHERE fingerprint = ?1 AND time > ?2",
		"ss", fingerprint, time);

	*seen = n > 0;
	return ok;
}

static bool same_command(const struct str_list *x, const struct str_list *y)
{
	bool same = x->n == y->n;

	for (size_t i = 0; same && i < x->n; i++)
		same = str_eq(x->at[i], y->at[i]);
	return same;
}

bool store_passed_after(struct store *s, const struct str_list *command, struct str time, bool *passed, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT r.json FROM sessions s JOIN records r ON r.seq = s.seq WHERE s.time > ?1 AND s.exit_code = 0",
		"s", time);
	int got;

	*passed = false;
	if (!q)
		return false;
	while (!*passed && (got = rows_next(q, err)) > 0) {
		struct arena a = ARENA_INIT;
		struct record r;
		if (record_parse(&a, rows_str(q, 0), &r, NULL))
			*passed = same_command(&r.session.command, command);
		arena_free(&a);
	}
	rows_end(q);
	return *passed || got >= 0;
}
