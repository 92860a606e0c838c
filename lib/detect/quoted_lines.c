/* Lines that quote files: what they say is no output of a tool. */
#include "detect/detector_internal.h"

#include <string.h>

/* ---- hunks of unified diffs ---- */

static bool count_take(struct str *s, char sign, unsigned long *count)
{
	size_t n = 0, from;

	if (s->n < 2 || s->p[0] != sign)
		return false;
	*count = 1; /* a hunk of one line has no count */
	for (n = 1; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		;
	if (n < s->n && s->p[n] == ',') {
		*count = 0;
		for (from = ++n; n < s->n && n < from + 9 && s->p[n] >= '0' && s->p[n] <= '9'; n++)
			*count = *count * 10 + (unsigned long)(s->p[n] - '0');
	}
	if (n == s->n || s->p[n] != ' ')
		return false;
	*s = str_sub(*s, n + 1, s->n);
	return true;
}

/* "@@ -12,5 +12,7 @@": how many lines the hunk has of the old and of the new file. */
static bool header_read(struct str line, unsigned long *old, unsigned long *new)
{
	if (!str_starts(line, "@@ "))
		return false;
	line = str_sub(line, 3, line.n);
	return count_take(&line, '-', old) && count_take(&line, '+', new) && str_starts(line, "@@");
}

struct walk {
	unsigned long removed, added; /* lines of the old and of the new file so far */
};

/* false: no line of a hunk */
static bool line_count(struct walk *w, struct str line)
{
	char c = line.n ? line.p[0] : ' '; /* an editor may have removed the blank of an empty line */

	w->removed += c == '-' || c == ' ';
	w->added += c == '+' || c == ' ';
	return c == '-' || c == '+' || c == ' ' || c == '\\' || c == '\t';
}

static bool is_inside(struct detector *d, struct str line, size_t line_at)
{
	struct walk w = { 0, 0 };
	unsigned long old, new;
	size_t at = line_at;

	while (line_count(&w, line)) {
		/* From here on there is no header. */
		if (d->quoted.text == d->texts && d->dropped + at == d->quoted.at && at != line_at && !d->quoted.is)
			return false;
		if (!detector_line_above(d, line_at, &at, &line))
			return false;
		if (header_read(line, &old, &new))
			return w.removed <= old && w.added <= new;
	}
	return false;
}

static bool in_hunk(struct detector *d, struct str line, size_t line_at)
{
	return line.n && strchr("+- ", line.p[0]) && line.p[0] && is_inside(d, line, line_at);
}

/* ---- what a search prints ---- */

/* Of indented text: a file, a line, and no text until after six blanks or two tabs. */
static bool is_found(struct str line)
{
	size_t at = str_chr(line, ':'), digits = at + 1;

	if (at == 0 || at == line.n || !memchr(line.p, '.', at) || line.p[0] == ' ' || line.p[0] == '\t')
		return false;
	while (digits < line.n && line.p[digits] >= '0' && line.p[digits] <= '9')
		digits++;
	if (digits == at + 1 || digits == line.n || line.p[digits] != ':')
		return false;
	line = str_sub(line, digits + 1, line.n);
	return str_starts(line, "\t\t") || str_starts(line, "      ");
}

/* ---- either ---- */

bool detector_is_quoted(struct detector *d, size_t line_at)
{
	bool ended;

	if (d->quoted.text == d->texts && d->quoted.at == d->dropped + line_at)
		return d->quoted.is;
	struct str line = detector_line_at(d, line_at, &ended);
	bool is = is_found(line) || in_hunk(d, line, line_at);
	d->quoted.text = d->texts;
	d->quoted.at = d->dropped + line_at;
	d->quoted.is = is;
	return is;
}
