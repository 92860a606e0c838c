#include "analyze/byte_columns.h"

#include "base/caret.h"
#include "base/columns.h"

static void columns_set(struct record *r, size_t column, size_t end)
{
	record_set_int(r, F_ERROR_COLUMN, (int64_t)column);
	if (end)
		record_set_int(r, F_ERROR_END_COLUMN, (int64_t)end);
	json_remove(record_get(r, F_ERROR), "counts");
}

/* The number as the tool counts it, or 0. */
static size_t column_said(const struct record *r, enum field f)
{
	int64_t n = record_int(r, f, 0);

	return n > 0 ? (size_t)n : 0;
}

static bool from_caret(struct record *r, struct str line)
{
	int64_t column = record_int(r, F_ERROR_COLUMN, 0);
	bool one_line = record_int(r, F_ERROR_END_LINE, 0) <= record_int(r, F_ERROR_LINE, 0);
	struct marks m;

	if (!caret_find(record_str(r, F_ERROR_RAW), line, &m) || (column != m.point && column != m.shown))
		return false;
	columns_set(r, (size_t)m.point,
		column != m.point && one_line && column_said(r, F_ERROR_END_COLUMN) ? (size_t)m.end : 0);
	return true;
}

static void from_unit(struct record *r, const struct text *x, struct str line, enum column_unit unit)
{
	size_t column = column_said(r, F_ERROR_COLUMN), end = column_said(r, F_ERROR_END_COLUMN), at, end_at = 0;
	struct str last = text_line(x, record_int(r, F_ERROR_END_LINE, record_int(r, F_ERROR_LINE, 0)));

	at = columns_to_bytes(line, column - 1, unit);
	if (end)
		end_at = last.p ? columns_to_bytes(last, end - 1, unit) : SIZE_MAX;
	if (at != SIZE_MAX && end_at != SIZE_MAX)
		columns_set(r, at + 1, end ? end_at + 1 : 0);
}

void byte_columns_set(struct record *r, struct source_tree *view)
{
	enum column_unit unit = column_unit_of(record_str(r, F_ERROR_COUNTS));
	struct str path = STR_NONE;

	if (record_int(r, F_ERROR_COLUMN, 0) > 1)
		path = source_resolve(view, record_str(r, F_ERROR_FILE));
	const struct text *x = path.p ? source_read(view, path) : NULL;
	struct str line = x ? text_line(x, record_int(r, F_ERROR_LINE, 0)) : STR_NONE;
	if (!line.p || ((unit == COUNTS_BYTES || unit == COUNTS_DISPLAY) && from_caret(r, line)))
		return;
	if (unit != COUNTS_BYTES)
		from_unit(r, x, line, unit);
}
