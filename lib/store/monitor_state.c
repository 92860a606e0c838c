#include "store/monitor_state.h"

#include "redact/redact.h"
#include "store/internal.h"

static const char *const kinds[] = {
	[MONITOR_BREAKER] = "breaker", [MONITOR_HEALING] = "healing", [MONITOR_ALERT] = "alert"
};

/* The project is stored without secrets, so it must be looked for so. */
static struct str full_name(struct arena *a, struct str name, struct str project)
{
	return arena_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(redact_text(a, project, REDACT_TAGGED)));
}

bool monitor_state_set(
	struct store *s, struct arena *a, const struct monitor_change *c, struct record *r, struct err *err)
{
	struct record own = record_new(a, KIND_EVENT);
	struct str before = monitor_state_get(s, a, c->kind, c->name, c->project);

	own.correlation_id = own.id;
	own.event.name = str_of(c->event);
	own.event.detail = c->detail;
	own.event.rule = c->rule;
	own.event.change = (struct adjustment){ .kind = str_of(kinds[c->kind]),
		.name = full_name(a, c->name, c->project),
		.before = str_or_empty(before),
		.after = str_or_empty(c->value) };
	if (r)
		*r = own;
	return store_add(s, &own, err);
}

struct str monitor_state_get(
	struct store *s, struct arena *a, enum monitor_state kind, struct str name, struct str project)
{
	struct rows *q = db_query(s->db, NULL, "SELECT value FROM adjustments WHERE kind = ?1 AND name = ?2", "ss",
		str_of(kinds[kind]), full_name(a, name, project));
	struct str value = q && rows_next(q, NULL) > 0 && rows_str(q, 0).n ? arena_str(a, rows_str(q, 0)) : STR_NONE;

	rows_end(q);
	return value;
}

bool monitor_states_each(struct store *s, enum monitor_state kind, struct str project, monitor_state_fn *each,
	void *ctx, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str end = full_name(&a, STR(""), project);
	struct rows *q = db_query(s->db, err,
		"SELECT name, value FROM adjustments WHERE kind = ?1 AND value <> '' ORDER BY name", "s",
		str_of(kinds[kind]));
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0) {
		struct str all = rows_str(q, 0), name = str_sub(all, 0, str_chr(all, ' '));
		if (str_eq(str_sub(all, name.n, all.n), end))
			each(ctx, name, rows_str(q, 1));
	}
	rows_end(q);
	arena_free(&a);
	return got >= 0;
}
