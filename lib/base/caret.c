#include "base/caret.h"

#include <string.h>

#include "base/columns.h"

static size_t blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* Skip "  12 | ", the margin that some tools print. */
static struct str inside_margin(struct str s)
{
	size_t i = blanks(s);

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	i += blanks(str_sub(s, i, s.n));
	if (i == s.n || s.p[i] != '|')
		return s;
	return str_sub(s, i + 1 + (i + 1 < s.n && s.p[i + 1] == ' '), s.n);
}

static bool is_mark(char c)
{
	return c == '^' || c == '~' || c == '-';
}

/* Find the run of marks with the '^', or else the first run; false if the line is not a row of marks. */
static bool is_row(struct str s, size_t *from, size_t *to, size_t *point)
{
	size_t i = blanks(s), k = i;
	const char *caret;

	while (k < s.n && is_mark(s.p[k]))
		k++;
	if (k == i || s.p[i] == '-' || (k < s.n && s.p[k] != ' '))
		return false;
	caret = memchr(s.p + i, '^', s.n - i);
	if (caret && caret >= s.p + k) {
		/* Only marks and blanks are allowed between the runs. */
		for (size_t j = k; j < (size_t)(caret - s.p); j++)
			if (s.p[j] != ' ' && !is_mark(s.p[j]))
				return false;
		i = k = (size_t)(caret - s.p);
		while (is_mark(s.p[i - 1]))
			i--;
		while (k < s.n && is_mark(s.p[k]))
			k++;
	}
	*from = i;
	*to = k;
	*point = caret ? (size_t)(caret - s.p) : i;
	return true;
}

/* The byte offset of a column, both from 0; after the end each column counts as one byte. */
static size_t byte_in(struct str text, size_t column)
{
	size_t i = 0, at = 0, columns;

	while (i < text.n && at < column) {
		i += character_width(text, i, &columns);
		at += columns;
	}
	return at < column ? i + column - at : i;
}

/* Equal, if bytes of the source that are not UTF-8 are compared as U+FFFD? */
static bool is_quote(struct str quoted, struct str source)
{
	size_t i = 0, n;

	for (size_t k = 0; k < source.n; k += n, i += n) {
		static const struct str instead = { "\xef\xbf\xbd", 3 };
		n = utf8_length(source, k);
		if (n == 0 && str_starts(str_sub(quoted, i, quoted.n), instead.p)) {
			i += instead.n - 1;
			n = 1;
		} else if (!str_eq(str_sub(quoted, i, i + (n ? n : 1)), str_sub(source, k, k + (n ? n : 1)))) {
			return false;
		}
		n = n ? n : 1;
	}
	return i == quoted.n;
}

/* Convert the marks from columns of `quoted` to columns of `source`; quoted.p == NULL: leave them as they are. */
static bool moved(struct str quoted, struct str source, size_t from, size_t to, size_t point, struct marks *out)
{
	size_t drop = 0, add = 0;

	if (quoted.p) {
		if (str_trim(quoted).n == 0 || !is_quote(str_trim(quoted), str_trim(source)))
			return false;
		drop = blanks(quoted);
		add = blanks(source);
	}
	struct str text = str_sub(source, add, source.n);
	if (from < drop || to < drop || point < drop || byte_in(text, from - drop) > text.n)
		return false;
	out->column = (int64_t)(add + byte_in(text, from - drop)) + 1;
	out->end = (int64_t)(add + byte_in(text, to - drop)) + 1;
	out->point = (int64_t)(add + byte_in(text, point - drop)) + 1;
	out->shown = (int64_t)point + 1;
	if ((size_t)out->end > source.n + 1)
		out->end = (int64_t)source.n + 1;
	return out->end >= out->column;
}

bool caret_find(struct str raw, struct str source, struct marks *out)
{
	struct str rest = raw, line, above = STR_NONE;
	size_t from, to, point;
	bool found = false;

	if (source.n == 0)
		return false;
	while (str_line(&rest, &line)) {
		if (str_find(line, STR(": note: ")) < line.n)
			break;
		struct str inner = inside_margin(line);
		if (is_row(inner, &from, &to, &point) && moved(above, source, from, to, point, out))
			found = true;
		above = inner;
	}
	return found;
}
