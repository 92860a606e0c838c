#include "store/batch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/chain.h"
#include "store/events.h"
#include "store/teach.h"
#include "store/trials.h"

/* How the rows of a table are written. */
struct batch_rule {
	const char *table;
	const char *key[3];   /* of rows that are one */
	const char *newer[2]; /* a row replaces one with lower or equal numbers; none: the later row replaces */
	const char *sum;      /* a number that is added up */
	const char *keep;     /* a column that keeps its first value */
	const char *conflict; /* NULL: all columns are replaced, if `newer` permits */
	bool own_seq;         /* "seq" numbers the table's own rows, not the records */
	bool fresh;           /* only rows of records whose incident nothing was stored of before */
	bool back;            /* what was written is known only when it is read back */
};

static const struct batch_rule rules[] = {
	{ .table = "incidents", .key = { "id" }, .newer = { "attempt", "stage" } },
	{ .table = "events", .conflict = "ON CONFLICT DO NOTHING", .own_seq = true },
	{ .table = "solutions",
		.key = { "id", "rule" },
		.sum = "offered",
		.keep = "first_seen",
		.conflict = "ON CONFLICT (id, rule) DO UPDATE SET type = excluded.type, description = "
			    "excluded.description, offered = solutions.offered + excluded.offered, last_seen = "
			    "excluded.last_seen",
		.back = true },
	{ .table = "trials", .key = { "incident", "solution" }, .conflict = TRIALS_CONFLICT, .back = true },
	{ .table = "outcomes", .conflict = "", .own_seq = true, .fresh = true },
	{ .table = "lessons", .conflict = "", .fresh = true }, /* a row for each of outcomes, in the same order */
	{ .table = "sessions", .key = { "id" } },
	{ .table = "deployments", .key = { "id" } },
	{ .table = "health", .key = { "id" } },
	{ .table = "adjustments",
		.key = { "kind", "name" },
		.conflict = "ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, undone = "
			    "excluded.undone, time = excluded.time, record = excluded.record" },
};

static const struct batch_rule *rule_of(const char *table)
{
	const struct batch_rule *r = rules;

	while (strcmp(r->table, table) != 0)
		r++;
	return r;
}

/* ---- gathering ---- */

void batch_reset(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		memset(&b->tables[i].rows, 0, sizeof(b->tables[i].rows));
	memset(&b->records, 0, sizeof(b->records));
	arena_reset(&b->a);
	b->bytes = 0;
}

void batch_release(struct batch *b)
{
	arena_free(&b->a);
	arena_free(&b->keep);
	tally_forget(&b->seen);
}

/* What is hashed for the chain is what will be read. */
static void value_copy(struct batch *b, struct db_value *to, const struct db_value *from)
{
	*to = *from;
	if (from->type == 's' && from->s.p)
		to->s = arena_str(&b->a, b->without_nul ? db_without_nul(&b->a, from->s) : from->s);
}

void batch_record(struct batch *b, struct str about, struct str id, struct str kind, struct str time, struct str hash,
	struct str json)
{
	const struct db_value values[] = { SEQ, TEXT(id), TEXT(kind), TEXT(time), TEXT(hash), TEXT(json) };
	enum { N = sizeof(values) / sizeof(values[0]) };
	struct batch_record *row = VEC_ADD(&b->a, &b->records);

	row->about = arena_str(&b->a, about);
	row->values = arena_alloc(&b->a, sizeof(values));
	for (size_t i = 0; i < N; i++)
		value_copy(b, &row->values[i], &values[i]);
	b->bytes += json.n;
}

struct str batch_line(const struct batch *b, size_t record)
{
	return b->records.at[record].values[5].s;
}

