#include "detect/document.h"

#include <string.h>

void document_init(struct document *d)
{
	memset(d, 0, sizeof(*d));
	buf_init(&d->text, DOCUMENT_MAX + (2 << 20));
}

void document_release(struct document *d)
{
	document_clear(d);
	buf_release(&d->text);
}

void document_clear(struct document *d)
{
	enum { KEPT = 1 << 20 };

	json_scan_free(d->json);
	d->json = NULL;
	d->kind = DOCUMENT_NONE;
	if (d->text.room > KEPT) /* release the memory of a large document */
		buf_release(&d->text);
	buf_clear(&d->text);
}

enum document_kind document_kind_at(struct str line)
{
	if (line.n == 0)
		return DOCUMENT_NONE;
	if (line.p[0] == '{' || line.p[0] == '[')
		return DOCUMENT_JSON;
	if (line.p[0] == '<')
		return DOCUMENT_XML;
	if (csv_is_header(line))
		return DOCUMENT_CSV;
	return table_is_header(line) ? DOCUMENT_TABLE : DOCUMENT_NONE;
}

void document_begin(struct document *d, enum document_kind kind, unsigned long line)
{
	document_clear(d);
	d->kind = kind;
	d->line = line;
	d->prefixes_n = 0;
	d->rest = 0;
	d->inside_line = d->too_long = d->has_more = false;
	xml_scan_init(&d->xml);
	csv_scan_init(&d->csv);
	if (kind == DOCUMENT_JSON)
		d->json = json_scan_new();
}

/* It ended within its last line.  A comma or a bracket after it means that it is part of another one. */
static enum document_state ended_at(struct document *d, size_t end)
{
	struct str rest = str_sub(buf_str(&d->text), end, d->text.n), following = str_trim(rest);

	d->rest = rest.n;
	d->has_more = following.n && strchr(",]}:", following.p[0]) && following.p[0];
	d->text.n = end;
	return d->has_more ? DOCUMENT_BROKEN : DOCUMENT_COMPLETE;
}

/* The line that has just been added to a table; its first line is that with the names. */
static enum json_scanned table_add(const struct document *d, struct str fresh, bool ended)
{
	struct str text = buf_str(&d->text), header = str_sub(text, 0, str_chr(text, '\n'));

	/* A piece of a line that is too long is no row. */
	return ended && (fresh.n == text.n || table_goes_on(header, str_trim(fresh))) ? JSON_OPEN : JSON_BROKEN;
}

static enum json_scanned scan_add(struct document *d, struct str fresh, size_t *used)
{
	switch (d->kind) {
	case DOCUMENT_JSON:
		return json_scan_add(d->json, fresh, used);
	case DOCUMENT_CSV:
		return csv_scan_add(&d->csv, fresh);
	default:
		return xml_scan_add(&d->xml, fresh, used);
	}
}

enum document_state document_add(struct document *d, struct str line, bool ended)
{
	size_t begin = d->text.n, used;

	buf_add(&d->text, line);
	if (ended)
		buf_addc(&d->text, '\n');
	d->inside_line = !ended;
	struct str fresh = str_sub(buf_str(&d->text), begin, d->text.n);
	enum json_scanned state = d->kind == DOCUMENT_TABLE ? table_add(d, fresh, ended) : scan_add(d, fresh, &used);
	if (state == JSON_CLOSED)
		return ended_at(d, begin + used);
	d->too_long = d->text.n > DOCUMENT_MAX;
	return state == JSON_OPEN && !d->too_long ? DOCUMENT_OPEN : DOCUMENT_BROKEN;
}

struct json *document_tree(const struct document *d, struct arena *a)
{
	size_t end;

	if (d->kind == DOCUMENT_JSON)
		return json_parse_some(a, buf_str(&d->text), &end);
	if (d->kind == DOCUMENT_TABLE)
		return table_parse(a, buf_str(&d->text), &end);
	return d->kind == DOCUMENT_CSV ? csv_parse(a, buf_str(&d->text), &end) : xml_parse(a, buf_str(&d->text), &end);
}
