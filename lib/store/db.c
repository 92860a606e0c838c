#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/proc.h"

enum {
	STATEMENTS = 64,
	LOG_KEPT = 200,  /* pages that may remain in the log when the last user closes it */
	LOG_MOST = 4000, /* pages after which a checkpoint is made, 16 MiB */
};

struct rows {
	struct db *db;
	char *sql;
	sqlite3_stmt *stmt;
	bool open;
};

struct db {
	sqlite3 *sqlite;
	enum db_mode mode;
	bool immutable;
	int pages;    /* in the log after our last commit; 0: no commit */
	bool made;    /* created by this process */
	bool hurried; /* see db_hurry */
	char *path;
	struct rows kept[STATEMENTS];
	size_t n;
};

/* ---- error messages ---- */

static bool fail(struct db *db, int code, struct err *err)
{
	const char *detail = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return err_set(err, HEAL_REFUSED, "the store '%s' is locked by another process", db->path);
	case SQLITE_READONLY:
		return err_set(err, HEAL_REFUSED, "the store '%s' is read-only", db->path);
	case SQLITE_FULL:
		return err_set(err, HEAL_REFUSED, "no space for the store '%s': %s", db->path, detail);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_IOERR:
		return err_set(err, HEAL_REFUSED, "cannot use the store '%s': %s", db->path, detail);
	case SQLITE_NOTADB:
		return err_set(err, HEAL_WRONG, "'%s' is not a store: not an SQLite database", db->path);
	case SQLITE_CORRUPT:
		return err_set(err, HEAL_WRONG,
			"the store '%s' is damaged (%s); move it away, and heal will create a new one", db->path,
			detail);
	case SQLITE_TOOBIG:
		return err_set(err, HEAL_WRONG, "a record is too large for the store '%s'", db->path);
	case SQLITE_NOMEM:
		out_of_memory();
	default:
		return err_set(err, HEAL_BROKEN, "the store '%s': %s", db->path, detail);
	}
}

/* ---- opening ---- */

/* The path as a URI, for the flag immutable=1. */
static void uri_of(struct buf *out, const char *path)
{
	buf_addz(out, "file:");
	for (const char *c = path; *c; c++) {
		if (strchr("%?#", *c))
			buf_printf(out, "%%%02x", (unsigned char)*c);
		else
			buf_addc(out, *c);
	}
	buf_addz(out, "?immutable=1");
	buf_addc(out, '\0');
}

static int open_as(struct db *db, const char *name, int flags)
{
	int code = sqlite3_open_v2(name, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(db->sqlite, 1);
		sqlite3_busy_timeout(db->sqlite, DB_PATIENCE);
		/* Opening reads nothing; the first access to the schema does. */
		code = sqlite3_exec(db->sqlite, "PRAGMA schema_version", NULL, NULL, NULL);
	}
	return code;
}

/* A WAL database on a read-only file system can be read only as immutable. */
static int open_immutable(struct db *db)
{
	struct buf uri;

	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
	buf_init(&uri, 16384);
	uri_of(&uri, db->path);
	int code = open_as(db, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	buf_release(&uri);
	db->immutable = true;
	return code;
}

static int open_read(struct db *db)
{
	int code = open_as(db, db->path, SQLITE_OPEN_READWRITE);

	if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY)
		return code;
	sqlite3_close(db->sqlite);
	code = open_as(db, db->path, SQLITE_OPEN_READONLY);
	if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY)
		code = open_immutable(db);
	return code;
}

/* Logs contain secrets: only the owner can read the file; SQLite gives -wal and -shm the same mode. */
static bool file_ready(struct db *db, struct err *err)
{
	struct stat st;

	if (stat(db->path, &st) == 0)
		return S_ISREG(st.st_mode) ||
			err_set(err, HEAL_WRONG, "'%s' is not a store: not a regular file", db->path);
	if (errno != ENOENT)
		return err_errno(err, HEAL_REFUSED, "cannot use the store '%s'", db->path);
	if (db->mode == DB_READ)
		return err_set(err, HEAL_WRONG,
			"the store '%s' does not exist; heal-log creates it when it stores a record", db->path);
	int fd = open(db->path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(err, HEAL_REFUSED, "cannot create the store '%s'", db->path);
	close(fd);
	return true;
}

/* NORMAL: in WAL mode a crash loses nothing and a power failure at most the last commits, and a stream of records waits
 * for the disk only once per 16 MiB of log.  trusted_schema is off, because the file may come from elsewhere. */
static const char settings[] = "PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF";

/* Only a checkpoint waits for the disk: the log first, then the file. */
static int committed(void *ctx, sqlite3 *sqlite, const char *name, int pages)
{
	struct db *db = ctx;

	db->pages = pages;
	if (pages >= LOG_MOST) /* readers may prevent it; then the next commit tries again */
		sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

void db_hurry(struct db *db)
{
	db->hurried = true;
}

/* Reading a short log when the file is opened takes less time than a checkpoint. */
static void close_log(struct db *db)
{
	if (db->sqlite && db->hurried && !db->made && db->pages < LOG_KEPT)
		sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

struct db *db_open(const char *path, enum db_mode mode, struct err *err)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db || !(db->path = strdup(path)))
		out_of_memory();
	db->mode = mode;
	int code = SQLITE_OK;
	if (file_ready(db, err)) {
		code = mode == DB_READ ? open_read(db) : open_as(db, path, SQLITE_OPEN_READWRITE);
		if (code == SQLITE_OK)
			code = sqlite3_exec(db->sqlite, settings, NULL, NULL, NULL);
		if (code == SQLITE_OK) {
			sqlite3_wal_hook(db->sqlite, committed, db);
			return db;
		}
		fail(db, code, err);
	}
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->n; i++) {
		sqlite3_finalize(db->kept[i].stmt);
		free(db->kept[i].sql);
	}
	close_log(db);
	sqlite3_close(db->sqlite);
	free(db->path);
	free(db);
}

