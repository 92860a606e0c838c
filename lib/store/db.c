#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/db_backend.h"

/* ---- names ---- */

bool db_is_url(struct str name)
{
	return str_starts(name, "postgresql:") || str_starts(name, "postgres:");
}

/* "user:password@" without the password; the last '@' before the path ends it. */
static void add_authority(struct buf *out, struct str authority)
{
	size_t at = str_rchr(authority, '@');

	if (at < authority.n) {
		struct str user = str_sub(authority, 0, at);
		buf_add(out, str_sub(user, 0, str_chr(user, ':')));
		buf_addc(out, '@');
		authority = str_sub(authority, at + 1, authority.n);
	}
	buf_add(out, authority);
}

/* Of the parameters, only those that say where the server is are shown. */
static void add_parameters(struct buf *out, struct str query)
{
	static const char *const shown[] = { "host=", "port=", "dbname=", "user=", "sslmode=" };
	struct str one;
	char before = '?';

	while (str_split(&query, '&', &one))
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (str_starts(one, shown[i])) {
				buf_addc(out, before);
				buf_add(out, one);
				before = '&';
			}
}

/* A password may contain '/', '?' and '@', if somebody forgot to escape it: what stands before the last '@' is not
 * shown, except a user's name. */
struct str db_shown(struct arena *a, struct str name)
{
	struct buf out;

	if (!db_is_url(name))
		return name;
	size_t colon = str_chr(name, ':') + 1;
	struct str rest = str_sub(name, colon, name.n), query = STR("");
	if (str_starts(rest, "//"))
		rest = str_sub(rest, 2, rest.n);
	size_t last = str_rchr(rest, '@');
	size_t from = last < rest.n ? last : 0;
	struct str tail = str_sub(rest, from, rest.n);
	size_t mark = from + str_chr(tail, '?');
	query = str_sub(rest, mark + 1, rest.n);
	rest = str_sub(rest, 0, mark);
	size_t slash = from + str_chr(str_sub(rest, from, rest.n), '/');
	buf_init(&out, 4096);
	buf_add(&out, str_sub(name, 0, colon));
	buf_addz(&out, "//");
	add_authority(&out, str_sub(rest, 0, slash));
	buf_add(&out, str_sub(rest, slash, rest.n));
	add_parameters(&out, query);
	struct str shown = arena_str(a, buf_str(&out));
	buf_release(&out);
	return shown;
}

bool db_has_password(struct str name)
{
	if (!db_is_url(name))
		return false;
	struct str rest = str_sub(name, str_chr(name, ':') + 1, name.n);
	size_t last = str_rchr(rest, '@');
	bool in_user = last < rest.n && str_chr(str_sub(rest, 0, last), ':') < last;

	return in_user || str_find(rest, STR("password=")) < rest.n;
}

/* ---- opening ---- */

struct db *db_open(const char *name, enum db_mode mode, struct err *err)
{
	if (!db_is_url(str_of(name)))
		return db_sqlite_open(name, mode, err);
#ifdef HEAL_POSTGRESQL
	return db_postgresql_open(name, mode, err);
#else
	err_set(err, HEAL_WRONG, "the store is on a PostgreSQL server, but this heal was built without libpq");
	return NULL;
#endif
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->n; i++) {
		db->backend->discard(&db->kept[i]);
		free(db->kept[i].sql);
	}
	db->backend->close(db);
}

const char *db_name(const struct db *db)
{
	return db->name;
}

void db_hurry(struct db *db)
{
	db->backend->hurry(db);
}

bool db_is_read_only(const struct db *db)
{
	return db->backend->is_read_only(db);
}

bool db_is_server(const struct db *db)
{
	return db->backend->is_lost != NULL;
}

int64_t db_version(struct db *db)
{
	return db->backend->version ? db->backend->version(db) : 0;
}

bool db_is_lost(const struct db *db)
{
	return db->backend->is_lost && db->backend->is_lost(db);
}

bool db_prepare(struct db *db, struct err *err)
{
	return db->backend->prepare(db, err);
}

bool db_identity(struct db *db, struct db_identity *out, struct err *err)
{
	return db->backend->identity(db, out, err);
}

bool db_identify(struct db *db, int64_t application, int64_t version, struct err *err)
{
	return db->backend->identify(db, application, version, err);
}

/* ---- statements ---- */

bool db_script(struct db *db, const char *sql, struct err *err)
{
	return db->backend->script(db, sql, err);
}

bool db_define(struct db *db, const char *sql, struct err *err)
{
	return db->backend->define(db, sql, err);
}

struct rows *db_prepared(struct db *db, const char *sql, const struct db_value *values, size_t n, struct err *err)
{
	for (size_t i = 0; i < db->n; i++)
		if (!db->kept[i].open && strcmp(db->kept[i].sql, sql) == 0)
			return &db->kept[i];
	if (db->n == STATEMENTS) {
		err_set(err, HEAL_BROKEN, "the store '%s': too many statements", db->name);
		return NULL;
	}
	struct rows *q = &db->kept[db->n];
	q->db = db;
	if (!(q->sql = strdup(sql)))
		out_of_memory();
	if (!db->backend->statement(q, values, n, err)) {
		free(q->sql);
		return NULL;
	}
	db->n++;
	return q;
}

