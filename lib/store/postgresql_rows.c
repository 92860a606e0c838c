/* postgresql_rows.c - many rows at once, by COPY */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/db_backend.h"
#include "store/db_postgresql.h"
#include "store/libpq.h"

/* ---- COPY ---- */

/* Values may be large, but are sent in one piece. */
enum { COPY_MOST = 1 << 30 };

static const char UNIQUE_VIOLATION[] = "23505";

/* A value in COPY's text format. */
static void copy_value(struct buf *out, const struct db_value *v)
{
	if (v->type == 'i') {
		buf_printf(out, "%lld", (long long)v->i);
	} else if (v->type == 'd') {
		buf_printf(out, "%.17g", v->d);
	} else if (!v->s.p) {
		buf_addz(out, "\\N");
	} else {
		size_t from = 0;
		for (size_t i = 0; i < v->s.n; i++) {
			char c = v->s.p[i];
			if (c != '\\' && c != '\n' && c != '\r' && c != '\t' && c != '\0')
				continue;
			buf_add(out, str_sub(v->s, from, i));
			from = i + 1;
			buf_addz(out,
				c == '\\'         ? "\\\\" :
					c == '\n' ? "\\n" :
					c == '\r' ? "\\r" :
					c == '\t' ? "\\t" :
						    "\xef\xbf\xbd");
		}
		buf_add(out, str_sub(v->s, from, v->s.n));
	}
}

static bool copy_rows(struct postgresql_db *db, const struct db_value *const *rows, size_t n, size_t columns)
{
	enum { PIECE = 64 * 1024 };
	struct buf out;
	bool ok = true;

	buf_init(&out, COPY_MOST);
	for (size_t i = 0; i < n && ok; i++) {
		for (size_t k = 0; k < columns; k++) {
			copy_value(&out, &rows[i][k]);
			buf_addc(&out, k + 1 < columns ? '\t' : '\n');
		}
		if (out.n < PIECE && i + 1 < n)
			continue;
		ok = pq.PQputCopyData(db->conn, out.p, (int)out.n) == 1;
		buf_clear(&out);
	}
	buf_release(&out);
	return ok;
}

static bool copy(struct postgresql_db *db, const char *sql, const struct db_value *const *rows, size_t n,
	size_t columns, struct err *err)
{
	PGresult *result = pq.PQexec(db->conn, sql);

	if (pq.PQresultStatus(result) != PGRES_COPY_IN)
		return pg_finish(db, result, err);
	pq.PQclear(result);
	bool ok = copy_rows(db, rows, n, columns) && pq.PQputCopyEnd(db->conn, NULL) == 1;
	if (!ok)
		pg_fail(db, NULL, err);
	while ((result = pq.PQgetResult(db->conn)))
		ok = pg_finish(db, result, ok ? err : NULL) && ok;
	return ok;
}

/* The numbers that were written are in the order of their rows only by chance. */
static int by_number(const void *p, const void *q)
{
	const int64_t *x = p, *y = q;

	return (*x > *y) - (*x < *y);
}

static void mark_done(
	const PGresult *result, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done)
{
	size_t count = (size_t)pq.PQntuples(result);
	int64_t *written = calloc(count + 1, sizeof(*written));

	if (!written)
		out_of_memory();
	for (size_t i = 0; i < count; i++)
		written[i] = strtoll(pq.PQgetvalue(result, (int)i, 0), NULL, 10);
	qsort(written, count, sizeof(*written), by_number);
	for (size_t i = 0; i < n; i++)
		done[i] = bsearch(&rows[i][t->seq].i, written, count, sizeof(*written), by_number) != NULL;
	free(written);
}

/* Few rows need no staging table. */
static bool put_singly(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n,
	bool *done, db_row_fn *each, void *ctx, struct err *err)
{
	size_t columns = strlen(t->types);
	struct buf sql;
	bool ok = true;

	buf_init(&sql, 16384);
	buf_printf(&sql, "INSERT INTO %s (%s) VALUES (", t->name, t->columns);
	for (size_t i = 0; i < columns; i++)
		buf_printf(&sql, "%s?%zu", i ? ", " : "", i + 1);
	buf_printf(&sql, ") %s%s", t->conflict, each ? " RETURNING *" : "");
	/* NULL has the letter of a text, also for a number: a statement for each such case. */
	buf_addz(&sql, " --");
	for (size_t i = 0; i < columns; i++)
		buf_addc(&sql, rows[0][i].type);
	buf_addc(&sql, '\0');
	for (size_t i = 0; i < n && ok; i++) {
		struct rows *q = db_query_values(db, err, sql.p, rows[i], columns);
		ok = q != NULL;
		while (ok && each && rows_next(q, NULL) > 0)
			each(ctx, q);
		rows_end(q);
		if (ok && done)
			done[i] = own(db)->changed > 0;
	}
	buf_release(&sql);
	return ok;
}

/* What was written: whole rows, or the column that tells them apart. */
static void add_returning(struct buf *sql, const struct db_table *t, const bool *done, db_row_fn *each)
{
	struct str columns = str_of(t->columns), name = STR("*");

	if (!each && !done)
		return;
	for (size_t i = 0; !each && i <= t->seq && str_split(&columns, ',', &name); i++)
		;
	buf_addz(sql, " RETURNING ");
	buf_add(sql, str_trim(name));
}

/* Into a temporary table (nearly always empty, and then DELETE is faster than TRUNCATE) by COPY, and from there into
 * the table, where rows in conflict are left out. */
