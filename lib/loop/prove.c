#include "loop/prove.h"

#include <string.h>

#include "base/proc.h"
#include "loop/bisect_changes.h"
#include "loop/candidate.h"
#include "policy/external_command.h"

enum { BISECT_RUNS = 40 };

bool prove_may_bisect(const struct config *config, const struct observed_run *first)
{
	return config_bool(config, "suspects") && first->run.seconds < validate_budget(config) / BISECT_RUNS;
}

static const struct tried *tried_of(
	const struct repair_search_result *result, const struct record *r, const struct solution *s)
{
	const struct tried *found = NULL;

	for (size_t i = 0; i < result->tried.n; i++) {
		const struct tried *t = &result->tried.at[i];
		if (str_eq(t->solution, s->id) && str_eq(t->fingerprint, r->fingerprint))
			found = !found || t->kept ? t : found;
	}
	return found;
}

static bool has_command(const struct solution *s)
{
	LIST_EACH(step, step, &s->steps)
		if (step->kind == STEP_RUN)
			return true;
	return false;
}

/* Set a solution's proof.  A command with effects outside the project is not tried in a copy: the policy decides by its
 * confidence, unless the failure is flaky or another solution is proven. */
static void mark(const struct repair_search_result *result, const struct record *r, struct solution *s)
{
	const struct tried *t = tried_of(result, r, s);

	if (t && t->kept) /* progress alone proves nothing */
		s->proof.status = result->healed ? CHECK_PASSED : CHECK_INCONCLUSIVE;
	else if (t && t->ran)
		s->proof.status = result->inconclusive ? CHECK_INCONCLUSIVE : CHECK_FAILED;
	else if (!(has_command(s) || (t && t->waits)) || result->healed || result->flaky)
		s->proof.status = CHECK_SKIPPED;
}

static bool was_kept(const struct repair_search_result *result, const struct record *r)
{
	for (size_t i = 0; i < result->tried.n; i++)
		if (result->tried.at[i].kept && str_eq(result->tried.at[i].fingerprint, r->fingerprint))
			return true;
	return false;
}

/* Resolved by the repair? */
static bool is_gone(const struct repair_search_result *result, const struct record *r)
{
	return !result->partial || str_among(result->gone.at, result->gone.n, r->id);
}

/* The incident that gets the repair: that of its first part if it is in this run, otherwise the first root. */
static struct record *incident_of(struct observed_run *first, const struct repair_search_result *result)
{
	for (struct collected *c = first->incidents.first; c; c = c->next)
		if (incident_counts(first, &c->r) && was_kept(result, &c->r) && is_gone(result, &c->r))
			return &c->r;
	for (struct collected *c = first->incidents.first; result->partial && c; c = c->next)
		if (incident_counts(first, &c->r) && is_gone(result, &c->r))
			return &c->r;
	return observed_run_first_root(first);
}

static bool is_kept(const struct repair_search_result *result, const struct record *r, const struct solution *s)
{
	const struct tried *t = tried_of(result, r, s);

	return t && t->kept;
}

/* The variant of an experiment among what the repair is made of. */
static struct str variant_kept(const struct repair_search_result *result, const struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		if (s->variant.n && is_kept(result, r, s))
			return s->variant;
	return STR_NONE;
}

/* Its parts are no longer in the record, but each of them helped. */
static void parts_note(const struct repair_search_result *result, const struct record *r, struct solution *whole)
{
	LIST_EACH(solution, s, &r->solutions)
		if (is_kept(result, r, s) && !str_eq(s->id, whole->id))
			*VEC_ADD(r->a, &whole->proof.parts) = s->id;
}

/* In place of what it is made of. */
static void put_first(const struct repair_search_result *result, struct record *r)
{
	struct solution_list all = { 0 };

	const struct solution *same = solution_find(r, result->solution.id);
	*VEC_ADD(r->a, &all) = result->solution;
	all.at[0].variant = variant_kept(result, r);
	if (same)
		all.at[0].basis = same->basis;
	parts_note(result, r, &all.at[0]);
	members_copy(r->a, &solution_type, &all.at[0]);
	LIST_EACH(solution, s, &r->solutions)
		if (all.n < SOLUTIONS_MOST && !is_kept(result, r, s))
			*VEC_ADD(r->a, &all) = *s;
	r->solutions = all;
}

