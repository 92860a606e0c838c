#include "store/sessions.h"

#include "store/db.h"
#include "store/internal.h"

bool store_sessions(struct store *s, int64_t limit, store_session_fn *each, void *ctx, struct err *err)
{
	struct arena row = ARENA_INIT;
	struct record r;
	int64_t n = 0;
	int got;
	struct rows *q = db_query(s->db, err,
		"SELECT r.json FROM sessions h JOIN records r ON r.seq = h.seq ORDER BY h.time DESC, h.seq DESC", "");

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0 && (limit <= 0 || n < limit)) {
		arena_reset(&row);
		if (!record_parse(&row, rows_str(q, 0), &r, NULL))
			continue;
		n++;
		if (!each(ctx, &r))
			break;
	}
	rows_end(q);
	arena_free(&row);
	return got >= 0;
}