struct rows *db_query_values(struct db *db, struct err *err, const char *sql, const struct db_value *values, size_t n)
{
	struct rows *q = db_prepared(db, sql, values, n, err);

	if (!q)
		return NULL;
	q->open = true;
	if (db->backend->start(q, values, n, err))
		return q;
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
	return db_query_values(db, err, sql, values, n);
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
	return q->db->backend->next(q, err);
}

struct str rows_str(struct rows *q, int column)
{
	return q->db->backend->str(q, column);
}

int64_t rows_int(struct rows *q, int column)
{
	return q->db->backend->number(q, column);
}

double rows_double(struct rows *q, int column)
{
	return q->db->backend->real(q, column);
}

int rows_columns(struct rows *q)
{
	return q->db->backend->columns(q);
}

struct str rows_value(struct rows *q, int column, char *type)
{
	return q->db->backend->value(q, column, type);
}

void rows_end(struct rows *q)
{
	if (!q)
		return;
	q->db->backend->end(q);
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
	return run_out(db_query_values(db, err, sql, values, n), err);
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

bool db_put(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, bool *done,
	struct err *err)
{
	return n == 0 || db->backend->put(db, t, rows, n, done, NULL, NULL, err);
}

bool db_put_back(struct db *db, const struct db_table *t, const struct db_value *const *rows, size_t n, db_row_fn *each,
	void *ctx, struct err *err)
{
	return n == 0 || db->backend->put(db, t, rows, n, NULL, each, ctx, err);
}

static bool known_singly(struct db *db, const char *table, const char *column, const struct str *keys, size_t n,
	bool *known, struct err *err)
{
	char sql[200];
	int64_t found = 0;
	bool ok = true;

	snprintf(sql, sizeof(sql), "SELECT 1 FROM %s WHERE %s = ?1 LIMIT 1", table, column);
	for (size_t i = 0; i < n && ok; i++) {
		ok = db_number(db, &found, 0, err, sql, "s", keys[i]);
		known[i] |= found != 0;
	}
	return ok;
}

/* The rest of the keys, those that the table may have. */
static bool known_rest(struct db *db, const char *table, const char *column, const struct str *keys, size_t n,
	struct str last, bool *known, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str *some = arena_alloc(&a, (n + 1) * sizeof(*some));
	bool *found = arena_alloc(&a, n + 1);
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (str_cmp(keys[i], last) <= 0)
			some[count++] = keys[i];
	bool ok = count == 0 ||
		(db->backend->known ? db->backend->known : known_singly)(db, table, column, some, count, found, err);
	for (size_t i = 0, k = 0; i < n && ok; i++)
		if (str_cmp(keys[i], last) <= 0)
			known[i] |= found[k++];
	arena_free(&a);
	return ok;
}

/* Ids begin with a time, so most new ones come after every stored one, and one look says so for all of them. */
bool db_known(struct db *db, const char *table, const char *column, const struct str *keys, size_t n, bool *known,
	struct err *err)
{
	enum { FEW = 4 };
	struct arena a = ARENA_INIT;
	char sql[200];

	if (n <= FEW)
		return known_singly(db, table, column, keys, n, known, err);
	snprintf(sql, sizeof(sql), "SELECT MAX(%s) FROM %s", column, table);
	struct rows *q = db_query(db, err, sql, "");
	int got = q ? rows_next(q, err) : -1;
	struct str last = got > 0 ? arena_str(&a, rows_str(q, 0)) : STR_NONE;
	rows_end(q);
	bool ok = got >= 0 && (!last.p || known_rest(db, table, column, keys, n, last, known, err));
	arena_free(&a);
	return ok;
}

int64_t db_changes(const struct db *db)
{
	return db->backend->changes(db);
}

struct str db_without_nul(struct arena *a, struct str s)
{
	struct buf out;

	if (!s.n || !memchr(s.p, '\0', s.n))
		return s;
	buf_init(&out, 4 * s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			buf_addc(&out, s.p[i]);
		else
			buf_addz(&out, "\xef\xbf\xbd");
	s = arena_str(a, buf_str(&out));
	buf_release(&out);
	return s;
}

/* ---- transactions ---- */

bool db_begin(struct db *db, struct err *err)
{
	return db->backend->begin(db, err);
}

bool db_begin_reading(struct db *db, struct err *err)
{
	return db->backend->begin_reading(db, err);
}

bool db_commit(struct db *db, struct err *err)
{
	if (db->backend->commit(db, err))
		return true;
	db_rollback(db);
	return false;
}

void db_rollback(struct db *db)
{
	db->backend->rollback(db);
}
