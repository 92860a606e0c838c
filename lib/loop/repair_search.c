#include "loop/repair_search.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analyze/analyzer.h"
#include "base/path.h"
#include "base/proc.h"
#include "detect/test_count.h"
#include "loop/attempt.h"
#include "loop/bisect_changes.h"
#include "loop/combine.h"
#include "loop/minimize.h"
#include "loop/progress.h"
#include "loop/solution.h"
#include "sandbox/sandbox.h"
#include "validate/repeatable.h"

enum { ROUNDS = 60, TRIES_MAX = 120, MINIMISE_RUNS = 40, PATIENCE = 12 };

struct workshop {
	struct arena *a;
	const struct workshop_options *o;
	struct workshop_result *r;
	struct sandbox *copy;
	double deadline;
	time_t since;                /* when the project's own run had ended */
	double least;                /* the least sure of what was kept */
	enum risk risk;              /* the highest of what was kept */
	VEC(struct str) edited;      /* files that differ from the project by our hand */
	VEC(struct json *) commands; /* run steps that were kept, in order */
	VEC(struct str) states;      /* what the output looked like before: no going in circles */
	VEC(struct str) hopeless;    /* steps that changed nothing for the better in this round, for any incident */
	VEC(struct str) endless;     /* steps with which the command did not end in time */
	bool patient;                /* nothing else helped in this round: it is their turn again */
	bool slow;                   /* since then, and with more time */
	struct str first_kept;       /* the steps that were kept first */
	struct str misled;           /* those of the way before this one, which led nowhere */
	bool doubted, lenient;       /* some helped half in this round; that is enough now */
	struct str tie;              /* the incident for which several solutions that are alike help */
	const struct watched *first; /* the run that failed, in the project */
	long tests;                  /* how many ran in it */
	int seen;                    /* how often the present state was seen to fail */
	VEC(struct str) unsteady;    /* fingerprints that were not in every such run */
	bool doubtful;               /* something was mended that may come and go by itself */
	struct made_list made;       /* what was changed, and by which of the solutions that were kept */
	size_t solutions;
	bool needless; /* more was changed than what is known to be needed */
	double without_seconds, with_seconds;
	int with; /* how often the command passed with all of it */
};

static void say_progress(struct workshop *w, const char *what, struct str of)
{
	char line[300], shown[240];

	if (!w->o->progress)
		return;
	snprintf(line, sizeof(line), "%s%s", what, visible(of, shown, sizeof(shown)));
	w->o->progress(w->o->progress_ctx, line);
}

static void check_note(
	struct workshop *w, const char *name, enum check_status status, double seconds, struct str detail)
{
	*VEC_ADD(w->a, &w->r->checks) = (struct check){ str_of(name), status, seconds, detail };
}

/* ---- the copy ---- */

/* A wrong change may make the command run for ever: it gets ten times what it took the project's own run, and more.
 * But what failed at its first step and now does all the others may need far more: that is tried where nothing else
 * helps. */
static double run_limit(const struct workshop *w)
{
	double left = w->deadline - seconds_now();
	double more = config_double(w->o->config, "trial.seconds") * (w->slow ? PATIENCE : 1);
	double usual = more + 10 * w->first->run.seconds;

	return left < 1 ? 1 : left < usual ? left : usual;
}

static bool copy_run(struct workshop *w, struct watched *out, struct err *err)
{
	struct watch_options o = { .pack = w->o->pack, .argv = w->o->argv, .trial = true, .timeout = run_limit(w) };

	w->r->runs++;
	return sandbox_watch(w->copy, &o, out, err);
}

static bool state_is_new(struct workshop *w, struct str state)
{
	for (size_t i = 0; i < w->states.n; i++)
		if (str_eq(w->states.at[i], state))
			return false;
	*VEC_ADD(w->a, &w->states) = state;
	return true;
}

/* ---- one solution ---- */

