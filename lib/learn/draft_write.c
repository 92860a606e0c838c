#include "learn/anti_unifier.h"

enum { NEAR_ABOVE = 20 };

/* In single quotes, where only the quote itself is doubled. */
struct str yaml_quoted(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n * 2 + 3);
	size_t n = 0;

	out[n++] = '\'';
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			out[n++] = '\'';
		out[n++] = text.p[i];
	}
	out[n++] = '\'';
	return (struct str){ out, n };
}

void let_add(struct work *w, struct str text)
{
	*VEC_ADD(w->a, &w->out->lets) = text;
}

void member_add(struct work *w, const char *name, struct str value)
{
	*VEC_ADD(w->a, &w->out->step) = arena_printf(w->a, "%s: %.*s", name, STR_ARG(value));
}

/* The number of the changed line as a template; adds the look-up that finds it. */
struct str line_find(struct work *w)
{
	switch (w->g->at[0]->place) {
	case PLACE_ABOVE:
		let_add(w, arena_printf(w->a, "{find: '\\S', line: \"{line}\", above: \"%d\"}", NEAR_ABOVE));
		return STR("\"{found_line}\"");
	case PLACE_NEXT:
		let_add(w, STR("{find: '^', line: \"{line}\", below: \"1\"}"));
		return STR("\"{found_line}\"");
	default:
		return STR("\"{line}\"");
	}
}

/* The example: the changed line, with the line of the error where that is another one. */
void sample_set(struct work *w, struct str old, struct str new)
{
	enum line_place place = w->g->at[0]->place;
	enum line_change_kind kind = w->g->at[0]->kind;
	struct str head = place == PLACE_NEXT || place == PLACE_END ? STR("first\n") : STR("");
	struct str tail = place == PLACE_SAME || place == PLACE_END ? STR("") : STR("next\nlast\n");

	if (w->near_of.p)
		tail = arena_printf(w->a, "%.*s%.*s\n", STR_ARG(tail), STR_ARG(w->near_sample));
	w->out->sample_before = arena_printf(
		w->a, "%.*s%.*s%s%.*s", STR_ARG(head), STR_ARG(old), old.p ? "\n" : "", STR_ARG(tail));
	w->out->sample_after = arena_printf(
		w->a, "%.*s%.*s%s%.*s", STR_ARG(head), STR_ARG(new), new.p ? "\n" : "", STR_ARG(tail));
	w->out->sample_line = place == PLACE_ELSEWHERE ? 3 : place == PLACE_ABOVE && kind != LINE_INSERTED ? 2 : 1;
}
