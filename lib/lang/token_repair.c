#include "lang/token_repair.h"

#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "lang/checker.h"
#include "lang/doubled.h"
#include "lang/edit_candidates.h"
#include "lang/indent_mismatch.h"
#include "lang/language.h"
#include "rules/regex.h"

enum { TRIES = 250, LINES_UP = 2, SKEWED = 3, RIVALS = 8, STEP = 4, STEP_MOST = 8 };
static const double SECONDS = 20;     /* time limit for one kind of candidates */
static const double SECONDS_ALL = 40; /* no further kind is started after this */

/* ---- testing ---- */

static struct token_edit place_of(struct candidate_search *s, const struct candidate_edit *c)
{
	struct token_edit p = { .text = c->text, .old = str_sub(s->x->all, c->at, c->at + c->gone), .weight = 1.0 };

	text_place(s->x, c->at, &p.line, &p.column);
	return p;
}

static int natural_first(const void *x, const void *y)
{
	const struct candidate_edit *a = x, *b = y;

	return a->natural != b->natural ? b->natural - a->natural : (a->order > b->order) - (a->order < b->order);
}

/* Did an earlier candidate give the same text except for blanks, as "]" before or after a "]"?  Indents are nothing but
 * blanks. */
static bool is_among(const struct candidate_search *s, const struct str *texts, const bool *parses, size_t i)
{
	const struct candidate_edit *c = &s->changes.at[i - 1];

	for (size_t k = 1; k < i; k++) {
		const struct candidate_edit *b = &s->changes.at[k - 1];
		if (parses[k] &&
			(str_eq(texts[k], texts[i]) ||
				(b->at == c->at && b->gone == c->gone && str_trim(c->text).n &&
					str_eq(str_trim(b->text), str_trim(c->text)))))
			return true;
	}
	return false;
}

/* The number of candidates to test.  If not all can be tested, only a natural one can be certain. */
static size_t tries(struct candidate_search *s)
{
	size_t most = (size_t)node_int(node_get(s->language, "tries"), TRIES), natural = 0;

	if (s->changes.n <= most)
		return s->changes.n;
	for (size_t i = 0; i < s->changes.n; i++)
		natural += s->changes.at[i].natural;
	return natural < most ? natural : most;
}

/* The number of code sections in a text that is only partly code: text outside them always parses. */
static size_t beginnings(struct candidate_search *s, struct str text)
{
	struct str pattern = node_str(node_get(s->language, "code_begins"));
	struct regex *re = pattern.n ? regex_lazy(s->a, pattern, REGEX_MULTILINE) : NULL;
	struct match m;
	size_t n = 0;

	for (size_t at = 0; re && at < text.n && regex_match_from(re, text, at, &m) == 1 && m.whole.n; n++)
		at = (size_t)(m.whole.p - text.p) + m.whole.n;
	regex_free(re);
	return n;
}

/* Natural candidates first, then in order of generation.  The text itself is tested first: if it parses, there is
 * nothing to repair. */
static void try_all(struct candidate_search *s, struct token_repairs *out, size_t room)
{
	size_t n = tries(s);
	struct str *texts = arena_alloc(s->a, (n + 1) * sizeof(*texts));
	bool *parses = arena_alloc(s->a, (n + 1) * sizeof(*parses));

	if (n == 0)
		return;
	qsort(s->changes.at, s->changes.n, sizeof(*s->changes.at), natural_first);
	texts[0] = s->x->all;
	for (size_t i = 0; i < n; i++) {
		struct token_edit place = place_of(s, &s->changes.at[i]);
		texts[i + 1] = place_applied(s->a, s->x, &place);
	}
	size_t tried = checker_try(s->language, s->x, s->flags, texts, n + 1, SECONDS, parses);
	s->over = tried == 0 || parses[0] || seconds_now() > s->deadline;
	if (tried == 0 || parses[0])
		return;
	out->all = tried == s->changes.n + 1;
	for (size_t i = 1; i < tried; i++) {
		if (!parses[i] || is_among(s, texts, parses, i) || beginnings(s, texts[i]) != beginnings(s, texts[0]))
			continue;
		if (out->n == room) {
			out->all = false;
			return;
		}
		out->natural |= out->n == 0 && s->changes.at[i - 1].natural;
		out->at[out->n++] = place_of(s, &s->changes.at[i - 1]);
	}
}

/* The line with code that the error refers to: an error at the end is reported for the line after it. */
static void line_set(struct candidate_search *s, int64_t line)
{
	int64_t last = (int64_t)s->x->lines;
	size_t at;

	line = line < 1 ? 1 : line > last ? last : line;
	while (line > 1 && line_code(s, line, &at).n == 0)
		line--;
	s->line = line;
}

