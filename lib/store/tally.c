#include "store/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A key of `tallies` (kind, day, name) or of `prints` (fingerprint, alike), with what is added. */
struct tally_row {
	struct str key[3];
	int64_t sums[TALLY_SUMS];
	struct str first, last;
	bool again; /* first and last may have become wrong */
};

enum { DAY = 10, SEEN_MOST = 100000 }; /* bytes of a time; rows that are remembered */

void tally_forget(struct tally_seen *seen)
{
	arena_free(&seen->a);
	*seen = (struct tally_seen){ .a = ARENA_INIT };
}

void tally_begin(struct tally *t, struct db *db, struct tally_seen *seen)
{
	int64_t version = seen ? db_version(db) : 0;

	*t = (struct tally){ .db = db, .a = ARENA_INIT, .seen = version ? seen : NULL };
	if (!t->seen)
		return;
	if (seen->version != version || seen->rows.n >= SEEN_MOST)
		tally_forget(seen);
	seen->version = version;
}

void tally_release(struct tally *t)
{
	arena_free(&t->a);
}

/* ---- rows by their keys ---- */

static uint64_t key_hash(const struct str key[3])
{
	uint64_t hash = 0;

	for (int i = 0; i < 3; i++)
		hash = str_hash(hash, key[i]);
	return hash;
}

static bool same_key(const struct str x[3], const struct str y[3])
{
	return str_eq(x[0], y[0]) && str_eq(x[1], y[1]) && str_eq(x[2], y[2]);
}

static struct tally_row **slot_of(const struct tally_map *m, const struct str key[3])
{
	size_t slot = key_hash(key) & (m->room - 1);

	while (m->slots[slot] && !same_key(m->slots[slot]->key, key))
		slot = (slot + 1) & (m->room - 1);
	return &m->slots[slot];
}

static void grow(struct arena *a, struct tally_map *m)
{
	struct tally_map larger = { .n = m->n, .room = m->room ? 2 * m->room : 64 };

	larger.slots = arena_alloc(a, larger.room * sizeof(*larger.slots));
	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i])
			*slot_of(&larger, m->slots[i]->key) = m->slots[i];
	*m = larger;
}

static struct tally_row *row_made(struct arena *a, struct tally_map *m, const struct str key[3])
{
	if (2 * m->n >= m->room)
		grow(a, m);
	struct tally_row **slot = slot_of(m, key);
	if (!*slot) {
		*slot = arena_alloc(a, sizeof(**slot));
		for (int i = 0; i < 3; i++)
			(*slot)->key[i] = arena_str(a, key[i]);
		m->n++;
	}
	return *slot;
}

static struct tally_row *row_of(struct tally *t, struct tally_map *m, struct str x, struct str y, struct str z)
{
	const struct str key[3] = { x, y, z };

	return row_made(&t->a, m, key);
}

static bool is_seen(const struct tally *t, const struct str key[3])
{
	return t->seen && t->seen->rows.n && *slot_of(&t->seen->rows, key);
}

void tally_committed(struct tally *t)
{
	for (size_t i = 0; t->seen && i < t->occurrences.room; i++)
		if (t->occurrences.slots[i])
			row_made(&t->seen->a, &t->seen->rows, t->occurrences.slots[i]->key);
}

/* ---- adding up ---- */

static void sums_add(struct tally *t, const struct counted *c, int64_t sign)
{
	const struct {
		struct str kind, name;
	} rows[] = { { STR("all"), STR("") }, { STR("project"), c->project }, { STR("tool"), c->tool },
		{ STR("rule"), c->rule }, { STR("path"), c->path } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str name = str_or_empty(rows[i].name), day = str_sub(c->time, 0, DAY);
		struct tally_row *of_day = row_of(t, &t->tallies, rows[i].kind, day, name),
				 *of_all = row_of(t, &t->tallies, rows[i].kind, STR(""), name);
		for (int k = 0; k < TALLY_SUMS; k++) {
			of_day->sums[k] += sign * c->sums[k];
			of_all->sums[k] += sign * c->sums[k];
		}
	}
}

/* Nearly all times have the same length: then the place of the one before is used again. */
static void time_set(struct tally *t, struct str *at, struct str time)
{
	if (!at->p || at->n != time.n)
		*at = arena_str(&t->a, time);
	else if (time.n)
		memcpy((char *)at->p, time.p, time.n);
}

static void print_add(struct tally *t, const struct counted *c, int64_t sign)
{
	struct tally_row *row = row_of(t, &t->prints, c->fingerprint, c->alike, STR(""));

	row->sums[0] += sign;
	row->again |= sign < 0;
	if (!row->first.p || str_cmp(c->time, row->first) < 0)
		time_set(t, &row->first, c->time);
	if (!row->last.p || str_cmp(c->time, row->last) > 0)
		time_set(t, &row->last, c->time);
}

