#include "fix/lost_line.h"

#include "lang/language.h"
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

struct str lost_line_doubt(struct arena *a, const struct pack *pack, const struct change *c)
{
	struct str text;
	size_t at = c->existed ? insertion(c, &text) : SIZE_MAX;

	if (at == SIZE_MAX || text.n != 1)
		return STR("");
	struct node language = language_of(pack, c->path, c->old);
	if (!closer_joins(language, code_only(a, language, c->old), at, text))
		return STR("");
	return arena_printf(a, "'%.*s': a line may be lost before the '%.*s': a person has to look", STR_ARG(c->path),
		STR_ARG(text));
}