/* How often a failure must be seen, and its absence: what comes out the same on every run, once. */
static int times_wanted(const struct workshop *w, const struct record *r)
{
	return w->o->reruns > 1 && (w->o->level == VALIDATE_THOROUGH || !is_repeatable(w->o->pack, r)) ? w->o->reruns :
													 1;
}

static bool is_edited(const struct workshop *w, struct str path)
{
	for (size_t i = 0; i < w->edited.n; i++)
		if (str_eq(w->edited.at[i], path))
			return true;
	return false;
}

static void keep(
	struct workshop *w, const struct attempt *t, const struct json *solution, double prior, const struct record *r)
{
	bool whole = is_one_piece(solution, r);
	const struct json *level = json_path(solution, "risk.level");
	enum risk risk = RISK_GREEN;

	if (level)
		risk_parse(json_str(level), &risk);
	w->risk = risk > w->risk ? risk : w->risk;
	for (size_t i = 0; i < attempt_files(t); i++)
		if (!is_edited(w, attempt_file(t, i)))
			*VEC_ADD(w->a, &w->edited) = arena_str(w->a, attempt_file(t, i));
	JSON_EACH(step, json_get(solution, "steps"))
		if (str_is(json_str(json_get(step, "do")), "run"))
			*VEC_ADD(w->a, &w->commands) = json_copy(w->a, step);
	attempt_made(t, w->solutions++, whole, &w->made);
	if (!w->first_kept.p)
		w->first_kept = json_text(w->a, json_get(solution, "steps"));
	w->least = prior < w->least ? prior : w->least;
	w->doubtful |= times_wanted(w, r) > 1;
	/* Each of those that answer what the project itself said, and not another solution, is known to be needed. */
	w->needless |= !whole || !incident_counts(w->first, r) || !times_said(w->first, r->fingerprint);
	w->seen = 1;
	w->unsteady.n = 0;
}

static bool out_of_time(struct workshop *w)
{
	return seconds_now() >= w->deadline || w->r->tried.n >= TRIES_MAX;
}

/* ---- one of several that are alike ---- */

/* Would it help as well?  The copy is as it was afterwards. */
static bool would_help(struct workshop *w, struct json *solution, const struct record *r, const struct watched *best)
{
	struct err err;
	struct watched now;
	struct attempt *t = attempt_make(w->a, w->o->policy, w->copy, solution, r, &err);
	bool helps = false;

	if (!t)
		return false;
	if (attempt_apply(t, w->since, config_double(w->o->config, "timeout"), &err) &&
		!attempt_breaks_syntax(t, w->o->pack)) {
		helps = copy_run(w, &now, &err) && is_as_good(best, &now);
		watched_release(&now);
	}
	attempt_revert(t);
	return helps;
}

/* The solution helped; if another of its kind helps as well, nobody can tell which one was meant. */
static bool stands_alone(struct workshop *w, struct attempt *t, const struct json *solution, const struct record *r,
	const struct watched *now)
{
	struct err err;
	bool rival = false, behind = false;

	attempt_revert(t);
	/* Those before it were tried before it, and did not help. */
	JSON_EACH(other, record_get(r, F_SOLUTIONS)) {
		if (!rival && behind && is_alone(other)) {
			say_progress(w, "trying as well: ", json_str(json_get(other, "description")));
			rival = would_help(w, other, r, now);
		}
		behind |= other == solution;
	}
	if (!rival && !attempt_apply(t, w->since, config_double(w->o->config, "timeout"), &err))
		return false;
	return !rival;
}

/* What stands against a run that passed; empty: nothing. */
static struct str objection(struct workshop *w, const struct watched *now)
{
	const struct record *one = NULL;
	char message[200];
	struct check tests = tests_compare(w->a, w->tests, watched_tests(now, w->o->pack));

	if (tests.status == CHECK_INCONCLUSIVE)
		return tests.detail;
	if (news_count(w->first, now, &one))
		return arena_printf(w->a, "something new came: %s",
			visible(one->error.message, message, sizeof(message)));
	return STR("");
}

