/* db.h - the database behind the store (db.c alone knows SQLite)
 *
 * Statements are kept prepared, known by their text; values never stand in it.
 * Placeholders are ?1, ?2 ... in the order of the values.
 * The values that follow a statement are described by `types`, a letter each:
 *   s  struct str, text; p == NULL binds NULL
 *   i  int64_t
 *   d  double
 *
 * A failure fills err: HEAL_REFUSED where trying again may help (locked, read-only,
 * disk full), HEAL_WRONG where it will not (damaged, no database at all). */
#ifndef HEAL_STORE_DB_H
#define HEAL_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct db;
struct rows;

enum db_mode {
	DB_WRITE, /* made if absent */
	DB_READ,  /* must exist; works on read-only media, and nothing can be changed */
};

/* How long a statement waits for another process' transaction, in milliseconds. */
enum { DB_PATIENCE = 30000, DB_IMPATIENCE = 250 };

struct db *db_open(const char *path, enum db_mode mode, struct err *err);
void db_close(struct db *db); /* NULL is fine */
/* Let db_close leave a short log beside the file instead of waiting for the disk until it is in it. */
void db_hurry(struct db *db);
bool db_is_read_only(const struct db *db); /* opened with DB_READ, or its file cannot be written */

/* Write-ahead log from now on, whoever opens it: readers never wait for the writer. */
bool db_wal(struct db *db, struct err *err);

/* Several statements without values. */
bool db_script(struct db *db, const char *sql, struct err *err);
/* One statement to its end. */
bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...);
/* The same with the values in an array. */
struct db_value {
	char type; /* as above */
	struct str s;
	int64_t i;
	double d;
};
bool db_run_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n);
int64_t db_changes(const struct db *db);  /* rows that the last db_run inserted, updated or deleted */
int64_t db_last_row(const struct db *db); /* the key of the last row inserted */
/* The single number that a query yields, or `otherwise` where it yields no row; false: err. */
bool db_number(
	struct db *db, int64_t *out, int64_t otherwise, struct err *err, const char *sql, const char *types, ...);

/* Begin a writing transaction (waits for other writers), and end it.  After a failed commit
 * nothing of it is kept.  One transaction at a time. */
bool db_begin(struct db *db, struct err *err);
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/* A query.  NULL: err.  rows_next: 1 a row, 0 the end, -1 err.  Always end it. */
struct rows *db_query(struct db *db, struct err *err, const char *sql, const char *types, ...);
int rows_next(struct rows *q, struct err *err);
struct str rows_str(struct rows *q, int column); /* valid until the next rows_next; STR_NONE for NULL */
int64_t rows_int(struct rows *q, int column);
double rows_double(struct rows *q, int column);
void rows_end(struct rows *q);

#endif
