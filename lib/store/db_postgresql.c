/* db_postgresql.c - a database on a PostgreSQL server
 *
 * The server is shared by many machines.  A writing transaction holds an advisory lock, so that there is one writer at
 * a time, as with SQLite, and the numbers of rows and the chain have no gaps that others could fill.  Waiting is
 * limited everywhere: for the connection, for the lock, for an answer, and for a peer that does not answer any more.
 *
 * TLS, password files, services and so on are libpq's: the URL is passed on to it unchanged. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "store/db_backend.h"
#include "store/db_postgresql.h"
#include "store/libpq.h"

/* ---- error messages ---- */

/* libpq's message on one line; a failed parse of a URL, which could quote it, never comes here. */
static struct str one_line(const char *message, char out[300])
{
	size_t n = 0;

	for (const char *c = message; *c && n + 1 < 300; c++)
		out[n++] = *c == '\n' || *c == '\t' ? ' ' : *c;
	return str_rtrim((struct str){ out, n });
}

static bool fail_state(struct postgresql_db *db, const char *state, const char *message, struct err *err)
{
	const char *name = db->db.name;
	char line[300];
	struct str text = one_line(message, line);

	if (pq.PQstatus(db->conn) != CONNECTION_OK || strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0) {
		db->lost = true;
		return err_set(
			err, HEAL_REFUSED, "the server of the store '%s' cannot be reached: %.*s", name, STR_ARG(text));
	}
	if (strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0 || strncmp(state, "40", 2) == 0)
		return err_set(err, HEAL_REFUSED, "the store '%s' is locked by another process", name);
	if (strcmp(state, "25006") == 0)
		return err_set(err, HEAL_REFUSED, "the store '%s' is read-only", name);
	if (strcmp(state, "42501") == 0)
		return err_set(err, HEAL_REFUSED, "no permission in the store '%s': %.*s", name, STR_ARG(text));
	if (strncmp(state, "53", 2) == 0)
		return err_set(err, HEAL_REFUSED, "no space for the store '%s': %.*s", name, STR_ARG(text));
	if (strcmp(state, "54000") == 0 || strcmp(state, "22021") == 0)
		return err_set(err, HEAL_WRONG, "the store '%s' rejects a record: %.*s", name, STR_ARG(text));
	return err_set(err, HEAL_BROKEN, "the store '%s': %.*s", name, STR_ARG(text));
}

bool pg_fail(struct postgresql_db *db, const PGresult *result, struct err *err)
{
	const char *code = result ? pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *primary = result ? pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	snprintf(db->failed, sizeof(db->failed), "%s", code ? code : "");
	return fail_state(db, db->failed, primary ? primary : pq.PQerrorMessage(db->conn), err);
}

bool pg_succeeded(const PGresult *result)
{
	ExecStatusType status = pq.PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
		status == PGRES_COPY_IN;
}

bool pg_finish(struct postgresql_db *db, PGresult *result, struct err *err)
{
	bool ok = pg_succeeded(result);

	if (ok)
		db->changed = strtoll(pq.PQcmdTuples(result), NULL, 10);
	else
		pg_fail(db, result, err);
	pq.PQclear(result);
	return ok;
}

static bool script(struct db *db, const char *sql, struct err *err)
{
	return pg_finish(own(db), pq.PQexec(own(db)->conn, sql), err);
}

/* ---- tables ---- */

/* Numbers are 64 bits wide, and texts are compared by their bytes, as in SQLite. */
static bool define(struct db *db, const char *sql, struct err *err)
{
	static const struct {
		const char *word, *instead;
	} types[] = { { " INTEGER", " BIGINT" }, { " TEXT", " TEXT COLLATE \"C\"" }, { " WITHOUT ROWID", "" } };
	struct buf out;

	buf_init(&out, 1 << 20);
	while (*sql) {
		size_t length = 0;
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !length; i++)
			if (strncmp(sql, types[i].word, strlen(types[i].word)) == 0) {
				buf_addz(&out, types[i].instead);
				length = strlen(types[i].word);
			}
		if (!length) {
			buf_addc(&out, *sql);
			length = 1;
		}
		sql += length;
	}
	buf_addc(&out, '\0');
	bool ok = script(db, out.p, err);
	buf_release(&out);
	return ok;
}

static bool prepare(struct db *db, struct err *err)
{
	(void)db;
	(void)err;
	return true;
}

/* heal_store has one row.  A reader may not see it in a schema that it may not use: then there is no store. */
static bool identity(struct db *db, struct db_identity *out, struct err *err)
{
	int64_t known;

	*out = (struct db_identity){ 0 };
	if (!db_number(db, &known, 0, err, "SELECT CASE WHEN to_regclass('heal_store') IS NULL THEN 0 ELSE 1 END", ""))
		return false;
	if (!known)
		return db_number(db, &out->tables, 0, err,
			"SELECT COUNT(*) FROM pg_catalog.pg_class WHERE relnamespace = current_schema()::regnamespace"
			" AND relkind IN ('r', 'v') AND relname IN ('records', 'incidents', 'events', 'chain')",
			"");
	return db_number(db, &out->application, 0, err, "SELECT application FROM heal_store", "") &&
		db_number(db, &out->version, 0, err, "SELECT version FROM heal_store", "");
}