static void window_set(struct candidate_search *s, int64_t lines_up)
{
	int64_t first = s->line > lines_up ? s->line - lines_up : 1;

	s->from = s->x->line_at[first - 1];
	s->to = s->x->line_at[s->line - 1] + text_line(s->x, s->line).n;
}

/* By how many columns the edit moves its line; -1: it does something else, or tabs hide it. */
static int64_t shift_of(const struct token_edit *p)
{
	size_t blanks = 0;

	for (size_t i = 0; i < p->text.n; i++)
		blanks += p->text.p[i] == ' ';
	for (size_t i = 0; i < p->old.n; i++)
		blanks += p->old.p[i] == ' ';
	if (p->column != 1 || blanks != p->text.n + p->old.n)
		return -1;
	return p->text.n > p->old.n ? (int64_t)(p->text.n - p->old.n) : (int64_t)(p->old.n - p->text.n);
}

/* The edit of the same line that moves it less, or as far the other way; or NULL. */
static const struct token_edit *nearer(const struct token_repairs *all, const struct token_edit *p)
{
	int64_t shift = shift_of(p);

	for (size_t k = 0; k < all->n; k++) {
		int64_t other = shift_of(&all->at[k]);
		if (&all->at[k] != p && all->at[k].line == p->line && other >= 0 && other <= shift)
			return &all->at[k];
	}
	return NULL;
}

/* A line between two levels belongs to the nearer one, whatever else parses; if two are equally near, a person has to
 * say which one is meant, or that it is another line that has to move. */
static void nearest_indents_keep(struct arena *a, struct token_repairs *out)
{
	struct token_edit *kept = arena_alloc(a, (out->n + 1) * sizeof(*kept));
	size_t n = 0;
	bool tied = false;

	for (size_t i = 0; i < out->n; i++) {
		const struct token_edit *p = &out->at[i], *rival = shift_of(p) < 0 ? NULL : nearer(out, p);
		tied |= rival && nearer(out, rival) == p;
		if (!rival)
			kept[n++] = *p;
	}
	out->n = tied ? 0 : n;
	memcpy(out->at, kept, out->n * sizeof(*kept));
}

/* The first kind of candidates with a result is used.  Indentation is last and includes the lines above, because a line
 * with a missing token often also parses with another indent. */
static void window_search(struct candidate_search *s, struct token_repairs *out, size_t room, bool widest)
{
	static void (*const thoughts[])(struct candidate_search *) = { quote_candidates_add, bracket_candidates_add,
		word_candidates_add, indent_candidates_add };
	size_t n = sizeof(thoughts) / sizeof(thoughts[0]) - !widest;

	for (size_t i = 0; i < n && out->n == 0 && !s->over; i++) {
		s->changes.n = 0;
		thoughts[i](s);
		if (s->changes.n)
			try_all(s, out, room);
		if (thoughts[i] == indent_candidates_add)
			nearest_indents_keep(s->a, out);
	}
}

/* Search where indentation and brackets disagree, independent of the reported line. */
static void mismatch_search(struct candidate_search *s, struct token_repairs *out, size_t room)
{
	int64_t lines[SKEWED], line_before = s->line;

	if (node_has(s->language, "indented") || brackets_add_up(s))
		return;
	size_t n = indent_mismatch_lines(s->a, s->language, s->x, s->code, lines, SKEWED);
	for (size_t i = 0; i < n && out->n == 0 && !s->over; i++) {
		line_set(s, lines[i]);
		window_set(s, 0);
		s->changes.n = 0;
		bracket_candidates_add(s);
		if (s->changes.n)
			try_all(s, out, room);
	}
	s->line = line_before;
}

static bool is_at(const struct token_edit *p, const struct token_edit *q)
{
	return p->line == q->line && p->column == q->column && str_eq(p->text, q->text) && str_eq(p->old, q->old);
}

static void place_take(struct token_repairs *out, const struct token_edit *p, size_t room)
{
	for (size_t i = 0; i < out->n; i++)
		if (is_at(&out->at[i], p))
			return;
	out->all &= out->n < room;
	if (out->n < room)
		out->at[out->n++] = *p;
}

/* Find the other closers of the statement whose removal instead of out->at[i] also makes the text parse.  false: not
 * all were tested. */
