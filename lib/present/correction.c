#include "base/shell.h"
#include "present/present.h"

static struct str step_shown(struct arena *a, const struct step *step)
{
	struct str text = STR("");

	/* A shell with -c: print only the line. */
	if (step->argv.n == 3 && str_is(step->argv.at[1], "-c"))
		return step->argv.at[2];
	for (size_t i = 0; i < step->argv.n; i++) {
		struct str quoted = shell_quote(a, step->argv.at[i]);
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? " " : "", STR_ARG(quoted));
	}
	return text;
}

struct str correction_text(struct arena *a, const struct solution *solution)
{
	struct str all = STR("");

	LIST_EACH(step, step, &solution->steps) {
		if (!str_is(step->source, "user"))
			return STR("");
		struct str one = step_shown(a, step);
		all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.n ? " && " : "", STR_ARG(one));
	}
	return all;
}
