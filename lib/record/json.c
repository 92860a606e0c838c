#include "record/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

/* ---- parsing: yajl's callbacks build the tree and record the source text of each value ---- */

struct parse {
	struct arena *a;
	struct str text;
	yajl_handle yajl;
	struct json *open; /* the innermost container, or NULL */
	struct json *top;
	struct str key;
	size_t end; /* where the last token ended */
	int depth;
};

/* The start of the token that yajl has just consumed: after the previous one and its separators. */
static size_t token_begin(struct parse *p)
{
	size_t i = p->end;

	while (i < p->text.n && strchr(" \t\r\n,:", p->text.p[i]) && p->text.p[i])
		i++;
	return i;
}

static void link_last(struct json *parent, struct json *v)
{
	v->parent = parent;
	v->next = NULL;
	if (parent->last)
		parent->last->next = v;
	else
		parent->first = v;
	parent->last = v;
}

static struct json *value_add(struct parse *p, enum json_type type)
{
	struct json *v = json_new(p->a, type);
	size_t begin = token_begin(p);

	p->end = yajl_get_bytes_consumed(p->yajl);
	v->raw = str_sub(p->text, begin, p->end);
	v->key = p->key;
	p->key = STR_NONE;
	if (p->open)
		link_last(p->open, v);
	else
		p->top = v;
	return v;
}

static int on_null(void *c)
{
	value_add(c, JSON_NULL);
	return 1;
}

static int on_bool(void *c, int truth)
{
	value_add(c, JSON_BOOL)->truth = truth;
	return 1;
}

static int on_number(void *c, const char *s, size_t n)
{
	struct parse *p = c;

	value_add(p, JSON_NUMBER)->text = arena_str(p->a, (struct str){ s, n });
	return 1;
}

/* yajl converts a lone "\udc00", which is valid JSON, to invalid UTF-8. */
static int on_string(void *c, const unsigned char *s, size_t n)
{
	struct parse *p = c;

	value_add(p, JSON_STRING)->text = utf8_repaired(p->a, (struct str){ (const char *)s, n });
	return 1;
}

static int on_key(void *c, const unsigned char *s, size_t n)
{
	struct parse *p = c;

	p->key = utf8_repaired(p->a, (struct str){ (const char *)s, n });
	p->end = yajl_get_bytes_consumed(p->yajl);
	return 1;
}

static int container_begin(struct parse *p, enum json_type type)
{
	if (++p->depth > JSON_DEPTH)
		return 0;
	p->open = value_add(p, type);
	return 1;
}

static int container_end(struct parse *p)
{
	p->depth--;
	p->end = yajl_get_bytes_consumed(p->yajl);
	p->open->raw.n = (size_t)(p->text.p + p->end - p->open->raw.p);
	p->open = p->open->parent;
	return 1;
}

static int on_map(void *c)
{
	return container_begin(c, JSON_OBJECT);
}

static int on_array(void *c)
{
	return container_begin(c, JSON_ARRAY);
}

static int on_end(void *c)
{
	return container_end(c);
}

static void *yajl_take(void *a, size_t n)
{
	/* yajl does not pass the old size to realloc, so it is stored before each allocation. */
	size_t *p = arena_alloc(a, n + sizeof(max_align_t));

	*p = n;
	return (char *)p + sizeof(max_align_t);
}

static void *yajl_regrow(void *a, void *old, size_t n)
{
	void *p = yajl_take(a, n);

	if (old) {
		size_t had = *(size_t *)(void *)((char *)old - sizeof(max_align_t));
		memcpy(p, old, had < n ? had : n);
	}
	return p;
}

static void yajl_give(void *a, void *p)
{
	(void)a, (void)p; /* freed with the arena */
}

