#include "policy/embedded_commands.h"

#include <string.h>

#include "base/path.h"

/* Each row's matches in the text, in their order. */
static struct str matches(struct arena *a, struct regex *re, struct str text, struct str out)
{
	struct match m;
	size_t at = 0;

	while (at < text.n && regex_match_from(re, text, at, &m) == 1) {
		struct str command = match_get(&m, "command");
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		struct str label = match_get(&m, "label");
		if (label.p)
			out = arena_printf(a, "%.*s%.*s\n", STR_ARG(out), STR_ARG(label));
		if (command.p)
			out = arena_printf(a, "%.*s%.*s\n", STR_ARG(out), STR_ARG(command));
		at = end > at ? end : at + 1;
	}
	return out;
}

struct str embedded_commands(struct arena *a, const struct policy *p, struct str name, struct str text)
{
	struct str out = STR("");

	for (size_t i = 0; i < p->embedded.n; i++)
		if (globs_match(p->embedded.at[i].files.at, p->embedded.at[i].files.n, name))
			out = matches(a, p->embedded.at[i].re, text, out);
	return out;
}
