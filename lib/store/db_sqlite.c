/* db_sqlite.c - a database in an SQLite file */
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
#include "store/db_backend.h"

enum {
	LOG_KEPT = 200,   /* pages that may remain in the log when the last user closes it */
	LOG_MOST = 32000, /* pages after which a checkpoint is made, 128 MiB */
};

struct sqlite_db {
	struct db db; /* its name is the path */
	sqlite3 *sqlite;
	bool immutable;
	int pages;    /* in the log after our last commit; 0: no commit */
	bool made;    /* created by this process */
	bool hurried; /* see db_hurry */
	bool had_log; /* a log of others was there when it was opened */
};

static struct sqlite_db *own(const struct db *db)
{
	return (struct sqlite_db *)db;
}

static struct sqlite_db *of(struct rows *q)
{
	return own(q->db);
}

/* ---- error messages ---- */

static bool fail(struct sqlite_db *db, int code, struct err *err)
{
	const char *detail = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return err_set(err, HEAL_REFUSED, "the store '%s' is locked by another process", db->db.name);
	case SQLITE_READONLY:
		return err_set(err, HEAL_REFUSED, "the store '%s' is read-only", db->db.name);
	case SQLITE_FULL:
		return err_set(err, HEAL_REFUSED, "no space for the store '%s': %s", db->db.name, detail);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_IOERR:
		return err_set(err, HEAL_REFUSED, "cannot use the store '%s': %s", db->db.name, detail);
	case SQLITE_NOTADB:
		return err_set(err, HEAL_WRONG, "'%s' is not a store: not an SQLite database", db->db.name);
	case SQLITE_CORRUPT:
		return err_set(err, HEAL_WRONG,
			"the store '%s' is damaged (%s); move it away, and heal will create a new one", db->db.name,
			detail);
	case SQLITE_TOOBIG:
		return err_set(err, HEAL_WRONG, "a record is too large for the store '%s'", db->db.name);
	case SQLITE_NOMEM:
		out_of_memory();
	default:
		return err_set(err, HEAL_BROKEN, "the store '%s': %s", db->db.name, detail);
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

static int open_as(struct sqlite_db *db, const char *name, int flags)
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
static int open_immutable(struct sqlite_db *db)
{
	struct buf uri;

	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
	buf_init(&uri, 16384);
	uri_of(&uri, db->db.name);
	int code = open_as(db, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	buf_release(&uri);
	db->immutable = true;
	return code;
}

static int open_read(struct sqlite_db *db)
{
	int code = open_as(db, db->db.name, SQLITE_OPEN_READWRITE);

	if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY)
		return code;
	sqlite3_close(db->sqlite);
	code = open_as(db, db->db.name, SQLITE_OPEN_READONLY);
	if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY)
		code = open_immutable(db);
	return code;
}