/* The command passed once: would it have passed as well another time? */
static struct str pass_again(struct workshop *w, int times)
{
	struct watched again;
	struct err err;
	struct str why = STR("");

	for (int i = 1; i < times && !why.n; i++) {
		if (out_of_time(w))
			return STR("the time ran out before it had passed often enough");
		bool ran = copy_run(w, &again, &err);
		if (!ran || again.run.status != 0)
			why = arena_printf(w->a, "flaky: with the fix it passed, and failed in run %d", i + 1);
		else
			why = objection(w, &again);
		w->with_seconds += ran ? again.run.seconds : 0;
		w->with++;
		watched_release(&again);
	}
	return why;
}

/* A run that passed proves the solution if nothing stands against it, as often as it takes. */
static bool is_proven(struct workshop *w, const struct watched *now, const struct record *r)
{
	int times = times_wanted(w, r);
	struct str why;

	if (now->run.status != 0)
		return state_is_new(w, run_state(w->a, now));
	w->with = 1;
	w->with_seconds = now->run.seconds;
	why = objection(w, now);
	if (!why.n)
		why = pass_again(w, w->doubtful ? w->o->reruns : times);
	if (!why.n)
		return true;
	say_progress(w, "not kept: ", why);
	w->r->reason = arena_printf(w->a, "a fix made it pass and is not kept: %.*s", STR_ARG(why));
	w->r->inconclusive = true;
	return false;
}

/* Did the run with the solution bring what was wanted of it? */
static bool has_helped(struct workshop *w, struct attempt *t, const struct json *solution, const struct record *r,
	const struct watched *before, const struct watched *now, enum rivals rivals)
{
	enum progress progress = progress_of(before, now, r, attempt_shift(t), rivals);

	w->doubted |= progress == PROGRESS_HALF;
	if (progress == PROGRESS_NONE || (progress == PROGRESS_HALF && !w->lenient) || !is_proven(w, now, r))
		return false;
	if (!is_alone(solution) || stands_alone(w, t, solution, r, now))
		return true;
	say_progress(w, "another one helps as well: ", STR("a person has to tell which was meant"));
	w->tie = arena_str(w->a, r->id);
	return false;
}

/* The same steps may be proposed for many incidents; once is enough to know that they help none. */
static void hopeless_note(struct workshop *w, const struct json *solution)
{
	*VEC_ADD(w->a, &w->hopeless) = json_text(w->a, json_get(solution, "steps"));
}

static bool is_hopeless(struct workshop *w, const struct json *solution)
{
	struct str steps = json_text(w->a, json_get(solution, "steps"));
	bool endless = false;

	for (size_t i = 0; i < w->hopeless.n; i++)
		if (str_eq(w->hopeless.at[i], steps))
			return true;
	for (size_t i = 0; i < w->endless.n; i++)
		endless |= str_eq(w->endless.at[i], steps);
	return endless != w->patient || (w->misled.p && str_eq(w->misled, steps));
}

/* Try one solution in the copy; true when it stays (and *now is the new run). */
static bool solution_try(struct workshop *w, struct json *solution, const struct record *r,
	const struct watched *before, struct watched *now, enum rivals rivals)
{
	struct err err;
	double prior = json_double(json_get(solution, "confidence"), 0);
	struct attempt *t = attempt_make(w->a, w->o->policy, w->copy, solution, r, &err);
	size_t note = w->r->tried.n;

	*VEC_ADD(w->a, &w->r->tried) = (struct tried){ arena_str(w->a, r->fingerprint),
		arena_str(w->a, json_str(json_get(solution, "id"))), arena_str(w->a, r->error.rule),
		arena_str(w->a, json_str(json_get(solution, "description"))), prior, false };
	if (!t) {
		say_progress(w, "not tried: ", str_of(err.text));
		return false;
	}
	say_progress(w, "trying: ", json_str(json_get(solution, "description")));
	if (!attempt_apply(t, w->since, config_double(w->o->config, "timeout"), &err) ||
		attempt_breaks_syntax(t, w->o->pack)) {
		hopeless_note(w, solution);
		attempt_revert(t);
		return false;
	}
	bool ran = copy_run(w, now, &err);
	if (ran && has_helped(w, t, solution, r, before, now, rivals)) {
		keep(w, t, solution, prior, r);
		w->r->tried.at[note].kept = true;
		return true;
	}
	if (ran && now->run.timed_out)
		*VEC_ADD(w->a, &w->endless) = json_text(w->a, json_get(solution, "steps"));
	else if (ran && is_nothing_gone(before, now))
		hopeless_note(w, solution);
	watched_release(now);
	attempt_revert(t);
	return false;
}

