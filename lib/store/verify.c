#include "store/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/chain_internal.h"
#include "store/internal.h"
#include "store/schema.h"
#include "store/tally.h"

/* The last line of a row in the chain; its hashes in hexadecimal digits, of which the line has so many. */
enum { KEY_DIGITS = 16, HASH_DIGITS = 32 };

struct written {
	uint64_t key, hash[2];
	int64_t seq; /* of the chain row; 0: an empty slot */
	short table; /* in chained_tables */
	bool gone, seen;
};

struct verify {
	struct db *db;
	const char *path;
	struct store_verdict *v;
	struct {
		struct written *slots;
		size_t n, room; /* a power of 2 */
	} rows;
	struct tally sums; /* of the incidents that are there */
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

static struct written *slot_of(const struct verify *x, short table, uint64_t key)
{
	size_t slot = (key * 0x9e3779b97f4a7c15 ^ (uint64_t)table) & (x->rows.room - 1);

	while (x->rows.slots[slot].seq && (x->rows.slots[slot].key != key || x->rows.slots[slot].table != table))
		slot = (slot + 1) & (x->rows.room - 1);
	return &x->rows.slots[slot];
}

static void rows_grow(struct verify *x)
{
	struct written *old = x->rows.slots;
	size_t n = x->rows.room;

	x->rows.room = n ? 2 * n : 1024;
	x->rows.slots = calloc(x->rows.room, sizeof(*x->rows.slots));
	if (!x->rows.slots)
		out_of_memory();
	for (size_t i = 0; i < n; i++)
		if (old[i].seq)
			*slot_of(x, old[i].table, old[i].key) = old[i];
	free(old);
}

static bool hex_number(struct str s, size_t at, uint64_t *out)
{
	*out = 0;
	for (size_t i = at; i < at + KEY_DIGITS; i++) {
		char c = i < s.n ? s.p[i] : 'x';
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		*out = *out << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

/* false: no line. */
static bool line_parse(struct str line, struct written *w)
{
	struct str table, key;

	if (!str_split(&line, ' ', &table) || !str_split(&line, ' ', &key) || key.n != KEY_DIGITS ||
		!hex_number(key, 0, &w->key))
		return false;
	while (chained_tables[w->table].name && !str_is(table, chained_tables[w->table].name))
		w->table++;
	w->gone = str_is(line, CHAIN_GONE);
	return chained_tables[w->table].name &&
		(w->gone ||
			(line.n == HASH_DIGITS && hex_number(line, 0, &w->hash[0]) &&
				hex_number(line, KEY_DIGITS, &w->hash[1])));
}

/* A later line replaces the ones before. */
static void lines_take(struct verify *x, int64_t seq, struct str rows)
{
	struct str line;

	while (str_line(&rows, &line)) {
		struct written w = { .seq = seq };
		if (!line_parse(line, &w)) {
			fault(x, seq, "event %" PRId64 ": a line of its rows is none of heal's", seq);
			continue;
		}
		if (2 * x->rows.n >= x->rows.room)
			rows_grow(x);
		struct written *slot = slot_of(x, w.table, w.key);
		x->rows.n += !slot->seq;
		*slot = w;
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
		struct str time = rows_str(q, 1), rows = rows_str(q, 2), hash = rows_str(q, 3);
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

/* The first column identifies a row for a person. */
static const char *row_name(struct rows *q, char out[120])
{
	return visible(rows_str(q, 0), out, 120);
}

/* The line as chain_walk reads it; of a line of the chain: itself. */
static struct written *line_find(struct verify *x, struct buf *line, struct written *now)
{
	*now = (struct written){ 0 };
	if (!line_parse(str_rtrim(buf_str(line)), now) || !x->rows.room)
		return NULL;
	struct written *w = slot_of(x, now->table, now->key);
	return w->seq && !w->gone ? w : NULL;
}

static bool same_hash(const struct written *w, const struct written *now)
{
	return w->hash[0] == now->hash[0] && w->hash[1] == now->hash[1];
}

/* Is it the row of an incident as an older heal wrote it, in two tables, and migration joined it? */
static bool is_old_incident(struct verify *x, struct rows *q)
{
	struct buf incident, context;
	struct written one, two;

	if (rows_int(q, CHAIN_DERIVED) != 0)
		return false;
	buf_init(&incident, 4096);
	buf_init(&context, 4096);
	chain_old_lines(&incident, &context, q);
	const struct written *i = line_find(x, &incident, &one), *c = line_find(x, &context, &two);
	bool same = i && c && same_hash(i, &one) && same_hash(c, &two);
	buf_release(&incident);
	buf_release(&context);
	return same;
}

/* Sum up what is there. */
static void sums_take(struct verify *x, struct rows *q)
{
	const struct counted c = { .time = rows_str(q, 4),
		.fingerprint = rows_str(q, 3),
		.alike = rows_str(q, 25),
		.project = rows_str(q, 26),
		.tool = rows_str(q, 5),
		.rule = rows_str(q, 7),
		.path = rows_str(q, 11),
		.command = rows_str(q, 27),
		.sums = { 1, rows_int(q, 30), rows_int(q, 31), rows_int(q, 32), rows_int(q, 33), rows_int(q, 34),
			rows_int(q, 35) } };

	tally_add(&x->sums, &c);
}

static void row_check(struct verify *x, const struct chained_table *t, struct rows *q, struct buf *line)
{
	bool incident = strcmp(t->name, "incidents") == 0;
	struct written now;
	char name[120];

	buf_clear(line);
	chain_line(line, t, q);
	struct written *w = line_find(x, line, &now);
	if (!w) {
		fault(x, 0, "the row '%s' of the table %s was added", row_name(q, name), t->name);
	} else {
		w->seen = true;
		if (!same_hash(w, &now) && !(incident && is_old_incident(x, q)))
			fault(x, w->seq, "event %" PRId64 ": the row '%s' of the table %s was changed", w->seq,
				row_name(q, name), t->name);
	}
	if (incident)
		sums_take(x, q);
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
	for (size_t i = 0; i < x->rows.room; i++) {
		const struct written *w = &x->rows.slots[i];
		if (w->seq && !w->seen && !w->gone && strcmp(chained_tables[w->table].name, CHAIN_CONTEXTS) != 0)
			fault(x, w->seq, "event %" PRId64 ": a row of the table %s is missing", w->seq,
				chained_tables[w->table].name);
	}
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
	static const char *const tables[] = { "tallies", "prints", "occurrences" };
	bool differs = false, ok = true;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && ok; i++) {
		ok = tally_differs(&x->sums, x->db, tables[i], &differs, err);
		if (ok && differs)
			fault(x, 0, "the table %s does not have the sums or names of the incidents that are stored",
				tables[i]);
	}
	return ok;
}

/* All in one reading transaction: others may write meanwhile. */
bool store_verify(struct store *s, const char *head, struct store_verdict *v, struct err *err)
{
	struct verify x = { .db = s->db, .path = s->path, .v = v };
	bool head_found = false;

	*v = (struct store_verdict){ .intact = true };
	if (!db_begin_reading(s->db, err))
		return false;
	tally_begin(&x.sums, s->db, NULL);
	bool ok = schema_check(&x, err) && chain_walk(&x, head, &head_found, err);
	for (const struct chained_table *t = chained_tables; t->name && ok; t++)
		ok = strcmp(t->name, CHAIN_CONTEXTS) == 0 || table_check(&x, t, err);
	ok = ok && sums_check(&x, err);
	if (ok)
		missing_check(&x);
	if (ok && head && !head_found)
		fault(&x, 0, "no event has the hash %.80s: events were removed or rewritten", head);
	ok = db_commit(s->db, ok ? err : NULL) && ok;
	tally_release(&x.sums);
	free(x.rows.slots);
	return ok;
}
