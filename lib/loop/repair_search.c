#include "loop/repair_search.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "analyze/model_answers.h"
#include "base/proc.h"
#include "detect/test_count.h"
#include "fix/confirm.h"
#include "loop/bisect_changes.h"
#include "loop/candidate.h"
#include "loop/combine.h"
#include "loop/known_analysis.h"
#include "loop/lost_lines.h"
#include "loop/mutations.h"
#include "loop/partial.h"
#include "loop/search_state.h"
#include "loop/rewrite_fixes.h"
#include "loop/server_fixes.h"
#include "rules/confinement_profile.h"
#include "policy/confined.h"
#include "validate/run_checks.h"

enum { ROUNDS = 60, TRIES_MAX = 120, MORE_TIME = 12, SILENT_SECONDS = 8 };

void search_say(struct search *s, const char *format, ...)
{
	char line[400];
	va_list ap;

	if (!s->o->progress)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	s->o->progress(s->o->progress_ctx, line);
}

static void check_note(struct search *s, const char *name, enum check_status status, double seconds, struct str detail)
{
	*VEC_ADD(s->a, &s->r->checks) = (struct check){
		.name = str_of(name), .status = status, .seconds = seconds, .detail = detail
	};
}

/* ---- the copy ---- */

bool search_out_of_time(const struct search *s)
{
	return seconds_now() >= s->deadline || s->r->tried.n >= TRIES_MAX;
}

/* A wrong change may make the command run for ever, so the time limit is at least ten times that of the run in the
 * project.  A command that failed at its first step may need much longer to complete; this is tried if nothing else
 * helps. */
static double time_limit(const struct search *s)
{
	double left = s->deadline - seconds_now();
	double more = config_double(s->o->config, "trial.seconds") * (s->more_time ? MORE_TIME : 1);
	double usual = more + 10 * s->usual_seconds;

	return left < 1 ? 1 : left < usual ? left : usual;
}

/* Say that the search goes on, if it was silent for a while. */
static void tell_waiting(struct search *s)
{
	double now = seconds_now();

	if (s->spoke <= 0)
		s->spoke = now;
	if (!s->o->waiting || now - s->spoke < SILENT_SECONDS)
		return;
	s->spoke = now;
	s->o->waiting(s->o->progress_ctx, s->r->tried.n, s->deadline - now);
}

bool search_run(struct search *s, struct observed_run *out, struct err *err)
{
	/* Its output is not shown, so a question would not be seen: there is no input. */
	struct observe_options o = {
		.pack = s->o->pack, .argv = s->o->argv, .trial = true, .no_input = true, .timeout = time_limit(s)
	};

	tell_waiting(s);
	s->r->runs++;
	if (!sandbox_observe(s->copy, &o, out, err))
		return false;
	if (interruption())
		return err_set(err, HEAL_PERSON, "interrupted");
	/* What held in all runs. */
	s->enforced &= out->run.enforced;
	return true;
}

bool search_state_is_new(struct search *s, struct str state)
{
	if (str_among(s->states.at, s->states.n, state))
		return false;
	*VEC_ADD(s->a, &s->states) = state;
	return true;
}

bool search_is_edited(const struct search *s, struct str path)
{
	return str_among(s->edited.at, s->edited.n, path);
}

struct comparison search_comparison(const struct search *s)
{
	struct comparison c;

	comparison_init(&c, s->a, &s->project, str_of(s->o->cwd));
	return c;
}

struct str search_objection(struct search *s, const struct observed_run *now)
{
	struct comparison comparison = search_comparison(s);
	struct run_pair pair = { s->a, s->o->pack, &comparison, failure_level(s->first), s->tests, now };
	struct check_list checks = { 0 };

	for (struct collected *c = s->first->incidents.first; c; c = c->next)
		comparison_before(&comparison, &c->r);
	run_checks(&pair, &checks);
	const struct check *objection = run_checks_objection(&checks);
	return objection ? objection->detail : STR("");
}

/* ---- rounds ---- */