static void complain_of_text(struct parse *p, struct err *err)
{
	size_t at = yajl_get_bytes_consumed(p->yajl);

	if (p->depth > JSON_DEPTH) {
		err_set(err, HEAL_WRONG, "JSON nested deeper than %d levels", JSON_DEPTH);
		return;
	}
	unsigned char *why = yajl_get_error(p->yajl, 0, NULL, 0);
	struct str line = str_of((char *)why);
	err_set(err, HEAL_WRONG, "not valid JSON at byte %zu: %.*s", at + 1, (int)str_chr(line, '\n'), line.p);
	yajl_free_error(p->yajl, why);
}

/* yajl accepts these two as white space; JSON does not, and the source text is written again. */
static bool has_odd_blank(struct str text)
{
	return str_chr(text, '\v') < text.n || str_chr(text, '\f') < text.n;
}

/* yajl does not report an incomplete token at the end: it accepts '1 "x' as a number. */
static bool ends_here(const struct parse *p, enum json_flags flags, struct err *err)
{
	struct str rest = str_trim(str_sub(p->text, p->end, p->text.n));

	if (!rest.n || ((flags & JSON_COMMENTS) && rest.p[0] == '/'))
		return true;
	return err_set(err, HEAL_WRONG, "not valid JSON at byte %zu: unexpected data after the value",
		(size_t)(rest.p - p->text.p) + 1);
}

static const yajl_callbacks tree_callbacks = { on_null, on_bool, NULL, NULL, on_number, on_string, on_map, on_key,
	on_end, on_array, on_end };

static yajl_status parse_text(struct parse *p, yajl_alloc_funcs *memory, enum json_flags flags)
{
	p->yajl = yajl_alloc(&tree_callbacks, memory, p);
	if (flags & JSON_COMMENTS)
		yajl_config(p->yajl, yajl_allow_comments, 1);
	if (flags & JSON_BYTES)
		yajl_config(p->yajl, yajl_dont_validate_strings, 1);
	return yajl_parse(p->yajl, (const unsigned char *)p->text.p, p->text.n);
}

struct json *json_parse(struct arena *a, struct str text, enum json_flags flags, struct err *err)
{
	yajl_alloc_funcs memory = { yajl_take, yajl_regrow, yajl_give, a };
	struct parse p = { .a = a, .text = text };

	if (has_odd_blank(text)) {
		err_set(err, HEAL_WRONG, "not valid JSON: a vertical tab or form feed between values");
		return NULL;
	}
	yajl_status status = parse_text(&p, &memory, flags);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(p.yajl);
	if (status != yajl_status_ok || !p.top || p.open) {
		complain_of_text(&p, err);
		p.top = NULL;
	} else {
		if (p.top->type == JSON_NUMBER) { /* ended by the end of the text, which yajl does not report */
			p.top->raw = STR_NONE;
			p.end = str_find(text, p.top->text) + p.top->text.n;
		}
		if (!ends_here(&p, flags, err))
			p.top = NULL;
	}
	yajl_free(p.yajl);
	return p.top;
}

struct json *json_parse_some(struct arena *a, struct str text, size_t *end)
{
	yajl_alloc_funcs memory = { yajl_take, yajl_regrow, yajl_give, a };
	struct parse p = { .a = a, .text = text };

	parse_text(&p, &memory, JSON_BYTES);
	yajl_free(p.yajl);
	for (struct json *v = p.open; v; v = v->parent)
		v->raw = STR_NONE;
	*end = p.end;
	return p.top;
}

/* ---- finding the end of a value ---- */

struct json_scan {
	yajl_handle yajl;
	int depth;
	bool closed;
};

static int scan_begin(void *c)
{
	struct json_scan *s = c;

	return ++s->depth <= JSON_DEPTH;
}

static int scan_end(void *c)
{
	struct json_scan *s = c;

	s->closed = --s->depth == 0;
	return !s->closed; /* stop, so that the number of consumed bytes is the end */
}

