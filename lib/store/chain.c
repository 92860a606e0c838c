#include "store/chain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/chain_internal.h"
#include "store/internal.h"

/* The rows of a table that became columns of incidents. */
#define CONTEXTS                                                                                              \
	"SELECT id, seq, time, COALESCE(fingerprint, ''), alike, project, command, COALESCE(tool, ''),"       \
	" COALESCE(rule, ''), COALESCE(file, ''), status, lacks, healed, manual, applied, undone, successes," \
	" failures FROM incidents"

/* Each table with the columns of its key. */
const struct chained_table chained_tables[] = {
	{ "records", "seq", 1, 2, "SELECT * FROM records WHERE seq = ?1", "SELECT * FROM records ORDER BY seq" },
	{ "events", "seq", 1, 2, "SELECT * FROM events WHERE seq = ?1", "SELECT * FROM events ORDER BY seq" },
	{ "outcomes", "seq", 1, 2, "SELECT * FROM outcomes WHERE seq = ?1", "SELECT * FROM outcomes ORDER BY seq" },
	{ "incidents", "id", 1, 2, "SELECT * FROM incidents WHERE id = ?1", "SELECT * FROM incidents ORDER BY id" },
	{ "sessions", "id", 1, 2, "SELECT * FROM sessions WHERE id = ?1", "SELECT * FROM sessions ORDER BY id" },
	{ "deployments", "id", 1, 2, "SELECT * FROM deployments WHERE id = ?1",
		"SELECT * FROM deployments ORDER BY id" },
	{ "health", "id", 1, 2, "SELECT * FROM health WHERE id = ?1", "SELECT * FROM health ORDER BY id" },
	{ "solutions", "id, rule", 2, 2, "SELECT * FROM solutions WHERE id = ?1 AND rule = ?2",
		"SELECT * FROM solutions ORDER BY id, rule" },
	{ "adjustments", "kind, name", 2, 3, "SELECT * FROM adjustments WHERE kind = ?1 AND name = ?2",
		"SELECT * FROM adjustments ORDER BY kind, name" },
	{ CHAIN_CONTEXTS, "incident", 1, 3, CONTEXTS " WHERE id = ?1", CONTEXTS " ORDER BY id" },
	{ "lessons", "outcome", 1, 3, "SELECT * FROM lessons WHERE outcome = ?1",
		"SELECT * FROM lessons ORDER BY outcome" },
	{ "repairs", "id", 1, 3, "SELECT * FROM repairs WHERE id = ?1", "SELECT * FROM repairs ORDER BY id" },
	{ "generated_tests", "id", 1, 5, "SELECT * FROM generated_tests WHERE id = ?1",
		"SELECT * FROM generated_tests ORDER BY id" },
	{ "test_runs", "id", 1, 5, "SELECT * FROM test_runs WHERE id = ?1", "SELECT * FROM test_runs ORDER BY id" },
	{ "trials", "incident, solution", 2, 8, "SELECT * FROM trials WHERE incident = ?1 AND solution = ?2",
		"SELECT * FROM trials ORDER BY incident, solution" },
	{ NULL, NULL, 0, 0, NULL, NULL },
};

static size_t decimal(char out[24], uint64_t n)
{
	char digits[24];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while (n /= 10);
	for (size_t i = 0; i < count; i++)
		out[i] = digits[count - 1 - i];
	return count;
}

/* "KIND LENGTH ':'"; the number of its bytes. */
enum { PART_HEAD = 32 };
static size_t part_head(char out[PART_HEAD], char kind, size_t length)
{
	size_t n = 1 + decimal(out + 1, length);

	out[0] = kind;
	out[n++] = ':';
	return n;
}

static void part_add(struct sha256 *s, char kind, struct str bytes)
{
	char head[PART_HEAD];

	sha256_add(s, (struct str){ head, part_head(head, kind, bytes.n) });
	sha256_add(s, bytes);
}

/* The line of a row, part by part; the key columns are the first ones of each table. */
struct line {
	struct sha256 key, all;
	int key_columns;
	char room[512]; /* small parts of `all`, gathered */
	size_t n;
};

static void line_begin(struct line *x, const struct chained_table *t)
{
	sha256_begin(&x->key);
	sha256_begin(&x->all);
	x->key_columns = t->key_columns;
	x->n = 0;
}

static void line_flush(struct line *x)
{
	sha256_add(&x->all, (struct str){ x->room, x->n });
	x->n = 0;
}