static int column_at(const struct column *columns, size_t n, const char *name)
{
	for (size_t i = 0; name && i < n; i++)
		if (strcmp(columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

static const char *names_joined(struct arena *a, const struct column *columns, size_t n)
{
	struct str all = STR("");

	for (size_t i = 0; i < n; i++)
		all = arena_printf(a, "%.*s%s%s", STR_ARG(all), i ? ", " : "", columns[i].name);
	return all.p;
}

/* Replace every column but the key. */
static const char *replacing(struct arena *a, const struct batch_rule *r, const struct column *columns, size_t n)
{
	struct str sql = arena_printf(a, "ON CONFLICT (%s) DO UPDATE SET ", r->key[0]);
	const char *comma = "";

	for (size_t i = 0; i < n; i++)
		if (strcmp(columns[i].name, r->key[0]) != 0) {
			sql = arena_printf(
				a, "%.*s%s%s = excluded.%s", STR_ARG(sql), comma, columns[i].name, columns[i].name);
			comma = ", ";
		}
	if (r->newer[0])
		sql = arena_printf(a,
			"%.*s WHERE excluded.%s > %s.%s OR (excluded.%s = %s.%s AND excluded.%s >= %s.%s)",
			STR_ARG(sql), r->newer[0], r->table, r->newer[0], r->newer[0], r->table, r->newer[0],
			r->newer[1], r->table, r->newer[1]);
	return sql.p;
}

/* In the order of struct counted; the sums follow the number of incidents. */
static const char *const counted_columns[] = { "time", "fingerprint", "alike", "project", "tool", "rule", "file",
	"command", "healed", "manual", "applied", "undone", "successes", "failures" };

static struct batch_table *table_new(struct batch *b, const char *name, const struct column *columns, size_t n)
{
	struct batch_table *t = &b->tables[b->n++];
	const struct batch_rule *r = t->rule = rule_of(name);
	char *types = arena_alloc(&b->keep, n + 1);

	for (size_t i = 0; i < n; i++)
		types[i] = columns[i].value.type;
	for (size_t i = 0; i < 3; i++)
		t->key[i] = column_at(columns, n, r->key[i]);
	for (size_t i = 0; i < 2; i++)
		t->newer[i] = column_at(columns, n, r->newer[i]);
	t->sum = column_at(columns, n, r->sum);
	t->keep = column_at(columns, n, r->keep);
	int seq = column_at(columns, n, "seq");
	t->own_seq = r->own_seq ? seq : -1;
	t->record_seq = r->own_seq || seq < 0 ? column_at(columns, n, "record") : seq;
	if (seq < 0)
		seq = t->record_seq >= 0 ? t->record_seq : column_at(columns, n, "outcome");
	t->columns = n;
	for (size_t i = 0; i < sizeof(counted_columns) / sizeof(counted_columns[0]); i++)
		t->counted[i] = column_at(columns, n, counted_columns[i]);
	t->derived = column_at(columns, n, "derived");
	t->db = (struct db_table){ .name = r->table,
		.columns = names_joined(&b->keep, columns, n),
		.types = types,
		.seq = seq < 0 ? SIZE_MAX : (size_t)seq,
		.conflict = r->conflict ? r->conflict : replacing(&b->keep, r, columns, n) };
	return t;
}

static struct batch_table *table_of(struct batch *b, const char *name, const struct column *columns, size_t n)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->tables[i].rule->table, name) == 0)
			return &b->tables[i];
	return table_new(b, name, columns, n);
}

void batch_derived(struct batch *b, bool derived)
{
	b->derived = derived;
}

void batch_row(struct batch *b, const char *table, const struct column *columns, size_t n)
{
	struct batch_table *t = table_of(b, table, columns, n);
	struct batch_row *row = VEC_ADD(&b->a, &t->rows);

	row->record = b->records.n - 1;
	row->derived = b->derived;
	row->bits = t->derived >= 0 ? columns[t->derived].value.i : 0;
	row->values = arena_alloc(&b->a, n * sizeof(*row->values));
	for (size_t i = 0; i < n; i++)
		value_copy(b, &row->values[i], &columns[i].value);
}

/* ---- rows with the same key ---- */

/* The rows to write, found by their keys. */
struct merged {
	struct arena *a;
	const struct batch_table *t;
	const struct db_value **at;
	size_t n;
	size_t *slots, room; /* index + 1; a power of 2 */
};

static bool same_key(const struct batch_table *t, const struct db_value *x, const struct db_value *y)
{
	for (size_t i = 0; i < 3 && t->key[i] >= 0; i++) {
		const struct db_value *p = &x[t->key[i]], *q = &y[t->key[i]];
		if (p->type == 's' ? !str_eq(p->s, q->s) : p->i != q->i)
			return false;
	}
	return true;
}

static uint64_t key_hash(const struct batch_table *t, const struct db_value *values)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < 3 && t->key[i] >= 0; i++) {
		const struct db_value *v = &values[t->key[i]];
		hash = str_hash(
			hash, v->type == 's' ? v->s : (struct str){ .p = (const char *)&v->i, .n = sizeof(v->i) });
	}
	return hash;
}