static bool identify(struct db *db, int64_t application, int64_t version, struct err *err)
{
	return script(db,
		       "CREATE TABLE IF NOT EXISTS heal_store (application BIGINT NOT NULL, version BIGINT NOT NULL);"
		       "DELETE FROM heal_store",
		       err) &&
		db_run(db, err, "INSERT INTO heal_store (application, version) VALUES (?1, ?2)", "ii", application,
			version);
}

/* ---- statements ---- */

enum { TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_FLOAT4 = 700, TYPE_FLOAT8 = 701 };
enum { PARAMETERS = 64 };

/* ?1 becomes $1; no text of ours contains a question mark in quotes. */
static char *with_dollars(const char *sql)
{
	char *out = strdup(sql);

	if (!out)
		out_of_memory();
	for (char *c = out; *c; c++)
		if (*c == '?' && c[1] >= '0' && c[1] <= '9')
			*c = '$';
	return out;
}

static bool statement(struct rows *q, const struct db_value *values, size_t n, struct err *err)
{
	struct postgresql_db *db = own(q->db);
	struct statement *s = calloc(1, sizeof(*s));
	Oid types[PARAMETERS];

	if (!s)
		out_of_memory();
	for (size_t i = 0; i < n; i++)
		types[i] = values[i].type == 'i' ? TYPE_INT8 :
			values[i].type == 'd'    ? TYPE_FLOAT8 :
			values[i].s.p            ? TYPE_TEXT :
						   0; /* NULL has the type that its place asks for */
	snprintf(s->name, sizeof(s->name), "heal%u", db->prepared++);
	buf_init(&s->value, 64 << 20);
	char *sql = with_dollars(q->sql);
	PGresult *result = pq.PQprepare(db->conn, s->name, sql, (int)n, types);
	free(sql);
	q->own = s;
	if (pg_finish(db, result, err))
		return true;
	free(s);
	return false;
}

static void discard(struct rows *q)
{
	pq.PQclear(state(q)->result);
	buf_release(&state(q)->value);
	free(state(q));
}

/* The values in the binary format: texts are not copied, and need no quotes. */
static bool start(struct rows *q, const struct db_value *values, size_t n, struct err *err)
{
	struct postgresql_db *db = own(q->db);
	struct statement *s = state(q);
	const char *at[PARAMETERS];
	uint64_t numbers[PARAMETERS];
	int lengths[PARAMETERS], formats[PARAMETERS];
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < n; i++) {
		formats[i] = 1;
		if (values[i].type == 's') {
			struct str text = db_without_nul(&a, values[i].s);
			at[i] = text.p;
			lengths[i] = (int)text.n;
			continue;
		}
		memcpy(&numbers[i], values[i].type == 'i' ? (const void *)&values[i].i : &values[i].d, 8);
		numbers[i] = htobe64(numbers[i]);
		at[i] = (const char *)&numbers[i];
		lengths[i] = 8;
	}
	s->result = pq.PQexecPrepared(db->conn, s->name, (int)n, at, lengths, formats, 0);
	arena_free(&a);
	s->row = -1;
	if (!pg_succeeded(s->result))
		return pg_fail(db, s->result, err);
	s->rows = pq.PQntuples(s->result);
	db->changed = strtoll(pq.PQcmdTuples(s->result), NULL, 10);
	return true;
}

static int next(struct rows *q, struct err *err)
{
	(void)err;
	return ++state(q)->row < state(q)->rows;
}

static void end(struct rows *q)
{
	pq.PQclear(state(q)->result);
	state(q)->result = NULL;
}

static int column_count(struct rows *q)
{
	return pq.PQnfields(state(q)->result);
}

static struct str column_str(struct rows *q, int column)
{
	struct statement *s = state(q);

	if (pq.PQgetisnull(s->result, s->row, column))
		return STR_NONE;
	return (struct str){ pq.PQgetvalue(s->result, s->row, column),
		(size_t)pq.PQgetlength(s->result, s->row, column) };
}

static int64_t column_int(struct rows *q, int column)
{
	return strtoll(pq.PQgetvalue(state(q)->result, state(q)->row, column), NULL, 10);
}

static double column_double(struct rows *q, int column)
{
	return strtod(pq.PQgetvalue(state(q)->result, state(q)->row, column), NULL);
}

static struct str column_value(struct rows *q, int column, char *type)
{
	static double number;
	struct statement *s = state(q);