/* What a language model proposed for an incident of the project's run. */
static void proposals_carry(const struct search *s, struct record *r)
{
	for (struct collected *c = s->first->incidents.first; c; c = c->next) {
		if (!str_eq(c->r.fingerprint, r->fingerprint))
			continue;
		LIST_EACH(solution, proposal, &c->r.solutions)
			if (solution_is_of_model(proposal) && !solution_find(r, proposal->id)) {
				struct solution *new = VEC_ADD(r->a, &r->solutions);
				*new = *proposal;
				members_copy(r->a, &solution_type, new);
			}
	}
}

/* As long as the copy is as the project was, its failure has the causes and solutions of that in the project. */
static bool is_analyzed(struct search *s, struct observed_run *run, bool wide)
{
	return s->o->analyzed && !wide && s->edited.n == 0 && s->commands.n == 0 &&
		known_analysis_take(s->first, sandbox_view(s->copy), run);
}

/* True: expensive look-ups were skipped. */
static bool analyze_run(struct search *s, struct observed_run *run, bool wide)
{
	bool known = is_analyzed(s, run, wide), more = known && s->o->more_to_know;
	struct analyzer_options o = { .pack = s->o->pack,
		.view = sandbox_view(s->copy),
		.history = s->o->history,
		.output = buf_str(&run->output),
		.wide = wide };

	if (!known)
		more = analyze_incidents(&o, &run->incidents);
	struct confirmer *c = confirmer_new(s->o->pack, sandbox_tree(s->copy), o.view, o.output);
	for (struct collected *found = run->incidents.first; found; found = found->next)
		confirm_record(c, &found->r);
	for (struct collected *found = run->incidents.first; found; found = found->next)
		proposals_carry(s, &found->r);
	confirmer_free(c);
	return more;
}

static bool joined_try(struct search *s, struct observed_run *before, struct observed_run *now)
{
	const struct record *first = NULL;
	struct solution all = { 0 };

	return candidates_join(s->a, before, &all, &first) && !candidate_is_excluded(s, &all) &&
		!search_out_of_time(s) && incident_is_confirmed(s, before, first) &&
		candidate_try(s, &all, first, before, now, ALTERNATIVES_JOINED);
}

/* Try the solutions of an incident, best first. */
static bool incident_try(
	struct search *s, const struct record *r, struct observed_run *before, struct observed_run *now, bool *acted)
{
	enum alternatives alternatives = candidates_count(r) == 1 ? ALTERNATIVES_NONE : ALTERNATIVES_SOME;
	bool alternative_tried = false;
	int tries = 0;

	LIST_EACH(solution, solution, &r->solutions) {
		if (s->pass == PASS_DRAFTS ? !candidate_is_draft(solution) : !candidate_is_triable(solution))
			continue;
		if (search_out_of_time(s) || !incident_is_confirmed(s, before, r))
			break;
		if ((solution->alone && str_eq(s->ambiguous, r->id)) || candidate_is_excluded(s, solution))
			continue;
		/* Alternatives count as one attempt, since they are compared with each other. */
		tries += !solution->alone || !alternative_tried;
		alternative_tried |= solution->alone;
		if (tries > s->o->attempts)
			break;
		*acted = true;
		if (candidate_try(s, solution, r, before, now, alternatives))
			return true;
	}
	return false;
}

/* Root incidents in their order, then those attributed to a root, since the attribution may be wrong. */
static bool incidents_try(struct search *s, struct observed_run *before, struct observed_run *now)
{
	bool kept = false, acted = false;

	for (int roots = 1; roots >= 0 && !kept; roots--)
		for (struct collected *c = before->incidents.first;
			c && !kept && !s->r->flaky && !s->undecided && !search_out_of_time(s); c = c->next)
			if (incident_is_root(&c->r) == (roots == 1) && !c->r.error.summary)
				kept = incident_try(s, &c->r, before, now, &acted);
	if (!kept && search_out_of_time(s))
		s->r->reason = arena_printf(s->a, "the time limit was reached (%g s, validation level %.*s)",
			s->o->budget, STR_ARG(validation_level_name(s->o->level)));
	else if (!kept && !s->r->reason.n)
		s->r->reason = acted ? STR("the command passes with none of the known solutions") :
				       candidates_none(s->a, before);
	return kept;
}

