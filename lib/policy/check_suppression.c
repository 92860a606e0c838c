/* Detect changes that suppress a check instead of fixing the failure. */
#include <string.h>

#include "base/path.h"
#include "policy/policy_table.h"
#include "tree/diff.h"

/* The number of matches; -1 on error. */
static long count(struct regex *re, struct str text)
{
	struct match m;
	size_t at = 0;
	long n = 0;
	int got;

	while (at < text.n && (got = regex_match_from(re, text, at, &m)) != 0) {
		if (got < 0)
			return -1;
		n++;
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end > at ? end : at + 1;
	}
	return n;
}

/* The deleted and the inserted lines of all hunks. */
static struct str hunk_lines(struct arena *a, struct str text, const struct hunks *h, bool new)
{
	struct str out = STR(""), rest = text;
	size_t line = 0;

	for (size_t i = 0; i < h->n; i++) {
		size_t begin = new ? h->at[i].new_begin : h->at[i].old_begin,
		       end = new ? h->at[i].new_end : h->at[i].old_end;
		while (line < end && rest.n) {
			size_t n = str_chr(rest, '\n');
			n += n < rest.n;
			if (line >= begin)
				out = arena_join(a, out, str_sub(rest, 0, n));
			rest = str_sub(rest, n, rest.n);
			line++;
		}
	}
	return out;
}

struct sides {
	struct str old, new, gone, came;
	struct hunks hunks;
	bool existed;
};

/* More matches in the whole file, or more in the inserted lines than in the deleted ones. */
static bool rises(struct regex *re, struct str old, struct str new, struct str gone, struct str came)
{
	long before = count(re, old), after = count(re, new);

	return before < 0 || after < 0 || after > before || count(re, came) > count(re, gone);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does the text contain the line, ignoring indentation? */
static bool has_line(struct str text, struct str wanted)
{
	struct str line;

	while (str_line(&text, &line))
		if (str_eq(str_trim(line), wanted))
			return true;
	return false;
}

/* Equal except for white space: moved or indented lines. */
static bool same_words(struct str x, struct str y)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < x.n && is_blank(x.p[i]))
			i++;
		while (j < y.n && is_blank(y.p[j]))
			j++;
		if (i == x.n || j == y.n)
			return i == x.n && j == y.n;
		if (x.p[i++] != y.p[j++])
			return false;
	}
}

static bool has_match_like(struct regex *re, struct str text, struct str wanted)
{
	struct match m;
	size_t at = 0;

	while (at < text.n && regex_match_from(re, text, at, &m) == 1) {
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		if (same_words(m.whole, wanted))
			return true;
		at = end > at ? end : at + 1;
	}
	return false;
}

/* The same number of matches, but with another text or in another place. */
static bool differs(struct regex *re, struct str gone, struct str came)
{
	struct match m;
	size_t at = 0;

	while (at < came.n && regex_match_from(re, came, at, &m) == 1) {
		size_t begin = (size_t)(m.whole.p - came.p), end = begin + m.whole.n;
		size_t line = str_rchr(str_sub(came, 0, begin), '\n');
		struct str code = str_trim(str_sub(came, line < begin ? line + 1 : 0, begin));
		if (!has_match_like(re, gone, m.whole) || (code.n && has_line(gone, code)))
			return true;
		at = end > at ? end : at + 1;
	}
	return false;
}

/* ---- synonyms ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The text with synonyms replaced by one of them, so that a renaming is not a change. */
static struct str one_spelling(struct arena *a, struct node synonyms, struct str text)
{
	size_t longest = 0, from = 0, n = 0;

	for (uint32_t i = 0; i < node_count(synonyms); i++)
		longest = node_str(node_at(synonyms, i)).n > longest ? node_str(node_at(synonyms, i)).n : longest;
	if (!longest || !text.n)
		return text;
	/* A word of one byte becomes at most `longest` bytes. */
	char *out = arena_alloc(a, text.n * (longest + 1));
	while (from < text.n) {
		size_t end = from + 1;
		while (is_word(text.p[from]) && end < text.n && is_word(text.p[end]))
			end++;
		struct str word = str_sub(text, from, end), same = node_str(node_get_str(synonyms, word));
		word = same.n ? same : word;
		memcpy(out + n, word.p, word.n);
		n += word.n;
		from = end;
	}
	return (struct str){ out, n };
}