/* Logs contain secrets: only the owner can read the file; SQLite gives -wal and -shm the same mode. */
static bool file_ready(struct sqlite_db *db, struct err *err)
{
	struct stat st;

	if (strcmp(db->db.name, ":memory:") == 0)
		return true;
	/* A store may be shared, but what another user's link leads to may be a file of this one. */
	if (lstat(db->db.name, &st) == 0 && S_ISLNK(st.st_mode) && st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(
			err, HEAL_REFUSED, "the store '%s' is not used: it is a link of another user", db->db.name);
	if (stat(db->db.name, &st) == 0)
		return S_ISREG(st.st_mode) ||
			err_set(err, HEAL_WRONG, "'%s' is not a store: not a regular file", db->db.name);
	if (errno != ENOENT)
		return err_errno(err, HEAL_REFUSED, "cannot use the store '%s'", db->db.name);
	if (db->db.mode == DB_READ)
		return err_set(err, HEAL_WRONG,
			"the store '%s' does not exist; heal-log creates it when it stores a record", db->db.name);
	int fd = open(db->db.name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(err, HEAL_REFUSED, "cannot create the store '%s'", db->db.name);
	close(fd);
	return true;
}

/* NORMAL: in WAL mode a crash loses nothing and a power failure at most the last commits, and a stream of records waits
 * for the disk only once per 128 MiB of log.  trusted_schema is off, because the file may come from elsewhere.  The
 * cache (128 MiB at most) holds the pages that a large transaction changes, which would otherwise be written several
 * times. */
static const char settings[] = "PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -131072";

/* Only a checkpoint waits for the disk: the log first, then the file. */
static int committed(void *ctx, sqlite3 *sqlite, const char *name, int pages)
{
	struct sqlite_db *db = ctx;

	db->pages = pages;
	if (pages >= LOG_MOST) /* readers may prevent it; then the next commit tries again */
		sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

static void hurry(struct db *db)
{
	own(db)->hurried = true;
}

static bool has_log(const char *path)
{
	struct arena a = ARENA_INIT;
	struct stat st;
	bool has = stat(arena_printf(&a, "%s-wal", path).p, &st) == 0 && st.st_size > 0;

	arena_free(&a);
	return has;
}

/* Reading a short log when the file is opened takes less time than a checkpoint, and a reader writes nothing. */
static void close_log(struct sqlite_db *db)
{
	bool kept = db->db.mode == DB_READ ? db->had_log : db->hurried && !db->made && db->pages < LOG_KEPT;

	if (db->sqlite && kept)
		sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

static void sqlite_close(struct db *base)
{
	struct sqlite_db *db = own(base);

	close_log(db);
	sqlite3_close(db->sqlite);
	free(base->name);
	free(db);
}

static bool is_read_only(const struct db *db)
{
	return db->mode == DB_READ || own(db)->immutable || sqlite3_db_readonly(own(db)->sqlite, "main") == 1;
}

/* Changing the journal mode needs exclusive access, and SQLite fails at once instead of waiting if two processes do it,
 * so wait here. */
static bool prepare(struct db *base, struct err *err)
{
	struct sqlite_db *db = own(base);
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

/* ---- whose it is ---- */

static bool number_of(struct sqlite_db *db, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt;
	int code = sqlite3_prepare_v2(db->sqlite, sql, -1, &stmt, NULL);

	*out = 0;
	if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE || fail(db, code, err);
}

static bool identity(struct db *db, struct db_identity *out, struct err *err)
{
	return number_of(own(db), "PRAGMA application_id", &out->application, err) &&
		number_of(own(db), "PRAGMA user_version", &out->version, err) &&
		number_of(own(db), "SELECT COUNT(*) FROM sqlite_master", &out->tables, err);
}

static int64_t version(struct db *db)
{
	int64_t n;

	return number_of(own(db), "PRAGMA data_version", &n, NULL) ? 1 + n : 0;
}

static bool script(struct db *db, const char *sql, struct err *err)
{
	int code = sqlite3_exec(own(db)->sqlite, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || fail(own(db), code, err);
}

static bool identify(struct db *db, int64_t application, int64_t version, struct err *err)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %lld; PRAGMA user_version = %lld", (long long)application,
		(long long)version);
	return script(db, sql, err);
}

/* ---- statements ---- */

static bool statement(struct rows *q, const struct db_value *values, size_t n, struct err *err)
{
	sqlite3_stmt *stmt;
	int code = sqlite3_prepare_v3(of(q)->sqlite, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

	(void)values;
	(void)n;
	if (code != SQLITE_OK)
		return fail(of(q), code, err);
	q->own = stmt;
	return true;
}

static void discard(struct rows *q)
{
	sqlite3_finalize(q->own);
}

/* lifetime: SQLITE_TRANSIENT copies a text, SQLITE_STATIC does not. */
static int bind(sqlite3_stmt *stmt, int at, const struct db_value *v, sqlite3_destructor_type lifetime)
{
	switch (v->type) {
	case 's':
		return v->s.p ? sqlite3_bind_text64(stmt, at, v->s.p, v->s.n, lifetime, SQLITE_UTF8) :
				sqlite3_bind_null(stmt, at);
	case 'i':
		return sqlite3_bind_int64(stmt, at, v->i);
	default:
		return sqlite3_bind_double(stmt, at, v->d);
	}
}

static bool start(struct rows *q, const struct db_value *values, size_t n, struct err *err)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < n && code == SQLITE_OK; i++)
		code = bind(q->own, (int)i + 1, &values[i], SQLITE_TRANSIENT);
	return code == SQLITE_OK || fail(of(q), code, err);
}

static int next(struct rows *q, struct err *err)
{
	int code = sqlite3_step(q->own);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	fail(of(q), code, err);
	return -1;
}

static void end(struct rows *q)
{
	sqlite3_reset(q->own);
	sqlite3_clear_bindings(q->own);
}

static struct str column_str(struct rows *q, int column)
{
	const char *p = (const char *)sqlite3_column_text(q->own, column);

	return p ? (struct str){ p, (size_t)sqlite3_column_bytes(q->own, column) } : STR_NONE;
}

static int64_t column_int(struct rows *q, int column)
{
	return sqlite3_column_int64(q->own, column);
}

static double column_double(struct rows *q, int column)
{
	return sqlite3_column_double(q->own, column);
}

static int column_count(struct rows *q)
{
	return sqlite3_column_count(q->own);
}

static struct str column_value(struct rows *q, int column, char *type)
{
	static double number;

	switch (sqlite3_column_type(q->own, column)) {
	case SQLITE_INTEGER:
		*type = 'i';
		return column_str(q, column);
	case SQLITE_FLOAT: /* its text depends on the version of SQLite */
		*type = 'd';
		number = column_double(q, column);
		return (struct str){ (const char *)&number, sizeof(number) };
	case SQLITE_NULL:
		*type = 'n';
		return STR("");
	case SQLITE_BLOB:
		*type = 'b';
		return (struct str){ sqlite3_column_blob(q->own, column),
			(size_t)sqlite3_column_bytes(q->own, column) };
	default:
		*type = 's';
		return column_str(q, column);
	}
}

static int64_t changes(const struct db *db)
{
	return sqlite3_changes(own(db)->sqlite);
}

/* ---- many rows ---- */

static void put_sql(struct buf *sql, const struct db_table *t, bool back)
{
	buf_printf(sql, "INSERT INTO %s (%s) VALUES (", t->name, t->columns);
	for (size_t i = 0; t->types[i]; i++)
		buf_printf(sql, "%s?%zu", i ? ", " : "", i + 1);
	buf_printf(sql, ") %s%s", t->conflict, back ? " RETURNING *" : "");
	buf_addc(sql, '\0');
}

static int put_row(struct rows *q, const struct db_value *values, size_t columns, db_row_fn *each, void *ctx)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < columns && code == SQLITE_OK; i++)
		code = bind(q->own, (int)i + 1, &values[i], SQLITE_STATIC);
	if (code == SQLITE_OK)
		while ((code = sqlite3_step(q->own)) == SQLITE_ROW)
			each(ctx, q);
	sqlite3_reset(q->own);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static bool put(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	db_row_fn *each, void *ctx, struct err *err)
{
	size_t columns = strlen(t->types);
	struct buf sql;
	int code = SQLITE_OK;

	buf_init(&sql, 8192);
	put_sql(&sql, t, each != NULL);
	struct rows *q = db_prepared(db, sql.p, rows[0], columns, err);
	buf_release(&sql);
	if (!q)
		return false;
	for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
		code = put_row(q, rows[i], columns, each, ctx);
		if (done)
			done[i] = sqlite3_changes(own(db)->sqlite) > 0;
	}
	sqlite3_clear_bindings(q->own);
	return code == SQLITE_OK || fail(own(db), code, err);
}

/* ---- transactions ---- */

/* After one timeout, do not wait as long for each of the following records. */
static bool begin(struct db *db, struct err *err)
{
	int code = sqlite3_exec(own(db)->sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	sqlite3_busy_timeout(own(db)->sqlite, (code & 0xff) == SQLITE_BUSY ? DB_IMPATIENCE : DB_PATIENCE);
	return code == SQLITE_OK || fail(own(db), code, err);
}

static bool begin_reading(struct db *db, struct err *err)
{
	return script(db, "BEGIN", err);
}

static bool commit(struct db *db, struct err *err)
{
	return script(db, "COMMIT", err);
}

static void rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(own(db)->sqlite))
		sqlite3_exec(own(db)->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

static const struct db_backend backend = {
	.close = sqlite_close,
	.hurry = hurry,
	.is_read_only = is_read_only,
	.prepare = prepare,
	.identity = identity,
	.identify = identify,
	.version = version,
	.script = script,
	.define = script,
	.changes = changes,
	.begin = begin,
	.begin_reading = begin_reading,
	.commit = commit,
	.rollback = rollback,
	.put = put,
	.statement = statement,
	.discard = discard,
	.start = start,
	.next = next,
	.end = end,
	.columns = column_count,
	.str = column_str,
	.number = column_int,
	.real = column_double,
	.value = column_value,
};

/* Without statistics, SQLite's memory needs no lock; it refuses once a database is open. */
static void settings_of_process(void)
{
	static bool done;

	if (!done)
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	done = true;
}

struct db *db_sqlite_open(const char *path, enum db_mode mode, struct err *err)
{
	struct sqlite_db *db = calloc(1, sizeof(*db));

	settings_of_process();
	if (!db || !(db->db.name = strdup(path)))
		out_of_memory();
	db->db.backend = &backend;
	db->db.mode = mode;
	db->had_log = has_log(path);
	int code = SQLITE_OK;
	if (file_ready(db, err)) {
		code = mode == DB_READ ? open_read(db) : open_as(db, path, SQLITE_OPEN_READWRITE);
		if (code == SQLITE_OK)
			code = sqlite3_exec(db->sqlite, settings, NULL, NULL, NULL);
		if (code == SQLITE_OK) {
			sqlite3_wal_hook(db->sqlite, committed, db);
			return &db->db;
		}
		fail(db, code, err);
	}
	db_close(&db->db);
	return NULL;
}
