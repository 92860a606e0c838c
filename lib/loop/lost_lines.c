#include "loop/lost_lines.h"

#include <ctype.h>
#include <sys/stat.h>

#include "analyze/recent_changes.h"
#include "loop/combine.h"
#include "tree/diff.h"

enum { LINES_MOST = 3 };

struct loss {
	struct str path, now, then, before; /* then: with what is put back; before: the whole earlier text */
	size_t lines;
};

static bool text_of(struct search *s, const struct tree *t, struct str path, struct str *text)
{
	struct stat st;

	return tree_stat(s->a, t, path, &st, NULL) == 1 && tree_read(s->a, t, path, text, &st, NULL);
}

static struct str earlier_text(const struct search *s, struct str path)
{
	for (size_t i = 0; i < s->made.all.n; i++)
		if (str_eq(s->made.all.at[i].path, path))
			return s->made.all.at[i].new;
	return STR_NONE;
}

static size_t times(struct str text, struct str line)
{
	struct str other;
	size_t n = 0;

	while (str_line(&text, &other))
		n += str_eq(str_trim(other), line);
	return n;
}

static bool has_word(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (isalnum((unsigned char)line.p[i]))
			return true;
	return false;
}

/* A line that is elsewhere now was moved, and not lost. */
static bool moved_any(const struct loss *l, struct str came)
{
	struct str line;

	while (str_line(&came, &line)) {
		line = str_trim(line);
		if (has_word(line) && times(l->then, line) > times(l->before, line))
			return true;
	}
	return false;
}

static struct str lines_between(struct str text, size_t from, size_t to)
{
	struct str line, rest = text;
	const char *begin = text.p, *end;

	for (size_t i = 0; i < from && str_line(&rest, &line); i++)
		begin = rest.n ? rest.p : text.p + text.n;
	for (size_t i = from; i < to && str_line(&rest, &line); i++)
		;
	end = rest.n ? rest.p : text.p + text.n;
	return (struct str){ begin, (size_t)(end - begin) };
}

/* Cut short within a line, or so that it does not parse: else its end may have been deleted on purpose. */
static bool is_cut(struct str now, struct str then, const struct record *r)
{
	struct str kept = str_rtrim(now);

	return kept.n > 0 && str_rtrim(then).n > kept.n && str_eq(str_sub(then, 0, kept.n), kept) &&
		(now.p[now.n - 1] != '\n' || str_is(r->analysis.type, "syntax_error"));
}

static bool only_put_back(struct search *s, struct loss *l)
{
	struct hunks h = diff_lines(s->a, l->now, l->then);

	for (size_t i = 0; i < h.n; i++) {
		struct str came = lines_between(l->then, h.at[i].new_begin, h.at[i].new_end);
		if (h.at[i].old_begin != h.at[i].old_end || moved_any(l, came))
			return false;
		l->lines += h.at[i].new_end - h.at[i].new_begin;
	}
	return l->lines > 0 && l->lines <= LINES_MOST;
}

static struct str told(struct search *s, const struct loss *l, bool cut)
{
	if (cut)
		return arena_printf(s->a, "Put back the end of %.*s, which was cut short.", STR_ARG(l->path));
	return arena_printf(
		s->a, "Put back %zu %s that %.*s lost.", l->lines, l->lines == 1 ? "line" : "lines", STR_ARG(l->path));
}

/* Does the failure itself say that something is missing?  Where tests ran, only an error that is none of their results.
 */
static bool may_be_lost(const struct search *s, const struct record *r)
{
	struct str type = r ? r->analysis.type : STR_NONE;

	return r && (s->tests <= 0 || str_is(type, "syntax_error") || str_is(type, "dependency_issue"));
}

bool lost_lines_only(struct search *s, struct str *description)
{
	struct loss l = { .path = s->edited.n ? s->edited.at[0] : STR("") };
	const struct record *r = observed_run_first_root(s->first);
	struct tree project = { .fd = -1 };
	struct err err;

	if (s->edited.n != 1 || s->commands.n || !tree_open(s->a, &project, s->o->root, &err))
		return false;
	bool read = text_of(s, &project, l.path, &l.now) && text_of(s, sandbox_tree(s->copy), l.path, &l.then);
	tree_close(&project);
	l.before = earlier_text(s, l.path);
	if (!read || !l.before.p || !may_be_lost(s, r))
		return false;
	bool cut = is_cut(l.now, l.then, r);
	if (!cut && !only_put_back(s, &l))
		return false;
	*description = told(s, &l, cut);
	return true;
}

/* ---- files that were cut short ---- */

static bool end_step(struct search *s, struct source_tree *project, const struct changed *c, const struct record *r,
	struct step *step)
{
	const struct text *now = c->was.p ? source_read(project, c->path) : NULL;

	return now && is_cut(now->all, c->was, r) && edit_to(s->a, now, c->was, step);
}

bool lost_end_solution(struct search *s, struct source_tree *project, const struct record *r, struct solution *solution)
{
	struct changes c;
	struct step step;

	*solution = (struct solution){ .id = STR(LOST_END),
		.type = STR("code_fix"),
		.applicability = APPLICABILITY_MACHINE,
		.confidence = 0.9,
		.risk.level = RISK_GREEN };
	for (size_t i = 0; !solution->steps.n && changes_since(s->a, s->o->pack, project, i, &c); i++)
		for (size_t k = 0; k < c.n; k++)
			if (end_step(s, project, &c.at[k], r, &step)) {
				struct loss l = { .path = step.file };
				*VEC_ADD(s->a, &solution->steps) = step;
				*VEC_ADD(s->a, &solution->files) = step.file;
				solution->description = told(s, &l, true);
			}
	return solution->steps.n == 1;
}
