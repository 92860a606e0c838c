#include "caret.h"

#include <string.h>

static size_t blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* Behind "  12 | ", the margin that some tools print. */
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

/* The run of marks that holds the '^', or else the first; false when the line is no row of marks. */
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
		/* Marks, blanks and the caret's run: no prose between them. */
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

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Move the row from below `quoted` to below `source`; quoted.p == NULL: it was not quoted, take it as it stands. */
static bool moved(struct str quoted, struct str source, size_t from, size_t to, size_t point, struct marks *out)
{
	size_t drop = 0, add = 0;

	if (quoted.p) {
		if (str_trim(quoted).n == 0 || !str_eq(str_trim(quoted), str_trim(source)))
			return false;
		drop = blanks(quoted);
		add = blanks(source);
	}
	if (from < drop || from - drop + add > source.n)
		return false;
	out->column = (int64_t)(from - drop + add) + 1;
	out->end = (int64_t)(to - drop + add) + 1;
	out->point = (int64_t)(point - drop + add) + 1;
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

	if (!is_ascii(source) || source.n == 0)
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
