/* Checks of a step beyond the grammar: the slots of its texts. */
#include "rules/lint.h"
#include "rules/regex.h"
#include "rules/template.h"

static struct str without(struct arena *a, struct str text, struct str what)
{
	struct str out = STR("");

	for (size_t i = str_find(text, what); i < text.n; i = str_find(text, what)) {
		out = arena_join(a, out, str_sub(text, 0, i));
		text = str_sub(text, i + what.n, text.n);
	}
	return arena_join(a, out, text);
}

/* "{1}" would be literal text. */
static void check_groups(struct lint *l, const struct yaml *step)
{
	struct str with = yaml_get(step, "edit") ? yaml_str(yaml_get(step, "with")) : STR_NONE;

	for (size_t i = 0; i + 2 < with.n; i++)
		if (with.p[i] == '{' && with.p[i + 1] >= '0' && with.p[i + 1] <= '9' && with.p[i + 2] == '}' &&
			!(i > 0 && with.p[i - 1] == '{'))
			lint_fault(l, yaml_get(step, "with")->line, "use named groups: (?<name>...) and {name}");
}

/* Values captured by the pattern were typed by the user; all other slots need a type. */
static void check_typed(struct lint *l, const struct yaml *step)
{
	struct arena *a = l->c->a;
	const struct yaml *pattern = yaml_get(step, "retype"), *with = yaml_get(step, "with");
	struct str text = yaml_str(with);
	struct err err;

	if (!text.p || (!pattern && !yaml_get(step, "reword")))
		return;
	struct regex *re = yaml_str(pattern).p ? regex_new(a, lint_slots_filled(a, pattern->text), NULL) : NULL;
	for (unsigned i = 0, group; re && i < regex_names(re); i++)
		text = without(a, text, arena_printf(a, "{%.*s}", STR_ARG(regex_name(re, i, &group))));
	regex_free(re);
	if (!template_check(text, false, true, &err))
		lint_fault(l, with->line, "%s", err.text);
}

void lint_steps(struct lint *l, const struct yaml *pack)
{
	YAML_EACH(cause, yaml_get(pack, "causes"))
		YAML_EACH(solution, yaml_get(cause, "solutions"))
			YAML_EACH(step, yaml_get(solution, "steps")) {
				check_groups(l, step);
				check_typed(l, step);
			}
}