	if (pq.PQgetisnull(s->result, s->row, column)) {
		*type = 'n';
		return STR("");
	}
	switch (pq.PQftype(s->result, column)) {
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
		*type = 'i';
		break;
	case TYPE_FLOAT4:
	case TYPE_FLOAT8:
		*type = 'd';
		number = column_double(q, column);
		return (struct str){ (const char *)&number, sizeof(number) };
	default:
		*type = 's';
	}
	return column_str(q, column);
}

static int64_t changes(const struct db *db)
{
	return own(db)->changed;
}

/* ---- transactions ---- */

/* The lock is that of this store, not of all in the database. */
static bool begin(struct db *db, struct err *err)
{
	if (!script(db, "BEGIN", err))
		return false;
	if (script(db, "SELECT pg_advisory_xact_lock(hashtextextended('heal store ' || current_schema(), 0))", err))
		return true;
	script(db, "ROLLBACK", NULL);
	return false;
}

static bool begin_reading(struct db *db, struct err *err)
{
	return script(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

static bool commit(struct db *db, struct err *err)
{
	PGresult *result = pq.PQexec(own(db)->conn, "COMMIT");
	/* In a failed transaction COMMIT succeeds, and is a ROLLBACK. */
	bool rolled_back = pg_succeeded(result) && strcmp(pq.PQcmdStatus(result), "COMMIT") != 0;

	if (!pg_finish(own(db), result, err))
		return false;
	return !rolled_back || err_set(err, HEAL_BROKEN, "the store '%s': the transaction failed", db->name);
}

static void rollback(struct db *db)
{
	if (pq.PQtransactionStatus(own(db)->conn) != PQTRANS_IDLE)
		script(db, "ROLLBACK", NULL);
}

/* ---- opening ---- */

static void postgresql_close(struct db *db)
{
	pq.PQfinish(own(db)->conn);
	free(db->name);
	free(db);
}

static void hurry(struct db *db)
{
	(void)db;
}

static bool is_read_only(const struct db *db)
{
	return db->mode == DB_READ || own(db)->standby;
}

static bool is_lost(const struct db *db)
{
	return own(db)->lost;
}

static void no_notice(void *ctx, const PGresult *result)
{
	(void)ctx;
	(void)result;
}

/* What stands before dbname is a default, which the URL may change; what stands after it is not. */
static PGconn *connect(const char *url)
{
	static const char *const keys[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "application_name", "dbname", "client_encoding", NULL };
	const char *const values[] = { "2", "10000", "5", "2", "3", "heal", url, "UTF8", NULL };

	return pq.PQconnectdbParams(keys, values, 1);
}

static const char settings[] = "SET lock_timeout = '30s'; SET statement_timeout = '120s';"
			       " SET idle_in_transaction_session_timeout = '60s'; SET standard_conforming_strings = on;"
			       " SET extra_float_digits = 1; SET synchronous_commit = on";

static bool is_valid(struct postgresql_db *db, const char *url, struct err *err)
{
	PQconninfoOption *parsed = pq.PQconninfoParse(url, NULL);

	pq.PQconninfoFree(parsed);
	return parsed || err_set(err, HEAL_WRONG, "the store's URL is not valid: '%s'", db->db.name);
}

static bool session(struct postgresql_db *db, struct err *err)
{
	int64_t standby;

	if (!script(&db->db, settings, err) ||
		(db->db.mode == DB_READ && !script(&db->db, "SET default_transaction_read_only = on", err)) ||
		!db_number(&db->db, &standby, 0, err, "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END", ""))
		return false;
	db->standby = standby == 1;
	return true;
}

static const struct db_backend backend = {
	.close = postgresql_close,
	.hurry = hurry,
	.is_read_only = is_read_only,
	.is_lost = is_lost,
	.prepare = prepare,
	.identity = identity,
	.identify = identify,
	.script = script,
	.define = define,
	.changes = changes,
	.begin = begin,
	.begin_reading = begin_reading,
	.commit = commit,
	.rollback = rollback,
	.put = pg_put,
	.known = pg_known,
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

struct db *db_postgresql_open(const char *url, enum db_mode mode, struct err *err)
{
	if (!libpq_load(err))
		return NULL;
	struct postgresql_db *db = calloc(1, sizeof(*db));
	struct arena a = ARENA_INIT;

	if (!db || !(db->db.name = strdup(arena_strdup(&a, db_shown(&a, str_of(url))))))
		out_of_memory();
	arena_free(&a);
	db->db.backend = &backend;
	db->db.mode = mode;
	if (is_valid(db, url, err)) {
		db->conn = connect(url);
		pq.PQsetNoticeReceiver(db->conn, no_notice, NULL);
		if (pq.PQstatus(db->conn) != CONNECTION_OK)
			pg_fail(db, NULL, err);
		else if (session(db, err))
			return &db->db;
	}
	db_close(&db->db);
	return NULL;
}
