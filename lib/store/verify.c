#include "store/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "store/chain_internal.h"
#include "store/internal.h"
#include "store/schema.h"
#include "store/tally.h"

/* A line of the chain. */
struct written {
	struct str table, key, hash;
	int64_t seq; /* of the chain row */
	size_t order;
	bool seen;
};

struct verify {
	struct arena a;
	struct db *db;
	const char *path;
	struct store_verdict *v;
	struct {
		struct written *at;
		size_t n, room;
	} rows; /* sorted by table and key; of each row the last line */
};

__attribute__((format(printf, 3, 4))) static void fault(struct verify *x, int64_t seq, const char *format, ...)
{
	struct store_verdict *v = x->v;
	va_list ap;

	v->intact = false;
	/* A fault with a number comes before one without, a lower number before a higher. */
	bool first = v->faults++ == 0 || (seq && (!v->bad || seq < v->bad));
	if (!first)
		return;
	v->bad = seq;
	va_start(ap, format);
	vsnprintf(v->what, sizeof(v->what), format, ap);
	va_end(ap);
}

/* ---- the chain itself ---- */

static void lines_take(struct verify *x, int64_t seq, struct str rows)
{
	struct str line;

	while (str_line(&rows, &line)) {
		struct written w = { .seq = seq, .order = x->rows.n };
		if (str_split(&line, ' ', &w.table) && str_split(&line, ' ', &w.key) && line.n) {
			w.hash = line;
			*VEC_ADD(&x->a, &x->rows) = w;
		}
	}
}

static bool chain_walk(struct verify *x, const char *head, bool *head_found, struct err *err)
{
	struct chain_head kept;
	char before[SHA256_HEX] = "", hex[SHA256_HEX];
	int64_t expected = 1;
	int got;

	x->v->head_is_kept = head_read(x->path, &kept);
	struct rows *q = db_query(x->db, err, "SELECT seq, time, rows, hash FROM chain ORDER BY seq", "");
	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		int64_t seq = rows_int(q, 0);
		struct str time = rows_str(q, 1), rows = arena_str(&x->a, rows_str(q, 2)), hash = rows_str(q, 3);
		chain_hash(before, seq, time, rows, hex);
		if (seq != expected)
			fault(x, expected, "event %" PRId64 " is missing: the next one has the number %" PRId64,
				expected, seq);
		else if (!str_is(hash, hex))
			fault(x, seq, "event %" PRId64 " (%.*s) does not follow from the one before, or was changed",
				seq, STR_ARG(time));
		if (x->v->head_is_kept && seq == kept.seq && !str_is(hash, kept.hash))
			fault(x, seq, "event %" PRId64 " (%.*s) is not the one that was kept in the state directory",
				seq, STR_ARG(time));
		*head_found |= head && str_is(hash, head);
		lines_take(x, seq, rows);
		snprintf(before, sizeof(before), "%.*s", STR_ARG(hash));
		expected = seq + 1;
	}
	rows_end(q);
	x->v->chained = expected - 1;
	snprintf(x->v->head, sizeof(x->v->head), "%s", before);
	if (got == 0 && x->v->head_is_kept && kept.seq >= expected)
		fault(x, expected,
			"event %" PRId64 " is missing, and all up to %" PRId64
			", which the state directory has a note of",
			expected, kept.seq);
	return got == 0;
}

/* ---- the rows ---- */