struct json_scan *json_scan_new(void)
{
	static const yajl_callbacks callbacks = { .yajl_start_map = scan_begin,
		.yajl_end_map = scan_end,
		.yajl_start_array = scan_begin,
		.yajl_end_array = scan_end };
	struct json_scan *s = calloc(1, sizeof(*s));

	if (!s || !(s->yajl = yajl_alloc(&callbacks, NULL, s)))
		out_of_memory();
	yajl_config(s->yajl, yajl_dont_validate_strings, 1);
	return s;
}

void json_scan_free(struct json_scan *s)
{
	if (!s)
		return;
	yajl_free(s->yajl);
	free(s);
}

enum json_scanned json_scan_add(struct json_scan *s, struct str piece, size_t *used)
{
	yajl_status status = yajl_parse(s->yajl, (const unsigned char *)piece.p, piece.n);

	*used = yajl_get_bytes_consumed(s->yajl);
	if (s->closed)
		return JSON_CLOSED;
	return status == yajl_status_ok ? JSON_OPEN : JSON_BROKEN;
}

/* ---- writing ---- */

static void escape_add(struct buf *out, unsigned char c)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *s = shorts; *s; s += 2)
		if ((unsigned char)s[0] == c) {
			char two[3] = { '\\', s[1], '\0' };
			buf_addz(out, two);
			return;
		}
	buf_printf(out, "\\u%04x", c);
}

/* A byte of the result is not zero where that of the word is zero; bytes behind the first such may be wrong. */
static uint64_t zeros_in(uint64_t word)
{
	return (word - (UINT64_MAX / 255)) & ~word & UINT64_MAX / 255 * 0x80;
}

/* Is each of eight bytes of ASCII, without '"', '#', '\\' and what has no shape?  Most texts are nothing else. */
static bool eight_plain(const char *p)
{
	const uint64_t every = UINT64_MAX / 255;
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	uint64_t high = (word | (word + every)) & every * 0x80; /* 0x7f and above */
	uint64_t low = (word - every * ' ') & ~word & every * 0x80;
	return !(high | low | zeros_in(word ^ every * '"') | zeros_in(word ^ every * '#') |
		zeros_in(word ^ every * '\\'));
}

/* The end of the bytes from i on that are written as they are. */
static size_t plain_end(struct str s, size_t i)
{
	static const bool is_plain[256] = {
		/* ASCII without '"', '#' and '\\' */
		[' '] = true,
		['!'] = true,
		['$' ... '['] = true,
		[']' ... '~'] = true,
	};

	while (s.n - i >= 8 && eight_plain(s.p + i))
		i += 8;
	while (i < s.n && is_plain[(unsigned char)s.p[i]])
		i++;
	return i;
}

/* In addition to what JSON requires, what visible() does not show is escaped, and the second character of "##" is
 * escaped: some CI systems interpret "##name[" anywhere in a line as a command. */
void json_write_string(struct buf *out, struct str s)
{
	size_t begin = 0, i = 0;

	buf_addc(out, '"');
	while (i < s.n) {
		i = plain_end(s, i);
		if (i == s.n)
			break;
		unsigned char c = (unsigned char)s.p[i];
		size_t n = c < 0x80 ? 1 : utf8_length(s, i);
		unsigned hidden = char_hidden(s, i, n);
		bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && !(c == '#' && i && s.p[i - 1] == '#');
		if (n && plain && !hidden) {
			i += n;
			continue;
		}
		buf_add(out, str_sub(s, begin, i));
		if (hidden > 0xffff)
			buf_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (hidden >> 10), 0xdc00 + (hidden & 0x3ff));
		else if (hidden)
			buf_printf(out, "\\u%04x", hidden);
		else if (n)
			escape_add(out, c);
		else
			buf_addz(out, "\xef\xbf\xbd");
		i += n ? n : 1;
		begin = i;
	}
	buf_add(out, str_sub(s, begin, s.n));
	buf_addc(out, '"');
}

