#include "lang/statement.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Is this position inside the brackets of a call, a list or an index? */
static bool in_list(struct str code, size_t i)
{
	int depth = 0;

	while (i > 0) {
		char c = code.p[--i];
		if (strchr(")]}", c))
			depth++;
		else if (strchr("([{", c) && depth-- == 0)
			return c != '{';
	}
	return false;
}

bool statement_begins(struct str code, size_t i)
{
	size_t end = i;

	while (i > 0 && is_word(code.p[i - 1]))
		i--;
	if (i == end || in_list(code, i))
		return false;
	while (i > 0 && (code.p[i - 1] == ' ' || code.p[i - 1] == '\t'))
		i--;
	return i == 0 || strchr("\n;{})", code.p[i - 1]) != NULL;
}

/* ---- commas ---- */

/* The blanks at the start of the line with this offset. */
static size_t blanks_before_line(struct str code, size_t at)
{
	size_t begin = at, n = 0;

	while (begin > 0 && code.p[begin - 1] != '\n')
		begin--;
	while (begin + n < code.n && (code.p[begin + n] == ' ' || code.p[begin + n] == '\t'))
		n++;
	return n;
}

static size_t next_code(struct str code, size_t i)
{
	i++;
	while (i < code.n && isspace((unsigned char)code.p[i]))
		i++;
	return i;
}

static bool line_is_lost(struct str code, size_t comma)
{
	size_t next = next_code(code, comma);

	if (next == code.n || strchr(")]}", code.p[next]) || str_chr(str_sub(code, comma, next), '\n') == next - comma)
		return false;
	return blanks_before_line(code, next) < blanks_before_line(code, comma);
}

/* The bracket that is open at the offset; SIZE_MAX: none. */
static size_t opener_of(struct str code, size_t at)
{
	int depth = 0;

	while (at-- > 0) {
		char c = code.p[at];
		depth += c == ')' || c == ']' || c == '}';
		if ((c == '(' || c == '[' || c == '{') && depth-- == 0)
			return at;
	}
	return SIZE_MAX;
}

/* Does the statement begin with the name of what is called here: "f(", "a.b->f("? */
static bool is_call_statement(struct str code, size_t opener)
{
	size_t i = opener, words = 0;

	while (i > 0 && (isalnum((unsigned char)code.p[i - 1]) || strchr("_.:>-", code.p[i - 1])))
		words += isalnum((unsigned char)code.p[--i]) != 0;
	size_t begin = i;
	while (i > 0 && isspace((unsigned char)code.p[i - 1]))
		i--;
	bool line = str_chr(str_sub(code, i, begin), '\n') < begin - i;
	return words && (i == 0 || strchr(";{}", code.p[i - 1]) || (line && !strchr(",([=+-*/%&|<>?", code.p[i - 1])));
}

/* Does the bracket that is open at the offset reach over a lost line into the next statement? */
static bool spans_lost_line(struct str code, size_t opener, size_t at)
{
	size_t indent = blanks_before_line(code, opener);
	int depth = 0;

	for (size_t i = opener + 1; i < at; i++) {
		char c = code.p[i];
		depth += c == '(' || c == '[' || c == '{';
		depth -= c == ')' || c == ']' || c == '}';
		if (depth == 0 && c == ',' && line_is_lost(code, i) &&
			blanks_before_line(code, next_code(code, i)) <= indent)
			return true;
	}
	return false;
}

bool closer_joins(struct node language, struct str code, size_t at, struct str closer)
{
	if (closer.n != 1 || !strchr(")]}", closer.p[0]) || at > code.n)
		return false;
	size_t opener = opener_of(code, at);
	if (opener != SIZE_MAX && closer.p[0] != '}' && spans_lost_line(code, opener, at))
		return true;
	if (at == code.n || code.p[at] != ',')
		return false;
	bool call = closer.p[0] == ')' && node_has(language, "comma") && opener != SIZE_MAX && code.p[opener] == '(';
	return line_is_lost(code, at) || (call && is_call_statement(code, opener));
}