/* ---- seen without the fix ---- */

static bool is_unsteady(const struct workshop *w, const struct record *r)
{
	for (size_t i = 0; i < w->unsteady.n; i++)
		if (str_eq(w->unsteady.at[i], r->fingerprint))
			return true;
	return false;
}

/* The command as it is now fails once more, or the failure comes and goes. */
static bool fails_again(struct workshop *w, const struct watched *before)
{
	struct watched again;
	struct err err;
	bool failed = copy_run(w, &again, &err) && again.run.status != 0;

	w->without_seconds += again.run.seconds;
	for (struct collected *c = before->incidents.first; failed && c; c = c->next)
		if (!is_still_there(&again, &c->r, 0) && !is_unsteady(w, &c->r))
			*VEC_ADD(w->a, &w->unsteady) = arena_str(w->a, c->r.fingerprint);
	watched_release(&again);
	return failed;
}

/* Was the incident seen without a fix as often as it takes?  Asked before the first one is tried for it. */
static bool is_confirmed(struct workshop *w, const struct watched *before, const struct record *r)
{
	for (int times = times_wanted(w, r); w->seen < times && !w->r->flaky && !out_of_time(w); w->seen++) {
		say_progress(w, "seen again without a change? ", r->error.message);
		w->r->flaky = !fails_again(w, before);
		w->r->without = w->seen + !w->r->flaky;
	}
	if (w->r->flaky)
		w->r->reason = STR("flaky: it passed without a change");
	else if (is_unsteady(w, r))
		w->r->reason = STR("flaky: the failure is another one from run to run");
	return !w->r->flaky && !is_unsteady(w, r) && !out_of_time(w);
}

/* ---- rounds ---- */

/* True: there may be more to know, which is costly to find. */
static bool analyze(struct workshop *w, struct watched *run, bool wide)
{
	struct analyzer_options o = { .pack = w->o->pack,
		.view = sandbox_view(w->copy),
		.confidence = w->o->confidence,
		.ctx = w->o->confidence_ctx,
		.output = buf_str(&run->output),
		.wide = wide };
	struct analyzer *analyzer = analyzer_new(&o);

	for (struct collected *c = run->incidents.first; c; c = c->next)
		analyzer_record(analyzer, &c->r);
	bool more = analyzer_held_back(analyzer);
	analyzer_free(analyzer);
	return more;
}

/* ---- one mistake in several places ---- */

static bool joined_try(struct workshop *w, struct watched *before, struct watched *now)
{
	const struct record *first = NULL;
	struct json *all = solutions_join(w->a, before, &first);

	return all && !is_hopeless(w, all) && !out_of_time(w) && is_confirmed(w, before, first) &&
		solution_try(w, all, first, before, now, RIVALS_JOINED);
}

/* What is known for one incident, best first. */
static bool incident_try(
	struct workshop *w, const struct record *r, struct watched *before, struct watched *now, bool *acted)
{
	enum rivals rivals = actable_count(r) == 1 ? RIVALS_NONE : RIVALS_SOME;
	bool among_alike = false;
	int tries = 0;