static bool put_staged(struct db *base, const struct db_table *t, const struct db_value *const *rows, size_t n,
	bool *done, db_row_fn *each, void *ctx, struct err *err)
{
	struct postgresql_db *db = own(base);
	struct statement s = { .row = -1 };
	struct rows back = { .db = base, .own = &s };
	struct buf sql;

	buf_init(&sql, 16384);
	buf_printf(&sql,
		"CREATE TEMPORARY TABLE IF NOT EXISTS new_%s (LIKE %s) ON COMMIT DELETE ROWS; DELETE FROM "
		"pg_temp.new_%s;"
		"COPY pg_temp.new_%s (%s) FROM STDIN",
		t->name, t->name, t->name, t->name, t->columns);
	buf_addc(&sql, '\0');
	bool ok = copy(db, sql.p, rows, n, strlen(t->types), err);
	buf_clear(&sql);
	if (ok) {
		buf_printf(&sql, "INSERT INTO %s (%s) SELECT %s FROM pg_temp.new_%s %s", t->name, t->columns,
			t->columns, t->name, t->conflict);
		add_returning(&sql, t, done, each);
		buf_addc(&sql, '\0');
		s.result = pq.PQexec(db->conn, sql.p);
		ok = pg_succeeded(s.result) || pg_fail(db, s.result, err);
	}
	s.rows = ok ? pq.PQntuples(s.result) : 0;
	while (ok && each && rows_next(&back, err) > 0)
		each(ctx, &back);
	if (ok && done)
		mark_done(s.result, t, rows, n, done);
	pq.PQclear(s.result);
	buf_release(&sql);
	return ok;
}

enum copied { COPY_FAILED, COPY_IN_CONFLICT, COPY_DONE };

/* Rows of new records are in conflict with none, and then COPY into the table itself takes half of the time. */
static enum copied put_directly(struct postgresql_db *db, const struct db_table *t, const struct db_value *const *rows,
	size_t n, struct err *err)
{
	struct buf sql;
	struct err why;

	buf_init(&sql, 16384);
	buf_printf(&sql, "SAVEPOINT before_copy; COPY %s (%s) FROM STDIN", t->name, t->columns);
	buf_addc(&sql, '\0');
	bool ok = copy(db, sql.p, rows, n, strlen(t->types), &why);
	buf_release(&sql);
	if (ok)
		ok = pg_finish(db, pq.PQexec(db->conn, "RELEASE SAVEPOINT before_copy"), err);
	else if (strcmp(db->failed, UNIQUE_VIOLATION) != 0)
		*err = why;
	else if (pg_finish(db, pq.PQexec(db->conn, "ROLLBACK TO SAVEPOINT before_copy"), err))
		return COPY_IN_CONFLICT;
	return ok ? COPY_DONE : COPY_FAILED;
}

static bool all_set(const bool *done, size_t n)
{
	return !memchr(done, false, n);
}

/* A stream with rows that are stored already has more of them: the table itself is tried again after one without. */
static bool put_new(struct db *base, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	struct err *err)
{
	struct postgresql_db *db = own(base);
	enum copied copied = db->repeats ? COPY_IN_CONFLICT : put_directly(db, t, rows, n, err);

	if (copied == COPY_DONE)
		memset(done, true, n);
	if (copied != COPY_IN_CONFLICT)
		return copied == COPY_DONE;
	bool ok = put_staged(base, t, rows, n, done, NULL, NULL, err);
	db->repeats = ok && !all_set(done, n);
	return ok;
}

bool pg_put(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	db_row_fn *each, void *ctx, struct err *err)
{
	enum { FEW = 4 };

	if (n <= FEW)
		return put_singly(db, t, rows, n, done, each, ctx, err);
	return done ? put_new(db, t, rows, n, done, err) : put_staged(db, t, rows, n, done, each, ctx, err);
}

/* The keys into a temporary table.  LATERAL: its index finds each key, though the planner knows nothing of that table.
 */
bool pg_known(struct db *base, const char *table, const char *column, const struct str *keys, size_t n, bool *out,
	struct err *err)
{
	struct postgresql_db *db = own(base);
	struct db_value(*values)[2] = calloc(n, sizeof(*values));
	const struct db_value **rows = calloc(n, sizeof(*rows));
	char sql[300];

	if (!values || !rows)
		out_of_memory();
	for (size_t i = 0; i < n; i++) {
		values[i][0] = (struct db_value){ .type = 'i', .i = (int64_t)i };
		values[i][1] = (struct db_value){ .type = 's', .s = keys[i] };
		rows[i] = values[i];
	}
	bool ok = copy(db,
		"CREATE TEMPORARY TABLE IF NOT EXISTS new_keys (number BIGINT, key TEXT COLLATE \"C\") ON COMMIT DELETE"
		" ROWS; DELETE FROM pg_temp.new_keys; COPY pg_temp.new_keys (number, key) FROM STDIN",
		rows, n, 2, err);
	snprintf(sql, sizeof(sql),
		"SELECT k.number FROM pg_temp.new_keys k CROSS JOIN LATERAL"
		" (SELECT 1 FROM %s t WHERE t.%s = k.key LIMIT 1) x",
		table, column);
	PGresult *result = ok ? pq.PQexec(db->conn, sql) : NULL;
	ok = ok && (pg_succeeded(result) || pg_fail(db, result, err));
	for (int i = 0, found = ok ? pq.PQntuples(result) : 0; i < found; i++)
		out[strtoll(pq.PQgetvalue(result, i, 0), NULL, 10)] = true;
	pq.PQclear(result);
	free(values);
	free(rows);
	return ok;
}