/* Can this pass try anything that the earlier ones did not? */
static bool pass_begin(struct search *s, enum search_pass pass, struct observed_run *before, bool more_to_know)
{
	s->pass = pass;
	switch (pass) {
	case PASS_FULL_PROGRESS:
		return true;
	case PASS_WIDE:
		if (more_to_know && !search_out_of_time(s))
			analyze_run(s, before, true);
		return more_to_know && !search_out_of_time(s);
	case PASS_REWRITES:
	case PASS_REWRITES_MORE:
		return !search_out_of_time(s) && rewrite_fixes_add(s, before, (int)(pass - PASS_REWRITES) + 1);
	case PASS_SERVERS:
		return !search_out_of_time(s) && server_fixes_add(s, before);
	case PASS_PARTIAL:
	case PASS_MORE_TIME_PARTIAL:
		return s->partial_seen && (pass == PASS_PARTIAL || s->more_time);
	case PASS_MORE_TIME:
		if (s->timed_out.n == 0 || s->more_time || search_out_of_time(s))
			return false;
		s->more_time = true;
		return true;
	case PASS_DRAFTS:
		return !search_out_of_time(s);
	}
	return false;
}

static bool round_try(struct search *s, struct observed_run *before, struct observed_run *now)
{
	bool more_to_know = analyze_run(s, before, false), had_more_time = s->more_time;

	s->pass = PASS_FULL_PROGRESS;
	s->partial_seen = s->undecided = false;
	s->rejected.n = 0;
	if (joined_try(s, before, now))
		return true;
	for (enum search_pass pass = PASS_FULL_PROGRESS; pass <= PASS_DRAFTS; pass++) {
		if (had_more_time && (pass == PASS_MORE_TIME || pass == PASS_MORE_TIME_PARTIAL))
			continue;
		if (pass_begin(s, pass, before, more_to_know) && incidents_try(s, before, now)) {
			s->draft_kept |= pass == PASS_DRAFTS;
			return true;
		}
	}
	return false;
}

/* ---- recent changes ---- */

/* Why earlier versions are not restored helps a person more than that no solution is known. */
static bool revert_candidate_try(struct search *s, const struct solution *solution, const struct record *r,
	const struct observed_run *before, struct observed_run *now)
{
	size_t note = s->r->tried.n;

	if (candidate_try(s, solution, r, before, now, ALTERNATIVES_NONE))
		return true;
	if (s->r->tried.at[note].why.n)
		s->r->reason = s->r->tried.at[note].why;
	return false;
}

/* No solution helps: does the command pass with earlier versions of the files? */
static void revert_try(struct search *s, struct observed_run runs[2], struct observed_run **before)
{
	struct observed_run *now = *before == &runs[0] ? &runs[1] : &runs[0];
	const struct record *r = observed_run_first_root(*before);
	struct solution solution;
	struct err err;

	struct source_tree *project = r ? source_new(s->o->root, s->o->cwd, &err) : NULL;
	enum bisect_state state;
	s->pass = PASS_FULL_PROGRESS;
	for (size_t i = 0; project && !search_out_of_time(s); i++) {
		state = bisect_solution(s->a, s->o->pack, project, i, &solution);
		if (state == BISECT_END)
			break;
		if (state == BISECT_SAME || !incident_is_confirmed(s, *before, r) ||
			!revert_candidate_try(s, &solution, r, *before, now))
			continue;
		observed_run_release(*before);
		*before = now;
		s->r->healed = s->r->reverts = now->run.status == 0;
		break;
	}
	source_free(project);
}

static void lost_end_try(struct search *s, struct observed_run runs[2], struct observed_run **before)
{
	struct observed_run *now = *before == &runs[0] ? &runs[1] : &runs[0];
	const struct record *r = observed_run_first_root(s->first);
	struct solution solution;
	struct err err;

	struct source_tree *project = r ? source_new(s->o->root, s->o->cwd, &err) : NULL;
	if (project && lost_end_solution(s, project, r, &solution) &&
		candidate_try(s, &solution, r, *before, now, ALTERNATIVES_NONE)) {
		observed_run_release(*before);
		*before = now;
		s->r->lost_lines = true;
	}
	source_free(project);
}

/* ---- the result ---- */

static struct str joined_texts(struct search *s, const char *between, bool ids)
{
	struct str all = STR("");