static void children_write(struct buf *out, const struct json *v)
{
	bool object = v->type == JSON_OBJECT;

	buf_addc(out, object ? '{' : '[');
	JSON_EACH(item, v) {
		if (item != v->first)
			buf_addc(out, ',');
		if (object) {
			json_write_string(out, item->key);
			buf_addc(out, ':');
		}
		json_write(out, item);
	}
	buf_addc(out, object ? '}' : ']');
}

/* The source text may contain newlines between tokens, but a record must be one line. */
static bool is_one_line(struct str raw)
{
	return raw.p && str_chr(raw, '\n') == raw.n && str_chr(raw, '\r') == raw.n;
}

void json_write(struct buf *out, const struct json *v)
{
	if (is_one_line(v->raw)) {
		buf_add(out, v->raw);
		return;
	}
	switch (v->type) {
	case JSON_NULL:
		buf_addz(out, "null");
		break;
	case JSON_BOOL:
		buf_addz(out, v->truth ? "true" : "false");
		break;
	case JSON_NUMBER:
		buf_add(out, v->text);
		break;
	case JSON_STRING:
		json_write_string(out, v->text);
		break;
	default:
		children_write(out, v);
	}
}

struct str json_text(struct arena *a, const struct json *v)
{
	struct buf out;

	buf_init(&out, 64 << 20);
	json_write(&out, v);
	struct str s = arena_str(a, buf_str(&out));
	buf_release(&out);
	return s;
}

/* ---- reading ---- */

static struct json *member(const struct json *object, struct str key)
{
	struct json *found = NULL;

	if (!object || object->type != JSON_OBJECT)
		return NULL;
	JSON_EACH(item, object)
		if (str_eq(item->key, key))
			found = item; /* of duplicate names the last counts, as in most parsers */
	return found;
}

struct json *json_get(const struct json *object, const char *key)
{
	return member(object, str_of(key));
}

struct json *json_at(const struct json *array, size_t i)
{
	JSON_EACH(item, array)
		if (i-- == 0)
			return item;
	return NULL;
}

struct json *json_path(const struct json *v, const char *dotted)
{
	struct str rest = str_of(dotted), name;
	const struct json *at = v;
	int64_t i;

	while (at && str_split(&rest, '.', &name))
		at = at->type == JSON_ARRAY && str_number(name, &i) ? json_at(at, (size_t)i) : member(at, name);
	return (struct json *)at;
}

size_t json_count(const struct json *v)
{
	size_t n = 0;

	JSON_EACH(item, v)
		n++;
	return n;
}

struct str json_str(const struct json *v)
{
	return v && v->type == JSON_STRING ? v->text : STR_NONE;
}

double json_double(const struct json *v, double otherwise)
{
	char z[64];

	if (!v || v->type != JSON_NUMBER || v->text.n >= sizeof(z))
		return otherwise;
	memcpy(z, v->text.p, v->text.n);
	z[v->text.n] = '\0';
	double d = strtod(z, NULL);
	return isfinite(d) ? d : otherwise;
}

int64_t json_int(const struct json *v, int64_t otherwise)
{
	double d = json_double(v, (double)otherwise);

	return d >= -9e15 && d <= 9e15 ? (int64_t)d : otherwise;
}

bool json_bool(const struct json *v, bool otherwise)
{
	return v && v->type == JSON_BOOL ? v->truth : otherwise;
}

/* ---- creating and changing ---- */

struct json *json_new(struct arena *a, enum json_type type)
{
	struct json *v = ARENA_NEW(a, struct json);

	v->type = type;
	return v;
}

struct json *json_new_str(struct arena *a, struct str s)
{
	struct json *v = json_new(a, JSON_STRING);

	v->text = arena_str(a, s);
	return v;
}

struct json *json_new_int(struct arena *a, int64_t n)
{
	struct json *v = json_new(a, JSON_NUMBER);
	char digits[24], *to = digits + sizeof(digits);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	/* printf would take most of the time needed to write a record. */
	do
		*--to = (char)('0' + left % 10);
	while (left /= 10);
	if (n < 0)
		*--to = '-';
	v->text = arena_str(a, (struct str){ to, (size_t)(digits + sizeof(digits) - to) });
	return v;
}