static void occurrences_add(struct tally *t, const struct counted *c)
{
	const struct {
		struct str kind, name;
	} rows[] = { { STR("project"), c->project }, { STR("tool"), c->tool }, { STR("rule"), c->rule },
		{ STR("path"), c->path }, { STR("command"), c->command } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct str key[3] = { rows[i].kind, rows[i].name, str_or_empty(c->fingerprint) };
		if (rows[i].name.n && !is_seen(t, key))
			row_made(&t->a, &t->occurrences, key);
	}
}

void tally_add(struct tally *t, const struct counted *row)
{
	sums_add(t, row, 1);
	print_add(t, row, 1);
	occurrences_add(t, row);
}

static bool same_print(const struct counted *x, const struct counted *y)
{
	return x->sums[0] == y->sums[0] && str_eq(x->fingerprint, y->fingerprint) && str_eq(x->alike, y->alike) &&
		str_eq(x->time, y->time);
}

void tally_change(struct tally *t, const struct counted *before, const struct counted *after)
{
	bool moved = !same_print(before, after);

	if (before->sums[0])
		sums_add(t, before, -1);
	if (after->sums[0]) {
		sums_add(t, after, 1);
		occurrences_add(t, after);
	}
	if (moved && before->sums[0])
		print_add(t, before, -1);
	if (moved && after->sums[0])
		print_add(t, after, 1);
}

bool tally_look(struct db *db, struct arena *a, struct str incident, struct counted *out, struct err *err)
{
	struct rows *q = db_query(db, err,
		"SELECT time, COALESCE(fingerprint, ''), alike, project, COALESCE(tool, ''), COALESCE(rule, ''),"
		" COALESCE(file, ''), command, 1, healed, manual, applied, undone, successes, failures FROM incidents"
		" WHERE id = ?1",
		"s", incident);
	int got = q ? rows_next(q, err) : -1;
	struct str *const texts[] = { &out->time, &out->fingerprint, &out->alike, &out->project, &out->tool, &out->rule,
		&out->path, &out->command };
	enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

	*out = (struct counted){ 0 };
	for (int i = 0; i < TEXTS && got > 0; i++)
		*texts[i] = arena_str(a, rows_str(q, i));
	for (int i = 0; i < TALLY_SUMS && got > 0; i++)
		out->sums[i] = rows_int(q, TEXTS + i);
	rows_end(q);
	return got >= 0;
}

/* ---- writing ---- */

static int by_key(const void *p, const void *q)
{
	const struct tally_row *x = *(struct tally_row *const *)p, *y = *(struct tally_row *const *)q;
	int order = 0;

	for (int i = 0; i < 3 && !order; i++)
		order = str_cmp(x->key[i], y->key[i]);
	return order;
}

/* In the order of the tables' own keys, in which writing is fastest. */
static struct tally_row **sorted(struct tally *t, const struct tally_map *m)
{
	struct tally_row **all = arena_alloc(&t->a, (m->n + 1) * sizeof(struct tally_row *));
	size_t n = 0;

	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i])
			all[n++] = m->slots[i];
	if (n)
		qsort(all, n, sizeof(*all), by_key);
	return all;
}

static bool all_write(
	struct tally *t, const struct tally_map *m, const struct db_table *table, int keys, struct err *err)
{
	struct tally_row **all = sorted(t, m);
	const struct db_value **rows = arena_alloc(&t->a, (m->n + 1) * sizeof(*rows));
	bool times = keys == 2;
	int sums = times ? 1 : (int)strlen(table->types) - keys;
	size_t columns = strlen(table->types);

	for (size_t i = 0; i < m->n; i++) {
		struct db_value *v = arena_alloc(&t->a, columns * sizeof(*v));
		size_t n = 0;
		rows[i] = v;
		for (int k = 0; k < keys; k++)
			v[n++] = (struct db_value){ .type = 's', .s = str_or_empty(all[i]->key[k]) };
		for (int k = 0; k < sums; k++)
			v[n++] = (struct db_value){ .type = 'i', .i = all[i]->sums[k] };
		if (times) {
			v[n++] = (struct db_value){ .type = 's', .s = all[i]->first };
			v[n++] = (struct db_value){ .type = 's', .s = all[i]->last };
		}
	}
	return db_put(t->db, table, rows, m->n, NULL, err);
}

/* Something was taken away: look when it occurred first and last. */
static bool prints_again(struct tally *t, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; i < t->prints.room && ok; i++) {
		const struct tally_row *row = t->prints.slots[i];
		if (row && row->again)
			ok = db_run(t->db, err,
				"UPDATE prints SET (incidents, first_seen, last_seen) = (SELECT COUNT(*),"
				" COALESCE(MIN(c.time), ''), COALESCE(MAX(c.time), '') FROM incidents c"
				" WHERE (c.fingerprint = ?1 OR (c.fingerprint IS NULL AND ?1 = '')) AND c.alike = ?2)"
				" WHERE fingerprint = ?1 AND alike = ?2",
				"ss", str_or_empty(row->key[0]), str_or_empty(row->key[1]));
	}
	return ok;
}

#define PLUS(column) column " = tallies." column " + excluded." column

