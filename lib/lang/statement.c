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
