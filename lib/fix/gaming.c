/* Changes that only make a failure invisible. */
#include <string.h>

#include "diff.h"
#include "path.h"
#include "rulebook.h"

/* How many lines hold the pattern; a text that cannot be searched counts as -1. */
static long count(struct regex *re, struct str text)
{
	struct match m;
	size_t at = 0;
	long n = 0;
	int got;

	while (at < text.n && (got = regex_match_from(re, text, at, &m)) != 0) {
		if (got < 0)
			return -1;
		n++;
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		/* Once a line: on to the line behind the match's last byte. */
		end = end > at && m.whole.n ? end - 1 : end;
		at = end + str_chr(str_sub(text, end, text.n), '\n') + 1;
	}
	return n;
}

/* The lines of hunks, joined: what went, what came. */
static struct str hunk_lines(struct arena *a, struct str text, const struct hunks *h, bool new)
{
	struct str out = STR(""), rest = text;
	size_t line = 0;

	for (size_t i = 0; i < h->n; i++) {
		size_t begin = new ? h->at[i].new_begin : h->at[i].old_begin, end = new ? h->at[i].new_end : h->at[i].old_end;
		while (line < end && rest.n) {
			size_t n = str_chr(rest, '\n');
			n += n < rest.n;
			if (line >= begin)
				out = arena_join(a, out, str_sub(rest, 0, n));
			rest = str_sub(rest, n, rest.n);
			line++;
		}
	}
	return out;
}

struct sides {
	struct str old, new, gone, came;
	bool existed;
};

/* More of it in the whole file, or more in the lines that came than in those that went. */
static bool rises(struct regex *re, struct str old, struct str new, struct str gone, struct str came)
{
	long before = count(re, old), after = count(re, new);

	return before < 0 || after < 0 || after > before || count(re, came) > count(re, gone);
}

static bool offends(const struct game_rule *g, struct str name, const struct sides *s)
{
	struct match m;

	if (g->files.n && !globs_match(g->files.at, g->files.n, name))
		return false;
	switch (g->game) {
	case GAME_MADE:
		return !s->existed;
	case GAME_MORE:
		return rises(g->re, s->old, s->new, s->gone, s->came);
	case GAME_FEWER:
		return s->existed && rises(g->re, s->new, s->old, s->came, s->gone);
	case GAME_MOVED:
		return s->existed && regex_match(g->re, s->gone, &m) != 0;
	}
	return true;
}

int policy_gaming(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err)
{
	struct sides s = { .old = existed ? old : STR(""), .new = new, .existed = existed };
	struct hunks h = diff_lines(a, s.old, s.new);
	int found = 0;

	if (existed && str_eq(old, new))
		return 0;
	s.gone = hunk_lines(a, s.old, &h, false);
	s.came = hunk_lines(a, s.new, &h, true);
	for (size_t i = 0; i < p->games.n && found != 1; i++) {
		const struct game_rule *g = &p->games.at[i];
		if ((found && g->queue) || !offends(g, name, &s))
			continue;
		found = g->queue ? 2 : 1;
		err_set(err, HEAL_WRONG, "'%.*s': the change %.*s (%.*s)", STR_ARG(name), STR_ARG(g->why), STR_ARG(g->id));
	}
	return found;
}