static int by_row(const void *p, const void *q)
{
	const struct written *x = p, *y = q;
	int order = str_cmp(x->table, y->table);

	order = order ? order : str_cmp(x->key, y->key);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Keep the last line of each row. */
static void rows_sort(struct verify *x)
{
	size_t n = 0;

	if (x->rows.n)
		qsort(x->rows.at, x->rows.n, sizeof(*x->rows.at), by_row);
	for (size_t i = 0; i < x->rows.n; i++) {
		bool same = n && str_eq(x->rows.at[n - 1].table, x->rows.at[i].table) &&
			str_eq(x->rows.at[n - 1].key, x->rows.at[i].key);
		if (same)
			n--;
		x->rows.at[n++] = x->rows.at[i];
	}
	x->rows.n = n;
}

static struct written *row_find(struct verify *x, struct str table, struct str key)
{
	size_t low = 0, high = x->rows.n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		struct written *w = &x->rows.at[middle];
		int order = str_cmp(w->table, table);
		order = order ? order : str_cmp(w->key, key);
		if (order == 0)
			return w;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The first column identifies a row for a person. */
static const char *row_name(struct rows *q, char out[120])
{
	return visible(rows_str(q, 0), out, 120);
}

/* The table and key of a line, and its hash. */
static struct str line_parts(struct buf *line, struct str *table, struct str *key)
{
	struct str rest = str_rtrim(buf_str(line));

	str_split(&rest, ' ', table);
	str_split(&rest, ' ', key);
	return rest;
}

/* Is it the row of an incident as an older heal wrote it, in two tables, and migration joined it? */
static bool is_old_incident(struct verify *x, const struct written *w, struct rows *q)
{
	struct buf incident, context;
	struct str table, key;

	if (rows_int(q, CHAIN_DERIVED) != 0)
		return false;
	buf_init(&incident, 4096);
	buf_init(&context, 4096);
	chain_old_lines(&incident, &context, q);
	bool same = str_eq(w->hash, line_parts(&incident, &table, &key));
	if (same) {
		struct str hash = line_parts(&context, &table, &key);
		const struct written *c = row_find(x, table, key);
		same = c && str_eq(c->hash, hash);
	}
	buf_release(&incident);
	buf_release(&context);
	return same;
}

static void row_check(struct verify *x, const struct chained_table *t, struct rows *q, struct buf *line)
{
	struct str rest, table, key;
	char name[120];

	buf_clear(line);
	chain_line(line, t, q);
	rest = line_parts(line, &table, &key);
	struct written *w = row_find(x, table, key);
	if (!w || str_is(w->hash, CHAIN_GONE)) {
		fault(x, 0, "the row '%s' of the table %s was added", row_name(q, name), t->name);
		return;
	}
	w->seen = true;
	if (!str_eq(w->hash, rest) && !(strcmp(t->name, "incidents") == 0 && is_old_incident(x, w, q)))
		fault(x, w->seq, "event %" PRId64 ": the row '%s' of the table %s was changed", w->seq,
			row_name(q, name), t->name);
}

static bool table_check(struct verify *x, const struct chained_table *t, struct err *err)
{
	struct rows *q = db_query(x->db, err, t->all, "");
	struct buf line;
	int got = -1;

	buf_init(&line, 4096);
	while (q && (got = rows_next(q, err)) > 0)
		row_check(x, t, q, &line);
	rows_end(q);
	buf_release(&line);
	return got == 0;
}

/* A row of contexts is missing only with that of its incident. */
static void missing_check(struct verify *x)
{
	for (size_t i = 0; i < x->rows.n; i++)
		if (!x->rows.at[i].seen && !str_is(x->rows.at[i].table, CHAIN_CONTEXTS) &&
			!str_is(x->rows.at[i].hash, CHAIN_GONE))
			fault(x, x->rows.at[i].seq, "event %" PRId64 ": a row of the table %.*s is missing",
				x->rows.at[i].seq, STR_ARG(x->rows.at[i].table));
}

/* ---- the schema: a view or a trigger of others could show or write something else ---- */

static const char definitions[] = "SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_master"
				  " WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY name";
/* A server keeps definitions in words of its own: there, the columns are compared, and what would change rows as they
 * are written or read must not exist. */
static const char columns[] = "SELECT m.name || '.' || c.name || ': ' FROM sqlite_master m, pragma_table_info(m.name) c"
			      " WHERE m.type IN ('table', 'view') ORDER BY 1";
static const char server_columns[] =
	"SELECT * FROM (SELECT CAST(table_name || '.' || column_name || ': ' AS TEXT) COLLATE \"C\" AS line"
	"  FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'heal_store'"
	" UNION ALL SELECT CAST(c.relname || '.' || t.tgname || ': trigger' AS TEXT) FROM pg_catalog.pg_trigger t"
	"  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
	"  AND c.relnamespace = current_schema()::regnamespace"
	" UNION ALL SELECT CAST(tablename || '.' || rulename || ': rule' AS TEXT) FROM pg_catalog.pg_rules"
	"  WHERE schemaname = current_schema()"
	" UNION ALL SELECT CAST(tablename || '.' || policyname || ': policy' AS TEXT) FROM pg_catalog.pg_policies"
	"  WHERE schemaname = current_schema()) AS lines ORDER BY line";

static bool schema_check(struct verify *x, struct err *err)
{
	struct db *fresh = db_open(":memory:", DB_WRITE, err);
	struct rows *p = NULL, *q = NULL;
	int one = -1, two = -1;

	if (!fresh || !schema_make(fresh, err))
		goto out;
	p = db_query(fresh, err, db_is_server(x->db) ? columns : definitions, "");
	q = db_query(x->db, err, db_is_server(x->db) ? server_columns : definitions, "");
	while (p && q && (one = rows_next(p, err)) > 0 && (two = rows_next(q, err)) > 0 &&
		str_eq(rows_str(p, 0), rows_str(q, 0)))
		;
	if (one == 0 && q)
		two = rows_next(q, err);
	if (one > 0 || two > 0) {
		char name[120];
		struct str other = two > 0 ? rows_str(q, 0) : rows_str(p, 0);
		fault(x, 0, "the tables, views or triggers were changed: '%s'",
			visible(str_sub(other, 0, str_chr(other, ':')), name, sizeof(name)));
	}
out:
	rows_end(p);
	rows_end(q);
	db_close(fresh);
	return one >= 0 && two >= 0;
}

static bool sums_check(struct verify *x, struct err *err)
{
	static const char *const tables[] = { "tallies", "prints" };
	bool differs = false, ok = true;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && ok; i++) {
		ok = tally_differs(x->db, tables[i], &differs, err);
		if (ok && differs)
			fault(x, 0, "the table %s does not have the sums of the incidents that are stored", tables[i]);
	}
	return ok;
}

/* All in one reading transaction: others may write meanwhile. */
bool store_verify(struct store *s, const char *head, struct store_verdict *v, struct err *err)
{
	struct verify x = { .a = ARENA_INIT, .db = s->db, .path = s->path, .v = v };
	bool head_found = false;

	*v = (struct store_verdict){ .intact = true };
	if (!db_begin_reading(s->db, err))
		return false;
	bool ok = schema_check(&x, err) && chain_walk(&x, head, &head_found, err);
	rows_sort(&x);
	for (const struct chained_table *t = chained_tables; t->name && ok; t++)
		ok = strcmp(t->name, CHAIN_CONTEXTS) == 0 || table_check(&x, t, err);
	ok = ok && sums_check(&x, err);
	if (ok)
		missing_check(&x);
	if (ok && head && !head_found)
		fault(&x, 0, "no event has the hash %.80s: events were removed or rewritten", head);
	ok = db_commit(s->db, ok ? err : NULL) && ok;
	arena_free(&x.a);
	return ok;
}