	JSON_EACH(solution, record_get(r, F_SOLUTIONS)) {
		if (!is_actable(solution) || out_of_time(w) || !is_confirmed(w, before, r))
			break;
		if ((is_alone(solution) && str_eq(w->tie, r->id)) || is_hopeless(w, solution))
			continue;
		/* Those that are alike are one attempt: they only make sense together. */
		tries += !is_alone(solution) || !among_alike;
		among_alike |= is_alone(solution);
		if (tries > w->o->attempts)
			break;
		*acted = true;
		if (solution_try(w, solution, r, before, now, rivals))
			return true;
	}
	return false;
}

/* The roots in the order in which they were seen, then what is said to follow from them: it may not. */
static bool incidents_try(struct workshop *w, struct watched *before, struct watched *now)
{
	bool kept = false, acted = false;

	for (int pass = 0; pass < 2 && !kept; pass++)
		for (struct collected *c = before->incidents.first; c && !kept && !w->r->flaky && !out_of_time(w);
			c = c->next)
			if (incident_is_root(&c->r) == (pass == 0) &&
				!c->r.error.summary)
				kept = incident_try(w, &c->r, before, now, &acted);
	if (!kept && out_of_time(w))
		w->r->reason = arena_printf(w->a, "the time for it ran out (%g s, validation level %s)", w->o->budget,
			validate_level_name(w->o->level));
	else if (!kept && !w->r->reason.n)
		w->r->reason = acted ? STR("none of the known solutions made it pass") :
				       STR("no solution is known that heal may try by itself");
	return kept;
}

static bool round_try(struct workshop *w, struct watched *before, struct watched *now)
{
	bool more = analyze(w, before, false);

	w->doubted = w->lenient = w->patient = false;
	w->hopeless.n = 0;
	if (joined_try(w, before, now) || incidents_try(w, before, now))
		return true;
	if (more && !out_of_time(w)) {
		analyze(w, before, true);
		if (incidents_try(w, before, now))
			return true;
	}
	w->lenient = w->doubted;
	if (w->lenient && incidents_try(w, before, now))
		return true;
	w->patient = w->endless.n > 0 && !w->slow && !out_of_time(w);
	w->slow |= w->patient;
	if (w->patient && incidents_try(w, before, now))
		return true;
	w->lenient = w->patient && w->doubted;
	return w->lenient && incidents_try(w, before, now);
}

/* ---- no more than is needed ---- */

struct less {
	struct workshop *w;
	struct pieces *p;
};

static bool passes_with(void *ctx, const bool *chosen)
{
	struct less *l = ctx;
	struct workshop *w = l->w;
	struct watched now;
	struct err err;

	if (out_of_time(w) || !pieces_put(l->p, chosen, &err))
		return false;
	bool passes = copy_run(w, &now, &err) && now.run.status == 0 && !objection(w, &now).n;
	watched_release(&now);
	return passes;
}

/* The smallest part of the changes with which the command passes is what stays. */
static void lessen(struct workshop *w)
{
	struct err err;
	struct tree project = { .fd = -1 };
	struct less l = { w, NULL };
	double begin = seconds_now();

	if (!w->needless || w->commands.n || w->o->level == VALIDATE_QUICK ||
		!tree_open(w->a, &project, w->o->root, &err))
		return; /* what a command did cannot be taken apart */
	l.p = pieces_new(w->a, &project, w->copy, w->edited.at, w->edited.n, w->made.all.at, w->made.all.n, &err);
	size_t n = l.p ? pieces_count(l.p) : 0;
	bool *chosen = arena_alloc(w->a, n + 1), *none = arena_alloc(w->a, n + 1);
	size_t left = 0;

	memset(chosen, true, n);
	memset(none, false, n);
	if (n > 1) {
		say_progress(w, "is all of it needed?", STR(""));
		/* What an earlier run left behind may let the command pass with none: then runs tell nothing. */
		int runs = passes_with(&l, none) ? 1 : 1 + minimise(chosen, n, MINIMISE_RUNS, passes_with, &l);
		for (size_t i = 0; i < n; i++)
			left += chosen[i];
		/* What was put there last may not be what passed last. */
		if (!pieces_put(l.p, chosen, &err))
			w->r->reason = arena_str(w->a, str_of(err.text));
		check_note(w, "minimise", CHECK_PASSED, seconds_now() - begin,
			left < n ?
				arena_printf(w->a, "%zu of %zu changes were needed (%d runs); the others are left out",
					left, n, runs) :
				arena_printf(w->a, "all %zu changes are needed (%d runs)", n, runs));
	}
	tree_close(&project);
}

