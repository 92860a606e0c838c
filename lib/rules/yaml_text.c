#include "rules/yaml_text.h"

#include <string.h>

size_t text_width(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* The character at s[i], of `n` bytes. */
static uint32_t character(struct str s, size_t i, size_t *n)
{
	unsigned char c = (unsigned char)s.p[i];

	*n = utf8_length(s, i);
	if (*n < 2) {
		*n = 1;
		return c;
	}
	uint32_t u = c & (0xffu >> (*n + 1));
	for (size_t k = 1; k < *n; k++)
		u = u << 6 | ((unsigned char)s.p[i + k] & 0x3fu);
	return u;
}

/* Only double quotes can hold it. */
static bool is_special(uint32_t u)
{
	return (u < 0x20 && u != '\n' && u != '\t') || (u >= 0x7f && u < 0xa0) || u == 0x2028 || u == 0x2029 ||
		u == 0xfeff;
}

static bool has_special(struct str s)
{
	for (size_t i = 0, n; i < s.n; i += n)
		if (is_special(character(s, i, &n)))
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- on one line ---- */

/* Write the character at s[i] for double quotes. */
static struct str escaped(struct arena *a, struct str s, size_t i, size_t *n)
{
	uint32_t u = character(s, i, n);

	switch (u) {
	case '\n':
		return STR("\\n");
	case '\t':
		return STR("\\t");
	case '\r':
		return STR("\\r");
	case '"':
		return STR("\\\"");
	case '\\':
		return STR("\\\\");
	default:
		break;
	}
	if (is_special(u))
		return u < 0x100 ? arena_printf(a, "\\x%02x", u) : arena_printf(a, "\\u%04x", u);
	return str_sub(s, i, i + *n);
}

static struct str in_double(struct arena *a, struct str s)
{
	struct buf out;

	buf_init(&out, 16u << 20);
	buf_addc(&out, '"');
	for (size_t i = 0, n; i < s.n; i += n)
		buf_add(&out, escaped(a, s, i, &n));
	buf_addc(&out, '"');
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

static struct str in_single(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, 2 * s.n + 3);
	size_t n = 0;

	out[n++] = '\'';
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		if (s.p[i] == '\'')
			out[n++] = '\'';
	}
	out[n++] = '\'';
	return (struct str){ out, n };
}

struct str text_line_of(struct arena *a, struct str text, enum yaml_style style)
{
	if (style == YAML_DOUBLE || str_chr(text, '\n') < text.n || has_special(text))
		return in_double(a, text);
	return style == YAML_PLAIN ? text : in_single(a, text);
}

/* ---- on several ---- */

static void newline(struct buf *out, size_t indent)
{
	buf_printf(out, "\n%*s", (int)indent, "");
}

/* Where the atom of a pattern that begins at p[i] ends: no break goes into a class, an escape or a group's name. */
static size_t atom_end(struct str p, size_t i)
{
	size_t end = i + 1;

	if (p.p[i] == '\\') {
		end = i + 2;
	} else if (p.p[i] == '[') {
		end += end < p.n && p.p[end] == '^';
		end += end < p.n && p.p[end] == ']';
		while (end < p.n && p.p[end] != ']')
			end += p.p[end] == '\\' ? 2 : 1;
		end++;
	} else if (p.p[i] == '(' && end < p.n && p.p[end] == '?') {
		while (end < p.n && !strchr(":=!>)", p.p[end]))
			end++;
		end++;
	} else if (p.p[i] == '{') {
		while (end < p.n && end < i + 40 && p.p[end] != '}')
			end++;
		end++;
	} else if (((unsigned char)p.p[i] & 0xc0) == 0xc0) {
		end = i + (utf8_length(p, i) ? utf8_length(p, i) : 1);
	}
	while (end < p.n && strchr("*+?{", p.p[end])) { /* quantifiers go with it */
		if (p.p[end] == '{' && !(end + 1 < p.n && p.p[end + 1] >= '0' && p.p[end + 1] <= '9'))
			break;
		size_t close = p.p[end] == '{' ? str_chr(str_sub(p, end, p.n), '}') : 0;
		end += close + 1;
	}
	return end < p.n ? end : p.n;
}

/* How much of the pattern goes on a line of `room`: up to the last alternative or group in its second half, else the
 * last atom.  0: nothing does. */
static size_t pattern_line(struct str p, size_t room)
{
	size_t any = 0, good = 0;

	if (text_width(p) <= room)
		return p.n;
	for (size_t i = 0; i < p.n;) {
		size_t end = atom_end(p, i);
		if (text_width(str_sub(p, 0, end)) > room || end == p.n)
			break;
		if (!is_blank(p.p[end - 1]) && !is_blank(p.p[end])) {
			any = end;
			if (p.p[end] == '|' || p.p[end] == '(')
				good = end;
		}
		i = end;
	}
	return good > room / 2 ? good : any;
}

/* In a block scalar; false: not possible. */
static bool pattern_put(struct buf *out, struct str p, size_t indent)
{
	size_t room = YAML_WIDTH - indent, begin = out->n;

	if (p.n == 0 || is_blank(p.p[0]) || is_blank(p.p[p.n - 1]) || str_chr(p, '\n') < p.n || has_special(p))
		return false;
	buf_addc(out, '|');
	while (p.n) {
		size_t n = pattern_line(p, room);
		if (n == 0) {
			out->n = begin;
			return false;
		}
		newline(out, indent);
		buf_add(out, str_sub(p, 0, n));
		p = str_sub(p, n, p.n);
	}
	return true;
}

/* How much of a text without newlines goes on a line of a folded scalar: up to a blank between two words. */
static size_t folded_line(struct str s, size_t room)
{
	size_t best = 0, width = 0;

	if (text_width(s) <= room)
		return s.n;
	for (size_t i = 0; i < s.n && width <= room; i++) {
		if (s.p[i] == ' ' && i && !is_blank(s.p[i - 1]) && i + 1 < s.n && !is_blank(s.p[i + 1]))
			best = i;
		width += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	}
	return best;
}

static bool folded_put(struct buf *out, struct str s, size_t indent)
{
	size_t begin = out->n;
	bool ended = str_ends(s, "\n");
	struct str rest = str_sub(s, 0, s.n - ended);

	if (rest.n == 0 || is_blank(rest.p[0]) || is_blank(rest.p[rest.n - 1]) || str_chr(rest, '\n') < rest.n ||
		has_special(rest))
		return false;
	buf_addz(out, ended ? ">" : ">-");
	while (rest.n) {
		size_t n = folded_line(rest, YAML_WIDTH - indent);
		if (n == 0) {
			out->n = begin;
			return false;
		}
		newline(out, indent);
		buf_add(out, str_sub(rest, 0, n));
		rest = str_sub(rest, n + (n < rest.n), rest.n);
	}
	return true;
}

static bool literal_put(struct buf *out, struct str s, size_t indent)
{
	bool ended = str_ends(s, "\n");
	struct str rest = s, line;

	if (s.n < 2 || has_special(s) || str_ends(s, "\n\n") || s.p[0] == '\n')
		return false;
	while (str_line(&rest, &line))
		if (text_width(line) + indent > YAML_WIDTH || (line.n && is_blank(line.p[line.n - 1])))
			return false;
	buf_printf(out, "|%s%s", is_blank(s.p[0]) ? "2" : "", ended ? "" : "-");
	for (rest = s; str_line(&rest, &line);) {
		newline(out, line.n ? indent : 0);
		buf_add(out, line);
	}
	return true;
}

/* In double quotes a line break is preceded by a backslash; blanks at the start of the next line are ignored. */
static void double_put(struct arena *a, struct buf *out, struct str s, size_t room, size_t indent)
{
	size_t left = room - 1;

	buf_addc(out, '"');
	for (size_t i = 0, n; i < s.n; i += n) {
		struct str c = escaped(a, s, i, &n);
		bool line_ends = i && s.p[i - 1] == '\n';
		if (line_ends || left < text_width(c) + 3) {
			buf_addc(out, '\\');
			newline(out, indent);
			left = YAML_WIDTH - indent;
			if (is_blank(s.p[i]) && c.n == 1)
				buf_addc(out, '\\');
		}
		buf_add(out, c);
		left -= text_width(c) < left ? text_width(c) : left;
	}
	buf_addc(out, '"');
}

void text_put(struct arena *a, struct buf *out, const struct yaml *v, bool pattern, size_t room, size_t indent)
{
	struct str line = text_line_of(a, v->text, v->style);
	bool was_block = v->style == YAML_LITERAL || v->style == YAML_FOLDED;

	if (text_width(line) <= room && (pattern || !was_block)) {
		buf_add(out, line);
		return;
	}
	if (pattern && pattern_put(out, v->text, indent))
		return;
	bool lines = v->style != YAML_FOLDED && str_chr(v->text, '\n') < v->text.n;
	if (!pattern && lines && literal_put(out, v->text, indent))
		return;
	if (!pattern && (folded_put(out, v->text, indent) || literal_put(out, v->text, indent)))
		return;
	double_put(a, out, v->text, room, indent);
}