static void line_part(struct line *x, char kind, struct str value)
{
	if (x->key_columns-- > 0)
		part_add(&x->key, kind, value);
	if (value.n + PART_HEAD > sizeof(x->room) - x->n)
		line_flush(x);
	if (value.n + PART_HEAD > sizeof(x->room)) {
		part_add(&x->all, kind, value);
		return;
	}
	x->n += part_head(x->room + x->n, kind, value.n);
	if (value.n)
		memcpy(x->room + x->n, value.p, value.n);
	x->n += value.n;
}

static void line_end(struct line *x, const struct chained_table *t, struct buf *out, bool gone)
{
	char key[SHA256_HEX], hex[SHA256_HEX];

	line_flush(x);
	sha256_end(&x->key, key);
	sha256_end(&x->all, hex);
	buf_addz(out, t->name);
	buf_addc(out, ' ');
	buf_add(out, (struct str){ key, 16 });
	buf_addc(out, ' ');
	buf_add(out, gone ? STR(CHAIN_GONE) : (struct str){ hex, 32 });
	buf_addc(out, '\n');
}

static void line_add(struct buf *out, const struct chained_table *t, struct rows *q, bool gone)
{
	struct line x;

	line_begin(&x, t);
	for (int i = 0, n = rows_columns(q); i < n; i++) {
		char kind;
		struct str value = rows_value(q, i, &kind);
		line_part(&x, kind, value);
	}
	line_end(&x, t, out, gone);
}

static const struct chained_table *table_named(const char *name)
{
	const struct chained_table *t = chained_tables;

	while (strcmp(t->name, name) != 0)
		t++;
	return t;
}

void chain_old_lines(struct buf *incident, struct buf *context, struct rows *q)
{
	/* In the order of CONTEXTS, by the numbers of the columns of incidents. */
	static const int columns[] = { 0, 1, 4, 3, 25, 26, 27, 5, 7, 11, 28, 29, 30, 31, 32, 33, 34, 35 };
	const struct chained_table *t = table_named("incidents"), *c = table_named(CHAIN_CONTEXTS);
	struct line x;
	char kind;

	line_begin(&x, t);
	for (int i = 0; i < CHAIN_OLD_INCIDENT; i++) {
		struct str value = rows_value(q, i, &kind);
		line_part(&x, kind, value);
	}
	line_end(&x, t, incident, false);
	line_begin(&x, c);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct str value = rows_value(q, columns[i], &kind);
		line_part(&x, kind == 'n' ? 's' : kind, value);
	}
	line_end(&x, c, context, false);
}

static void value_part(struct line *x, const struct db_value *v)
{
	char number[25];
	uint64_t n = v->i < 0 ? -(uint64_t)v->i : (uint64_t)v->i;

	if (v->type == 'd') {
		line_part(x, 'd', (struct str){ (const char *)&v->d, sizeof(v->d) });
	} else if (v->type == 's') {
		line_part(x, v->s.p ? 's' : 'n', v->s);
	} else {
		size_t sign = v->i < 0;
		number[0] = '-';
		line_part(x, 'i', (struct str){ number, sign + decimal(number + sign, n) });
	}
}

void chain_line(struct buf *out, const struct chained_table *t, struct rows *q)
{
	line_add(out, t, q, false);
}

void chain_gone(struct chain_rows *c, const char *table, struct rows *q)
{
	line_add(&c->lines, table_named(table), q, true);
}

enum { LINES_MOST = 64 << 20, SHARE_LEAST = 500 };

void chain_begin(struct chain_rows *c, struct db *db)
{
	c->db = db;
	c->n = 0;
	buf_init(&c->lines, LINES_MOST);
}

static void values_line(struct buf *out, const struct chained_table *t, const struct db_value *values, size_t n)
{
	struct line x;

	line_begin(&x, t);
	for (size_t i = 0; i < n; i++)
		value_part(&x, &values[i]);
	line_end(&x, t, out, false);
}

void chain_values(struct chain_rows *c, const char *table, const struct db_value *values, size_t n)
{
	values_line(&c->lines, table_named(table), values, n);
}

static void *share_thread(void *ctx)
{
	struct chain_share *x = ctx;
	const struct chained_table *t = table_named(x->table);

	for (size_t i = 0; i < x->n; i++)
		if (x->written[i])
			values_line(&x->lines, t, x->rows[i], x->columns);
	return NULL;
}

/* Hashing takes as long as a third of the writing. */
static bool share_begin(struct chain_rows *c, const struct chain_share *share)
{
	struct chain_share *x = &c->shares[c->n];

	if (share->n < SHARE_LEAST || c->n == CHAIN_SHARES)
		return false;
	*x = *share;
	buf_init(&x->lines, LINES_MOST);
	if (pthread_create(&x->thread, NULL, share_thread, x) != 0)
		return false;
	c->n++;
	return true;
}