static bool candidates_of(
	struct candidate_search *s, const struct token_repairs *out, size_t i, struct token_edit *rivals, size_t *n)
{
	struct str texts[RIVALS];
	bool parses[RIVALS];
	size_t found = out->at[i].text.n ? 0 :
					   balance_alternatives(s->a, s->language, s->x, &out->at[i], rivals, RIVALS);

	*n = 0;
	for (size_t k = 0; k < found; k++)
		texts[k] = place_applied(s->a, s->x, &rivals[k]);
	size_t tried = found ? checker_try(s->language, s->x, s->flags, texts, found, SECONDS, parses) : 0;
	for (size_t k = 0; k < tried; k++)
		if (parses[k])
			rivals[(*n)++] = rivals[k];
	return tried == found;
}

/* Other closers of the same statement are equally good candidates for removal, in any line.  If this one is natural,
 * they and it are the complete result. */
static void candidates_add(struct candidate_search *s, struct token_repairs *out, size_t room)
{
	for (size_t i = 0, found = out->n; i < found; i++) {
		struct token_edit rivals[RIVALS];
		size_t n;
		bool all = candidates_of(s, out, i, rivals, &n);
		if (i == 0 && out->natural && (n || !all)) {
			out->natural = false;
			out->all = all;
			out->n = found = 1;
		}
		out->all &= all;
		for (size_t k = 0; k < n; k++)
			place_take(out, &rivals[k], room);
	}
}

/* ---- a lost head of a block ---- */

static size_t indent_of_line(struct candidate_search *s, int64_t line)
{
	size_t at, n = 0;
	struct str code = line_code(s, line, &at);

	while (n < code.n && (code.p[n] == ' ' || code.p[n] == '\t'))
		n++;
	return n < code.n ? n : SIZE_MAX;
}

/* By how much the file most often indents a body: after a line that ends with a colon. */
static size_t indent_step(struct candidate_search *s)
{
	size_t times[STEP_MOST + 1] = { 0 }, best = STEP, head = SIZE_MAX, at;

	for (int64_t line = 1; line <= (int64_t)s->x->lines; line++) {
		struct str code = line_code(s, line, &at);
		size_t n = indent_of_line(s, line);
		if (n == SIZE_MAX)
			continue;
		if (head != SIZE_MAX && n > head && n - head <= STEP_MOST)
			times[n - head]++;
		head = code.p[code.n - 1] == ':' ? n : SIZE_MAX;
	}
	for (size_t i = 1; i <= STEP_MOST; i++)
		best = times[i] > times[best] ? i : best;
	return best;
}

/* A line that stands deeper by a whole step is the body of a block whose head is lost, as likely as not: to move it out
 * would have it run without its condition. */
static bool may_lack_head(struct candidate_search *s, const struct token_repairs *found)
{
	size_t step = found->n ? indent_step(s) : 1;

	for (size_t i = 0; i < found->n; i++) {
		const struct token_edit *p = &found->at[i];
		bool indents = p->column == 1 && p->old.n > p->text.n && str_trim(p->old).n == 0 &&
			str_trim(p->text).n == 0 && p->old.n == indent_of_line(s, p->line);
		if (indents && (p->old.n - p->text.n) % step == 0 && p->old.n % step == 0)
			return true;
	}
	return false;
}

struct token_repairs token_repairs_find(struct arena *a, struct node language, const struct text *x,
	const struct flags *flags, int64_t line, size_t room)
{
	struct candidate_search s = {
		.a = a, .language = language, .x = x, .flags = flags, .deadline = seconds_now() + SECONDS_ALL
	};
	struct token_repairs out = { .at = arena_alloc(a, (room + 1) * sizeof(*out.at)) };

	if (node_kind(language) == NODE_NONE || x->lines == 0)
		return out;
	out.n = doubled_find(a, language, x, flags, line, out.at, room);
	if (out.n) {
		out.natural = out.n == 1;
		out.all = true;
		return out;
	}
	s.code = code_only(a, language, x->all);
	line_set(&s, line);
	mismatch_search(&s, &out, room);
	/* In the line itself, otherwise in those above. */
	for (int64_t up = 0; up <= LINES_UP && out.n == 0 && !s.over; up += LINES_UP) {
		window_set(&s, up);
		window_search(&s, &out, room, up == LINES_UP);
	}
	if (out.n == 0 && !s.over) {
		s.changes.n = 0;
		block_candidates_add(&s);
		if (s.changes.n)
			try_all(&s, &out, room);
	}
	candidates_add(&s, &out, room);
	if (may_lack_head(&s, &out))
		return (struct token_repairs){ .at = out.at };
	return out;
}
