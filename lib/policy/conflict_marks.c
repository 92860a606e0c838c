#include "policy/conflict_marks.h"

enum { MARK = 7 };

/* Seven times this character, and a blank or the end of the line. */
static bool is_mark(struct str s, char c)
{
	for (size_t i = 0; i < MARK; i++)
		if (i >= s.n || s.p[i] != c)
			return false;
	return s.n == MARK || s.p[MARK] == ' ' || s.p[MARK] == '\r';
}

static bool has_conflict(struct str text)
{
	bool begins = false, ends = false;
	struct str line;

	while (str_line(&text, &line)) {
		begins |= is_mark(line, '<');
		ends |= is_mark(line, '>');
	}
	return begins || ends;
}

/* The mark may follow the sign of a comment or a quote. */
static bool holds_mark(struct str line)
{
	if (is_mark(str_trim(line), '='))
		return true;
	for (size_t i = 0; i + MARK <= line.n; i++) {
		struct str rest = str_sub(line, i, line.n);
		if (is_mark(rest, '<') || is_mark(rest, '>') || is_mark(rest, '|'))
			return true;
	}
	return false;
}

bool conflict_kept(struct str old, struct str new)
{
	struct str line;

	if (!has_conflict(old))
		return false;
	while (str_line(&new, &line))
		if (holds_mark(line))
			return true;
	return false;
}