void chain_many(struct chain_rows *c, const char *table, const struct db_value *const *rows, size_t n, size_t columns,
	const bool *written)
{
	const struct chain_share share = {
		.table = table, .rows = rows, .n = n, .columns = columns, .written = written
	};

	if (!share_begin(c, &share))
		for (size_t i = 0; i < n; i++)
			if (written[i])
				chain_values(c, table, rows[i], columns);
}

/* Put the lines of the shares before the others. */
static void shares_end(struct chain_rows *c)
{
	struct buf all;

	if (c->n == 0)
		return;
	buf_init(&all, LINES_MOST);
	for (size_t i = 0; i < c->n; i++) {
		pthread_join(c->shares[i].thread, NULL);
		buf_add(&all, buf_str(&c->shares[i].lines));
		buf_release(&c->shares[i].lines);
	}
	c->n = 0;
	buf_add(&all, buf_str(&c->lines));
	buf_release(&c->lines);
	c->lines = all;
}

void chain_release(struct chain_rows *c)
{
	shares_end(c);
	buf_release(&c->lines);
}

void chain_row(struct chain_rows *c, const char *table, struct rows *q)
{
	chain_line(&c->lines, table_named(table), q);
}

static bool row_line(struct chain_rows *c, const struct chained_table *t, struct rows *q, struct err *err)
{
	int got = q ? rows_next(q, err) : -1;

	if (got > 0)
		chain_line(&c->lines, t, q);
	rows_end(q);
	return got >= 0;
}

bool chain_number(struct chain_rows *c, const char *table, int64_t key, struct err *err)
{
	const struct chained_table *t = table_named(table);

	return row_line(c, t, db_query(c->db, err, t->one, "i", key), err);
}

bool chain_text(struct chain_rows *c, const char *table, struct str x, struct str y, struct err *err)
{
	const struct chained_table *t = table_named(table);

	return row_line(
		c, t, y.p ? db_query(c->db, err, t->one, "ss", x, y) : db_query(c->db, err, t->one, "s", x), err);
}

bool chain_last(struct db *db, struct chain_head *head, struct err *err)
{
	struct rows *q = db_query(db, err, "SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1", "");
	int got = q ? rows_next(q, err) : -1;

	*head = (struct chain_head){ 0 };
	if (got > 0) {
		head->seq = rows_int(q, 0);
		snprintf(head->hash, sizeof(head->hash), "%.*s", STR_ARG(rows_str(q, 1)));
	}
	rows_end(q);
	return got >= 0;
}

void chain_hash(const char *before, int64_t seq, struct str time, struct str rows, char hex[SHA256_HEX])
{
	struct sha256 s;
	char number[32];

	int n = snprintf(number, sizeof(number), "%" PRId64, seq);
	sha256_begin(&s);
	part_add(&s, 'h', str_of(before));
	part_add(&s, 'n', (struct str){ number, (size_t)n });
	part_add(&s, 't', time);
	part_add(&s, 'r', rows);
	sha256_end(&s, hex);
}

bool chain_end(struct chain_rows *c, struct err *err)
{
	struct chain_head last;
	char hash[SHA256_HEX], now[WHEN_TEXT];

	shares_end(c);
	struct str rows = buf_str(&c->lines);
	if (!rows.n)
		return true;
	if (!chain_last(c->db, &last, err))
		return false;
	struct str time = when_text(when_now(), now);
	chain_hash(last.hash, last.seq + 1, time, rows, hash);
	return db_run(c->db, err, "INSERT INTO chain (seq, time, rows, hash) VALUES (?1, ?2, ?3, ?4)", "isss",
		last.seq + 1, time, rows, str_of(hash));
}

enum { ADOPTED = 500 }; /* rows of an older store in one chain row */

static bool table_adopt(struct db *db, const struct chained_table *t, struct err *err)
{
	struct chain_rows c;
	struct rows *q = db_query(db, err, t->all, "");
	int got = -1;
	bool ok = q != NULL;

	chain_begin(&c, db);
	for (size_t n = 1; ok && (got = rows_next(q, err)) > 0; n++) {
		chain_line(&c.lines, t, q);
		if (n % ADOPTED)
			continue;
		ok = chain_end(&c, err);
		buf_clear(&c.lines);
	}
	rows_end(q);
	ok = ok && got == 0 && chain_end(&c, err);
	chain_release(&c);
	return ok;
}

bool chain_adopt(struct db *db, int version, struct err *err)
{
	bool ok = true;

	for (const struct chained_table *t = chained_tables; t->name && ok; t++)
		ok = t->version != version || table_adopt(db, t, err);
	return ok;
}
