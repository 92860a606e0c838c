#include "base/affix.h"

#include <ctype.h>
#include <string.h>

enum {
	AFFIX_MOST = 12, /* letters added or left out */
	CORE_LEAST = 3,  /* letters that remain */
	LONG_CORE = 6    /* if only one is added behind them */
};

static bool is_upper(char c)
{
	return isupper((unsigned char)c);
}

/* Does a word part begin at this offset? */
static bool part_begins(struct str s, size_t at)
{
	char before = s.p[at - 1], here = s.p[at];

	return before == '_' || here == '_' || (is_upper(here) && !is_upper(before)) ||
		(isdigit((unsigned char)here) && !isdigit((unsigned char)before));
}

size_t word_affix(struct str x, struct str y)
{
	struct str less = x.n < y.n ? x : y, more = x.n < y.n ? y : x;
	size_t added = more.n - less.n;

	if (added == 0 || added > AFFIX_MOST || less.n < CORE_LEAST)
		return 0;
	struct str head = str_sub(more, 0, less.n), tail = str_sub(more, added, more.n);
	/* The first letter may have another case behind what was added. */
	bool before = part_begins(more, added) &&
		tolower((unsigned char)tail.p[0]) == tolower((unsigned char)less.p[0]) &&
		str_eq(str_sub(tail, 1, tail.n), str_sub(less, 1, less.n));
	bool behind = (part_begins(more, less.n) || (added == 1 && less.n >= LONG_CORE)) && str_eq(head, less);
	return before || behind ? added : 0;
}

bool word_sibling(struct str x, struct str y)
{
	size_t at = 0, end = x.n;

	if (x.n != y.n || x.n < 2)
		return false;
	while (at < end && x.p[at] == y.p[at])
		at++;
	while (end > at && x.p[end - 1] == y.p[end - 1])
		end--;
	if (end != at + 1 || at == 0)
		return false;
	if (isdigit((unsigned char)x.p[at]) && isdigit((unsigned char)y.p[at]))
		return true;
	bool first = strchr("_-.", x.p[at - 1]) || (part_begins(x, at) && part_begins(y, at)),
	     last = end == x.n || strchr("_-.", x.p[end]) || is_upper(x.p[end]);
	return first && last && isalpha((unsigned char)x.p[at]) && isalpha((unsigned char)y.p[at]) &&
		tolower((unsigned char)x.p[at]) != tolower((unsigned char)y.p[at]);
}
