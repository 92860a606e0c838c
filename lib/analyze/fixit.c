#include "analyze/fixit.h"

#include "base/columns.h"

static size_t offset_at(const struct text *x, int64_t line, int64_t column, enum column_unit counts)
{
	struct str s = text_line(x, line);

	/* The end of the file, as the beginning of a line that is not there. */
	if (!s.p && line == (int64_t)x->lines + 1 && column == 1)
		return x->all.n;
	if (!s.p || column < 1)
		return SIZE_MAX;
	size_t n = columns_to_bytes(s, (size_t)column - 1, counts);
	return n == SIZE_MAX ? SIZE_MAX : (size_t)(s.p - x->all.p) + n;
}

/* Offsets count from behind a byte order mark. */
static size_t offset_of(const struct text *x, int64_t offset, enum column_unit counts)
{
	size_t begin = x->lines ? x->line_at[0] : 0;
	size_t n = offset < 0 ? SIZE_MAX : columns_to_bytes(str_sub(x->all, begin, x->all.n), (size_t)offset, counts);

	return n == SIZE_MAX ? SIZE_MAX : begin + n;
}

bool fixit_range(const struct text *x, const struct json *fixit, size_t *from, size_t *to)
{
	enum column_unit counts = column_unit_of(json_str(json_get(fixit, "counts")));
	int64_t line = json_int(json_get(fixit, "line"), 0);

	if (json_get(fixit, "offset")) {
		*from = offset_of(x, json_int(json_get(fixit, "offset"), -1), counts);
		*to = offset_of(x, json_int(json_get(fixit, "end_offset"), -1), counts);
	} else {
		*from = offset_at(x, line, json_int(json_get(fixit, "column"), 0), counts);
		*to = offset_at(x, json_int(json_get(fixit, "end_line"), line),
			json_int(json_get(fixit, "end_column"), 0), counts);
	}
	return *from != SIZE_MAX && *to != SIZE_MAX && *from <= *to;
}

int64_t fixit_proposal(const struct json *fixit)
{
	return json_int(json_get(fixit, "proposal"), 0);
}
