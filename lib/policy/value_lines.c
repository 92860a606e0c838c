#include "policy/value_lines.h"

#include <ctype.h>
#include <string.h>

enum part {
	PART_BLANK,     /* or a comment */
	PART_STRUCTURE, /* begins a key, an element or a value */
	PART_FLOW,      /* between brackets */
	PART_PLAIN,     /* continues a value without quotes */
	PART_QUOTED,
	PART_BLOCK, /* below "|" or ">" */
};

struct value_line {
	struct str text; /* without blanks at both ends */
	enum part part;
	int64_t column; /* of the first character; -1: none */
	int64_t parent; /* column of the key or dash whose value the line continues */
	size_t begin;   /* number of the line in which that value begins */
};

struct value_lines {
	VEC(struct value_line) all;
};

struct line_walk {
	struct arena *a;
	struct value_lines *out;
	enum part inside; /* what the next line continues */
	char quote;
	int depth; /* of brackets */
	int64_t parent;
	size_t begin;
};

static bool is_gap(struct str s, size_t i)
{
	return i >= s.n || s.p[i] == ' ' || s.p[i] == '\t';
}

/* The offset after the closing quote, or SIZE_MAX. */
static size_t quote_end(struct str s, size_t i, char quote)
{
	for (; i < s.n; i++) {
		if (quote == '"' && s.p[i] == '\\')
			i++;
		else if (s.p[i] == quote && quote == '\'' && i + 1 < s.n && s.p[i + 1] == quote)
			i++;
		else if (s.p[i] == quote)
			return i + 1;
	}
	return SIZE_MAX;
}

/* The offset of the colon that ends a key, or SIZE_MAX. */
static size_t key_end(struct str s)
{
	size_t i = 0;

	if (s.n && (s.p[0] == '"' || s.p[0] == '\'')) {
		i = quote_end(s, 1, s.p[0]);
		while (i < s.n && s.p[i] == ' ')
			i++;
		return i < s.n && s.p[i] == ':' && is_gap(s, i + 1) ? i : SIZE_MAX;
	}
	for (; i < s.n; i++) {
		if (s.p[i] == ':' && is_gap(s, i + 1))
			return i;
		if (s.p[i] == '#' && i && is_gap(s, i - 1))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static void brackets_read(struct line_walk *w, struct str s, size_t i)
{
	for (; i < s.n && w->depth > 0; i++) {
		if (s.p[i] == '"' || s.p[i] == '\'') {
			size_t end = quote_end(s, i + 1, s.p[i]);
			i = end == SIZE_MAX ? s.n : end - 1;
		} else if (memchr("[{", s.p[i], 2)) {
			w->depth++;
		} else if (memchr("]}", s.p[i], 2)) {
			w->depth--;
		}
	}
	w->inside = w->depth > 0 ? PART_FLOW : PART_STRUCTURE;
}

static struct str without_tags(struct str s)
{
	while (s.n && (s.p[0] == '&' || s.p[0] == '!')) {
		size_t end = str_chr(s, ' ');
		s = str_trim(str_sub(s, end, s.n));
	}
	return s;
}

static void value_read(struct line_walk *w, struct str s, int64_t parent)
{
	w->parent = parent;
	w->begin = w->out->all.n;
	w->inside = PART_STRUCTURE;
	s = without_tags(str_trim(s));
	if (!s.n || s.p[0] == '#' || s.p[0] == '*')
		return;
	if (s.p[0] == '|' || s.p[0] == '>') {
		w->inside = PART_BLOCK;
	} else if (s.p[0] == '"' || s.p[0] == '\'') {
		w->quote = s.p[0];
		w->inside = quote_end(s, 1, w->quote) == SIZE_MAX ? PART_QUOTED : PART_STRUCTURE;
	} else if (s.p[0] == '[' || s.p[0] == '{') {
		w->depth = 1;
		brackets_read(w, s, 1);
	} else {
		w->inside = PART_PLAIN;
	}
}

/* The column of the nearest line above that begins further to the left. */
static int64_t column_around(const struct line_walk *w, int64_t column)
{
	for (size_t i = w->out->all.n; i-- > 0;) {
		const struct value_line *l = &w->out->all.at[i];
		if (l->part == PART_STRUCTURE && l->column < column)
			return l->column;
	}
	return -1;
}

static void structure_read(struct line_walk *w, struct str s, int64_t column)
{
	int64_t parent = column_around(w, column);

	w->inside = PART_STRUCTURE;
	if (str_starts(s, "---") || str_starts(s, "...") || str_starts(s, "%"))
		return;
	while (s.n && (s.p[0] == '-' || s.p[0] == '?') && is_gap(s, 1)) {
		size_t i = 1;
		while (i < s.n && is_gap(s, i))
			i++;
		parent = column;
		column += (int64_t)i;
		s = str_sub(s, i, s.n);
	}
	size_t colon = key_end(s);
	if (colon == SIZE_MAX)
		value_read(w, s, parent);
	else
		value_read(w, str_sub(s, colon + 1, s.n), column);
}

static enum part part_of(const struct line_walk *w, struct str s, int64_t column)
{
	if (w->inside == PART_QUOTED || w->inside == PART_FLOW)
		return w->inside;
	if (!s.n)
		return PART_BLANK;
	if (w->inside == PART_BLOCK && column > w->parent)
		return PART_BLOCK;
	if (s.p[0] == '#')
		return PART_BLANK;
	return w->inside == PART_PLAIN && column > w->parent ? PART_PLAIN : PART_STRUCTURE;
}

static void line_read(struct line_walk *w, struct str line)
{
	struct value_line l = { .text = str_trim(line), .parent = w->parent, .begin = w->begin };

	l.column = l.text.n ? (int64_t)(l.text.p - line.p) : -1;
	l.part = part_of(w, l.text, l.column);
	switch (l.part) {
	case PART_STRUCTURE:
		structure_read(w, l.text, l.column);
		break;
	case PART_FLOW:
		brackets_read(w, l.text, 0);
		break;
	case PART_QUOTED:
		w->inside = quote_end(l.text, 0, w->quote) == SIZE_MAX ? PART_QUOTED : PART_STRUCTURE;
		break;
	case PART_BLANK: /* a comment ends a value without quotes */
		w->inside = l.text.n && w->inside == PART_PLAIN ? PART_STRUCTURE : w->inside;
		break;
	case PART_PLAIN:
	case PART_BLOCK:
		break;
	}
	*VEC_ADD(w->a, &w->out->all) = l;
}

static struct value_lines lines_read(struct arena *a, struct str text)
{
	struct value_lines out = { 0 };
	struct line_walk w = { .a = a, .out = &out, .inside = PART_STRUCTURE };
	struct str line;

	while (str_line(&text, &line))
		line_read(&w, line);
	return out;
}

/* ---- two versions ---- */

/* "key: value", "key:value" or "- value"; not "https://host". */
static bool names_something(struct str s)
{
	size_t i = 0;

	if (s.n && s.p[0] == '-' && is_gap(s, 1))
		return true;
	if (key_end(s) != SIZE_MAX)
		return key_end(s) > 0;
	if (s.n && (s.p[0] == '"' || s.p[0] == '\''))
		i = quote_end(s, 1, s.p[0]);
	while (i < s.n && (isalnum((unsigned char)s.p[i]) || memchr("_.-", s.p[i], 3)))
		i++;
	return i > 0 && i < s.n && s.p[i] == ':' && !str_starts(str_sub(s, i, s.n), "://");
}

/* The number of the old line that became this line of a hunk, or SIZE_MAX. */
static size_t twin_in_hunk(const struct value_lines *old, const struct hunk *h, size_t line, struct str text)
{
	if (h->old_end - h->old_begin == h->new_end - h->new_begin)
		return h->old_begin + (line - h->new_begin);
	for (size_t i = h->old_begin; i < h->old_end && i < old->all.n; i++)
		if (str_eq(old->all.at[i].text, text))
			return i;
	return SIZE_MAX;
}

static bool is_touched(const struct hunks *h, size_t begin, size_t end)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->at[i].new_begin <= end && h->at[i].new_end > begin)
			return true;
	return false;
}

