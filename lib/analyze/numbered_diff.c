#include "analyze/numbered_diff.h"

#include <string.h>

#include "base/buf.h"

enum { LINES = 200, TAB = 4 };

/* A printed line: number, sign, text; number 0: a line of marks. */
struct shown {
	int64_t number;
	char sign;
	struct str text;
};

static size_t blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

static struct str unindented(struct str s)
{
	return str_sub(s, blanks(s), s.n);
}

/* "17 - text", or "   | marks"; false: neither. */
static bool parse(struct str line, struct shown *out)
{
	struct str s = unindented(line);
	size_t digits = 0;

	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	*out = (struct shown){ 0 };
	if (digits && (digits > 9 || !str_number(str_sub(s, 0, digits), &out->number) || out->number < 1))
		return false;
	s = digits ? str_sub(s, digits + 1, s.n) : s;
	if (s.n == 0 || !strchr("|+-~", s.p[0]) || !s.p[0] || (!digits && s.p[0] != '|'))
		return false;
	out->sign = s.p[0];
	out->text = str_sub(s, s.n > 1 && s.p[1] == ' ' ? 2 : 1, s.n);
	return true;
}

static bool is_marks(struct str s)
{
	bool any = false;

	for (size_t i = 0; i < s.n; i++) {
		if (!strchr(" +~", s.p[i]) || !s.p[i])
			return false;
		any |= s.p[i] != ' ';
	}
	return any;
}

/* The indentation of the file's line if it is as wide as the printed one. */
static struct str own_indent(struct arena *a, struct str line, struct str shown)
{
	size_t width = 0, n = blanks(line);

	for (size_t i = 0; i < n; i++)
		width += line.p[i] == '\t' ? TAB : 1;
	return width == blanks(shown) ? arena_join(a, str_sub(line, 0, n), unindented(shown)) : shown;
}

/* Is the printed line equal to the old one except for the marked parts? */
static bool fits_marks(struct arena *a, struct str line, struct shown new, struct str marks)
{
	struct buf kept;
	size_t first = marks.n, last = 0;
	bool other = false;

	buf_init(&kept, 1 << 16);
	for (size_t i = 0; i < new.text.n; i++) {
		char mark = i < marks.n ? marks.p[i] : ' ';
		if (mark == ' ')
			buf_addc(&kept, new.text.p[i]);
		else
			last = i;
		if (mark != ' ' && i < first)
			first = i;
		other |= mark == '~';
	}
	struct str rest = arena_str(a, buf_str(&kept)), old = unindented(line);
	buf_release(&kept);
	if (!other)
		return str_same_words(line, rest);
	/* The text replaced by "~" is not printed: compare the rest of the line from its end. */
	struct str head = unindented(str_sub(new.text, 0, first)),
		   tail = str_rtrim(str_sub(new.text, last + 1, new.text.n));
	old = str_rtrim(old);
	return head.n + tail.n <= old.n && str_eq(str_sub(old, 0, head.n), head) &&
		str_eq(str_sub(old, old.n - tail.n, old.n), tail);
}

struct applier {
	struct arena *a;
	const struct text *x;
	const struct shown *lines;
	size_t n, i;
	int64_t added; /* lines inserted so far, which are counted in later line numbers */
	bool any;
	bool (*change)(void *ctx, size_t from, size_t to, struct str text);
	void *ctx;
};

static bool replace_line(struct applier *p, int64_t line, struct str shown)
{
	struct str old = text_line(p->x, line), new = own_indent(p->a, old, shown);
	size_t from = p->x->line_at[line - 1];

	p->any = true;
	return str_eq(old, new) || p->change(p->ctx, from, from + old.n, new);
}

/* "-" lines and the "+" lines after them. */
static bool exchange(struct applier *p)
{
	int64_t first = p->lines[p->i].number - p->added, line = first;
	struct str text = STR("");

	for (; p->i < p->n && p->lines[p->i].sign == '-'; p->i++, line++)
		if (p->lines[p->i].number - p->added != line || !text_line(p->x, line).p ||
			!str_same_words(text_line(p->x, line), p->lines[p->i].text))
			return false;
	int64_t old = line - first, new = 0;
	for (; p->i < p->n && p->lines[p->i].sign == '+'; p->i++, new ++)
		text = new ? arena_printf(p->a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(p->lines[p->i].text)) :
			     own_indent(p->a, text_line(p->x, first), p->lines[p->i].text);
	struct str last = text_line(p->x, line - 1);
	size_t from = p->x->line_at[first - 1], to = (size_t)(last.p - p->x->all.p) + last.n;
	p->added += new - old;
	p->any = true;
	if (new == 0 && (size_t)line <= p->x->lines)
		to = p->x->line_at[line - 1]; /* delete the lines with their line ends */
	return p->change(p->ctx, from, to, text);
}

/* "+" lines alone are inserted before the line with their number. */
static bool put_in(struct applier *p)
{
	int64_t at = p->lines[p->i].number - p->added, new = 0;
	struct str text = STR("");

	for (; p->i < p->n && p->lines[p->i].sign == '+'; p->i++, new ++)
		text = arena_printf(p->a, "%.*s%.*s\n", STR_ARG(text), STR_ARG(p->lines[p->i].text));
	p->added += new;
	p->any = true;
	if (at < 1 || (size_t)at > p->x->lines)
		return false;
	if (p->i < p->n && p->lines[p->i].number == at + p->added &&
		!str_same_words(text_line(p->x, at), p->lines[p->i].text))
		return false;
	return p->change(p->ctx, p->x->line_at[at - 1], p->x->line_at[at - 1], text);
}

/* A changed line if marks follow; otherwise context. */
static bool show(struct applier *p)
{
	const struct shown *new = &p->lines[p->i++], *marks = p->i < p->n ? &p->lines[p->i] : NULL;
	int64_t line = new->number - p->added;

	if (new->number == 0)
		return true;
	if (!marks || marks->number || !is_marks(marks->text))
		return true;
	p->i++;
	struct str old = text_line(p->x, line);
	return old.p && fits_marks(p->a, old, *new, marks->text) && replace_line(p, line, new->text);
}

bool numbered_diff_changes(struct arena *a, const struct text *x, struct str body,
	bool (*change)(void *ctx, size_t from, size_t to, struct str text), void *ctx)
{
	struct shown *lines = arena_alloc(a, LINES * sizeof(*lines));
	struct applier p = { .a = a, .x = x, .lines = lines, .change = change, .ctx = ctx };
	struct str line;

	while (p.n < LINES && str_line(&body, &line)) {
		if (str_trim(line).n == 0 || str_starts(str_trim(line), "..."))
			continue;
		/* "~" before a text: the number of replaced lines is unknown. */
		if (!parse(line, &lines[p.n]) || (lines[p.n].number && lines[p.n].sign == '~'))
			return false;
		p.n++;
	}
	while (p.i < p.n) {
		char sign = p.lines[p.i].number ? p.lines[p.i].sign : '|';
		if (!(sign == '-' ? exchange(&p) : sign == '+' ? put_in(&p) : show(&p)))
			return false;
	}
	return p.any;
}
