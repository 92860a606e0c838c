/* db.h - the database of the store (only db.c uses SQLite)
 *
 * Prepared statements are cached by their text, which never contains values.  Placeholders are ?1, ?2 ... in the order
 * of the values.  `types` has a letter for each value that follows a statement: s  struct str, text; p == NULL binds
 * NULL i  int64_t d  double
 *
 * A failure sets err: HEAL_REFUSED if trying again may help (locked, read-only, disk full), HEAL_WRONG if not (damaged,
 * not a database). */
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

struct db *db_open(const char *path, enum db_mode mode, struct err *err);
void db_close(struct db *db); /* accepts NULL */
/* Let db_close leave a short log in place instead of waiting for a checkpoint. */
void db_hurry(struct db *db);
bool db_is_read_only(const struct db *db); /* opened with DB_READ, or its file cannot be written */

/* Use a write-ahead log from now on: readers never wait for the writer. */
bool db_wal(struct db *db, struct err *err);

/* Run several statements without values. */
bool db_script(struct db *db, const char *sql, struct err *err);
/* Run one statement. */
bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...);
/* The same with an array of values. */
struct db_value {
	char type; /* as above */
	struct str s;
	int64_t i;
	double d;
};
bool db_run_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n);
int64_t db_changes(const struct db *db);  /* number of rows changed by the last db_run */
int64_t db_last_row(const struct db *db); /* the key of the last row inserted */
/* The number returned by a query, or `otherwise` if there is no row; false: err. */
bool db_number(
	struct db *db, int64_t *out, int64_t otherwise, struct err *err, const char *sql, const char *types, ...);

/* Begin and end a writing transaction, waiting for other writers.  A failed commit is rolled back.  Transactions cannot
 * be nested. */
bool db_begin(struct db *db, struct err *err);
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/* Run a query.  NULL: err.  rows_next: 1 a row, 0 the end, -1 err.  Always call rows_end. */
struct rows *db_query(struct db *db, struct err *err, const char *sql, const char *types, ...);
int rows_next(struct rows *q, struct err *err);
struct str rows_str(struct rows *q, int column); /* valid until the next rows_next; STR_NONE for NULL */
int64_t rows_int(struct rows *q, int column);
double rows_double(struct rows *q, int column);
void rows_end(struct rows *q);

#endif
