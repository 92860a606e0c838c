#include "store/adjustment.h"

#include "store/internal.h"

static const char *const kinds[] = { [ADJUST_STAGE] = "stage",
	[ADJUST_DEPRECATED] = "deprecated",
	[ADJUST_THRESHOLD] = "threshold",
	[ADJUST_LOOK] = "look" };

/* ---- read ---- */

static struct rows *row_of(struct store *s, enum adjustment_kind kind, struct str name)
{
	if (!s)
		return NULL;
	return db_query(s->db, NULL, "SELECT value, undone FROM adjustments WHERE kind = ?1 AND name = ?2", "ss",
		str_of(kinds[kind]), str_or_empty(name));
}

struct str adjustment_value(struct store *s, struct arena *a, enum adjustment_kind kind, struct str name)
{
	struct rows *q = row_of(s, kind, name);
	struct str value = STR_NONE;

	if (q && rows_next(q, NULL) > 0 && rows_str(q, 0).n)
		value = arena_str(a, rows_str(q, 0));
	rows_end(q);
	return value;
}

bool adjusted(struct store *s, enum adjustment_kind kind, struct str name)
{
	struct rows *q = row_of(s, kind, name);
	bool is = q && rows_next(q, NULL) > 0 && rows_str(q, 0).n > 0;

	rows_end(q);
	return is;
}

bool adjustment_is_pinned(struct store *s, enum adjustment_kind kind, struct str name)
{
	struct rows *q = row_of(s, kind, name);
	bool is = q && rows_next(q, NULL) > 0 && rows_int(q, 1) == 1;

	rows_end(q);
	return is;
}

bool adjustments_each(struct store *s, adjustment_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT r.id, d.kind, d.name, d.value, d.time, e.detail, d.undone FROM adjustments d"
		" JOIN records r ON r.seq = d.record JOIN events e ON e.record = d.record"
		" WHERE d.kind IN ('stage', 'deprecated', 'threshold', 'look') ORDER BY d.kind, d.name",
		"");
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct adjustment_row row = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_str(q, 3),
			rows_str(q, 4), rows_str(q, 5), rows_int(q, 6) == 1 };
		if (!each(ctx, &row))
			break;
	}
	rows_end(q);
	return got >= 0;
}

/* ---- change ---- */

static bool event_store(struct store *s, struct arena *a, const struct adjustment *change, bool undo, struct str why,
	struct str *id, struct err *err)
{
	struct record r = record_new(a, KIND_EVENT);

	r.event.name = undo ? STR("improvement_undone") : STR("improvement_made");
	r.event.detail = why;
	r.event.change = *change;
	if (id)
		*id = r.id;
	return store_add(s, &r, err);
}

bool adjust(struct store *s, struct arena *a, enum adjustment_kind kind, struct str name, struct str value,
	struct str why, struct str *id, struct err *err)
{
	struct str before = adjustment_value(s, a, kind, name);
	struct adjustment change = {
		.kind = str_of(kinds[kind]), .name = name, .before = str_or_empty(before), .after = str_or_empty(value)
	};

	return event_store(s, a, &change, false, why, id, err);
}

/* The event with this id or prefix. */
static bool event_find(struct store *s, struct arena *a, struct str id, struct record *r, struct err *err)
{
	enum { LEAST = 4 };
	char shown[80];
	struct rows *q = id.n < LEAST ?
		NULL :
		db_query(s->db, err,
			"SELECT json FROM records WHERE kind = 'event' AND substr(id, 1, length(?1)) = ?1 LIMIT 2", "s",
			id);
	int got = q ? rows_next(q, err) : 0;
	bool ok = got > 0 && record_parse(a, arena_str(a, rows_str(q, 0)), r, NULL) && r->event.change.kind.n &&
		str_starts(r->event.name, "improvement_");
	bool more = ok && rows_next(q, NULL) > 0;

	rows_end(q);
	visible(id, shown, sizeof(shown));
	if (more)
		return err_set(err, HEAL_WRONG, "several events begin with '%s'; give more of the id", shown);
	return ok ||
		(got >= 0 &&
			err_set(err, HEAL_WRONG, "no change '%s' in the store; 'heal-log improve --list' lists them",
				shown));
}

bool adjustment_undo(struct store *s, struct arena *a, struct str id, struct str *undone, struct err *err)
{
	struct record r;

	if (!event_find(s, a, id, &r, err))
		return false;
	const struct adjustment *was = &r.event.change;
	size_t kind = 0;
	while (kind < ADJUST_LOOK && !str_is(was->kind, kinds[kind]))
		kind++;
	struct str now = adjustment_value(s, a, (enum adjustment_kind)kind, was->name);
	if (!str_eq(str_or_empty(now), str_or_empty(was->after)))
		return err_set(err, HEAL_WRONG, "this was changed again since; undo the later change first");
	const struct adjustment back = {
		.kind = was->kind, .name = was->name, .before = was->after, .after = was->before, .undoes = r.id
	};
	bool is_undo = str_is(r.event.name, "improvement_undone");
	*undone = arena_printf(a, "%.*s %.*s", STR_ARG(was->kind), STR_ARG(was->name));
	return event_store(s, a, &back, !is_undo,
		arena_printf(a, "undoes %.*s: %.*s", STR_ARG(r.id), STR_ARG(r.event.detail)), NULL, err);
}