/* ---- changed or deleted lines ---- */

enum { LINES_ABOVE = 40 };

struct lines {
	struct str *at;
	size_t n;
};

static struct lines lines_of(struct arena *a, struct str text)
{
	size_t room = 2;

	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	struct lines lines = { arena_alloc(a, room * sizeof(*lines.at)), 0 };
	while (str_line(&text, &lines.at[lines.n]))
		lines.n++;
	return lines;
}

/* The number of opening brackets minus that of closing ones. */
static int opens(struct str line)
{
	int n = 0;

	for (size_t i = 0; i < line.n; i++)
		n += (memchr("([{", line.p[i], 3) != NULL) - (memchr(")]}", line.p[i], 3) != NULL);
	return n;
}

/* Does the pattern match from line i on?  It may end in the next line. */
static bool matches_line(struct regex *re, const struct lines *lines, size_t i)
{
	struct str line = lines->at[i], both = line;
	struct match m;

	if (i + 1 < lines->n)
		both.n = (size_t)(lines->at[i + 1].p + lines->at[i + 1].n - line.p);
	return regex_match(re, both, &m) == 1 && m.whole.p <= line.p + line.n;
}

/* The line itself, or one above with a bracket that is still open. */
static bool concerns(struct regex *re, const struct lines *lines, size_t i)
{
	int depth = 0;

	if (matches_line(re, lines, i))
		return true;
	for (size_t k = i; k-- > 0 && i - k <= LINES_ABOVE;) {
		depth += opens(lines->at[k]);
		if (depth > 0 && matches_line(re, lines, k))
			return true;
		depth = depth > 0 ? 0 : depth;
	}
	return false;
}

static bool moves(struct arena *a, struct regex *re, const struct sides *s)
{
	struct lines lines = lines_of(a, s->old);

	for (size_t i = 0; i < s->hunks.n; i++)
		for (size_t k = s->hunks.at[i].old_begin; k < s->hunks.at[i].old_end && k < lines.n; k++)
			if (!has_line(s->came, str_trim(lines.at[k])) && concerns(re, &lines, k))
				return true;
	return false;
}

static bool offends(struct arena *a, const struct suppression_rule *g, struct str name, const struct sides *s)
{
	if (g->files.n && !globs_match(g->files.at, g->files.n, name))
		return false;
	switch (g->game) {
	case GAME_MADE:
		return !s->existed;
	case GAME_MORE:
		return rises(g->re, s->old, s->new, s->gone, s->came) || differs(g->re, s->gone, s->came);
	case GAME_FEWER:
		return s->existed && rises(g->re, s->new, s->old, s->came, s->gone);
	case GAME_MOVED:
		return s->existed && moves(a, g->re, s);
	}
	return true;
}

int policy_suppression(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err)
{
	struct node synonyms = node_get(p->table, "synonyms");
	struct sides s = { .old = one_spelling(a, synonyms, existed ? old : STR("")),
		.new = one_spelling(a, synonyms, new),
		.existed = existed };
	int found = 0;

	if (existed && str_eq(s.old, s.new))
		return 0;
	s.hunks = diff_lines(a, s.old, s.new);
	s.gone = hunk_lines(a, s.old, &s.hunks, false);
	s.came = hunk_lines(a, s.new, &s.hunks, true);
	for (size_t i = 0; i < p->games.n && found != 1; i++) {
		const struct suppression_rule *g = &p->games.at[i];
		if ((found && g->queue) || !offends(a, g, name, &s))
			continue;
		found = g->queue ? 2 : 1;
		err_set(err, HEAL_WRONG, "'%.*s': the change %.*s (%.*s)", STR_ARG(name), STR_ARG(g->why),
			STR_ARG(g->id));
	}
	return found;
}