	for (size_t i = 0; i < s->r->tried.n; i++) {
		const struct tried *t = &s->r->tried.at[i];
		struct str one = ids ? t->solution : t->description;
		if (t->kept && (!ids || str_find(all, one) == all.n))
			all = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(all), all.n ? between : "", STR_ARG(one));
	}
	return all;
}

static void note_proof(struct search *s)
{
	int without = s->r->without;

	check_note(s, "counterfactual", s->r->flaky ? CHECK_INCONCLUSIVE : CHECK_PASSED,
		s->without_seconds + s->with_seconds,
		s->r->flaky ? arena_printf(s->a, "failed in %d runs without a change, and passed in the next: flaky",
				      without) :
			      arena_printf(s->a, "failed in %d %s without the fix, passed in %d with it", without,
				      without == 1 ? "run" : "runs", s->with));
}

static void solution_set(struct search *s)
{
	struct combined all = { .copy = sandbox_view(s->copy),
		.root = s->o->root,
		.cwd = s->o->cwd,
		.edited = s->edited.at,
		.edited_n = s->edited.n,
		.commands = s->commands };
	struct solution *to = &s->r->solution;

	combine(s->a, &all, to);
	if (s->r->partial)
		to->reasoning = arena_printf(s->a,
			"Tested in a copy of the project: with it, %zu of %zu failures are gone and nothing new came "
			"in "
			"their place; the command still fails.",
			s->r->mended, s->r->mended + s->r->left);
	if (s->draft_kept)
		to->applicability = APPLICABILITY_PLACEHOLDER;
	LIST_EACH(step, step, &to->steps)
		if (s->by_model)
			step->origin = STR("model");
	to->id = str_sub(joined_texts(s, "+", true), 0, 200);
	to->description = joined_texts(s, " ", false);
	to->confidence = s->r->partial ? confidence_in_part(s->least) : confidence_proven(s->least);
	to->risk.level = s->risk;
	to->proof = (struct proof){ .status = CHECK_PASSED,
		.by = s->tests > 0 ? STR("tests") : STR("rerun"),
		.pairs = s->r->without < s->with ? s->r->without : s->with,
		.tests = s->tests > 0 ? s->tests : 0,
		.prior = s->least,
		.remaining = s->r->partial ? s->r->remaining : (struct str_list){ 0 },
		.checks = s->r->checks };
	confined_list(s->a, s->copied.observed, s->enforced, &to->proof.confined, &to->proof.unconfined);
}

/* Does the copy fail like the project?  Otherwise its runs prove nothing. */
static bool fails_alike(struct search *s, const struct observed_run *before)
{
	struct comparison unchanged = search_comparison(s);
	bool same = false, may_be_flaky = false, known = s->first->run.status >= 0 && !s->o->stand_in;

	for (struct collected *c = s->first->incidents.first; c; c = c->next) {
		if (!incident_counts(s->first, &c->r))
			continue;
		same |= is_still_there(&unchanged, before, &c->r);
		may_be_flaky |= runs_wanted(s, &c->r) > 1;
	}
	if (!before->run.stopped && same &&
		(known ? before->run.status == s->first->run.status : before->run.status != 0))
		return true;
	s->r->flaky = before->run.status == 0 && may_be_flaky && !s->o->stand_in;
	s->r->copy_differs = !s->r->flaky;
	s->r->reason = s->r->flaky ? STR("flaky: it passed without a change") :
		before->run.stopped == RUNNER_SPACE ?
				     STR("the command was stopped in a copy of the project: it filled the disk") :
		before->run.stopped == RUNNER_PROCESSES ?
				     STR("the command was stopped in a copy of the project: it started too many "
					 "processes") :
				     STR("the command fails differently in a copy of the project");
	return false;
}

static void rounds(struct search *s, struct observed_run runs[2], struct observed_run **before)
{
	struct observed_run *now = &runs[1];

	search_state_is_new(s, run_state(s->a, *before));
	s->failures_seen = s->r->without = s->first->run.status >= 0 && !s->o->stand_in ? 2 : 1;
	if (s->o->bisect)
		lost_end_try(s, runs, before);
	now = *before == &runs[0] ? &runs[1] : &runs[0];
	s->r->healed = (*before)->run.status == 0;
	for (int round = 0; !s->r->healed && round < ROUNDS && round_try(s, *before, now); round++) {
		struct observed_run *old = *before;
		observed_run_release(old);
		*before = now;
		now = old;
		if ((*before)->run.status == 0) {
			s->r->healed = true;
			return;
		}
	}
	if (s->r->healed)
		return;
	/* The remaining failure is flaky; earlier solutions are still valid. */
	s->r->healed = s->r->flaky && (s->edited.n || s->commands.n);
}

