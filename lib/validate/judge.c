/* Run the command again and judge each fix by its incidents. */
#include <signal.h>

#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "policy/external_command.h"
#include "validate/control_run.h"
#include "validate/further_tests.h"
#include "validate/pending.h"
#include "validate/run_checks.h"

/* The runs of the command. */
struct group {
	struct str cwd;          /* of the detector, by the first record */
	struct observed_run run; /* the last one */
	bool fresh;              /* the run is of the present tree */
	double seconds;          /* of all runs of this state */
	struct run_cost cost;    /* of one of them */
	char *const *argv;       /* what is run */
	bool in_copy;            /* in a copy of the project */
	bool once, done;         /* it may be run once; it was */
	struct str unclear;      /* why the run is inconclusive; empty: it is not */
};

static bool is_open(const struct pending_fix *h)
{
	return h->fixed && h->there && !h->judged;
}

/* ---- running ---- */

/* In a copy of the project as it is now. */
static bool observe_copy(struct validator *v, struct group *g, struct observe_options o, struct err *err)
{
	struct sandbox_options s = validator_copy(v);
	struct sandbox *copy = sandbox_new(&s, err);

	o.trial = true;
	o.merge = false;
	bool ran = copy && sandbox_observe(copy, &o, &g->run, err);
	sandbox_free(copy);
	return ran;
}

static bool run_once(struct validator *v, struct group *g, struct err *err)
{
	bool through = v->o.through && !g->in_copy;
	struct observe_options o = { .argv = g->argv,
		.cwd = g->cwd,
		.pack = v->o.pack,
		.through = through,
		.merge = !through,
		.no_input = !through,
		.timeout = through ? 0 : v->timeout };

	observed_run_release(&g->run);
	if (!v->o.through && interruption())
		raise(interruption());
	v->ran = true;
	if (g->done)
		return err_set(err, HEAL_PERSON, "it acts outside the project and is not run again");
	g->done = g->once;
	if (!(g->in_copy ? observe_copy(v, g, o, err) : observe(&o, &g->run, err)))
		return false;
	if (v->o.ran && !g->in_copy)
		v->o.ran(v->o.ctx, &g->run);
	g->seconds += g->run.run.seconds;
	run_cost_add(&g->cost, &g->run, v->o.pack);
	/* The signal was passed on to the command; now stop as well. */
	if (!v->o.through && interruption())
		raise(interruption());
	return true;
}

/* Run it as often as the level requires; g->run is the last run. */
static void run(struct validator *v, struct group *g)
{
	char first[SHA256_HEX], now[SHA256_HEX];
	struct err err;

	g->fresh = true;
	g->seconds = 0;
	g->cost = (struct run_cost){ 0 };
	g->unclear = STR("");
	for (int i = 0; i < (g->once ? 1 : v->times) && !g->unclear.n; i++) {
		if (!run_once(v, g, &err)) {
			g->unclear = arena_str(&v->b, str_of(err.text));
			return;
		}
		observed_run_signature(&g->run, i ? now : first);
		if (g->run.run.start != RUNNER_STARTED)
			g->unclear = arena_printf(
				&v->b, "'%.*s' could not be started", STR_ARG(argv_show(&v->b, g->argv)));
		else if (g->run.run.interrupted)
			g->unclear = STR("interrupted");
		else if (g->run.run.timed_out)
			g->unclear = arena_printf(
				&v->b, "'%.*s' timed out after %g seconds", STR_ARG(v->argv_text), v->timeout);
		else if (g->run.output.truncated)
			g->unclear = STR("the output exceeds the size limit");
		else if (i && !str_is(str_of(first), now))
			g->unclear = arena_printf(&v->b, "flaky: the result of run %d differs from the first", i + 1);
	}
	comparison_look(&v->comparison);
}

/* ---- judging ---- */

static size_t new_for(struct validator *v, struct group *g, const struct pending_fix *h, const struct record **first)
{
	return comparison_new(&v->comparison, &g->run.incidents, h->r.error.level, first);
}

