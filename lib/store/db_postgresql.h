/* db_postgresql.h - shared by the files of the database behind libpq */
#ifndef HEAL_STORE_DB_POSTGRESQL_H
#define HEAL_STORE_DB_POSTGRESQL_H

#include "base/buf.h"
#include "store/db_backend.h"
#include "store/libpq.h"

struct postgresql_db {
	struct db db;
	PGconn *conn;
	int64_t changed; /* rows changed by the last statement */
	unsigned prepared;
	bool standby; /* the server takes no changes */
	bool lost;
	bool repeats;   /* what was copied last was stored before */
	char failed[8]; /* SQLSTATE of the last error; "": of the connection */
};

/* The state of a statement. */
struct statement {
	char name[24];
	PGresult *result;
	int row, rows;
	struct buf value; /* of rows_value */
};

static inline struct postgresql_db *own(const struct db *db)
{
	return (struct postgresql_db *)db;
}

static inline struct statement *state(struct rows *q)
{
	return q->own;
}

bool pg_succeeded(const PGresult *result);
/* Set err and own(db)->failed; result: NULL for an error of the connection. */
bool pg_fail(struct postgresql_db *db, const PGresult *result, struct err *err);
/* Succeeded, or pg_fail; takes the result. */
bool pg_finish(struct postgresql_db *db, PGresult *result, struct err *err);

/* postgresql_rows.c: see struct db_backend. */
bool pg_put(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	db_row_fn *each, void *ctx, struct err *err);
bool pg_known(struct db *db, const char *table, const char *column, const struct str *keys, size_t n, bool *out,
	struct err *err);

#endif