void json_write_double(struct buf *out, double d)
{
	char text[400];
	int n = snprintf(text, sizeof(text), "%.6f", isfinite(d) ? d : 0.0);

	while (n > 0 && text[n - 1] == '0')
		n--;
	if (n > 0 && text[n - 1] == '.')
		n--;
	buf_add(out, (struct str){ text, (size_t)n });
}

struct json *json_new_double(struct arena *a, double d)
{
	struct json *v = json_new(a, JSON_NUMBER);
	struct buf text;

	buf_init(&text, 400);
	json_write_double(&text, d);
	v->text = arena_str(a, buf_str(&text));
	buf_release(&text);
	return v;
}

struct json *json_new_bool(struct arena *a, bool truth)
{
	struct json *v = json_new(a, JSON_BOOL);

	v->truth = truth;
	return v;
}

struct json *json_copy(struct arena *a, const struct json *v)
{
	struct json *c = json_new(a, v->type);

	c->truth = v->truth;
	c->text = v->text.p ? arena_str(a, v->text) : STR_NONE;
	c->raw = v->raw.p ? arena_str(a, v->raw) : STR_NONE;
	c->key = v->key.p ? arena_str(a, v->key) : STR_NONE;
	JSON_EACH(item, v)
		link_last(c, json_copy(a, item));
	return c;
}

static void changed(struct json *v)
{
	for (; v; v = v->parent)
		v->raw = STR_NONE;
}

struct json *json_add(struct json *array, struct json *value)
{
	changed(array);
	link_last(array, value);
	return value;
}

void json_append_member(struct json *object, struct json *member)
{
	changed(object);
	link_last(object, member);
}

void json_remove(struct json *object, const char *key)
{
	struct json *kept = NULL, *item = object ? object->first : NULL;

	while (item) {
		struct json *next = item->next;
		if (str_is(item->key, key)) {
			changed(object);
			if (kept)
				kept->next = next;
			else
				object->first = next;
		} else {
			kept = item;
		}
		item = next;
	}
	if (object)
		object->last = kept;
}

struct json *json_set(struct arena *a, struct json *object, const char *key, struct json *value)
{
	struct json *old = json_get(object, key);

	changed(object);
	if (old) { /* in the same position */
		struct json *next = old->next, *parent = old->parent;
		struct str name = old->key;
		*old = *value;
		old->next = next;
		old->parent = parent;
		old->key = name;
		JSON_EACH(item, old)
			item->parent = old;
		return old;
	}
	value->key = arena_str(a, str_of(key));
	link_last(object, value);
	return value;
}

struct json *json_set_str(struct arena *a, struct json *object, const char *key, struct str s)
{
	return json_set(a, object, key, json_new_str(a, s));
}

struct json *json_set_int(struct arena *a, struct json *object, const char *key, int64_t n)
{
	return json_set(a, object, key, json_new_int(a, n));
}

struct json *json_set_double(struct arena *a, struct json *object, const char *key, double d)
{
	return json_set(a, object, key, json_new_double(a, d));
}

struct json *json_set_bool(struct arena *a, struct json *object, const char *key, bool truth)
{
	return json_set(a, object, key, json_new_bool(a, truth));
}

static struct json *container_in(struct arena *a, struct json *object, const char *key, enum json_type type)
{
	struct json *v = json_get(object, key);

	if (v && v->type == type)
		return v;
	return json_set(a, object, key, json_new(a, type));
}

struct json *json_object_in(struct arena *a, struct json *object, const char *key)
{
	return container_in(a, object, key, JSON_OBJECT);
}

struct json *json_array_in(struct arena *a, struct json *object, const char *key)
{
	return container_in(a, object, key, JSON_ARRAY);
}
