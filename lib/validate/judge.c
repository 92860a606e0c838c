/* Run the command again and judge each fix by its incidents. */
#include <signal.h>

#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "validate/pending.h"
#include "validate/run_checks.h"

/* The fixes that are verified by the same command. */
struct group {
	const struct pending_fix *of; /* the first one, with command and directory */
	struct observed_run run;      /* the last one */
	bool fresh;                   /* the run is of the present tree */
	double seconds;               /* of all runs of this state */
	struct str unclear;           /* why the run is inconclusive; empty: it is not */
};

static bool is_of(const struct group *g, const struct pending_fix *h)
{
	return h->fixed && h->argv && str_eq(h->argv_text, g->of->argv_text) &&
		str_eq(str_of(h->dir), str_of(g->of->dir));
}

static bool is_open(const struct group *g, const struct pending_fix *h)
{
	return is_of(g, h) && h->there && !h->judged;
}

/* ---- running ---- */

static bool run_once(struct validator *v, struct group *g, struct err *err)
{
	struct observe_options o = { .argv = g->of->argv,
		.dir = g->of->dir,
		.cwd = g->of->cwd.p ? g->of->cwd : STR(""),
		.pack = v->o.pack,
		.through = v->o.through,
		.merge = !v->o.through,
		.no_input = !v->o.through,
		.timeout = v->o.through ? 0 : v->timeout };

	observed_run_release(&g->run);
	v->ran = true;
	if (!observe(&o, &g->run, err))
		return false;
	if (v->o.ran)
		v->o.ran(v->o.ctx, &g->run);
	g->seconds += g->run.run.seconds;
	/* The signal was passed on to the command; now stop as well. */
	if (!v->o.through && g->run.run.interrupted)
		raise(g->run.run.interrupted);
	return true;
}

/* Run it as often as the level requires; g->run is the last run. */
static void run(struct validator *v, struct group *g)
{
	char first[SHA256_HEX], now[SHA256_HEX];
	struct err err;

	g->fresh = true;
	g->seconds = 0;
	g->unclear = STR("");
	for (int i = 0; i < v->times && !g->unclear.n; i++) {
		if (!run_once(v, g, &err)) {
			g->unclear = arena_str(&v->b, str_of(err.text));
			return;
		}
		observed_run_signature(&g->run, i ? now : first);
		if (g->run.run.start != RUNNER_STARTED)
			g->unclear = arena_printf(&v->b, "'%.*s' could not be started", STR_ARG(g->of->argv_text));
		else if (g->run.run.timed_out)
			g->unclear = arena_printf(
				&v->b, "'%.*s' timed out after %g seconds", STR_ARG(g->of->argv_text), v->timeout);
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
		if (is_open(g, h) && (!found || str_cmp(h->entry.name, found->entry.name) > 0) && ask(v, g, h))
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
	}
	for (size_t i = 0; i < n; i++) {
		pending_note(v, which[i], "rerun", CHECK_FAILED, g->seconds, STR("the incident still occurs"));
		pending_fail(v, which[i], STR("the incident still occurs"));
	}
	if (n && !v->o.keep)
		g->fresh = false;
	return n > 0;
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
			if (is_open(g, h) && is_suspect(v, g, h) && near == (round == 0))
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
	struct run_pair pair = { &v->b, v->o.pack, &v->comparison, h->r.error.level, v->o.tests, &g->run };
	struct check_list checks = { 0 };

	pending_note(v, h, "rerun", explained ? CHECK_PASSED : CHECK_INCONCLUSIVE, g->seconds, detail);
	run_checks(&pair, &checks);
	LIST_EACH(check, c, &checks)
		pending_check(v, h, *c);
	h->resolved = true;
	h->judged = true;
	/* For example, fewer tests ran, so that passing proves nothing. */
	const struct check *objection = run_checks_objection(&checks);
	if (objection)
		pending_fail(v, h, objection->detail);
}

static void rest_passes(struct validator *v, struct group *g)
{
	int status = g->run.run.status;
	bool explained = status == 0 || has_reason(&g->run.incidents);
	struct str detail = arena_printf(&v->b, "'%.*s' exited with status %d%s", STR_ARG(g->of->argv_text), status,
		explained ? "; the incident is resolved" : " for an unknown reason");

	for (size_t i = 0; i < v->held.n; i++)
		if (is_open(g, &v->held.at[i]))
			passes(v, g, &v->held.at[i], detail, explained);
}

static void cannot_tell(struct validator *v, struct group *g)
{
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		if (!is_open(g, h))
			continue;
		pending_note(v, h, "rerun", CHECK_INCONCLUSIVE, g->seconds, g->unclear);
		h->judged = true;
	}
}

static bool anybody(struct validator *v, struct group *g, const struct pending_fix *h)
{
	(void)v, (void)g, (void)h;
	return true;
}

static void judge_group(struct validator *v, struct group *g)
{
	struct pending_fix *suspect;

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

void judge_by_rerun(struct validator *v)
{
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		struct group g = { .of = h };
		if (!h->fixed || h->judged || !h->there)
			continue;
		if (h->argv) {
			judge_group(v, &g);
			continue;
		}
		pending_note(v, h, "rerun", CHECK_SKIPPED, 0,
			STR("no command: give one, or use records that have source.command"));
		h->judged = true;
	}
}
