/* A pattern ignores digits if each of its parts matches all of them or none, and nothing refers to text that was
 * matched before.  What is not known here counts as a part that does not. */
#include "rules/digits.h"

#include <ctype.h>
#include <string.h>

enum { UNKNOWN = -1, SET = 256 }; /* else a byte; SET: one of several, and of all digits or none */

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

bool text_has_digit(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (is_digit(text.p[i]))
			return true;
	return false;
}

static char at(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* "\x41", behind the x. */
static int hex_take(struct str s, size_t *i)
{
	int high = hex_value(at(s, *i)), low = hex_value(at(s, *i + 1));

	*i += 2;
	return high < 0 || low < 0 ? UNKNOWN : high * 16 + low;
}

/* What an escape matches; *i is behind the backslash. */
static int escape_take(struct str s, size_t *i)
{
	static const char sets[] = "dDwWsSbBhHvVRnrtfeaKAzZGN";
	char c = at(s, (*i)++);

	if (c == 'x')
		return hex_take(s, i);
	if (!isalnum((unsigned char)c))
		return c ? (unsigned char)c : UNKNOWN;
	return strchr(sets, c) ? SET : UNKNOWN;
}

/* A byte or an escape within brackets. */
static int member_take(struct str s, size_t *i)
{
	char c = at(s, (*i)++);

	if (c == '[' && at(s, *i) == ':') {
		*i += str_find(str_sub(s, *i, s.n), STR(":]")) + 2;
		return SET;
	}
	return c == '\\' ? escape_take(s, i) : (unsigned char)c;
}

/* Has the range all digits or none? */
static bool range_ignores(int from, int to)
{
	return from != UNKNOWN && to != UNKNOWN && ((from <= '0' && to >= '9') || to < '0' || from > '9');
}

/* "[a-z0-9_]", behind the bracket. */
static bool brackets_ignore(struct str s, size_t *i)
{
	*i += at(s, *i) == '^';
	for (bool first = true; *i < s.n && (first || s.p[*i] != ']'); first = false) {
		int from = member_take(s, i), to = from;
		bool range = from != SET && at(s, *i) == '-' && at(s, *i + 1) != ']';
		if (range) {
			++*i;
			to = member_take(s, i);
		}
		if (from != SET && !range_ignores(from, to))
			return false;
	}
	++*i;
	return true;
}

/* "(?:", "(?<name>", "(?i)", behind the question mark. */
static bool group_ignores(struct str s, size_t *i)
{
	char c = at(s, *i), next = at(s, *i + 1);

	if (c == '<' && next != '=' && next != '!') {
		*i += str_chr(str_sub(s, *i, s.n), '>');
		return true;
	}
	if (c != '\0' && strchr("<:=!>|", c))
		return true;
	while (at(s, *i) != '\0' && strchr("imsnJU-^", at(s, *i)))
		++*i;
	return at(s, *i) == ')' || at(s, *i) == ':';
}

/* "{2,5}", behind the brace: how often, and no text.  0: it is text. */
static size_t times_length(struct str s, size_t i)
{
	size_t end = i;

	while (is_digit(at(s, end)))
		end++;
	if (end == i)
		return 0;
	end += at(s, end) == ',';
	while (is_digit(at(s, end)))
		end++;
	return at(s, end) == '}' ? end + 1 - i : 0;
}

bool pattern_ignores_digits(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		char c = s.p[i++];
		if (c == '\\') {
			int byte = escape_take(s, &i);
			if (byte == UNKNOWN || is_digit(byte))
				return false;
		} else if (c == '[') {
			if (!brackets_ignore(s, &i))
				return false;
		} else if (c == '(' && at(s, i) == '?') {
			i++;
			if (!group_ignores(s, &i))
				return false;
		} else if (c == '{') {
			i += times_length(s, i);
		} else if (is_digit(c)) {
			return false;
		}
	}
	return true;
}