/* The newest fix without a verdict for which ask() is true. */
static struct pending_fix *newest(struct validator *v, struct group *g,
	bool (*ask)(struct validator *v, struct group *g, const struct pending_fix *h))
{
	struct pending_fix *found = NULL;

	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		if (is_open(h) && (!found || str_cmp(h->entry.name, found->entry.name) > 0) && ask(v, g, h))
			found = h;
	}
	return found;
}

static bool is_unresolved(struct validator *v, struct group *g, const struct pending_fix *h)
{
	return !comparison_resolved(&v->comparison, &h->r, &g->run.incidents);
}

static bool is_suspect(struct validator *v, struct group *g, const struct pending_fix *h)
{
	return new_for(v, g, h, NULL) > 0;
}

/* Roll back the fixes whose incident still occurs.  true: there were any. */
static bool unresolved_out(struct validator *v, struct group *g)
{
	struct pending_fix *h, **which = arena_alloc(&v->b, (v->held.n + 1) * sizeof(*which));
	size_t n = 0;

	/* Find all of them first, because rolling back moves lines. */
	while ((h = newest(v, g, is_unresolved))) {
		which[n++] = h;
		h->judged = true;
		h->incident = STR("present");
	}
	for (size_t i = 0; i < n; i++) {
		pending_note(v, which[i], "rerun", CHECK_FAILED, g->seconds, STR("the incident still occurs"));
		pending_fail(v, which[i], STR("the incident still occurs"));
	}
	if (n && !v->o.keep)
		g->fresh = false;
	return n > 0;
}

static bool was_changed(const struct pending_fix *h, struct str file)
{
	for (size_t i = 0; i < h->entry.n; i++)
		if (str_eq(h->entry.paths[i], file))
			return true;
	return false;
}

/* May the new incident have been there before, hidden by the one that the fix resolved? */
static bool was_hidden(struct validator *v, const struct pending_fix *h, const struct record *found)
{
	struct str file = comparison_file(&v->comparison, found);

	if (!file.n || !was_changed(h, file))
		return true;
	return str_eq(file, comparison_file(&v->comparison, &h->r)) &&
		comparison_may_hide(&v->comparison, &h->r, found);
}

/* The incident of the fix is gone; what came in its place? */
static void note_introduced(struct validator *v, struct group *g, struct pending_fix *h)
{
	if (h->unproven.n)
		return;
	h->incident = STR("gone");
	h->introduced = STR("none");
	for (const struct collected *x = g->run.incidents.first; x; x = x->next) {
		if (!comparison_is_new(&v->comparison, &g->run.incidents, x, h->r.error.level))
			continue;
		if (!was_hidden(v, h, &x->r)) {
			h->introduced = STR("here");
			return;
		}
		h->introduced = STR("elsewhere");
	}
}

static void guilty_found(struct validator *v, struct group *g, struct pending_fix *h, struct str what)
{
	pending_note(v, h, "new-incidents", CHECK_FAILED, g->seconds, what);
	h->judged = true;
	h->resolved = false;
	h->reason = arena_printf(&v->b, "validation failed: %.*s", STR_ARG(what));
}

static size_t suspects(struct validator *v, struct group *g, struct pending_fix **out, const struct record *new)
{
	struct str file = new->error.file;
	size_t n = 0;

	/* Fixes that changed the file of the new incident first. */
	for (int round = 0; round < 2; round++) {
		struct pending_fix *h;
		for (size_t i = v->held.n; i-- > 0;) {
			bool near = false;
			h = &v->held.at[i];
			for (size_t k = 0; k < h->entry.n && file.n; k++)
				near |= str_eq(path_base(h->entry.paths[k]), path_base(file));
			if (is_open(h) && is_suspect(v, g, h) && near == (round == 0))
				out[n++] = h;
		}
	}
	return n;
}

