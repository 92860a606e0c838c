#include "record/xml.h"

#include <ctype.h>
#include <string.h>

#include "record/record.h"

/* ---- the tree ---- */

struct element {
	struct json *object;
	struct str name; /* as in the source */
	size_t begin;
	unsigned names;
	struct buf text;
};

struct xml_parse {
	struct arena *a;
	struct str text;
	size_t at, end;
	struct json *top;
	struct element open[XML_DEPTH];
	unsigned depth;
	bool broken, done;
};

static bool looking_at(const struct xml_parse *p, const char *what)
{
	return str_starts(str_sub(p->text, p->at, p->text.n), what);
}

static bool fail(struct xml_parse *p)
{
	p->broken = true;
	return false;
}

/* Skip to after the next `mark`; false: there is none. */
static bool skip_past(struct xml_parse *p, struct str mark)
{
	struct str rest = str_sub(p->text, p->at, p->text.n);
	size_t found = str_find(rest, mark);

	if (found == rest.n)
		return fail(p);
	p->at += found + mark.n;
	return true;
}

static void blanks_skip(struct xml_parse *p)
{
	while (p->at < p->text.n && isspace((unsigned char)p->text.p[p->at]))
		p->at++;
}

static bool is_name_byte(unsigned char c, bool first)
{
	return isalpha(c) || c == '_' || c == ':' || c >= 0x80 || (!first && (isdigit(c) || c == '-' || c == '.'));
}

static struct str name_read(struct xml_parse *p)
{
	size_t begin = p->at;

	while (p->at < p->text.n && is_name_byte((unsigned char)p->text.p[p->at], p->at == begin))
		p->at++;
	return str_sub(p->text, begin, p->at);
}

static struct str local_name(struct str name)
{
	size_t colon = str_rchr(name, ':');

	return colon + 1 < name.n ? str_sub(name, colon + 1, name.n) : name;
}

