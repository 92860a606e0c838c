#include "lang/merge_sides.h"

#include <string.h>

enum { MARK = 7 };

bool is_conflict_mark(struct str line, char c, struct str *name)
{
	for (size_t i = 0; i < MARK; i++)
		if (i >= line.n || line.p[i] != c)
			return false;
	if (line.n > MARK && line.p[MARK] != ' ' && line.p[MARK] != '\r')
		return false;
	if (name)
		*name = str_trim(str_sub(line, MARK, line.n));
	return true;
}

/* Where a reader of marks is in a conflict. */
enum part { OUTSIDE, OURS, BASE, THEIRS };

struct reader {
	struct str text;
	enum part part;
	struct conflict now;
	size_t from; /* where the side that is being read begins */
};

/* Take a line, from `at` to behind its end `next`; false: its mark is out of place.  *ends: a conflict is complete. */
static bool line_take(struct reader *r, struct str line, size_t at, size_t next, bool *ends)
{
	struct str name;

	*ends = false;
	if (is_conflict_mark(line, '<', &name)) {
		if (r->part != OUTSIDE)
			return false;
		r->now = (struct conflict){ .begin = at, .name = name };
		r->part = OURS;
	} else if (is_conflict_mark(line, '|', &name) && r->part == OURS) {
		r->now.ours = str_sub(r->text, r->from, at);
		r->part = BASE;
	} else if (is_conflict_mark(line, '=', &name) && (r->part == OURS || r->part == BASE)) {
		if (r->part == OURS)
			r->now.ours = str_sub(r->text, r->from, at);
		r->part = THEIRS;
	} else if (is_conflict_mark(line, '>', &name)) {
		if (r->part != THEIRS)
			return false;
		r->now.theirs = str_sub(r->text, r->from, at);
		r->now.other = name;
		r->now.end = next;
		r->part = OUTSIDE;
		*ends = true;
	} else {
		return true;
	}
	r->from = next;
	return true;
}

size_t conflicts_find(struct str text, struct conflict *out, size_t room)
{
	struct reader r = { .text = text };
	struct str rest = text, line;
	size_t n = 0;

	while (rest.n) {
		size_t at = text.n - rest.n;
		bool ends;
		str_line(&rest, &line);
		if (!line_take(&r, line, at, text.n - rest.n, &ends) || (ends && n == room))
			return 0;
		if (ends)
			out[n++] = r.now;
	}
	return r.part == OUTSIDE ? n : 0;
}

struct str conflict_end(struct arena *a, const struct conflict *c, enum side_choice choice)
{
	switch (choice) {
	case SIDE_OURS:
		return c->ours;
	case SIDE_THEIRS:
		return c->theirs;
	case SIDE_OURS_FIRST:
		return arena_join(a, c->ours, c->theirs);
	case SIDE_THEIRS_FIRST:
		return arena_join(a, c->theirs, c->ours);
	case SIDE_CHOICES:
		break;
	}
	return STR_NONE;
}

/* Offsets in the new text up to which it may be the old one: one choice may be the beginning of another. */
enum { PLACES = 64 };

struct places {
	size_t at[PLACES], n;
};

static void place_add(struct places *p, size_t at)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i] == at)
			return;
	if (p->n < PLACES)
		p->at[p->n++] = at;
}

/* Behind the lines, from each place where they stand in the text. */
static void step_over(struct str text, struct str lines, const struct places *from, struct places *to)
{
	for (size_t i = 0; i < from->n; i++)
		if (str_eq(str_sub(text, from->at[i], from->at[i] + lines.n), lines))
			place_add(to, from->at[i] + lines.n);
}

bool is_choice_of_sides(struct arena *a, struct str old, struct str new)
{
	struct conflict all[CONFLICTS_MOST];
	size_t n = conflicts_find(old, all, CONFLICTS_MOST), at = 0;
	struct places now = { { 0 }, 1 };

	for (size_t i = 0; i < n && now.n; i++) {
		struct places before = { { 0 }, 0 }, behind = { { 0 }, 0 };
		step_over(new, str_sub(old, at, all[i].begin), &now, &before);
		for (enum side_choice k = 0; k < SIDE_CHOICES; k++)
			step_over(new, conflict_end(a, &all[i], k), &before, &behind);
		now = behind;
		at = all[i].end;
	}
	struct places ends = { { 0 }, 0 };
	step_over(new, str_sub(old, at, old.n), &now, &ends);
	for (size_t i = 0; n && i < ends.n; i++)
		if (ends.at[i] == new.n)
			return true;
	return false;
}
