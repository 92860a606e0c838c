/* db.h - the database of the store: an SQLite file, or a PostgreSQL server
 *
 * db_sqlite.c and db_postgresql.c alone use the two libraries, through the table of functions in db_backend.h.
 *
 * SQL is written once, for both.  Prepared statements are cached by their text, which never contains values.
 * Placeholders are ?1, ?2 ... in the order of the values.  `types` has a letter for each value that follows a
 * statement: s  struct str, text; p == NULL binds NULL   i  int64_t   d  double.  A text for PostgreSQL is kept without
 * NUL bytes: see db_without_nul.  The key of a new row is computed: (SELECT COALESCE(MAX(seq), 0) + 1 FROM t), and
 * RETURNING gives it; a writing transaction excludes all others.
 *
 * A failure sets err: HEAL_REFUSED if trying again may help (locked, read-only, disk full, server away), HEAL_WRONG if
 * not (damaged, not a database).  No message contains a password. */
#ifndef HEAL_STORE_DB_H
#define HEAL_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct db;
struct rows;

enum db_mode {
	DB_WRITE, /* created if missing */
	DB_READ,  /* must exist, may be on read-only media; no changes */
};

/* Set how long a statement waits for the transaction of another process, in milliseconds. */
enum { DB_PATIENCE = 30000, DB_IMPATIENCE = 250 };

/* Is it the URL of a server, not the name of a file? */
bool db_is_url(struct str name);
/* How messages name it: a URL without its password; a file as it is. */
struct str db_shown(struct arena *a, struct str name);
/* A URL with a password. */
bool db_has_password(struct str name);

/* name: a file, ":memory:" for a database in memory, or a URL "postgresql://..." */
struct db *db_open(const char *name, enum db_mode mode, struct err *err);
void db_close(struct db *db);             /* accepts NULL */
const char *db_name(const struct db *db); /* as shown */
/* Let db_close leave a short log in place instead of waiting for a checkpoint. */
void db_hurry(struct db *db);
bool db_is_read_only(const struct db *db); /* opened with DB_READ, or it cannot be written */
bool db_is_server(const struct db *db);
/* Was the connection to the server lost? */
bool db_is_lost(const struct db *db);

/* Before the first table is made: let readers never wait for the writer. */
bool db_prepare(struct db *db, struct err *err);

/* Whose database it is, and the version of its tables. */
struct db_identity {
	int64_t application, version; /* 0: none */
	int64_t tables;               /* > 0: it is not empty */
};
bool db_identity(struct db *db, struct db_identity *out, struct err *err);
bool db_identify(struct db *db, int64_t application, int64_t version, struct err *err);

/* In a transaction: a number that is another one after other connections changed the database; 0: it is not known. */
int64_t db_version(struct db *db);

/* Run several statements without values. */
bool db_script(struct db *db, const char *sql, struct err *err);
/* The same for statements that make tables: the types of columns are the database's own (see db_postgresql.c). */
bool db_define(struct db *db, const char *sql, struct err *err);
/* Run one statement. */
bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...);
/* The same with an array of values. */
struct db_value {
	char type; /* as above */
	struct str s;
	union {
		int64_t i;
		double d;
	};
};
bool db_run_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n);
int64_t db_changes(const struct db *db); /* number of rows changed by the last db_run */
/* Many rows for one table, at once: PostgreSQL gets them by COPY.  No two of them may have the same key. */
struct db_table {
	const char *name;
	const char *columns;  /* "seq, id, time", in the order of the values */
	const char *types;    /* a letter for each column */
	size_t seq;           /* the column with a number that differs from row to row; SIZE_MAX: none, done is NULL */
	const char *conflict; /* "ON CONFLICT ..."; a row in conflict that is not replaced is left out */
};
/* done[i]: row i was inserted, or has replaced another; NULL: not asked for. */
bool db_put(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	struct err *err);
/* The same, and each row that was written is read back: all columns of the table. */
typedef void db_row_fn(void *ctx, struct rows *q);
bool db_put_back(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, db_row_fn *each,
	void *ctx, struct err *err);

/* Set known[i] if a row of the table has keys[i] in that column; the others stay. */
bool db_known(struct db *db, const char *table, const char *column, const struct str *keys, size_t n, bool *known,
	struct err *err);

/* The number returned by a query, or `otherwise` if there is no row; false: err. */
bool db_number(
	struct db *db, int64_t *out, int64_t otherwise, struct err *err, const char *sql, const char *types, ...);
/* The text as PostgreSQL keeps it, which has no NUL bytes: with U+FFFD in their place. */
struct str db_without_nul(struct arena *a, struct str s);

/* Begin and end a writing transaction, waiting for other writers.  A failed commit is rolled back.  Transactions cannot
 * be nested. */
bool db_begin(struct db *db, struct err *err);
/* Begin a transaction in which all queries see one state. */
bool db_begin_reading(struct db *db, struct err *err);
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/* Run a query.  NULL: err.  rows_next: 1 a row, 0 the end, -1 err.  Always call rows_end. */
struct rows *db_query(struct db *db, struct err *err, const char *sql, const char *types, ...);
struct rows *db_query_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n);
int rows_next(struct rows *q, struct err *err);
struct str rows_str(struct rows *q, int column); /* valid until the next rows_next; STR_NONE for NULL */
int64_t rows_int(struct rows *q, int column);
double rows_double(struct rows *q, int column);
int rows_columns(struct rows *q);
/* The value of any type as bytes, with a letter for its type: s, i, d, n (NULL) or b; valid until the next call. */
struct str rows_value(struct rows *q, int column, char *type);
void rows_end(struct rows *q);

#endif