/* Was it there when the command failed first? */
static bool was_there(const struct search *s, const struct record *r)
{
	for (struct collected *c = s->first->incidents.first; c; c = c->next)
		if (str_eq(c->r.fingerprint, r->fingerprint))
			return true;
	return false;
}

/* Is there still an error in a changed file, or one that was not there before?  Then the first partial fix may only
 * have moved the failure, and be a dead end. */
static bool is_dead_end(struct search *s, const struct observed_run *before)
{
	bool still = false;

	for (struct collected *c = before->incidents.first; c && !still; c = c->next)
		still = incident_counts(before, &c->r) &&
			(search_is_edited(s, c->r.error.file) || !was_there(s, &c->r));
	return still && s->first_kept.n && !s->r->healed && !s->r->flaky && !s->dead_end.p && !s->commands.n &&
		!search_out_of_time(s);
}

/* Start again in a new copy, without the solution that was kept first. */
static void restart(struct search *s)
{
	struct search next = { .a = s->a,
		.o = s->o,
		.r = s->r,
		.deadline = s->deadline,
		.since = s->since,
		.first = s->first,
		.project = s->project,
		.tests = s->tests,
		.usual_seconds = s->usual_seconds,
		.spoke = s->spoke,
		.least = 1.0,
		.enforced = ~0U,
		.dead_end = s->first_kept,
		.more_time = s->more_time,
		.without_seconds = s->without_seconds };

	search_say(s, "the first partial fix is a dead end; restarting without it");
	for (size_t i = 0; i < s->r->tried.n; i++)
		s->r->tried.at[i].kept = false;
	memcpy(&next.timed_out, &s->timed_out, sizeof(next.timed_out));
	sandbox_free(s->copy);
	s->r->reason = STR("");
	s->r->inconclusive = false;
	*s = next;
}

/* Make a copy and try solutions in it until the command passes or nothing helps.  false: no copy could be made. */
static bool search_in_copy(struct search *s, struct observed_run runs[2], struct observed_run **before, struct err *err)
{
	s->copied = (struct sandbox_options){ .root = s->o->root,
		.cwd = s->o->cwd,
		.limits.bytes = (uint64_t)config_int(s->o->config, "trial.max_mb") << 20,
		.overlaid = node_get(pack_table(s->o->pack, "policy"), "overlaid"),
		.observed = trial_profile(s->a, s->o->pack, s->o->config, str_of(s->o->root)),
		.run = confinement_profile(s->a, pack_table(s->o->pack, "confinement"), "package") };
	s->copy = sandbox_new(&s->copied, err);
	if (!s->copy)
		return false;
	s->r->without = 1;
	if (!search_run(s, *before, err)) {
		s->r->reason = arena_str(s->a, str_of(err->text));
		return true;
	}
	if (s->usual_seconds <= 0)
		s->usual_seconds = (*before)->run.seconds;
	if (s->tests < 0)
		s->tests = observed_run_tests(*before, s->o->pack);
	if (fails_alike(s, *before))
		rounds(s, runs, before);
	return true;
}

/* What is mended although the command does not pass; an earlier copy may have had as much. */
static void in_part(struct search *s, struct observed_run *last)
{
	struct repair_search_result earlier = *s->r;

	memset(&s->r->gone, 0, sizeof(s->r->gone));
	if (!search_partial(s, last) || (earlier.partial && earlier.mended >= s->r->mended)) {
		s->r->partial = earlier.partial;
		s->r->mended = earlier.mended;
		s->r->left = earlier.left;
		s->r->remaining = earlier.remaining;
		memcpy(&s->r->gone, &earlier.gone, sizeof(earlier.gone));
		return;
	}
	check_note(s, "rerun", CHECK_PASSED, last->run.seconds,
		arena_printf(s->a, "%zu failures are gone, %zu remain, and none of them is about what was changed",
			s->r->mended, s->r->left));
	solution_set(s);
	for (size_t i = 0; i < s->r->tried.n; i++)
		s->r->tried.at[i].in_part = s->r->tried.at[i].kept;
}

