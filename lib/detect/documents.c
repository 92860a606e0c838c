#include "detect/detector_internal.h"

#include <string.h>

static struct mapping *mapping_at(struct detector *d, uint32_t rule)
{
	if (!d->mappings[rule])
		d->mappings[rule] = mapping_new(&d->a, d->o.pack, rule, d->forms);
	return d->mappings[rule];
}

/* The file that a line names, alone or behind a word and a colon; STR_NONE: none. */
static struct str file_alone(struct detector *d, struct str line)
{
	size_t colon = str_chr(line, ':');

	if (colon + 1 < line.n && str_chr(line, ' ') == colon + 1)
		line = str_trim(str_sub(line, colon + 1, line.n));
	if (line.n && line.p[line.n - 1] == ':')
		line.n--;
	return str_chr(line, ' ') == line.n && form_is_file(d->forms, line) ? line : STR_NONE;
}

/* The rows of a table are about the file that is named above it. */
static void table_heading(struct detector *d, struct json *list)
{
	enum { LINES = 12 };
	size_t from = d->doc_begin - d->dropped, at = from;
	struct str line, file = STR_NONE;

	if (d->doc_begin < d->dropped)
		return;
	for (unsigned n = 0; !file.n && n < LINES && detector_line_above(d, from, &at, &line); n++)
		file = file_alone(d, str_trim(line));
	for (struct json *row = list && file.n ? list->first : NULL; row; row = row->next) {
		struct json *v = json_new(&d->doc_arena, JSON_STRING);
		struct str raw = row->raw; /* which a change takes away */
		v->text = arena_str(&d->doc_arena, file);
		v->key = STR("path");
		json_append_member(row, v);
		row->raw = raw;
	}
}

/* Does a tool's rule for text read the records of this CSV, line by line? */
static bool records_are_known(struct detector *d, const struct json *list)
{
	return (d->doc.kind == DOCUMENT_CSV || d->doc.kind == DOCUMENT_TABLE) && list && list->first &&
		detector_is_known(d, list->first->raw);
}

/* Report the elements of the document for the first matching rule and the other matching rules of its pack.  For a
 * document within the current line only rules with a literal in it are tried.  Returns the number of elements, or -1 if
 * no rule matches.  *end: the offset after the last of them. */
static long document_report(struct detector *d, bool partial, bool in_line, size_t *end)
{
	arena_reset(&d->doc_arena);
	struct document_tree t = { .root = document_tree(&d->doc, &d->doc_arena),
		.text = buf_str(&d->doc.text),
		.line = d->doc.line,
		.partial = partial,
		.budget = TREE_BUDGET,
		.counted_line = d->doc.line };
	struct str pack = STR_NONE;
	long n = -1;
	if (records_are_known(d, t.root))
		return n;
	if (d->doc.kind == DOCUMENT_TABLE)
		table_heading(d, t.root);
	for (uint32_t i = 0; t.root && i < (in_line ? d->c.documents_n : d->rules_n); i++) {
		uint32_t rule = in_line ? d->c.documents[i] : i;
		bool general = rule >= d->general;
		if (general && (n >= 0 || (in_line && detector_line_is_known(d))))
			break;
		struct mapping *m = d->c.kinds[rule] == d->doc.kind ? mapping_at(d, rule) : NULL;
		if (!m || (pack.p && !str_eq(pack, mapping_rule(m)->pack)) || !mapping_fits(m, &t, NULL))
			continue;
		size_t found = mapping_run(m, &t, &d->block, detector_row_report, d, end);
		if (found == 0 && general) /* its signature says nothing */
			continue;
		n = (n < 0 ? 0 : n) + (long)found;
		pack = mapping_rule(m)->pack;
	}
	return n;
}

/* The JSON behind what a program calls itself or a log puts before it, "lint: [{"; STR_NONE: there is none. */
static struct str behind_label(struct str line)
{
	enum { LABEL_MAX = 80 };

	for (size_t i = 0; i + 3 < line.n && i < LABEL_MAX && !strchr("{}\"'(=,;", line.p[i]); i++)
		if (strchr(":]>-|", line.p[i]) && line.p[i + 1] == ' ' &&
			document_kind_at(str_sub(line, i + 2, line.n)) == DOCUMENT_JSON)
			return str_sub(line, i + 2, line.n);
	return STR_NONE;
}

/* Such a document is whole, and all that follows the label. */
static enum document_state labelled_open(struct detector *d, struct str line, bool ended, unsigned long number)
{
	struct str rest = behind_label(line);

	if (rest.n) {
		document_begin(&d->doc, DOCUMENT_JSON, number);
		if (document_add(&d->doc, rest, ended) == DOCUMENT_COMPLETE && d->doc.rest <= ended)
			return DOCUMENT_COMPLETE;
	}
	document_clear(&d->doc);
	return DOCUMENT_BROKEN;
}

/* Open a document that starts with this line, with or without prefixes. */
static enum document_state document_open(
	struct detector *d, struct str line, bool ended, unsigned long number, unsigned kinds)
{
	struct regex *before[PREFIX_DEPTH];
	struct str whole = line;

