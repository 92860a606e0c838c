#include "fix/insertion.h"

#include <string.h>

#include "lang/language.h"
#include "lang/quotes.h"
#include "lang/statement.h"

/* The offset of the text that the change inserts, and nothing else is changed; SIZE_MAX: it is another change. */
static size_t insertion(const struct change *c, struct str *text)
{
	size_t begin = 0, end = 0;

	while (begin < c->old.n && begin < c->new.n && c->old.p[begin] == c->new.p[begin])
		begin++;
	while (begin + end < c->old.n && begin + end < c->new.n &&
		c->old.p[c->old.n - 1 - end] == c->new.p[c->new.n - 1 - end])
		end++;
	*text = str_sub(c->new, begin, c->new.n - end);
	return begin + end == c->old.n ? begin : SIZE_MAX;
}

static struct str line_before(struct str text, size_t at)
{
	size_t begin = at;

	while (begin > 0 && text.p[begin - 1] != '\n')
		begin--;
	return str_sub(text, begin, at);
}

/* The sign beside the quote; '\0': none that may have been typed for it. */
static char mistyped_for(struct str text, size_t at, char quote)
{
	struct str before = line_before(text, at);
	size_t quotes = 0;

	for (size_t i = 0; i < before.n; i++)
		quotes += before.p[i] == quote;
	bool opens = quotes % 2 == 0;
	char sign = opens ? (at < text.n ? text.p[at] : '\0') : before.p[before.n - 1];
	return quote_may_be(sign, opens) ? sign : '\0';
}

struct str insertion_doubt(struct arena *a, const struct pack *pack, const struct change *c)
{
	struct str text;
	size_t at = c->existed ? insertion(c, &text) : SIZE_MAX;

	if (at == SIZE_MAX || text.n != 1)
		return STR("");
	if (text.p[0] == '"' || text.p[0] == '\'') {
		char sign = mistyped_for(c->old, at, text.p[0]);
		return sign ? arena_printf(a, "'%.*s': the '%c' may have been typed instead of the %c; needs review",
				      STR_ARG(c->path), sign, text.p[0]) :
			      STR("");
	}
	struct node language = language_of(pack, c->path, c->old);
	if (!closer_joins(language, code_only(a, language, c->old), at, text))
		return STR("");
	return arena_printf(
		a, "'%.*s': a line may be missing before the '%.*s'; needs review", STR_ARG(c->path), STR_ARG(text));
}