static bool is_newer(const struct batch_table *t, const struct db_value *old, const struct db_value *new)
{
	for (size_t i = 0; i < 2 && t->newer[i] >= 0; i++) {
		int64_t x = old[t->newer[i]].i, y = new[t->newer[i]].i;
		if (x != y)
			return y > x;
	}
	return true;
}

/* The later row, with the sum of both; rows of the batch are not changed, because a failed one is written again. */
static const struct db_value *both(struct merged *m, const struct db_value *old, const struct db_value *new)
{
	const struct batch_table *t = m->t;

	if (t->sum < 0)
		return new;
	struct db_value *sum = arena_alloc(m->a, t->columns * sizeof(*sum));
	memcpy(sum, new, t->columns * sizeof(*sum));
	sum[t->sum].i += old[t->sum].i;
	if (t->keep >= 0)
		sum[t->keep] = old[t->keep];
	return sum;
}

static void merge_row(struct merged *m, const struct db_value *values)
{
	size_t slot = key_hash(m->t, values) & (m->room - 1);

	for (; m->slots[slot]; slot = (slot + 1) & (m->room - 1)) {
		const struct db_value **old = &m->at[m->slots[slot] - 1];
		if (!same_key(m->t, *old, values))
			continue;
		if (is_newer(m->t, *old, values))
			*old = both(m, *old, values);
		return;
	}
	m->at[m->n++] = values;
	m->slots[slot] = m->n;
}

/* The table's rows of the records that were stored now; in m->at. */
static void rows_merge(struct merged *m, size_t from, size_t to, const bool *written, const bool *fresh)
{
	const struct batch_table *t = m->t;

	while (m->room < 2 * t->rows.n)
		m->room *= 2;
	m->at = arena_alloc(m->a, (t->rows.n + 1) * sizeof(*m->at));
	m->slots = t->key[0] < 0 ? NULL : arena_alloc(m->a, m->room * sizeof(*m->slots));
	for (size_t i = 0; i < t->rows.n; i++) {
		const struct batch_row *row = &t->rows.at[i];
		if (row->record < from || row->record >= to || !written[row->record - from] ||
			(row->derived && fresh[row->record - from]))
			continue;
		if (m->slots)
			merge_row(m, row->values);
		else
			m->at[m->n++] = row->values;
	}
}

/* ---- writing ---- */

struct writing {
	struct batch *b;
	struct db *db;
	struct chain_rows chain;
	struct arena a;
	size_t from, to;
	bool *stored; /* of each record */
	bool *fresh;  /* nothing was stored of its incident before, and no other record of these is about it */
	int64_t first_outcome;
	struct tally tally;
	struct err *err;
};

/* Only one transaction writes at a time, so the next number is known. */
static bool next_seq(struct writing *x, const char *table, int64_t *seq)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT COALESCE(MAX(seq), 0) + 1 FROM %s", table);
	return db_number(x->db, seq, 0, x->err, sql, "");
}

static void number_rows(struct writing *x, struct batch_table *t, int64_t seq)
{
	for (size_t i = 0; i < t->rows.n; i++) {
		struct batch_row *row = &t->rows.at[i];
		if (row->record < x->from || row->record >= x->to || (row->derived && x->fresh[row->record - x->from]))
			continue;
		if (t->own_seq >= 0)
			row->values[t->own_seq].i = seq++;
		else if (t->record_seq < 0 && t->db.seq != SIZE_MAX)
			row->values[t->db.seq].i = seq++;
		if (t->record_seq >= 0)
			row->values[t->record_seq].i = x->b->records.at[row->record].values[0].i;
		if (t->derived >= 0)
			row->values[t->derived].i = x->fresh[row->record - x->from] ? row->bits : 0;
	}
}

static bool records_write(struct writing *x)
{
	static const struct db_table records = { "records", "seq, id, kind, time, hash, json", "isssss", 0,
		"ON CONFLICT (id, hash) DO NOTHING" };
	size_t n = x->to - x->from;
	const struct db_value **rows = arena_alloc(&x->a, n * sizeof(*rows));
	int64_t seq;

	if (!next_seq(x, "records", &seq))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct db_value *values = x->b->records.at[x->from + i].values;
		values[0].i = seq++;
		rows[i] = values;
	}
	if (!db_put(x->db, &records, rows, n, x->stored, x->err))
		return false;
	chain_many(&x->chain, "records", rows, n, strlen(records.types), x->stored);
	return true;
}

