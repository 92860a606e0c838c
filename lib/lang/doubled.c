#include "lang/doubled.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "lang/checker.h"
#include "lang/language.h"

enum { TRIES = 16 }; /* runs of the parser; a table of equal numbers has many equal lines */
static const double SECONDS = 20;

struct doubles {
	struct arena *a;
	struct node language;
	const struct text *x;
	struct str code;
	int64_t line;
	VEC(struct token_edit) all;
};

static void double_add(struct doubles *d, size_t at, size_t end)
{
	struct token_edit e = { .text = STR(""), .old = str_sub(d->x->all, at, end), .weight = 1.0 };

	text_place(d->x, at, &e.line, &e.column);
	*VEC_ADD(d->a, &d->all) = e;
}

/* Lines of numbers and of brackets are equal for good reasons. */
static bool has_letter(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (isalpha((unsigned char)line.p[i]))
			return true;
	return false;
}

static void lines_find(struct doubles *d)
{
	const struct text *x = d->x;
	struct str above = STR_NONE;

	for (int64_t line = 1; line <= (int64_t)x->lines; line++) {
		struct str this = text_line(x, line);
		size_t at = x->line_at[line - 1], end = line < (int64_t)x->lines ? x->line_at[line] : x->all.n;
		bool again = line > 1 && str_eq(this, above) && has_letter(this);
		above = this;
		if (!again)
			continue;
		/* The last line may have no newline; the one above it has. */
		if (end == at + this.n)
			at = x->line_at[line - 2], end = x->line_at[line - 1];
		double_add(d, at, end);
	}
}

static bool has_braces(struct node language)
{
	struct node brackets = node_get(language, "brackets");

	for (uint32_t k = 0; k < node_list_count(brackets); k++)
		if (str_is(node_str(node_list_at(brackets, k)), "{}"))
			return true;
	return false;
}

/* "if (a) {{" at the end of a line.  Behind an operator or a bracket it is a list in a list. */
static void braces_find(struct doubles *d)
{
	struct str code = d->code, all = d->x->all;

	for (size_t i = 1; has_braces(d->language) && i + 1 < code.n; i++) {
		size_t before = i, after = i + 2;
		if (code.p[i] != '{' || code.p[i + 1] != '{')
			continue;
		while (before > 0 && (code.p[before - 1] == ' ' || code.p[before - 1] == '\t'))
			before--;
		while (after < all.n && strchr(" \t\r", all.p[after]) && all.p[after])
			after++;
		bool block = before > 0 &&
			(isalnum((unsigned char)code.p[before - 1]) || strchr("_)", code.p[before - 1]));
		if (block && (after == all.n || all.p[after] == '\n'))
			double_add(d, i + 1, i + 2);
	}
}

static bool is_balanced(struct doubles *d, const struct text *x)
{
	static const enum balance kinds[] = { BALANCE_CLOSE, BALANCE_EXTRA, BALANCE_OPEN };
	struct token_edit any;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (balance_find(d->a, d->language, x, kinds[i], &any, 1))
			return false;
	return true;
}

/* Does each of the texts parse?  The first is the text as it is. */
static size_t try_all(struct doubles *d, const struct flags *flags, const struct str *texts, size_t n, bool *parses)
{
	size_t tried = checker_try(d->language, d->x, flags, texts, n, SECONDS, parses);

	if (tried)
		return tried;
	for (size_t i = 0; i < n; i++)
		parses[i] = is_balanced(d, text_new(d->a, d->x->path, texts[i]));
	return n;
}

static int64_t gap_of(const struct doubles *d, const struct token_edit *e)
{
	return e->line > d->line ? e->line - d->line : d->line - e->line;
}

/* Move the nearest of all[from..] to all[from]. */
static void nearest_first(struct doubles *d, size_t from)
{
	size_t best = from;

	for (size_t i = from + 1; i < d->all.n; i++)
		if (gap_of(d, &d->all.at[i]) < gap_of(d, &d->all.at[best]))
			best = i;
	struct token_edit e = d->all.at[best];
	d->all.at[best] = d->all.at[from];
	d->all.at[from] = e;
}

size_t doubled_find(struct arena *a, struct node language, const struct text *x, const struct flags *flags,
	int64_t line, struct token_edit *out, size_t room)
{
	struct doubles d = { .a = a, .language = language, .x = x, .line = line };
	struct str texts[TRIES + 1] = { x->all };
	bool parses[TRIES + 1];
	size_t found = 0;

	if (node_kind(language) == NODE_NONE || x->lines == 0)
		return 0;
	d.code = code_only(a, language, x->all);
	lines_find(&d);
	braces_find(&d);
	size_t n = d.all.n < TRIES ? d.all.n : TRIES;
	for (size_t i = 0; i < n; i++) {
		nearest_first(&d, i);
		texts[i + 1] = place_applied(a, x, &d.all.at[i]);
	}
	size_t tried = n ? try_all(&d, flags, texts, n + 1, parses) : 0;
	for (size_t i = 1; i < tried && !parses[0] && found < room; i++)
		if (parses[i])
			out[found++] = d.all.at[i - 1];
	return found;
}