/* Omit one fix at a time until there is no new incident.  true: found; the fix remains rolled back. */
static bool leave_one_out(struct validator *v, struct group *g, struct pending_fix **who, size_t n, struct str what)
{
	for (size_t i = 0; i < n; i++) {
		if (who[i]->judged || !pending_leave_out(v, who[i]))
			continue;
		run(v, g);
		if (!g->unclear.n && !is_suspect(v, g, who[i])) {
			guilty_found(v, g, who[i], what);
			return true;
		}
		pending_put_back(v, who[i]);
		g->fresh = false;
	}
	return false;
}

/* There is a new incident of at least the level of the fixed one. */
static void new_ones_out(struct validator *v, struct group *g, const struct pending_fix *one)
{
	struct pending_fix **who = arena_alloc(&v->b, (v->held.n + 1) * sizeof(*who));
	const struct record *first = NULL;

	new_for(v, g, one, &first);
	struct str what = new_incident_text(&v->b, first);
	size_t n = suspects(v, g, who, first);
	for (size_t i = 0; i < n; i++)
		note_introduced(v, g, who[i]);
	if (v->o.keep && n > 1) {
		for (size_t i = 0; i < n; i++) {
			pending_note(v, who[i], "new-incidents", CHECK_INCONCLUSIVE, g->seconds,
				arena_printf(&v->b, "%.*s; the responsible fix is not determined, since all are kept",
					STR_ARG(what)));
			who[i]->judged = true;
		}
		return;
	}
	if (n > 1 && leave_one_out(v, g, who, n, what))
		return;
	/* There is only one, or no single one is responsible. */
	pending_sort(who, n);
	for (size_t i = 0; i < n; i++) {
		if (who[i]->judged)
			continue;
		pending_note(v, who[i], "new-incidents", CHECK_FAILED, g->seconds, what);
		pending_fail(v, who[i], what);
	}
	g->fresh = v->o.keep;
}

static bool has_reason(const struct collection *incidents)
{
	for (const struct collected *c = incidents->first; c; c = c->next)
		if (incident_is_failure(&c->r) && !c->r.from_status)
			return true;
	return false;
}

/* The incident is resolved, and there is no new one. */
static void passes(struct validator *v, struct group *g, struct pending_fix *h, struct str detail, bool explained)
{
	bool proven = explained && !h->unproven.n;
	struct run_pair pair = { &v->b, v->o.pack, &v->comparison, h->r.error.level, v->o.tests, &g->run };
	struct check_list checks = { 0 };

	pending_note(v, h, "rerun", proven ? CHECK_PASSED : CHECK_INCONCLUSIVE, g->seconds,
		h->unproven.n ? h->unproven : detail);
	run_checks(&pair, &checks);
	note_introduced(v, g, h);
	LIST_EACH(check, c, &checks)
		pending_check(v, h, *c);
	pending_check(v, h, performance_check(&v->b, v->o.config, &v->before, &g->cost));
	h->resolved = !h->unproven.n;
	h->judged = true;
	/* For example, fewer tests ran, so that passing proves nothing. */
	const struct check *objection = run_checks_objection(&checks);
	if (objection)
		pending_fail(v, h, objection->detail);
}

/* A command that acts outside the project is not run to see it fail. */
static void no_control_run(struct validator *v)
{
	for (size_t i = 0; i < v->held.n; i++)
		if (is_open(&v->held.at[i]))
			v->held.at[i].unproven = STR("the command is not run without the fix, because it acts outside "
						     "the project");
}

static void rest_passes(struct validator *v, struct group *g)
{
	int status = g->run.run.status;
	bool explained = status == 0 || has_reason(&g->run.incidents);
	struct str detail = arena_printf(&v->b, "'%.*s' exited with status %d%s", STR_ARG(v->argv_text), status,
		explained ? "; the incident is resolved" : " for an unknown reason");

	for (size_t i = 0; i < v->held.n; i++)
		if (is_open(&v->held.at[i]))
			passes(v, g, &v->held.at[i], detail, explained);
}

