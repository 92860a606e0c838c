#include "analyze/rewriting.h"
#include "base/vec.h"
#include "lang/merge_sides.h"

enum { CHOICES_MOST = 14 };

struct sides {
	struct rewriting *w;
	const struct text *x;
	struct conflict all[CONFLICTS_MOST];
	size_t n;
};

static struct str name_of(struct str name, const char *otherwise)
{
	return name.n ? name : str_of(otherwise);
}

static struct str choice_text(struct arena *a, const struct conflict *c, enum side_choice choice)
{
	struct str ours = name_of(c->name, "the upper side"), theirs = name_of(c->other, "the lower side");

	if (choice == SIDE_OURS || choice == SIDE_THEIRS)
		return choice == SIDE_OURS ? ours : theirs;
	struct str first = choice == SIDE_OURS_FIRST ? ours : theirs,
		   second = choice == SIDE_OURS_FIRST ? theirs : ours;
	return arena_printf(a, "%.*s and then %.*s", STR_ARG(first), STR_ARG(second));
}

static void choices_add(const struct sides *s, const enum side_choice *choices)
{
	struct arena *a = s->w->a;
	struct rewrite_edit_list edits = { 0 };
	struct str text = arena_printf(a, "End the merge in %.*s with the lines of ", STR_ARG(s->x->path));

	for (size_t i = 0; i < s->n; i++) {
		const struct conflict *c = &s->all[i];
		*VEC_ADD(a, &edits) = (struct rewrite_edit){ s->x, c->begin, c->end - c->begin,
			conflict_end(a, c, choices[i]) };
		text = arena_printf(
			a, "%.*s%s%.*s", STR_ARG(text), i ? "; " : "", STR_ARG(choice_text(a, c, choices[i])));
	}
	rewrite_add_edits(s->w, 1, edits, arena_printf(a, "%.*s.", STR_ARG(text)));
}

/* Count with one digit a conflict, to the base `most`. */
static bool next(enum side_choice *choices, size_t n, enum side_choice most)
{
	for (size_t i = 0; i < n; i++) {
		if (++choices[i] < most)
			return true;
		choices[i] = SIDE_OURS;
	}
	return false;
}

static size_t power(size_t base, size_t n)
{
	size_t all = 1;

	for (size_t i = 0; i < n && all <= CHOICES_MOST; i++)
		all *= base;
	return all;
}

void rewrite_sides(struct rewriting *w, const struct text *x)
{
	struct sides s = { .w = w, .x = x };
	enum side_choice choices[CONFLICTS_MOST];

	s.n = conflicts_find(x->all, s.all, CONFLICTS_MOST);
	if (!s.n)
		return;
	/* The same for all first: one side is often the newer state of the whole file. */
	for (enum side_choice k = 0; k < SIDE_CHOICES; k++) {
		for (size_t i = 0; i < s.n; i++)
			choices[i] = k;
		choices_add(&s, choices);
	}
	for (size_t i = 0; i < s.n; i++)
		choices[i] = SIDE_OURS;
	if (power(SIDE_THEIRS_FIRST, s.n) <= CHOICES_MOST)
		while (next(choices, s.n, SIDE_THEIRS_FIRST))
			choices_add(&s, choices);
	else if (power(SIDE_OURS_FIRST, s.n) <= CHOICES_MOST)
		while (next(choices, s.n, SIDE_OURS_FIRST))
			choices_add(&s, choices);
}
