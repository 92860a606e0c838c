#include "record/csv.h"

#include <string.h>

#include "record/header_names.h"

static const char separators[] = ",;\t";

/* The separator of which the header has most. */
static char separator_of(struct str line)
{
	size_t most = 0;
	char best = '\0';

	for (const char *s = separators; *s; s++) {
		size_t n = 0;
		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == *s;
		if (n > most) {
			most = n;
			best = *s;
		}
	}
	return best;
}

static struct str line_of(struct str text)
{
	struct str line = str_sub(text, 0, str_chr(text, '\n'));

	return line.n && line.p[line.n - 1] == '\r' ? str_sub(line, 0, line.n - 1) : line;
}

static struct str unquoted(struct str field)
{
	bool quoted = field.n >= 2 && field.p[0] == '"' && field.p[field.n - 1] == '"';

	return quoted ? str_sub(field, 1, field.n - 1) : field;
}

/* The names of the header; returns how many, 0 if it is none. */
static unsigned header_read(struct str line, char separator, struct str *names)
{
	unsigned n = 0;

	for (size_t at = 0; at <= line.n;) {
		struct str rest = str_sub(line, at, line.n), field = str_sub(rest, 0, str_chr(rest, separator));
		if (n == CSV_FIELDS_MAX)
			return 0;
		names[n++] = unquoted(str_trim(field));
		at += field.n + 1;
	}
	return header_names_are_valid(names, n) ? n : 0;
}

bool csv_is_header(struct str line)
{
	struct str names[CSV_FIELDS_MAX];
	char separator = separator_of(line_of(line));

	return separator && header_read(line_of(line), separator, names);
}

/* ---- the tree ---- */

/* Where a field ends: at a separator or the end of the record; text.n if its quotes do not close. */
static size_t field_end(struct str text, size_t at, char separator)
{
	if (at < text.n && text.p[at] == '"') {
		for (at++; at < text.n; at++) {
			if (text.p[at] != '"')
				continue;
			if (at + 1 == text.n || text.p[at + 1] != '"')
				break;
			at++;
		}
		if (at == text.n)
			return at;
	}
	while (at < text.n && text.p[at] != separator && text.p[at] != '\n')
		at++;
	return at;
}

static struct str value_of(struct arena *a, struct str field)
{
	if (field.n && field.p[field.n - 1] == '\r')
		field.n--;
	if (field.n == 0 || field.p[0] != '"')
		return field;
	struct str inner = unquoted(field);
	char *out = arena_alloc(a, inner.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < inner.n; i++) {
		out[n++] = inner.p[i];
		if (inner.p[i] == '"' && i + 1 < inner.n && inner.p[i + 1] == '"')
			i++;
	}
	return (struct str){ out, n };
}

static void member_add(struct arena *a, struct json *object, struct str name, struct str field)
{
	struct json *v = json_new(a, JSON_STRING);

	v->text = value_of(a, field);
	v->raw = field;
	v->key = name;
	json_add(object, v);
}

/* One record from *at, which is moved behind it; NULL: it has another number of fields, or no end. */
static struct json *record_read(
	struct arena *a, struct str text, size_t *at, char separator, const struct str *names, unsigned n)
{
	struct json *object = json_new(a, JSON_OBJECT);
	size_t begin = *at, end = begin;

	for (unsigned i = 0; i < n; i++) {
		end = field_end(text, *at, separator);
		bool last = end == text.n || text.p[end] == '\n';
		bool open = end == text.n && str_sub(text, *at, end).n && text.p[*at] == '"' && text.p[end - 1] != '"';
		if (last != (i + 1 == n) || open)
			return NULL;
		member_add(a, object, names[i], str_sub(text, *at, end));
		*at = end + 1;
	}
	object->raw = str_sub(text, begin, end);
	return object;
}

struct json *csv_parse(struct arena *a, struct str text, size_t *end)
{
	struct str names[CSV_FIELDS_MAX];
	struct str header = line_of(text);
	char separator = separator_of(header);
	unsigned n = separator ? header_read(header, separator, names) : 0;
	size_t at = str_chr(text, '\n') + 1;
	struct json *list = n ? json_new(a, JSON_ARRAY) : NULL, *record;

	*end = 0;
	while (list && at < text.n && (record = record_read(a, text, &at, separator, names, n))) {
		json_add(list, record);
		*end = at < text.n ? at : text.n;
	}
	return list && list->first ? list : NULL;
}

/* ---- the scanner ---- */

void csv_scan_init(struct csv_scan *s)
{
	*s = (struct csv_scan){ .header = true, .empty = true, .seen = 1 };
}

static bool record_ends(struct csv_scan *s)
{
	bool fits = s->header || s->seen == s->fields;

	if (s->header)
		s->fields = s->seen;
	s->header = false;
	s->empty = true;
	s->seen = 1;
	return fits;
}

enum json_scanned csv_scan_add(struct csv_scan *s, struct str piece)
{
	if (!s->separator && !(s->separator = separator_of(line_of(piece))))
		return JSON_BROKEN;
	for (size_t i = 0; i < piece.n; i++) {
		char c = piece.p[i];
		bool closed = s->quote;
		s->quote = c == '"' && s->quoted;
		/* A doubled quote closes the quotes and opens them again. */
		if (c == '"' && (s->quoted || s->empty || closed))
			s->quoted = !s->quoted;
		else if (!s->quoted && c == '\n' && !record_ends(s))
			return JSON_BROKEN;
		else if (!s->quoted && c == s->separator && ++s->seen > CSV_FIELDS_MAX)
			return JSON_BROKEN;
		s->empty = !s->quoted && (c == s->separator || c == '\n');
	}
	return JSON_OPEN;
}
