#include "record/table.h"

#include <ctype.h>
#include <string.h>

#include "record/header_names.h"

static const char *const separators[] = { "|", "\xe2\x94\x82", "\xe2\x94\x83", "\xe2\x95\x91" };

/* The length of a separator at the start, or 0. */
static size_t separator_at(struct str s)
{
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (str_starts(s, separators[i]))
			return strlen(separators[i]);
	return 0;
}

static size_t separator_find(struct str s, size_t *n)
{
	size_t at = 0;

	while (at < s.n && (*n = separator_at(str_sub(s, at, s.n))) == 0)
		at++;
	return at;
}

/* The cells of a line, trimmed, without the nothing outside of its outer lines; returns how many, 0 if too many. */
static unsigned cells_read(struct str line, struct str *cells)
{
	unsigned n = 0;
	size_t length, at;

	line = str_trim(line);
	line = str_sub(line, separator_at(line), line.n);
	while (line.n) {
		if (n == TABLE_CELLS_MAX)
			return 0;
		at = separator_find(line, &length);
		cells[n++] = str_trim(str_sub(line, 0, at));
		if (at == line.n)
			break;
		line = str_sub(line, at + length, line.n);
	}
	return n;
}

/* Returns the number of names, 0 if the line has others. */
static unsigned names_read(struct str line, struct str *names)
{
	unsigned n = cells_read(line, names);

	return header_names_are_valid(names, n) ? n : 0;
}

bool table_is_header(struct str line)
{
	struct str names[TABLE_CELLS_MAX];

	return names_read(line, names) > 0;
}

static bool is_rule(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (isalnum((unsigned char)line.p[i]))
			return false;
	return str_trim(line).n > 0;
}

/* Without a cell that says something it is no row, but may be a rule. */
static unsigned row_cells(struct str line, struct str *cells)
{
	return is_rule(line) ? 0 : cells_read(line, cells);
}

bool table_goes_on(struct str header, struct str line)
{
	struct str names[TABLE_CELLS_MAX], cells[TABLE_CELLS_MAX];
	unsigned n = names_read(header, names);

	return n && (is_rule(line) || row_cells(line, cells) == n);
}

/* ---- the tree ---- */

static bool has_number(const struct str *cells, unsigned n)
{
	int64_t number;

	for (unsigned i = 0; i < n; i++)
		if (str_number(cells[i], &number))
			return true;
	return false;
}

static struct json *row_new(struct arena *a, const struct str *names, const struct str *cells, unsigned n)
{
	struct json *row = json_new(a, JSON_OBJECT);

	for (unsigned i = 0; i < n; i++) {
		struct json *v = json_new(a, JSON_STRING);
		v->text = v->raw = cells[i];
		v->key = names[i];
		json_add(row, v);
	}
	return row;
}

/* A wrapped cell: a blank where it was broken, but none behind a hyphen. */
static void row_continue(struct arena *a, struct json *row, const struct str *cells)
{
	unsigned i = 0;

	JSON_EACH(v, row) {
		struct str more = cells[i++];
		bool joins = v->text.n && v->text.p[v->text.n - 1] == '-';
		if (more.n && v->text.n < TABLE_CELL_MAX)
			v->text = v->text.n ? arena_join(a, joins ? v->text : arena_join(a, v->text, STR(" ")), more) :
					      more;
	}
}

struct table_rows {
	struct str names[TABLE_CELLS_MAX];
	unsigned n;
	struct json *list, *last;
};

/* A line of the table; false: it is none. */
static bool line_take(struct arena *a, struct table_rows *t, struct str line)
{
	struct str cells[TABLE_CELLS_MAX];

	if (is_rule(line))
		return true;
	if (row_cells(line, cells) != t->n)
		return false;
	if (t->last && cells[0].n == 0 && !has_number(cells, t->n)) {
		row_continue(a, t->last, cells);
		t->last->raw.n = (size_t)(line.p + line.n - t->last->raw.p);
		return true;
	}
	if (t->last && cells[0].n == 0)
		cells[0] = t->last->first->text;
	t->last = row_new(a, t->names, cells, t->n);
	t->last->raw = line;
	json_add(t->list, t->last);
	return true;
}

struct json *table_parse(struct arena *a, struct str text, size_t *end)
{
	struct table_rows t = { .n = 0 };
	size_t at = str_chr(text, '\n');

	*end = 0;
	t.n = names_read(str_sub(text, 0, at), t.names);
	if (!t.n)
		return NULL;
	t.list = json_new(a, JSON_ARRAY);
	for (at++; at < text.n;) {
		struct str rest = str_sub(text, at, text.n), line = str_sub(rest, 0, str_chr(rest, '\n'));
		if (line.n == 0 || !line_take(a, &t, line))
			break;
		at += line.n + 1;
		if (t.last)
			*end = at < text.n ? at : text.n;
	}
	return t.last ? t.list : NULL;
}