/* Nothing that was kept led on: the changes are searched in the project as it is. */
static bool start_over(struct search *s, struct observed_run *before)
{
	struct err err;

	if (s->commands.n || search_out_of_time(s))
		return false;
	if (!s->edited.n)
		return true;
	search_say(s, "no known repair lets the command pass; looking for the change that broke it");
	if (!search_restore_all(s))
		return false;
	observed_run_release(before);
	if (!search_run(s, before, &err) || before->run.status == 0)
		return false;
	for (size_t i = 0; i < s->r->tried.n; i++)
		s->r->tried.at[i].kept = false;
	memset(&s->made, 0, sizeof(s->made));
	analyze_run(s, before, false);
	return true;
}

/* Nothing else helps, and tests fail: which one-token edits let them pass?  For a person to look at. */
static void mutations_try(struct search *s, struct observed_run runs[2], struct observed_run **before)
{
	struct observed_run *now = *before == &runs[0] ? &runs[1] : &runs[0];
	struct str description;

	if (search_out_of_time(s) || !search_mutations(s, *before, now, &description))
		return;
	observed_run_release(*before);
	*before = now;
	s->with = 1;
	s->draft_kept = s->r->healed = true;
	s->risk = RISK_RED;
	s->least = 0.4;
	s->r->proposal = description;
}

static void result_set(struct search *s)
{
	if (s->r->healed && !s->r->flaky)
		search_confirm(s);
	if (s->r->healed && !s->r->flaky)
		search_reduce(s);
	if (s->r->healed || s->r->flaky)
		note_proof(s);
	if (s->r->healed) {
		struct str lost;
		bool lost_only = s->r->reverts && lost_lines_only(s, &lost);
		s->r->partial = false;
		s->risk = lost_only ? RISK_GREEN : s->risk;
		solution_set(s);
		if (s->r->proposal.n) {
			s->r->solution.id = STR("heal.one-token");
			s->r->solution.description = s->r->proposal;
		}
		if (lost_only) {
			s->r->reverts = false;
			s->r->lost_lines = true;
			s->r->solution.id = STR("heal.lost-lines");
			s->r->solution.description = lost;
		}
	}
	for (size_t i = 0; i < s->r->tried.n && s->r->partial; i++)
		s->r->tried.at[i].kept = s->r->tried.at[i].in_part;
}

bool repair_search_run(struct arena *a, const struct repair_search_options *o, const struct observed_run *first,
	struct repair_search_result *r, struct err *err)
{
	struct search s = { .a = a,
		.o = o,
		.r = r,
		.deadline = seconds_now() + o->budget,
		.since = time(NULL),
		.least = 1.0,
		.enforced = ~0U,
		.first = first,
		.project = { .fd = -1, .path = str_of(o->root) },
		.usual_seconds = o->stand_in ? 0 : first->run.seconds };
	/* Records refer to their run's memory, so the runs are not moved, only their roles are exchanged. */
	struct observed_run runs[2], *before = &runs[0];

	memset(runs, 0, sizeof(runs));
	memset(r, 0, sizeof(*r));
	s.tests = o->stand_in ? -1 : observed_run_tests(first, o->pack);
	bool has_copy = search_in_copy(&s, runs, &before, err);
	if (has_copy && is_dead_end(&s, before)) {
		in_part(&s, before);
		observed_run_release(before);
		before = &runs[0];
		restart(&s);
		has_copy = search_in_copy(&s, runs, &before, err);
	}
	if (!has_copy) {
		sandbox_free(s.copy);
		return false;
	}
	if (!r->healed && !r->flaky)
		in_part(&s, before);
	if (o->bisect && !r->healed && !r->flaky && !r->partial && start_over(&s, before))
		revert_try(&s, runs, &before);
	if (o->bisect && !r->healed && !r->flaky && !r->partial && !s.edited.n && !s.commands.n)
		mutations_try(&s, runs, &before);
	result_set(&s);
	observed_run_release(before);
	sandbox_free(s.copy);
	return true;
}
