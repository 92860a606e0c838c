#include "base/shell.h"
#include "present/present.h"

static struct str step_text(struct arena *a, const struct json *step)
{
	const struct json *argv = json_get(step, "argv");
	struct str text = STR("");

	/* A shell with -c: print only the line. */
	if (json_count(argv) == 3 && str_is(json_str(json_at(argv, 1)), "-c"))
		return json_str(json_at(argv, 2));
	JSON_EACH(word, argv) {
		struct str quoted = shell_quote(a, json_str(word));
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? " " : "", STR_ARG(quoted));
	}
	return text;
}

struct str correction_text(struct arena *a, const struct json *solution)
{
	struct str all = STR("");

	JSON_EACH(step, json_get(solution, "steps")) {
		if (!str_is(json_str(json_get(step, "source")), "user"))
			return STR("");
		struct str one = step_text(a, step);
		all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.n ? " && " : "", STR_ARG(one));
	}
	return all;
}