/* After an interruption nobody will run it again: what is not proven does not stay. */
static void cannot_tell(struct validator *v, struct group *g)
{
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		if (!is_open(h))
			continue;
		pending_note(v, h, "rerun", CHECK_INCONCLUSIVE, g->seconds, g->unclear);
		h->judged = true;
		if (interruption())
			pending_leave_out(v, h);
	}
}

static bool anybody(struct validator *v, struct group *g, const struct pending_fix *h)
{
	(void)v, (void)g, (void)h;
	return true;
}

/* Without a rerun: the fixes whose incident the stand-in still shows have failed, the others are not decided. */
static void judge_by_stand_in(struct validator *v, struct group *g, const struct external_command *x)
{
	char *const *one[] = { v->o.stand_in }, *const **all = v->o.stand_in ? one : x->proof;
	size_t n = v->o.stand_in ? 1 : x->proof_n;

	g->in_copy = true;
	for (size_t i = 0; i < n; i++) {
		g->argv = all[i];
		g->fresh = false;
		while (newest(v, g, anybody) && !g->fresh) {
			run(v, g);
			if (!g->unclear.n && g->run.run.start == RUNNER_STARTED)
				unresolved_out(v, g);
		}
	}
	g->in_copy = g->fresh = false;
	g->unclear = STR("");
	g->argv = v->o.argv;
}

static void not_rerun(struct validator *v, struct group *g, const struct external_command *x)
{
	char *const *argv = v->o.stand_in ? v->o.stand_in : x->proof_n ? x->proof[0] : NULL;

	g->unclear = arena_printf(&v->b, "not run again, because it acts outside the project: %.*s%s%.*s%s",
		STR_ARG(x->what), argv ? "; checked with '" : "", STR_ARG(argv ? argv_show(&v->b, argv) : STR("")),
		argv ? "'" : "");
	cannot_tell(v, g);
}

/* false: the command is not run again. */
static bool external_may_run(struct validator *v, struct group *g)
{
	struct external_command x;

	if (!external_command(&v->b, v->o.pack, v->o.config, v->here.p, v->o.argv, &x))
		return true;
	judge_by_stand_in(v, g, &x);
	if (!newest(v, g, anybody))
		return false;
	bool may = v->o.may_rerun ? v->o.may_rerun(v->o.ctx, v->argv_text, x.what) :
				    config_bool(v->o.config, "allow_rerun");
	g->once = true;
	if (!may)
		not_rerun(v, g, &x);
	return may;
}

static void judge_all(struct validator *v, struct group *g)
{
	struct pending_fix *suspect;

	g->argv = v->o.argv;
	if (!external_may_run(v, g)) {
		observed_run_release(&g->run);
		return;
	}
	/* First, because what the command makes, it may find up to date afterwards. */
	if (!v->o.seen_failing && newest(v, g, anybody) && g->once)
		no_control_run(v);
	else if (!v->o.seen_failing && newest(v, g, anybody))
		control_run(v, g->cwd);

	/* Each round judges at least one fix, so the loop terminates. */
	while (newest(v, g, anybody)) {
		if (!g->fresh)
			run(v, g);
		if (g->unclear.n)
			cannot_tell(v, g);
		else if (unresolved_out(v, g))
			continue;
		else if ((suspect = newest(v, g, is_suspect)))
			new_ones_out(v, g, suspect);
		else
			rest_passes(v, g);
	}
	observed_run_release(&g->run);
}

static void not_run(struct validator *v)
{
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		if (!is_open(h))
			continue;
		pending_note(v, h, "rerun", CHECK_SKIPPED, 0,
			STR("not run: no command was given after '--', and that of a record is never run"));
		h->judged = true;
	}
}

void judge_by_rerun(struct validator *v)
{
	struct group g = { .cwd = STR("") };

	for (size_t i = 0; i < v->held.n && !g.cwd.n; i++)
		if (is_open(&v->held.at[i]) && v->held.at[i].r.source.cwd.n)
			g.cwd = v->held.at[i].r.source.cwd;
	if (v->o.argv) {
		judge_all(v, &g);
		further_tests(v);
	} else {
		not_run(v);
	}
}
