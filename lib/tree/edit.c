#include "tree/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* An edit with byte offsets, and its number for messages. */
struct byte_range {
	size_t begin, end, number;
	struct str text;
	bool given;
};

size_t bom_length(struct str s)
{
	return str_starts(s, "\xef\xbb\xbf") ? 3 : 0;
}

/* The end of the line at `begin`: before LF or CR LF. */
static size_t line_end(struct str text, size_t begin)
{
	size_t lf = begin + str_chr(str_sub(text, begin, text.n), '\n');

	return lf < text.n && lf > begin && text.p[lf - 1] == '\r' ? lf - 1 : lf;
}

/* The offset at which line (from 1) begins; false if there is none. */
static bool line_begin(struct str text, size_t line, size_t *begin)
{
	size_t at = bom_length(text);

	while (--line > 0) {
		size_t lf = at + str_chr(str_sub(text, at, text.n), '\n');
		if (lf >= text.n)
			return false;
		at = lf + 1;
	}
	*begin = at;
	return true;
}

/* given: a CR before the LF is an ordinary byte of the line. */
static bool place_offset(struct str text, size_t line, size_t column, bool given, size_t *offset, struct err *err)
{
	size_t begin;

	if (line == 0 || column == 0)
		return err_set(err, HEAL_WRONG, "line %zu, column %zu: lines and columns count from 1", line, column);
	if (!line_begin(text, line, &begin))
		return err_set(err, HEAL_WRONG, "the file has no line %zu", line);
	size_t end = given ? begin + str_chr(str_sub(text, begin, text.n), '\n') : line_end(text, begin);
	if (column - 1 > end - begin)
		return err_set(err, HEAL_WRONG, "line %zu has no column %zu", line, column);
	*offset = begin + column - 1;
	return true;
}

bool edit_offset(struct str text, size_t line, size_t column, size_t *offset, struct err *err)
{
	return place_offset(text, line, column, false, offset, err);
}

static int range_order(const void *x, const void *y)
{
	const struct byte_range *a = x, *b = y;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return 0;
}

static bool range_of(struct str old, const struct edit *e, size_t number, struct byte_range *r, struct err *err)
{
	struct err why;

	*r = (struct byte_range){ .number = number, .text = e->text, .given = e->given };
	if (!place_offset(old, e->line, e->column, e->given, &r->begin, &why) ||
		!place_offset(old, e->end_line, e->end_column, e->given, &r->end, &why))
		return err_set(err, HEAL_WRONG, "edit %zu is outside the file: %s", number, why.text);
	if (r->end < r->begin)
		return err_set(err, HEAL_WRONG, "edit %zu ends before it begins", number);
	return true;
}

static bool ranges_apart(const struct byte_range *r, size_t n, struct err *err)
{
	for (size_t i = 1; i < n; i++)
		if (r[i].begin < r[i - 1].end || (r[i].begin == r[i - 1].begin && r[i].end == r[i - 1].end))
			return err_set(err, HEAL_WRONG, "edits %zu and %zu overlap", r[i - 1].number, r[i].number);
	return true;
}

/* Are the line ends around offset CR LF?  Decided by the line itself, or by the one before it. */
static bool is_crlf(struct str text, size_t offset)
{
	size_t lf = offset + str_chr(str_sub(text, offset, text.n), '\n');

	if (lf >= text.n)
		lf = str_rchr(str_sub(text, 0, offset), '\n');
	return lf < text.n && lf > 0 && text.p[lf - 1] == '\r';
}

static void add_text(struct buf *out, struct str text, bool crlf)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
			continue;
		if (text.p[i] == '\n' && crlf)
			buf_addc(out, '\r');
		buf_addc(out, text.p[i]);
	}
}

bool edits_apply(struct arena *a, struct str old, const struct edit *edits, size_t n, struct str *out, struct err *err)
{
	struct byte_range *ranges = arena_alloc(a, (n + 1) * sizeof(*ranges));
	size_t room = old.n + 1, at = 0;
	struct buf text;

	for (size_t i = 0; i < n; i++) {
		if (!range_of(old, &edits[i], i + 1, &ranges[i], err))
			return false;
		room += 2 * edits[i].text.n;
	}
	qsort(ranges, n, sizeof(*ranges), range_order);
	if (!ranges_apart(ranges, n, err))
		return false;
	buf_init(&text, room);
	for (size_t i = 0; i < n; i++) {
		buf_add(&text, str_sub(old, at, ranges[i].begin));
		if (ranges[i].given)
			buf_add(&text, ranges[i].text);
		else
			add_text(&text, ranges[i].text, is_crlf(old, ranges[i].begin));
		at = ranges[i].end;
	}
	buf_add(&text, str_sub(old, at, old.n));
	*out = arena_str(a, buf_str(&text));
	buf_release(&text);
	return true;
}
