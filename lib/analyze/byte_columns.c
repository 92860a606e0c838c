#include "analyze/byte_columns.h"

#include "base/caret.h"
#include "base/columns.h"

static void columns_set(struct error *e, size_t column, size_t end)
{
	e->column = (int64_t)column;
	if (end)
		e->end_column = (int64_t)end;
	e->counts = UNIT_NONE;
}

static bool from_caret(struct error *e, struct str line)
{
	bool one_line = e->end_line <= e->line;
	struct marks m;

	if (!caret_find(e->raw, line, &m) || (e->column != m.point && e->column != m.shown))
		return false;
	columns_set(e, (size_t)m.point, e->column != m.point && one_line && e->end_column ? (size_t)m.end : 0);
	return true;
}

static void from_unit(struct error *e, const struct text *x, struct str line)
{
	size_t at = columns_to_bytes(line, (size_t)e->column - 1, e->counts), end = 0;
	struct str last = text_line(x, e->end_line ? e->end_line : e->line);

	if (e->end_column)
		end = last.p ? columns_to_bytes(last, (size_t)e->end_column - 1, e->counts) : SIZE_MAX;
	if (at != SIZE_MAX && end != SIZE_MAX)
		columns_set(e, at + 1, e->end_column ? end + 1 : 0);
}

/* A tool that gives no column, but marks the place below the line. */
static void column_of_marks(struct error *e, struct source_tree *view)
{
	struct str path = e->line >= 1 && str_chr(e->raw, '^') < e->raw.n ? source_resolve(view, e->file) : STR_NONE;
	const struct text *x = path.p ? source_read(view, path) : NULL;
	struct str line = x ? text_line(x, e->line) : STR_NONE;
	struct marks m;

	if (line.p && caret_find(e->raw, line, &m))
		columns_set(e, (size_t)m.point, 0);
}

void byte_columns_set(struct record *r, struct source_tree *view)
{
	if (!r->error.column) {
		column_of_marks(&r->error, view);
		return;
	}
	struct error *e = &r->error;
	bool in_bytes = e->counts == UNIT_NONE || e->counts == UNIT_BYTES;
	struct str path = e->column > 1 ? source_resolve(view, e->file) : STR_NONE;
	const struct text *x = path.p ? source_read(view, path) : NULL;
	struct str line = x ? text_line(x, e->line) : STR_NONE;

	if (!line.p || ((in_bytes || e->counts == UNIT_DISPLAY) && from_caret(e, line)))
		return;
	if (!in_bytes)
		from_unit(e, x, line);
}