struct reading_back {
	struct chain_rows *chain;
	const char *table;
};

static void row_back(void *ctx, struct rows *q)
{
	struct reading_back *x = ctx;

	chain_row(x->chain, x->table, q);
}

static bool table_write(struct writing *x, struct batch_table *t)
{
	struct merged m = { .a = &x->a, .t = t, .room = 16 };
	struct reading_back back = { &x->chain, t->rule->table };
	int64_t seq = 0;

	if (t->rows.n == 0 || (t->own_seq >= 0 && !next_seq(x, t->rule->table, &seq)))
		return t->rows.n == 0;
	if (strcmp(t->rule->table, "outcomes") == 0)
		x->first_outcome = seq;
	number_rows(x, t, t->own_seq >= 0 ? seq : x->first_outcome);
	rows_merge(&m, x->from, x->to, t->rule->fresh ? x->fresh : x->stored, x->fresh);
	if (t->rule->back)
		return db_put_back(x->db, &t->db, m.at, m.n, row_back, &back, x->err);
	bool *done = arena_alloc(&x->a, m.n + 1);
	if (!db_put(x->db, &t->db, m.at, m.n, done, x->err))
		return false;
	chain_many(&x->chain, t->rule->table, m.at, m.n, t->columns, done);
	return true;
}

/* ---- what the records teach ---- */

static bool kind_is(const struct batch_record *r, const char *kind)
{
	return str_is(r->values[2].s, kind);
}

/* Mark the records of incidents that no other stored record is about. */
static void alone_mark(struct writing *x, bool *alone)
{
	size_t n = x->to - x->from, room = 16;

	while (room < 2 * n)
		room *= 2;
	size_t *slots = arena_alloc(&x->a, room * sizeof(*slots));
	for (size_t i = 0; i < n; i++) {
		const struct batch_record *r = &x->b->records.at[x->from + i];
		if (!x->stored[i])
			continue;
		size_t slot = str_hash(0, r->about) & (room - 1);
		while (slots[slot] && !str_eq(x->b->records.at[x->from + slots[slot] - 1].about, r->about))
			slot = (slot + 1) & (room - 1);
		if (slots[slot])
			alone[slots[slot] - 1] = false;
		else
			alone[i] = kind_is(r, "incident");
		slots[slot] = slots[slot] ? slots[slot] : i + 1;
	}
}

static bool fresh_find(struct writing *x)
{
	size_t n = x->to - x->from, count = 0;
	struct str *keys = arena_alloc(&x->a, (n + 1) * sizeof(*keys));
	bool *known = arena_alloc(&x->a, n + 1);

	alone_mark(x, x->fresh);
	for (size_t i = 0; i < n; i++)
		if (x->fresh[i])
			keys[count++] = x->b->records.at[x->from + i].about;
	/* Events of people may come before it; outcomes are kept when it is removed. */
	if (!db_known(x->db, "incidents", "id", keys, count, known, x->err) ||
		!db_known(x->db, "events", "incident", keys, count, known, x->err) ||
		!db_known(x->db, "outcomes", "incident", keys, count, known, x->err))
		return false;
	for (size_t i = 0, k = 0; i < n; i++)
		if (x->fresh[i])
			x->fresh[i] = !known[k++];
	return true;
}

/* The rest, which need what is in the database. */
struct rest {
	size_t n;
	size_t *at; /* of the records */
	struct str *incidents;
	struct counted *before;
};

static bool rest_find(struct writing *x, struct rest *rest)
{
	size_t n = x->to - x->from;
	bool ok = true;

	*rest = (struct rest){ .at = arena_alloc(&x->a, (n + 1) * sizeof(*rest->at)) };
	for (size_t i = 0; i < n; i++) {
		const struct batch_record *r = &x->b->records.at[x->from + i];
		if (x->stored[i] && !x->fresh[i] && (kind_is(r, "incident") || kind_is(r, "event")))
			rest->at[rest->n++] = i;
	}
	rest->incidents = arena_alloc(&x->a, (rest->n + 1) * sizeof(*rest->incidents));
	rest->before = arena_alloc(&x->a, (rest->n + 1) * sizeof(*rest->before));
	for (size_t i = 0; i < rest->n && ok; i++) {
		rest->incidents[i] = x->b->records.at[x->from + rest->at[i]].about;
		ok = events_write(x->db, &x->chain, rest->incidents[i], x->err) &&
			tally_look(x->db, &x->a, rest->incidents[i], &rest->before[i], x->err);
	}
	return ok;
}