/* A quoted value that is changed, and goes on in a line with the indentation of a key beside its own. */
static bool runs_over(const struct value_line *now, const struct hunks *h, size_t number)
{
	return now->part == PART_QUOTED && now->column >= 0 && now->column <= now->parent &&
		names_something(now->text) && is_touched(h, now->begin, number);
}

static void line_compare(const struct value_line *was, const struct value_line *now, struct finding *f)
{
	bool named = names_something(now->text);

	if (!was || was->part != PART_STRUCTURE || !now->text.n || now->part <= PART_FLOW)
		return;
	if (named)
		finding_add(f, now->part == PART_BLOCK ? 2 : 1, "makes a key or element part of the value above",
			now->text);
	else if (now->part == PART_PLAIN)
		finding_add(f, 2, "makes a line part of the value above", now->text);
}

struct finding lost_in_value(struct arena *a, struct str old, struct str new)
{
	struct value_lines was = lines_read(a, old), now = lines_read(a, new);
	struct hunks h = diff_lines(a, old, new);
	struct finding f = { 0 };
	size_t k = 0, twin = 0;

	for (size_t i = 0; i < now.all.n; i++) {
		while (k < h.n && i >= h.at[k].new_end)
			k++;
		bool in_hunk = k < h.n && i >= h.at[k].new_begin;
		size_t shift = k ? h.at[k - 1].old_end - h.at[k - 1].new_end : 0; /* modulo 2^n, as size_t counts */
		twin = in_hunk ? twin_in_hunk(&was, &h.at[k], i, now.all.at[i].text) : i + shift;
		line_compare(twin < was.all.n ? &was.all.at[twin] : NULL, &now.all.at[i], &f);
		if (runs_over(&now.all.at[i], &h, i))
			finding_add(&f, 1, "makes a key or element part of the value above", now.all.at[i].text);
	}
	return f;
}
