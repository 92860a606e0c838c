#include "loop/rewrite_fixes.h"

#include <stdio.h>

#include "analyze/rewrites.h"
#include "analyze/solution_members.h"
#include "base/sha256.h"

enum { INCIDENTS_MOST = 4, OFFERS_MOST = 14, ID_DIGITS = 10 };

static const double TRIED = 0.7;

static struct solution *same_steps(const struct record *r, struct str steps)
{
	LIST_EACH(solution, known, &r->solutions)
		if (str_eq(steps_text(r->a, known), steps))
			return known;
	return NULL;
}

static struct step *step_for(struct record *r, struct solution *solution, const struct text *x)
{
	char hex[SHA256_HEX];

	LIST_EACH(step, known, &solution->steps)
		if (str_eq(known->file, x->path))
			return known;
	struct step *step = VEC_ADD(r->a, &solution->steps);
	sha256_of(x->all, hex);
	*step = (struct step){
		.kind = STEP_EDIT, .file = arena_str(r->a, x->path), .expect = arena_str(r->a, str_of(hex))
	};
	*VEC_ADD(r->a, &solution->files) = step->file;
	return step;
}

static void steps_set(struct record *r, struct solution *solution, const struct rewrite *w)
{
	for (size_t i = 0; i < w->edits.n; i++) {
		const struct rewrite_edit *from = &w->edits.at[i];
		struct text_edit edit = { .text = arena_str(r->a, from->text) };
		text_place(from->x, from->at, &edit.line, &edit.column);
		text_place(from->x, from->at + from->gone, &edit.end_line, &edit.end_column);
		*VEC_ADD(r->a, &step_for(r, solution, from->x)->edits) = edit;
	}
}

/* A rule that leaves it to a person, since a run alone cannot tell, gives way where tests tell. */
static bool known_gives_way(struct record *r, const struct solution *known, bool tests_tell)
{
	if (known->applicability != APPLICABILITY_PLACEHOLDER || !tests_tell)
		return false;
	for (size_t i = (size_t)(known - r->solutions.at); i + 1 < r->solutions.n; i++)
		r->solutions.at[i] = r->solutions.at[i + 1];
	r->solutions.n--;
	return true;
}

static bool offer_add(struct record *r, const struct rewrite *w, bool has_tests)
{
	struct solution new = { .confidence = TRIED, .alone = true, .applicability = APPLICABILITY_MAYBE };
	char hex[SHA256_HEX];

	steps_set(r, &new, w);
	struct str steps = steps_text(r->a, &new);
	struct solution *known = same_steps(r, steps);
	sha256_of(steps, hex);
	new.id = arena_printf(r->a, "rewrite.%.*s.%.*s", STR_ARG(w->kind), ID_DIGITS, hex);
	if (known && !known_gives_way(r, known, has_tests || rewrite_needs_tests(&new)))
		return false;
	solution_members_set(r->a, (struct node){ 0 }, &new);
	new.basis = arena_str(r->a, str_of(hex));
	new.applicability = APPLICABILITY_MAYBE;
	new.description = arena_str(r->a, w->description);
	new.reasoning = STR("It is the only one of several edits with which the command passes.");
	*VEC_ADD(r->a, &r->solutions) = new;
	return true;
}

bool is_rewrite(const struct solution *solution)
{
	return str_starts(solution->id, "rewrite.");
}

/* Kinds for which the code itself is evidence enough. */
bool rewrite_needs_tests(const struct solution *solution)
{
	static const char *const evident[] = { "parameter", "unused", "constant", "async", "awaited", "exchange",
		"moved", "of" };

	for (size_t i = 0; i < sizeof(evident) / sizeof(evident[0]); i++) {
		char id[40];
		snprintf(id, sizeof(id), "rewrite.%s.", evident[i]);
		if (str_starts(solution->id, id))
			return false;
	}
	return is_rewrite(solution);
}

/* Those of an earlier tier did not help. */
static void earlier_drop(struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->solutions.n; i++)
		if (!is_rewrite(&r->solutions.at[i]))
			r->solutions.at[n++] = r->solutions.at[i];
	r->solutions.n = n;
}

static bool is_asked(const struct observed_run *run, const struct record *r)
{
	return incident_counts(run, r) && !r->error.summary;
}

bool rewrite_fixes_add(struct search *s, struct observed_run *run, int tier)
{
	struct source_tree *view = sandbox_view(s->copy);
	size_t asked = 0;
	bool any = false;

	for (struct collected *c = run->incidents.first; c; c = c->next) {
		struct rewrite_list list = { 0 };
		size_t offers = 0;
		earlier_drop(&c->r);
		if (!is_asked(run, &c->r) || asked >= INCIDENTS_MOST)
			continue;
		rewrites_find(c->r.a, s->o->pack, view, &c->r, &list);
		asked += c->r.error.line > 0 || list.n;
		for (size_t i = 0; i < list.n && offers < OFFERS_MOST; i++)
			offers += list.at[i].tier == tier && offer_add(&c->r, &list.at[i], s->tests > 0);
		any |= offers > 0;
	}
	return any;
}

bool rewrite_fixes_may_help(
	struct arena *a, const struct pack *pack, struct source_tree *view, const struct observed_run *run)
{
	for (struct collected *c = run->incidents.first; c; c = c->next) {
		struct rewrite_list list = { 0 };
		if (is_asked(run, &c->r))
			rewrites_find(a, pack, view, &c->r, &list);
		if (list.n)
			return true;
	}
	return false;
}