	if (str_starts(line, "\xef\xbb\xbf"))
		line = str_sub(line, 3, line.n);
	for (unsigned n = 0;;) {
		enum document_kind kind = document_kind_at(line);
		if (kind && (kinds & 1u << kind)) {
			document_begin(&d->doc, kind, number);
			memcpy(d->doc.prefix, before, n * sizeof(*before));
			d->doc.prefixes_n = n;
			enum document_state state = document_add(&d->doc, line, ended);
			if (state != DOCUMENT_BROKEN)
				return state;
		}
		if (n == PREFIX_DEPTH || !(before[n++] = detector_prefix_take(d, &line)))
			return labelled_open(d, kinds & 1u << DOCUMENT_JSON ? whole : STR_NONE, ended, number);
	}
}

static enum document_state document_more(struct detector *d, struct str line, bool ended)
{
	for (unsigned i = 0; !d->doc.inside_line && i < d->doc.prefixes_n; i++)
		line = detector_without_prefix(d->doc.prefix[i], line);
	return document_add(&d->doc, line, ended);
}

/* XML starts with its root and CSV with its header, which is in the current line; JSON may start above. */
static unsigned kinds_at(const struct detector *d, size_t at)
{
	return at == d->pos ? d->c.kinds_hit : d->c.kinds_hit & 1u << DOCUMENT_JSON;
}

/* Can a JSON document continue from the end of one line to the next?  A value or a name at the start of a line follows
 * a bracket, a comma or a colon; for any other start the answer is yes. */
static bool json_joins(struct str above, struct str below)
{
	char last = above.n ? above.p[above.n - 1] : '\0';

	below = str_trim(below);
	return !last || strchr("{[,:", last) || below.n == 0 || !strchr("{[\"", below.p[0]);
}

/* The first line that may belong to a document of the current line. */
static size_t document_top(struct detector *d)
{
	size_t at = d->pos, above = d->pos;
	bool ended;
	struct str line, below = detector_line_at(d, d->pos, &ended);

	if (!(d->c.kinds_hit & 1u << DOCUMENT_JSON))
		return at;
	for (unsigned n = 0;
		n < PREFIX_DEPTH && below.n && !strchr("{[\"", below.p[0]) && detector_prefix_take(d, &below); n++)
		;
	while (detector_line_above(d, d->pos, &above, &line) && d->dropped + above >= d->doc_floor &&
		json_joins(line, below)) {
		at = above;
		below = line.n ? line : below;
	}
	return at;
}

/* Can JSON continue like this after this bracket? */
static bool json_goes_on(char bracket, struct str rest)
{
	rest = str_trim(rest);
	if (rest.n == 0)
		return true;
	if (bracket == '{')
		return rest.p[0] == '"' || rest.p[0] == '}';
	return strchr("{[\"]-0123456789", rest.p[0]) ?
		rest.p[0] != '\0' :
		rest.n < 2 || str_starts(rest, "tr") || str_starts(rest, "fa") || str_starts(rest, "nu");
}

/* May a document start in this line?  Prefixes are not considered. */
static bool may_begin(struct str line, unsigned kinds)
{
	if (kinds & 1u << DOCUMENT_XML && str_chr(line, '<') < line.n)
		return true;
	if (kinds & (1u << DOCUMENT_CSV | 1u << DOCUMENT_TABLE))
		return true;
	for (const char *brackets = kinds & 1u << DOCUMENT_JSON ? "{[" : ""; *brackets; brackets++)
		for (size_t i = 0; (i += str_chr(str_sub(line, i, line.n), *brackets)) < line.n; i++)
			if (json_goes_on(*brackets, str_sub(line, i + 1, line.n)))
				return true;
	return false;
}

/* Open the outermost document that starts at or above the current line and includes it. */
enum document_state documents_find(struct detector *d)
{
	size_t last = d->pos, at, begin = 0, next_begin = 0;
	enum document_state state = DOCUMENT_BROKEN;

	if (d->dropped + last < d->doc_floor)
		return state;
	at = document_top(d);
	unsigned long number = d->line - detector_newlines((struct str){ d->text.p + at, last - at }),
		      begin_number = number;
	while (at <= last) {
		bool ended;
		struct str line = detector_line_at(d, at, &ended);
		if (d->doc.kind) {
			state = document_more(d, line, ended);
		} else {
			begin = at;
			next_begin = at + line.n + ended;
			begin_number = number;
			unsigned kinds = kinds_at(d, at);
			state = may_begin(line, kinds) ? document_open(d, line, ended, number, kinds) : DOCUMENT_BROKEN;
		}
		d->doc_begin = d->dropped + begin;
		if (at == last && (state != DOCUMENT_BROKEN || begin == last))
			return state;
		if (state != DOCUMENT_OPEN)
			document_clear(&d->doc);
		at = state == DOCUMENT_BROKEN ? next_begin : at + line.n + ended;
		number = state == DOCUMENT_BROKEN ? begin_number + 1 : number + ended;
	}
	return state;
}

