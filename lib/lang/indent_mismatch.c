#include "lang/indent_mismatch.h"

#include <ctype.h>
#include <string.h>

#include "base/vec.h"

struct open {
	char closer;
	int64_t line;
	size_t indent;
	bool last; /* in its line: its contents are in the lines below */
	bool flat; /* and are not indented, as in a namespace */
};

struct bracket_walk {
	struct arena *a;
	struct node brackets;
	const struct text *x;
	struct str code;
	VEC(struct open) open;
	int64_t *lines;
	size_t n, room;
};

static void line_add(struct bracket_walk *w, int64_t line)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->lines[i] == line)
			return;
	if (line >= 1 && w->n < w->room)
		w->lines[w->n++] = line;
}

static struct str line_of(const struct bracket_walk *w, int64_t line, size_t *indent)
{
	size_t at = w->x->line_at[line - 1];
	struct str s = str_rtrim(str_sub(w->code, at, at + text_line(w->x, line).n));

	*indent = 0;
	while (*indent < s.n && (s.p[*indent] == ' ' || s.p[*indent] == '\t'))
		++*indent;
	return str_sub(s, *indent, s.n);
}

/* The next line with code in this direction; 0: none. */
static int64_t next_line(const struct bracket_walk *w, int64_t line, int step)
{
	size_t indent;

	for (line += step; line >= 1 && line <= (int64_t)w->x->lines; line += step)
		if (line_of(w, line, &indent).n)
			return line;
	return 0;
}

/* The indentation of a label or a preprocessor line has no meaning. */
static bool is_marginal(struct str s)
{
	return s.n > 1 && ((s.p[0] == '#' && s.p[1] != '[' && s.p[1] != '!') || s.p[s.n - 1] == ':');
}

/* The closer of this opener; 0: c is not an opener. */
static char closer_of(const struct bracket_walk *w, char c, bool *closes)
{
	*closes = false;
	for (uint32_t k = 0; k < node_list_count(w->brackets); k++) {
		struct str pair = node_str(node_list_at(w->brackets, k));
		if (pair.n == 2 && pair.p[0] == c)
			return pair.p[1];
		*closes |= pair.n == 2 && pair.p[1] == c;
	}
	return 0;
}

static bool is_flat(const struct bracket_walk *w, int64_t line, size_t indent, char closer)
{
	size_t below;
	int64_t next = next_line(w, line, 1);
	struct str s = next ? line_of(w, next, &below) : STR_NONE;

	return s.n && below <= indent && s.p[0] != closer;
}

/* The head of the block that ends here: the line above with the same indentation that is followed by deeper lines. */
static int64_t head_of(const struct bracket_walk *w, int64_t line, size_t indent)
{
	size_t own;

	for (int64_t i = next_line(w, line, -1); i > 0; i = next_line(w, i, -1)) {
		line_of(w, i, &own);
		if (own <= indent)
			return own == indent ? i : 0;
	}
	return 0;
}

/* Compare the indentation of a line with the brackets open above it; false if they do not match. */
static bool is_within(struct bracket_walk *w, int64_t line, size_t indent)
{
	const struct open *top = w->open.n ? &w->open.at[w->open.n - 1] : NULL;

	if (!top || top->flat || indent > top->indent)
		return true;
	if (top->last)
		line_add(w, next_line(w, line, -1));
	line_add(w, top->line);
	return false;
}

/* A closer: it must match the open bracket, and its indentation if it is first in its line. */
static bool is_closing(struct bracket_walk *w, char c, int64_t line, size_t indent, bool first)
{
	const struct open *top = w->open.n ? &w->open.at[w->open.n - 1] : NULL;

	if (!top || top->closer != c) {
		line_add(w, line);
		if (top)
			line_add(w, top->line);
		line_add(w, first ? head_of(w, line, indent) : 0);
		return false;
	}
	if (first && top->last && indent > top->indent) {
		line_add(w, head_of(w, line, indent));
		line_add(w, line);
		return false;
	}
	if (first && top->last && indent < top->indent) {
		line_add(w, next_line(w, line, -1));
		line_add(w, top->line);
		return false;
	}
	w->open.n--;
	return true;
}

static bool line_walk(struct bracket_walk *w, int64_t line)
{
	size_t indent;
	struct str s = line_of(w, line, &indent);
	bool closes;

	if (!s.n || (s.p[0] == '#' && is_marginal(s)))
		return true;
	closer_of(w, s.p[0], &closes);
	if (!closes && !is_marginal(s) && !is_within(w, line, indent))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char closer = closer_of(w, s.p[i], &closes);
		bool last = i + 1 == s.n;
		if (closer)
			*VEC_ADD(w->a, &w->open) = (struct open){ closer, line, indent, last,
				last && is_flat(w, line, indent, closer) };
		else if (closes && !is_closing(w, s.p[i], line, indent, i == 0))
			return false;
	}
	return true;
}

size_t indent_mismatch_lines(
	struct arena *a, struct node language, const struct text *x, struct str code, int64_t *lines, size_t room)
{
	struct bracket_walk w = {
		.a = a, .brackets = node_get(language, "brackets"), .x = x, .code = code, .lines = lines, .room = room
	};

	for (int64_t line = 1; line <= (int64_t)x->lines; line++)
		if (!line_walk(&w, line))
			return w.n;
	if (w.open.n)
		line_add(&w, w.open.at[w.open.n - 1].line);
	return w.n;
}