static void mark_all(struct observed_run *first, const struct repair_search_result *result)
{
	for (struct collected *c = first->incidents.first; c; c = c->next)
		LIST_EACH(solution, s, &c->r.solutions)
			if (candidate_is_triable(s) || candidate_is_draft(s))
				mark(result, &c->r, s);
}

/* Nothing is proven, since several edits help, or no test tells: a person sees the first one. */
static void choice_offer(struct observed_run *first, const struct repair_search_result *result)
{
	struct record *r = NULL;

	for (struct collected *c = first->incidents.first; c && !r; c = c->next)
		if (str_eq(c->r.fingerprint, result->choice_for))
			r = &c->r;
	if (!r || solution_find(r, result->choice.id))
		return;
	struct solution_list all = { 0 };
	struct solution *new = VEC_ADD(r->a, &all);
	*new = result->choice;
	members_copy(r->a, &solution_type, new);
	new->applicability = APPLICABILITY_PLACEHOLDER;
	new->reasoning = STR("The command passes with it, but another edit may do so as well, or it may not be what is "
			     "meant: a person has to decide.");
	LIST_EACH(solution, s, &r->solutions)
		if (all.n < SOLUTIONS_MOST)
			*VEC_ADD(r->a, &all) = *s;
	r->solutions = all;
}

/* The repair resolves several incidents, but is applied only once. */
static void skip_others(
	const struct repair_search_result *result, struct observed_run *first, const struct record *proven)
{
	for (struct collected *c = first->incidents.first; c; c = c->next) {
		if (&c->r == proven || (!c->r.solutions.n && !result->partial) || !is_gone(result, &c->r))
			continue;
		c->r.fix.status = FIX_SKIPPED;
		c->r.fix.reason = arena_printf(c->r.a, "resolved by the fix of incident %.*s", STR_ARG(proven->id));
	}
}

/* Search with the commands that can be run instead, until one shows the failure. */
static bool search_by_stand_in(struct arena *a, struct repair_search_options *o, const struct external_command *x,
	const struct observed_run *first, struct repair_search_result *result, char *const **stand_in, struct err *err)
{
	memset(result, 0, sizeof(*result));
	result->copy_differs = true;
	o->stand_in = true;
	for (size_t i = 0; i < x->proof_n && result->copy_differs; i++) {
		o->argv = x->proof[i];
		if (!repair_search_run(a, o, first, result, err))
			return false;
	}
	if (!result->copy_differs)
		*stand_in = o->argv;
	else if (x->proof_n)
		result->reason = arena_printf(a,
			"not tried in a copy, because it acts outside the project: %.*s; '%.*s' does not show the "
			"failure",
			STR_ARG(x->what), STR_ARG(argv_show(a, x->proof[0])));
	else
		result->reason = arena_printf(
			a, "not tried in a copy, because it acts outside the project: %.*s", STR_ARG(x->what));
	return true;
}

bool prove_incidents(struct arena *a, const struct prove_options *o, struct observed_run *first,
	struct repair_search_result *result, struct record **proven, char *const **stand_in, struct err *err)
{
	struct external_command x;
	const struct config *c = o->config;
	struct repair_search_options search = {
		.pack = o->pack,
		.config = c,
		.policy = o->policy,
		.root = o->root,
		.cwd = o->cwd,
		.argv = o->argv,
		.level = validate_level_wanted(c),
		.budget = validate_budget(c),
		.attempts = (int)config_int(c, "max_attempts"),
		.bisect = prove_may_bisect(c, first),
		.all_or_nothing = config_bool(c, "all_or_nothing"),
		.analyzed = o->analyzed,
		.more_to_know = o->more_to_know,
		.history = o->history,
		.progress = o->progress,
		.waiting = o->waiting,
		.progress_ctx = o->progress_ctx,
	};

	*proven = NULL;
	*stand_in = NULL;
	search.reruns = search.level == VALIDATE_QUICK ? 1 : (int)config_int(c, "validation.reruns");
	bool external = external_command(a, o->pack, c, o->cwd, o->argv, &x);
	if (external ? !search_by_stand_in(a, &search, &x, first, result, stand_in, err) :
		       !repair_search_run(a, &search, first, result, err))
		return false;
	mark_all(first, result);
	if (!result->healed && !result->partial && result->choice.id.n)
		choice_offer(first, result);
	struct record *r = result->healed || result->partial ? incident_of(first, result) : NULL;
	if (r) {
		put_first(result, r);
		skip_others(result, first, r);
		*proven = r;
	}
	return true;
}