bool tally_end(struct tally *t, struct err *err)
{
	static const struct db_table tallies = { "tallies",
		"kind, day, name, incidents, resolved, manual, applied, undone, successes, failures", "sssiiiiiii",
		SIZE_MAX,
		"ON CONFLICT (kind, day, name) DO UPDATE SET " PLUS("incidents") ", " PLUS("resolved") ", " PLUS(
			"manual") ", " PLUS("applied") ", " PLUS("undone") ", " PLUS("successes") ", " PLUS("failure"
													    "s") };
	static const struct db_table prints = { "prints", "fingerprint, alike, incidents, first_seen, last_seen",
		"ssiss", SIZE_MAX,
		"ON CONFLICT (fingerprint, alike) DO UPDATE SET incidents = prints.incidents + excluded.incidents,"
		" first_seen = CASE WHEN excluded.first_seen < prints.first_seen THEN excluded.first_seen"
		"  ELSE prints.first_seen END,"
		" last_seen = CASE WHEN excluded.last_seen > prints.last_seen THEN excluded.last_seen"
		"  ELSE prints.last_seen END" };

	static const struct db_table occurrences = { "occurrences", "kind, name, fingerprint", "sss", SIZE_MAX,
		"ON CONFLICT DO NOTHING" };

	return all_write(t, &t->tallies, &tallies, 3, err) && all_write(t, &t->prints, &prints, 2, err) &&
		all_write(t, &t->occurrences, &occurrences, 3, err) && prints_again(t, err);
}

/* ---- made anew, and checked ---- */

#define KIND_OF(kind, day, name)                                                                            \
	"SELECT '" kind "' AS kind, " day " AS day, COALESCE(" name ", '') AS name, COUNT(*) AS incidents," \
	" SUM(healed) AS resolved, SUM(manual) AS manual, SUM(applied) AS applied, SUM(undone) AS undone,"  \
	" SUM(successes) AS successes, SUM(failures) AS failures FROM incidents GROUP BY 1, 2, 3"
#define KIND(kind, name) KIND_OF(kind, "substr(time, 1, 10)", name) " UNION ALL " KIND_OF(kind, "''", name)
#define KINDS                                                                                           \
	KIND("all", "''")                                                                               \
	" UNION ALL " KIND("project", "project") " UNION ALL " KIND("tool", "tool") " UNION ALL " KIND( \
		"rule", "rule") " UNION ALL " KIND("path", "file")
#define PRINTS                                                                                             \
	"SELECT COALESCE(fingerprint, ''), alike, COUNT(*), MIN(time), MAX(time) FROM incidents GROUP BY " \
	"COALESCE(fingerprint, ''), alike"

bool tally_adopt(struct db *db, struct err *err)
{
	return db_run(db, err, "DELETE FROM tallies", "") && db_run(db, err, "DELETE FROM prints", "") &&
		db_run(db, err, "INSERT INTO tallies " KINDS, "") && db_run(db, err, "INSERT INTO prints " PRINTS, "");
}

/* Rows without incidents, which were all removed, may remain. */
static bool row_is(const struct tally_map *m, struct rows *q, int keys)
{
	struct str key[3] = { rows_str(q, 0), str_or_empty(rows_str(q, 1)), STR("") };
	int64_t incidents = rows_int(q, keys);

	if (keys == 3)
		key[2] = rows_str(q, 2);
	const struct tally_row *row = m->room ? *slot_of(m, key) : NULL;
	if (!row || !incidents)
		return !row && !incidents;
	bool same = row->sums[0] == incidents;
	for (int k = 1; keys == 3 && k < TALLY_SUMS; k++)
		same = same && row->sums[k] == rows_int(q, keys + k);
	return same && (keys == 3 || (str_eq(row->first, rows_str(q, 3)) && str_eq(row->last, rows_str(q, 4))));
}

/* A row more than needed does no harm. */
static bool occurrences_lack(struct tally *t, struct db *db, bool *lack, struct err *err)
{
	struct rows *q = db_query(db, err, "SELECT kind, name, fingerprint FROM occurrences", "");
	size_t found = 0;
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0) {
		const struct str key[3] = { rows_str(q, 0), rows_str(q, 1), str_or_empty(rows_str(q, 2)) };
		found += t->occurrences.room && *slot_of(&t->occurrences, key);
	}
	rows_end(q);
	*lack = found < t->occurrences.n;
	return got == 0;
}

bool tally_differs(struct tally *t, struct db *db, const char *table, bool *differs, struct err *err)
{
	if (strcmp(table, "occurrences") == 0)
		return occurrences_lack(t, db, differs, err);

	bool prints = strcmp(table, "prints") == 0;
	const struct tally_map *m = prints ? &t->prints : &t->tallies;
	struct rows *q = db_query(db, err, prints ? "SELECT * FROM prints" : "SELECT * FROM tallies", "");
	int keys = prints ? 2 : 3, got = -1;
	size_t n = 0;

	*differs = false;
	while (q && (got = rows_next(q, err)) > 0) {
		n += rows_int(q, keys) != 0;
		*differs |= !row_is(m, q, keys);
	}
	rows_end(q);
	*differs |= n != m->n;
	return got == 0;
}
