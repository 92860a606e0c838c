#include "analyze/fixit.h"

#include "base/columns.h"

static size_t offset_at(const struct text *x, int64_t line, int64_t column, enum column_unit counts)
{
	struct str s = text_line(x, line);

	/* The end of the file, given as the start of the next line. */
	if (!s.p && line == (int64_t)x->lines + 1 && column == 1)
		return x->all.n;
	if (!s.p || column < 1)
		return SIZE_MAX;
	size_t n = columns_to_bytes(s, (size_t)column - 1, counts);
	return n == SIZE_MAX ? SIZE_MAX : (size_t)(s.p - x->all.p) + n;
}

/* Offsets are relative to the end of a byte order mark. */
static size_t offset_of(const struct text *x, int64_t offset, enum column_unit counts)
{
	size_t begin = x->lines ? x->line_at[0] : 0;
	size_t n = offset < 0 ? SIZE_MAX : columns_to_bytes(str_sub(x->all, begin, x->all.n), (size_t)offset, counts);

	return n == SIZE_MAX ? SIZE_MAX : begin + n;
}

bool fixit_range(const struct text *x, const struct fixit *f, size_t *from, size_t *to)
{
	enum column_unit counts = f->counts;

	if (!f->offset.known) {
		*from = offset_at(x, f->line, f->column, counts);
		*to = offset_at(x, f->end_line ? f->end_line : f->line, f->end_column, counts);
	} else {
		*from = offset_of(x, f->offset.is, counts);
		*to = f->end_offset.known ? offset_of(x, f->end_offset.is, counts) : SIZE_MAX;
	}
	return *from != SIZE_MAX && *to != SIZE_MAX && *from <= *to;
}