static bool rest_learn(struct writing *x, const struct rest *rest)
{
	bool ok = true;

	for (size_t i = 0; i < rest->n && ok; i++) {
		const struct db_value *values = x->b->records.at[x->from + rest->at[i]].values;
		ok = teach_record(x->db, &x->chain, values[0].i, values[2].s, values[5].s, x->err);
	}
	return ok;
}

/* Of several records about one incident, the first one's look is the one before them all. */
static bool rest_count(struct writing *x, const struct rest *rest)
{
	bool *counted = arena_alloc(&x->a, rest->n + 1), ok = true;

	for (size_t i = 0; i < rest->n && ok; i++) {
		struct counted after;
		if (counted[i] || !rest->incidents[i].n)
			continue;
		for (size_t k = i + 1; k < rest->n; k++)
			counted[k] |= str_eq(rest->incidents[k], rest->incidents[i]);
		ok = tally_look(x->db, &x->a, rest->incidents[i], &after, x->err);
		if (ok)
			tally_change(&x->tally, &rest->before[i], &after);
	}
	return ok;
}

static void *fresh_count(void *ctx)
{
	struct writing *x = ctx;
	const struct batch_table *t = x->b->tables, *end = t + x->b->n;

	while (t < end && strcmp(t->rule->table, "incidents") != 0)
		t++;
	for (size_t i = 0; t < end && i < t->rows.n; i++) {
		const struct batch_row *row = &t->rows.at[i];
		if (row->record < x->from || row->record >= x->to || !x->fresh[row->record - x->from])
			continue;
		const struct db_value *v = row->values;
		const int *at = t->counted;
		struct counted c = { .time = v[at[0]].s,
			.fingerprint = v[at[1]].s,
			.alike = v[at[2]].s,
			.project = v[at[3]].s,
			.tool = v[at[4]].s,
			.rule = v[at[5]].s,
			.path = v[at[6]].s,
			.command = v[at[7]].s,
			.sums = { 1 } };
		for (int k = 1; k < TALLY_SUMS; k++)
			c.sums[k] = v[at[7 + k]].i;
		tally_add(&x->tally, &c);
	}
	return NULL;
}

static bool tables_write(struct writing *x)
{
	bool ok = true;

	for (size_t i = 0; i < x->b->n && ok; i++)
		ok = table_write(x, &x->b->tables[i]);
	return ok;
}

/* Many are counted meanwhile, from columns that writing does not set. */
static bool tables_write_and_count(struct writing *x)
{
	enum { MANY = 500 };
	pthread_t thread;
	bool threaded = x->to - x->from >= MANY && pthread_create(&thread, NULL, fresh_count, x) == 0;
	bool ok = tables_write(x);

	if (threaded)
		pthread_join(thread, NULL);
	else if (ok)
		fresh_count(x);
	return ok;
}

static bool all_write(struct writing *x)
{
	struct rest rest;

	return records_write(x) && fresh_find(x) && rest_find(x, &rest) && tables_write_and_count(x) &&
		rest_learn(x, &rest) && rest_count(x, &rest) && tally_end(&x->tally, x->err) &&
		chain_end(&x->chain, x->err);
}

bool batch_write(struct batch *b, struct db *db, size_t from, size_t to, struct err *err)
{
	struct writing x = { .b = b, .db = db, .a = ARENA_INIT, .from = from, .to = to, .err = err };

	if (!db_begin(db, err))
		return false;
	chain_begin(&x.chain, db);
	tally_begin(&x.tally, db, &b->seen);
	x.stored = arena_alloc(&x.a, to - from + 1);
	x.fresh = arena_alloc(&x.a, to - from + 1);
	bool ok = all_write(&x);
	if (!ok)
		db_rollback(db);
	ok = ok && db_commit(db, err);
	if (ok)
		tally_committed(&x.tally);
	chain_release(&x.chain);
	tally_release(&x.tally);
	arena_free(&x.a);
	return ok;
}
