/* remove.c - retention: remove old rows, which the chain keeps the hashes of */
#include "base/vec.h"
#include "store/chain.h"
#include "store/internal.h"
#include "store/tally.h"

enum { BATCH = 500 }; /* records or incidents in one transaction */

struct removal {
	struct db *db;
	struct arena a; /* of the batch */
	struct chain_rows chain;
	struct tally tally;
	int64_t records;
	struct err *err;
};

/* The rows of a table that belong to an id: what to note in the chain, and how to delete them. */
struct part {
	const char *table, *select, *remove;
};

#define PART(table, column)                                                                                           \
	{                                                                                                             \
		table, "SELECT * FROM " table " WHERE " column " = ?1", "DELETE FROM " table " WHERE " column " = ?1" \
	}

/* Rows that refer to others come first. */
static const struct part incident_parts[] = { PART("events", "incident"), PART("incidents", "id"),
	PART("records", "id"), { 0 } };
static const struct part session_parts[] = { PART("events", "incident"), PART("sessions", "id"), PART("records", "id"),
	{ 0 } };
static const struct part deployment_parts[] = { PART("deployments", "id"), PART("records", "id"), { 0 } };
static const struct part health_parts[] = { PART("health", "id"), PART("records", "id"), { 0 } };
/* The events of an event's record have the id of an incident. */
static const struct part event_parts[] = {
	{ "events", "SELECT * FROM events WHERE record IN (SELECT seq FROM records WHERE id = ?1)",
		"DELETE FROM events WHERE record IN (SELECT seq FROM records WHERE id = ?1)" },
	PART("records", "id"), { 0 }
};

/* What is old, a batch at a time. */
static const struct kind {
	const char *old;
	const struct part *parts;
} kinds[] = {
	{ "SELECT id FROM incidents WHERE time < ?1 LIMIT ?2", incident_parts },
	{ "SELECT id FROM sessions WHERE time < ?1 LIMIT ?2", session_parts },
	{ "SELECT id FROM deployments WHERE time < ?1 LIMIT ?2", deployment_parts },
	{ "SELECT id FROM health WHERE time < ?1 LIMIT ?2", health_parts },
	{ "SELECT id FROM records WHERE kind = 'event' AND time < ?1 LIMIT ?2", event_parts },
};

static bool part_remove(struct removal *x, const struct part *part, struct str id)
{
	struct rows *q = db_query(x->db, x->err, part->select, "s", id);
	int64_t n = 0;
	int got = -1;

	while (q && (got = rows_next(q, x->err)) > 0) {
		chain_gone(&x->chain, part->table, q);
		n++;
	}
	rows_end(q);
	if (got < 0 || (n && !db_run(x->db, x->err, part->remove, "s", id)))
		return false;
	x->records += str_is(STR("records"), part->table) ? n : 0;
	return true;
}

static bool id_remove(struct removal *x, const struct kind *kind, struct str id)
{
	const struct counted none = { 0 };
	struct counted before;
	bool ok = tally_look(x->db, &x->a, id, &before, x->err);

	for (const struct part *part = kind->parts; part->table && ok; part++)
		ok = part_remove(x, part, id);
	if (ok && kind->parts == incident_parts)
		tally_change(&x->tally, &before, &none);
	return ok;
}

/* 1: removed some; 0: there are no more; -1: err. */
static int batch_remove(struct removal *x, const struct kind *kind, struct str before)
{
	VEC(struct str) ids = { 0 };
	struct rows *q = db_query(x->db, x->err, kind->old, "si", before, (int64_t)BATCH);
	int got = -1;

	while (q && (got = rows_next(q, x->err)) > 0)
		*VEC_ADD(&x->a, &ids) = arena_str(&x->a, rows_str(q, 0));
	rows_end(q);
	if (got < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++)
		if (!id_remove(x, kind, ids.at[i]))
			return -1;
	return ids.n > 0;
}

static bool sums_remove(struct removal *x)
{
	return db_run(x->db, x->err, "DELETE FROM tallies WHERE incidents = 0", "") &&
		db_run(x->db, x->err, "DELETE FROM prints WHERE incidents = 0", "") &&
		db_run(x->db, x->err,
			"DELETE FROM occurrences WHERE NOT EXISTS (SELECT 1 FROM prints p"
			" WHERE p.fingerprint = occurrences.fingerprint)",
			"");
}

static int kind_remove(struct store *s, struct removal *x, const struct kind *kind, struct str before)
{
	if (!db_begin(x->db, x->err))
		return -1;
	chain_begin(&x->chain, x->db);
	tally_begin(&x->tally, x->db, NULL);
	int got = batch_remove(x, kind, before);
	if (got > 0 && !(tally_end(&x->tally, x->err) && sums_remove(x)))
		got = -1;
	tally_release(&x->tally);
	if (got > 0 && !chain_end(&x->chain, x->err))
		got = -1;
	chain_release(&x->chain);
	arena_reset(&x->a);
	if (got <= 0) {
		db_rollback(x->db);
		return got;
	}
	if (!db_commit(x->db, x->err))
		return -1;
	store_written(s);
	return 1;
}

bool store_remove_before(struct store *s, struct str before, int64_t *removed, struct err *err)
{
	struct removal x = { .db = s->db, .a = ARENA_INIT, .err = err };
	int got = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && got >= 0; i++)
		while ((got = kind_remove(s, &x, &kinds[i], before)) > 0)
			;
	arena_free(&x.a);
	tally_forget(&s->batch.seen);
	tally_forget(&s->written.seen);
	*removed = x.records;
	return got >= 0;
}