/* ---- what changed last ---- */

/* Nothing mends it: does the command pass with what the files were before? */
static void suspects_try(struct workshop *w, struct watched runs[2], struct watched **before)
{
	struct watched *now = *before == &runs[0] ? &runs[1] : &runs[0];
	const struct record *r = NULL;
	struct json *solution;
	struct err err;

	for (struct collected *c = (*before)->incidents.first; c && !r; c = c->next)
		if (incident_counts(*before, &c->r) && incident_is_root(&c->r))
			r = &c->r;
	struct source_tree *project = r ? source_new(w->o->root, w->o->cwd, &err) : NULL;
	for (size_t i = 0; project && !out_of_time(w) && bisect_solution(w->a, w->o->pack, project, i, &solution);
		i++) {
		if (!solution || !is_confirmed(w, *before, r) ||
			!solution_try(w, solution, r, *before, now, RIVALS_NONE))
			continue;
		watched_release(*before);
		*before = now;
		w->r->healed = w->r->suspect = now->run.status == 0;
		break;
	}
	source_free(project);
}

/* ---- the outcome ---- */

static struct str descriptions(struct workshop *w)
{
	struct str all = STR("");

	for (size_t i = 0; i < w->r->tried.n; i++)
		if (w->r->tried.at[i].kept)
			all = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(all), all.n ? " " : "",
				STR_ARG(w->r->tried.at[i].description));
	return all;
}

static struct json *solution_of(struct workshop *w)
{
	struct whole whole = { .copy = sandbox_view(w->copy),
		.root = w->o->root,
		.cwd = w->o->cwd,
		.edited = w->edited.at,
		.edited_n = w->edited.n,
		.commands = w->commands.at,
		.commands_n = w->commands.n,
		.description = descriptions(w),
		.confidence = w->r->confidence,
		.id = STR(""),
		.risk = w->risk > RISK_GREEN ? str_of(risk_name(w->risk)) : STR_NONE };

	for (size_t i = 0; i < w->r->tried.n; i++)
		if (w->r->tried.at[i].kept && str_find(whole.id, w->r->tried.at[i].solution) == whole.id.n)
			whole.id = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(whole.id), whole.id.n ? "+" : "",
				STR_ARG(w->r->tried.at[i].solution));
	return whole_solution(w->a, &whole);
}

static void note_proof(struct workshop *w)
{
	int without = w->r->without;

	check_note(w, "counterfactual", w->r->flaky ? CHECK_INCONCLUSIVE : CHECK_PASSED,
		w->without_seconds + w->with_seconds,
		w->r->flaky ? arena_printf(w->a, "failed in %d runs without a change, and passed in the next: flaky",
				      without) :
			      arena_printf(w->a, "failed in %d %s without the fix, passed in %d with it", without,
				      without == 1 ? "run" : "runs", w->with));
}

/* Does the copy fail as the project does?  Else nothing seen in it means anything. */
static bool fails_alike(struct workshop *w, const struct watched *before)
{
	bool same = false, doubtful = false;

	for (struct collected *c = w->first->incidents.first; c; c = c->next) {
		if (!incident_counts(w->first, &c->r))
			continue;
		same |= is_still_there(before, &c->r, 0);
		doubtful |= times_wanted(w, &c->r) > 1;
	}
	if (before->run.status == w->first->run.status && same)
		return true;
	w->r->flaky = before->run.status == 0 && doubtful;
	w->r->reason = w->r->flaky ? STR("flaky: it passed without a change") :
				     STR("the failure is another one in a copy of the project");
	return false;
}