static void utf8_add(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	buf_addc(out, (char)(lead[more] | c >> (6 * more)));
	while (more--)
		buf_addc(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

static bool character_of(struct str digits, uint32_t *c)
{
	bool hex = digits.n && (digits.p[0] == 'x' || digits.p[0] == 'X');

	*c = 0;
	if (digits.n <= hex || digits.n > 8)
		return false;
	for (size_t i = hex; i < digits.n; i++) {
		unsigned char d = (unsigned char)digits.p[i];
		if (hex ? !isxdigit(d) : !isdigit(d))
			return false;
		*c = *c * (hex ? 16 : 10) + (uint32_t)(isdigit(d) ? d - '0' : (d | 0x20) - 'a' + 10);
	}
	return *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff) && (*c >= 0x20 || *c == '\t' || *c == '\n' || *c == '\r');
}

/* Decode "&name;" at s[0].  Returns its length, 0 if it is not a reference. */
static size_t reference_add(struct buf *out, struct str s)
{
	static const struct {
		const char *name;
		char c;
	} named[] = {
		{ "amp", '&' },
		{ "lt", '<' },
		{ "gt", '>' },
		{ "quot", '"' },
		{ "apos", '\'' },
	};
	size_t end = str_chr(str_sub(s, 0, 16), ';');
	struct str name = str_sub(s, 1, end);
	uint32_t c;

	if (end >= 16 || end >= s.n)
		return 0;
	if (name.n && name.p[0] == '#') {
		if (!character_of(str_sub(name, 1, name.n), &c))
			return 0;
		utf8_add(out, c);
		return end + 1;
	}
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (str_is(name, named[i].name)) {
			buf_addc(out, named[i].c);
			return end + 1;
		}
	return 0;
}

static bool decode(struct xml_parse *p, struct buf *out, struct str s)
{
	while (s.n) {
		size_t n = str_chr(s, '&');
		buf_add(out, str_sub(s, 0, n));
		s = str_sub(s, n, s.n);
		if (s.n == 0)
			break;
		size_t used = reference_add(out, s);
		if (used == 0)
			return fail(p);
		s = str_sub(s, used, s.n);
	}
	return true;
}

static bool attribute_read(struct xml_parse *p, struct element *e)
{
	struct str name = name_read(p);
	struct buf value;

	blanks_skip(p);
	if (name.n == 0 || !looking_at(p, "=") || ++e->names > XML_NAMES)
		return fail(p);
	p->at++;
	blanks_skip(p);
	if (!looking_at(p, "\"") && !looking_at(p, "'"))
		return fail(p);
	struct str rest = str_sub(p->text, p->at + 1, p->text.n);
	size_t n = str_chr(rest, p->text.p[p->at]);
	struct str written = str_sub(rest, 0, n);
	if (n == rest.n || str_chr(written, '<') < n)
		return fail(p);
	p->at += n + 2;
	buf_init(&value, TEXT_MAX);
	bool ok = decode(p, &value, written);
	if (ok) {
		struct json *v = json_new(p->a, JSON_STRING);
		v->text = utf8_repaired(p->a, buf_str(&value));
		json_set(p->a, e->object, arena_strdup(p->a, name), v);
	}
	buf_release(&value);
	return ok;
}

/* The list of children with this name. */
static struct json *siblings(struct xml_parse *p, struct element *parent, struct json *object, struct str name)
{
	char *key = arena_strdup(p->a, local_name(name));
	struct json *list = json_get(object, key);

	if (list && list->type == JSON_ARRAY)
		return list;
	if (parent && ++parent->names > XML_NAMES)
		return NULL;
	return json_set(p->a, object, key, json_new(p->a, JSON_ARRAY));
}

static void element_close(struct xml_parse *p)
{
	struct element *e = &p->open[--p->depth];

	e->object->text = utf8_repaired(p->a, str_trim(buf_str(&e->text)));
	e->object->raw = str_sub(p->text, e->begin, p->at);
	buf_release(&e->text);
	p->end = p->at;
	p->done = p->depth == 0;
}

static bool element_open(struct xml_parse *p)
{
	struct element *parent = p->depth ? &p->open[p->depth - 1] : NULL;
	size_t begin = p->at++;
	struct str name = name_read(p);

	if (name.n == 0 || p->depth == XML_DEPTH)
		return fail(p);
	if (!parent)
		p->top = json_new(p->a, JSON_OBJECT);
	struct json *list = siblings(p, parent, parent ? parent->object : p->top, name);
	if (!list)
		return fail(p);
	struct element *e = &p->open[p->depth++];
	*e = (struct element){ .object = json_new(p->a, JSON_OBJECT), .name = name, .begin = begin };
	e->object->text = STR("");
	buf_init(&e->text, TEXT_MAX);
	json_add(list, e->object);
	for (blanks_skip(p); !looking_at(p, ">") && !looking_at(p, "/>"); blanks_skip(p))
		if (!attribute_read(p, e))
			return false;
	bool empty = looking_at(p, "/>");
	p->at += empty ? 2 : 1;
	if (empty)
		element_close(p);
	return true;
}

static bool element_end(struct xml_parse *p)
{
	p->at += 2;
	struct str name = name_read(p);
	blanks_skip(p);
	if (p->depth == 0 || !str_eq(name, p->open[p->depth - 1].name) || !looking_at(p, ">"))
		return fail(p);
	p->at++;
	element_close(p);
	return true;
}

/* A document type with declarations is rejected, since they would be ignored. */
static bool doctype_skip(struct xml_parse *p)
{
	size_t begin = p->at;

	if (p->depth || !skip_past(p, STR(">")))
		return fail(p);
	return str_chr(str_sub(p->text, begin, p->at), '[') == p->at - begin || fail(p);
}

static bool skip_from(struct xml_parse *p, const char *begin, struct str mark)
{
	p->at += strlen(begin);
	return skip_past(p, mark);
}

static bool cdata_read(struct xml_parse *p)
{
	size_t begin = p->at + 9;

	if (p->depth == 0 || !skip_from(p, "<![CDATA[", STR("]]>")))
		return fail(p);
	buf_add(&p->open[p->depth - 1].text, str_sub(p->text, begin, p->at - 3));
	return true;
}

static bool markup_read(struct xml_parse *p)
{
	if (looking_at(p, "<!--"))
		return skip_from(p, "<!--", STR("-->"));
	if (looking_at(p, "<?"))
		return skip_from(p, "<?", STR("?>"));
	if (looking_at(p, "<![CDATA["))
		return cdata_read(p);
	if (looking_at(p, "<!DOCTYPE"))
		return doctype_skip(p);
	return looking_at(p, "</") ? element_end(p) : element_open(p);
}

static bool text_read(struct xml_parse *p)
{
	struct str rest = str_sub(p->text, p->at, p->text.n);
	struct str s = str_sub(rest, 0, str_chr(rest, '<'));

	p->at += s.n;
	if (p->depth == 0)
		return str_trim(s).n == 0 || fail(p);
	return decode(p, &p->open[p->depth - 1].text, s);
}

struct json *xml_parse(struct arena *a, struct str text, size_t *end)
{
	struct xml_parse p = { .a = a, .text = text };

	while (!p.done && !p.broken && p.at < text.n) {
		if (text.p[p.at] == '<')
			markup_read(&p);
		else
			text_read(&p);
	}
	while (p.depth)
		buf_release(&p.open[--p.depth].text);
	*end = p.end;
	return p.top;
}

/* ---- finding the end of the root ---- */

enum { TEXT, LESS, BANG, COMMENT, CDATA, DOCTYPE, QUESTION, TAG, END };

void xml_scan_init(struct xml_scan *s)
{
	*s = (struct xml_scan){ .state = TEXT };
}

/* Match `mark` byte by byte; true when it is complete. */
static bool mark_seen(struct xml_scan *s, const char *mark, char c)
{
	size_t n = strlen(mark);

	if (c == mark[s->seen])
		s->seen++;
	else if (!(s->seen == n - 1 && c == mark[0])) /* "]]]>", "--->" */
		s->seen = c == mark[0];
	return s->seen == n;
}

static void state_set(struct xml_scan *s, int state)
{
	s->state = state;
	s->seen = 0;
}

static bool less_take(struct xml_scan *s, char c)
{
	s->closing = c == '/';
	s->empty = false;
	s->quote = 0;
	state_set(s, c == '!' ? BANG : c == '?' ? QUESTION : TAG);
	return c == '!' || c == '?' || c == '/' || is_name_byte((unsigned char)c, true);
}

static bool bang_take(struct xml_scan *s, char c)
{
	if (s->seen == 1) { /* "<!-" */
		state_set(s, COMMENT);
		return c == '-';
	}
	if (c == '-')
		s->seen = 1;
	else
		state_set(s, c == '[' ? CDATA : DOCTYPE);
	return c == '-' || (c == '[') == (s->depth > 0);
}

/* false: not XML. */
static bool tag_take(struct xml_scan *s, char c)
{
	if (s->quote) {
		s->quote = c == s->quote ? 0 : s->quote;
		return c != '<';
	}
	if (c == '"' || c == '\'')
		s->quote = c;
	if (c == '>') {
		s->depth += s->closing ? -1 : !s->empty;
		state_set(s, s->depth > 0 ? TEXT : END);
	}
	s->empty = c == '/';
	return c != '<' && s->depth >= 0 && s->depth <= XML_DEPTH;
}

static bool scan_take(struct xml_scan *s, char c)
{
	switch (s->state) {
	case TEXT:
		if (c == '<')
			state_set(s, LESS);
		else if (s->depth == 0)
			return isspace((unsigned char)c);
		return true;
	case LESS:
		return less_take(s, c);
	case BANG:
		return bang_take(s, c);
	case COMMENT:
		if (mark_seen(s, "-->", c))
			state_set(s, TEXT);
		return true;
	case CDATA:
		if (mark_seen(s, "]]>", c))
			state_set(s, TEXT);
		return true;
	case QUESTION:
		if (mark_seen(s, "?>", c))
			state_set(s, TEXT);
		return true;
	case DOCTYPE:
		if (c == '>')
			state_set(s, TEXT);
		return c != '[';
	default:
		return tag_take(s, c);
	}
}

enum json_scanned xml_scan_add(struct xml_scan *s, struct str piece, size_t *used)
{
	for (size_t i = 0; i < piece.n; i++) {
		*used = i + 1;
		if (s->state == TEXT && s->depth > 0) { /* most of the text, in one step */
			size_t n = str_chr(str_sub(piece, i, piece.n), '<');
			if ((i += n) == piece.n)
				break;
			*used = i + 1;
		}
		if (!scan_take(s, piece.p[i]))
			return JSON_BROKEN;
		if (s->state == END)
			return JSON_CLOSED;
	}
	*used = piece.n;
	return JSON_OPEN;
}