/* The rest of the last line of a document. */
static struct str tail_of(const struct detector *d, struct str line, bool ended)
{
	size_t rest = d->doc.rest - (ended && d->doc.rest > 0);

	return str_sub(line, line.n - (rest < line.n ? rest : line.n), line.n);
}

/* The current line contains a literal of a rule for documents: open the document that it is part of. */
bool documents_start(struct detector *d, struct str *tail)
{
	bool ended, taken = false;
	struct str line = detector_line_at(d, d->pos, &ended);
	enum document_state state = documents_find(d);
	size_t end = 0;

	*tail = STR_NONE;
	if (state == DOCUMENT_OPEN) {
		d->doc_back = d->dropped + d->pos;
		d->doc_back_line = d->line;
		return true;
	}
	/* Lines before doc_floor are already processed as text. */
	if (d->dropped + d->pos + line.n + ended > d->doc_floor)
		d->doc_floor = d->dropped + d->pos + line.n + ended;
	if (state == DOCUMENT_COMPLETE)
		taken = document_report(d, false, d->doc_begin == d->dropped + d->pos, &end) >= 0;
	if (taken)
		*tail = tail_of(d, line, ended);
	document_clear(&d->doc);
	return taken;
}

/* The document is malformed or the input ends: report its complete elements, and process its other lines as text.  If
 * nothing is reported, all its lines are text. */
void documents_give_up(struct detector *d)
{
	struct str text = { d->text.p + (d->doc_begin - d->dropped), d->limit - (d->doc_begin - d->dropped) };
	size_t end = 0;
	long n = d->doc.has_more ? -1 : document_report(d, true, false, &end);
	unsigned long lines = n > 0 ? detector_newlines(str_sub(buf_str(&d->doc.text), 0, end)) + 1 : 1, left = lines;
	size_t offset = 0;

	if (d->doc.too_long && d->docs_lost++ == 0)
		d->docs_lost_line = d->doc.line;
	while (left-- && offset < text.n)
		offset += str_chr(str_sub(text, offset, text.n), '\n') + 1;
	d->doc_floor = d->doc_begin + (offset < text.n ? offset : text.n);
	if (n > 0 && d->doc_floor > d->doc_back)
		detector_go_back(d, d->doc_floor, d->doc.line + lines);
	else
		detector_go_back(d, d->doc_back, d->doc_back_line);
}

/* Add a line to the open document; false: d->pos was moved. */
bool documents_take(struct detector *d, struct str line, bool ended, struct str *tail)
{
	enum document_state state = document_more(d, line, ended);
	size_t end = 0, back = d->doc_back;

	*tail = STR_NONE;
	if (d->dropped + d->pos - back > DOCUMENT_TAKEN) {
		d->doc.too_long = true;
		state = DOCUMENT_BROKEN;
	}
	if (state == DOCUMENT_BROKEN)
		documents_give_up(d);
	if (state != DOCUMENT_COMPLETE)
		return state == DOCUMENT_OPEN;
	d->doc_floor = d->dropped + d->pos + line.n + ended;
	if (document_report(d, false, false, &end) < 0) {
		detector_go_back(d, back, d->doc_back_line);
		return false;
	}
	*tail = tail_of(d, line, ended);
	document_clear(&d->doc);
	return true;
}

/* Two documents in a line are separated by nothing, white space, or a NUL, as in Code Climate reports. */
static struct str after_gap(struct str s)
{
	while (s.n && (s.p[0] == '\0' || s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_sub(s, 1, s.n);
	return s;
}

/* Is there a complete document at the start?  *n: its length.  It is read in small pieces, so that a line with a
 * thousand documents is not copied a thousand times. */
static bool document_within(struct detector *d, struct str text, size_t *n)
{
	enum { SIP = 512 };
	enum document_kind kind = document_kind_at(text);
	enum document_state state = DOCUMENT_OPEN;
	size_t at = 0;

	if (!(d->c.kinds_hit & 1u << kind) || kind == DOCUMENT_NONE)
		return false;
	document_begin(&d->doc, kind, d->line);
	while (state == DOCUMENT_OPEN && at < text.n) {
		struct str sip = str_sub(text, at, at + SIP);
		state = document_add(&d->doc, sip, false);
		at += sip.n;
	}
	*n = at - d->doc.rest;
	return state == DOCUMENT_COMPLETE;
}

bool documents_after(struct detector *d, struct str *tail)
{
	size_t n, end = 0;
	struct str text = after_gap(*tail);

	while (document_within(d, text, &n) && document_report(d, false, true, &end) >= 0)
		text = *tail = after_gap(str_sub(text, n, text.n));
	document_clear(&d->doc);
	return str_trim(text).n > 0;
}

void documents_release(struct detector *d)
{
	for (uint32_t i = 0; i < d->rules_n; i++)
		mapping_free(d->mappings[i]);
	document_release(&d->doc);
	arena_free(&d->doc_arena);
}

unsigned long detector_documents_lost(const struct detector *d, unsigned long *line)
{
	*line = d->docs_lost_line;
	return d->docs_lost;
}