static void rounds(struct workshop *w, struct watched runs[2], struct watched **before)
{
	struct watched *now = &runs[1];

	state_is_new(w, run_state(w->a, *before));
	w->seen = w->r->without = 2;
	for (int round = 0; round < ROUNDS && round_try(w, *before, now); round++) {
		struct watched *old = *before;
		watched_release(old);
		*before = now;
		now = old;
		if ((*before)->run.status == 0) {
			w->r->healed = true;
			return;
		}
	}
	/* What is left came and went by itself; what was mended before stays mended. */
	w->r->healed = w->r->flaky && (w->edited.n || w->commands.n);
}

/* ---- another way ---- */

/* Something was kept, and a file that was changed is at fault still: it may have been the wrong thing. */
static bool is_astray(struct workshop *w, const struct watched *before)
{
	bool still = false;

	for (struct collected *c = before->incidents.first; c && !still; c = c->next)
		still = incident_counts(before, &c->r) && is_edited(w, c->r.error.file);
	return still && !w->r->healed && !w->r->flaky && !w->misled.p && !w->commands.n && !out_of_time(w);
}

/* In a new copy, without what was kept first; what is known of the failure stays known. */
static void way_forget(struct workshop *w)
{
	struct workshop next = { .a = w->a,
		.o = w->o,
		.r = w->r,
		.deadline = w->deadline,
		.since = w->since,
		.least = 1.0,
		.first = w->first,
		.tests = w->tests,
		.misled = w->first_kept,
		.slow = w->slow,
		.without_seconds = w->without_seconds };

	say_progress(w, "another way: ", STR("what was changed first did not lead to a repair"));
	for (size_t i = 0; i < w->r->tried.n; i++)
		w->r->tried.at[i].kept = false;
	memcpy(&next.endless, &w->endless, sizeof(next.endless));
	sandbox_free(w->copy);
	w->r->reason = STR("");
	w->r->inconclusive = false;
	*w = next;
}

/* A copy, and in it rounds until the command passes or nothing helps any more.  false: there is no copy. */
static bool way_go(struct workshop *w, struct watched runs[2], struct watched **before, struct err *err)
{
	struct sandbox_options o = { .root = w->o->root,
		.cwd = w->o->cwd,
		.limits.bytes = (uint64_t)config_int(w->o->config, "trial.max_mb") << 20 };

	w->copy = sandbox_new(&o, err);
	if (!w->copy)
		return false;
	w->r->without = 1;
	if (!copy_run(w, *before, err))
		w->r->reason = arena_str(w->a, str_of(err->text));
	else if (fails_alike(w, *before))
		rounds(w, runs, before);
	return true;
}

bool workshop_run(struct arena *a, const struct workshop_options *o, const struct watched *first,
	struct workshop_result *r, struct err *err)
{
	struct workshop w = { .a = a,
		.o = o,
		.r = r,
		.deadline = seconds_now() + o->budget,
		.since = time(NULL),
		.least = 1.0,
		.first = first };
	/* Records point to their run's memory, so a run stays where it is and only the roles change. */
	struct watched runs[2], *before = &runs[0];

	memset(r, 0, sizeof(*r));
	w.tests = watched_tests(first, o->pack);
	bool goes = way_go(&w, runs, &before, err);
	if (goes && is_astray(&w, before)) {
		watched_release(before);
		before = &runs[0];
		way_forget(&w);
		goes = way_go(&w, runs, &before, err);
	}
	if (!goes) {
		sandbox_free(w.copy);
		return false;
	}
	if (o->suspects && !r->healed && !r->flaky && !w.edited.n && !w.commands.n)
		suspects_try(&w, runs, &before);
	if (r->healed && !r->flaky)
		lessen(&w);
	if (r->healed || r->flaky)
		note_proof(&w);
	if (r->healed) {
		r->confidence = confidence_proven(w.least);
		r->solution = solution_of(&w);
	}
	watched_release(before);
	sandbox_free(w.copy);
	return true;
}
