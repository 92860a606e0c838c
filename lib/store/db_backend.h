/* db_backend.h - what a database must do for db.h; only db.c and the two backends include this */
#ifndef HEAL_STORE_DB_BACKEND_H
#define HEAL_STORE_DB_BACKEND_H

#include "store/db.h"

enum { STATEMENTS = 128 };

/* A prepared statement, and the result of running it. */
struct rows {
	struct db *db;
	char *sql;
	bool open;
	void *own; /* of the backend */
};

/* The beginning of a backend's own struct. */
struct db {
	const struct db_backend *backend;
	enum db_mode mode;
	char *name; /* as shown: no password */
	struct rows kept[STATEMENTS];
	size_t n;
};

/* The functions do what those of db.h with these names do. */
struct db_backend {
	void (*close)(struct db *db); /* frees db, after the statements were discarded */
	void (*hurry)(struct db *db);
	bool (*is_read_only)(const struct db *db);
	bool (*is_lost)(const struct db *db);
	bool (*prepare)(struct db *db, struct err *err);
	bool (*identity)(struct db *db, struct db_identity *out, struct err *err);
	bool (*identify)(struct db *db, int64_t application, int64_t version, struct err *err);
	int64_t (*version)(struct db *db); /* NULL: not known */
	bool (*script)(struct db *db, const char *sql, struct err *err);
	bool (*define)(struct db *db, const char *sql, struct err *err);
	int64_t (*changes)(const struct db *db);
	bool (*begin)(struct db *db, struct err *err);
	bool (*begin_reading)(struct db *db, struct err *err);
	bool (*commit)(struct db *db, struct err *err); /* a failed one is rolled back by the caller */
	void (*rollback)(struct db *db);

	/* db_put if each == NULL, else db_put_back. */
	bool (*put)(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
		db_row_fn *each, void *ctx, struct err *err);

	/* For many keys; NULL: one by one. */
	bool (*known)(struct db *db, const char *table, const char *column, const struct str *keys, size_t n,
		bool *known, struct err *err);

	/* Prepare q->sql; the values are those of its first run. */
	bool (*statement)(struct rows *q, const struct db_value *values, size_t n, struct err *err);
	void (*discard)(struct rows *q);
	bool (*start)(struct rows *q, const struct db_value *values, size_t n, struct err *err);
	int (*next)(struct rows *q, struct err *err);
	void (*end)(struct rows *q);
	int (*columns)(struct rows *q);
	struct str (*str)(struct rows *q, int column);
	int64_t (*number)(struct rows *q, int column);
	double (*real)(struct rows *q, int column);
	struct str (*value)(struct rows *q, int column, char *type);
};

/* db.c: the cached statement; the values are those of its first run. */
struct rows *db_prepared(struct db *db, const char *sql, const struct db_value *values, size_t n, struct err *err);

struct db *db_sqlite_open(const char *path, enum db_mode mode, struct err *err);
#ifdef HEAL_POSTGRESQL
struct db *db_postgresql_open(const char *url, enum db_mode mode, struct err *err);
#endif

#endif