bool db_is_read_only(const struct db *db)
{
	return db->mode == DB_READ || db->immutable || sqlite3_db_readonly(db->sqlite, "main") == 1;
}

/* Changing the journal mode needs exclusive access, and SQLite fails at once instead of waiting if two processes do it,
 * so wait here. */
bool db_wal(struct db *db, struct err *err)
{
	const struct timespec pause = { 0, 10 * 1000 * 1000 };
	double end = seconds_now() + DB_PATIENCE / 1000.0;
	int code;

	for (;;) {
		code = sqlite3_exec(db->sqlite, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_LOCKED && (code & 0xff) != SQLITE_PROTOCOL)
			break;
		if (seconds_now() >= end)
			break;
		nanosleep(&pause, NULL);
	}
	db->made = true;
	return code == SQLITE_OK || fail(db, code, err);
}

/* ---- statements ---- */

bool db_script(struct db *db, const char *sql, struct err *err)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || fail(db, code, err);
}

static struct rows *prepared(struct db *db, const char *sql, struct err *err)
{
	for (size_t i = 0; i < db->n; i++)
		if (!db->kept[i].open && strcmp(db->kept[i].sql, sql) == 0)
			return &db->kept[i];
	if (db->n == STATEMENTS) {
		err_set(err, HEAL_BROKEN, "the store '%s': too many statements", db->path);
		return NULL;
	}
	struct rows *q = &db->kept[db->n];
	int code = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	if (code != SQLITE_OK) {
		fail(db, code, err);
		return NULL;
	}
	if (!(q->sql = strdup(sql)))
		out_of_memory();
	q->db = db;
	db->n++;
	return q;
}

static int bind(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	switch (v->type) {
	case 's':
		return v->s.p ? sqlite3_bind_text64(stmt, at, v->s.p, v->s.n, SQLITE_TRANSIENT, SQLITE_UTF8) :
				sqlite3_bind_null(stmt, at);
	case 'i':
		return sqlite3_bind_int64(stmt, at, v->i);
	default:
		return sqlite3_bind_double(stmt, at, v->d);
	}
}

static struct rows *query_values(
	struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n)
{
	struct rows *q = prepared(db, sql, err);
	int code = SQLITE_OK;

	if (!q)
		return NULL;
	q->open = true;
	for (size_t i = 0; i < n && code == SQLITE_OK; i++)
		code = bind(q->stmt, (int)i + 1, &values[i]);
	if (code == SQLITE_OK)
		return q;
	fail(db, code, err);
	rows_end(q);
	return NULL;
}

static struct rows *query(struct db *db, struct err *err, const char *sql, const char *types, va_list ap)
{
	struct db_value values[16] = { 0 };
	size_t n = 0;

	for (; types[n] && n < sizeof(values) / sizeof(values[0]); n++) {
		values[n].type = types[n];
		if (types[n] == 's')
			values[n].s = va_arg(ap, struct str);
		else if (types[n] == 'i')
			values[n].i = va_arg(ap, int64_t);
		else
			values[n].d = va_arg(ap, double);
	}
	return query_values(db, err, sql, values, n);
}

struct rows *db_query(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	struct rows *q = query(db, err, sql, types, ap);
	va_end(ap);
	return q;
}

int rows_next(struct rows *q, struct err *err)
{
	int code = sqlite3_step(q->stmt);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	fail(q->db, code, err);
	return -1;
}

struct str rows_str(struct rows *q, int column)
{
	const char *p = (const char *)sqlite3_column_text(q->stmt, column);

	return p ? (struct str){ p, (size_t)sqlite3_column_bytes(q->stmt, column) } : STR_NONE;
}

int64_t rows_int(struct rows *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

double rows_double(struct rows *q, int column)
{
	return sqlite3_column_double(q->stmt, column);
}

void rows_end(struct rows *q)
{
	if (!q)
		return;
	sqlite3_reset(q->stmt);
	sqlite3_clear_bindings(q->stmt);
	q->open = false;
}

static bool run_out(struct rows *q, struct err *err)
{
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0)
		;
	rows_end(q);
	return got == 0;
}

bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	struct rows *q = query(db, err, sql, types, ap);
	va_end(ap);
	return run_out(q, err);
}

bool db_run_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n)
{
	return run_out(query_values(db, err, sql, values, n), err);
}

bool db_number(struct db *db, int64_t *out, int64_t otherwise, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	struct rows *q = query(db, err, sql, types, ap);
	va_end(ap);
	if (!q)
		return false;
	int got = rows_next(q, err);
	*out = got > 0 ? rows_int(q, 0) : otherwise;
	rows_end(q);
	return got >= 0;
}

int64_t db_changes(const struct db *db)
{
	return sqlite3_changes(db->sqlite);
}

int64_t db_last_row(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->sqlite);
}

/* ---- transactions ---- */

/* After one timeout, do not wait as long for each of the following records. */
bool db_begin(struct db *db, struct err *err)
{
	int code = sqlite3_exec(db->sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	sqlite3_busy_timeout(db->sqlite, (code & 0xff) == SQLITE_BUSY ? DB_IMPATIENCE : DB_PATIENCE);
	return code == SQLITE_OK || fail(db, code, err);
}

bool db_commit(struct db *db, struct err *err)
{
	int code = sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return true;
	fail(db, code, err);
	db_rollback(db);
	return false;
}

void db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}
