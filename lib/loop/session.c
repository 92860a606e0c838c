#include "loop/session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/proc.h"
#include "fix/fix.h"
#include "journal/journal.h"
#include "loop/bisect_changes.h"
#include "loop/prove.h"
#include "loop/ui.h"
#include "store/history.h"
#include "validate/validate.h"

struct heal_run {
	const struct session_options *o;
	struct arena a;
	struct str id, root;
	char cwd[PATH_MAX];
	struct source_tree *view;
	struct fixer *fixer;
	struct store *store; /* NULL: nothing is stored */
	struct ui ui;
	struct observed_run first;
	int first_status, status;
	size_t runs, attempts, fixed;
	enum session_status outcome;
	struct str reason, backup;
	double begin;
};

static void ends(struct heal_run *s, enum session_status outcome, struct str reason)
{
	s->outcome = outcome;
	s->reason = reason;
}

/* ---- records ---- */

static void record_out(struct heal_run *s, struct record *r)
{
	struct err err;

	r->correlation_id = s->id;
	if (s->o->records)
		record_write(s->o->records, r);
	if (s->store && !store_add(s->store, r, &err))
		ui_line(&s->ui, "cannot store a record: %s", err.text);
}

static void incidents_out(struct heal_run *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		record_out(s, &c->r);
}

static void session_out(struct heal_run *s)
{
	struct record r = record_new(&s->a, KIND_SESSION);

	for (size_t i = 0; s->o->argv[i]; i++)
		*VEC_ADD(&s->a, &r.session.command) = str_of(s->o->argv[i]);
	r.session.status = s->outcome;
	r.session.exit_code = s->status & 255;
	r.session.first_exit_code = s->first_status & 255;
	r.session.incidents = (int64_t)observed_run_errors(&s->first);
	r.session.fixed = (int64_t)s->fixed;
	r.session.attempts = (int64_t)s->attempts;
	r.session.runs = (int64_t)s->runs;
	r.session.seconds = seconds_now() - s->begin;
	r.session.backup = s->backup;
	r.session.reason = s->reason;
	record_out(s, &r);
}

/* ---- detect, analyze ---- */

static bool run_command(struct heal_run *s, struct observed_run *w, struct err *err)
{
	struct observe_options o = { .pack = s->o->pack, .argv = s->o->argv, .dir = s->cwd, .through = true };

	s->runs++;
	if (!observe(&o, w, err))
		return false;
	s->status = w->run.status;
	return true;
}

static void analyze(struct heal_run *s)
{
	struct analyzer_options o = { .pack = s->o->pack,
		.view = s->view,
		.history = history_of(s->store),
		.output = buf_str(&s->first.output),
		.changes = true };

	source_forget(s->view);
	analyze_incidents(&o, &s->first.incidents);
}

/* ---- transient failures ---- */

static bool is_transient(struct heal_run *s)
{
	bool any = false;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		if (!incident_counts(&s->first, &c->r) || !c->r.analysis.root)
			continue;
		if (!c->r.analysis.transient)
			return false;
		any = true;
	}
	return any;
}

static void nap(double seconds)
{
	struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	nanosleep(&t, NULL); /* interrupted by a signal: try again at once */
}

/* Run the command again after 1 s, 2 s, 4 s, ...; true: it passed. */
static bool retry(struct heal_run *s, struct err *err)
{
	struct config *c = s->o->config;
	double delay = config_double(c, "retry.delay"), most = config_double(c, "retry.max_delay");
	int64_t attempts = config_int(c, "retry.attempts");

	for (int64_t i = 0; i < attempts; i++) {
		struct observed_run w;
		ui_line(&s->ui, "possibly a temporary failure; trying again in %g s (%lld of %lld)", delay,
			(long long)i + 1, (long long)attempts);
		nap(delay);
		if (!run_command(s, &w, err)) {
			observed_run_release(&w);
			return false;
		}
		bool passed = w.run.status == 0, stopped = w.run.interrupted || w.run.signalled;
		observed_run_release(&w);
		if (passed || stopped)
			return passed;
		delay *= config_double(c, "retry.multiplier");
		delay = delay > most ? most : delay;
	}
	return false;
}

/* ---- prove ---- */

static void progress(void *ctx, const char *line)
{
	ui_verbose(&((struct heal_run *)ctx)->ui, line);
}

/* The command passed without a change: change nothing and run it again. */
static void flaky(struct heal_run *s, const struct repair_search_result *result, struct err *err)
{
	struct record *r = observed_run_first_root(&s->first);

	if (r) {
		r->analysis.transient = true;
		r->validation = (struct validation){ .level = validate_level_wanted(s->o->config),
			.status = CHECK_INCONCLUSIVE,
			.checks = result->checks };
	}
	ui_line(&s->ui, "flaky: the command passed in a copy of the project without any change; nothing is changed");
	if (retry(s, err))
		ends(s, SESSION_HEALED, STR("flaky: the command passed when it was run again; nothing was changed"));
	else
		ends(s, SESSION_PERSON,
			STR("flaky: the command passed without a change in a copy of the project, but not in the "
			    "project"));
}

/* Find a proven repair for an incident, *proven.  If there is none, all incidents are fixed with solutions that cannot
 * be tried in a copy.  false: the session is finished. */
static bool prove(struct heal_run *s, struct record **proven, struct err *err)
{
	struct repair_search_result result;
	struct record *root = observed_run_first_root(&s->first);
	struct prove_options o = { .pack = s->o->pack,
		.config = s->o->config,
		.policy = fixer_policy(s->fixer),
		.root = s->root.p,
		.cwd = s->cwd,
		.argv = s->o->argv,
		.history = history_of(s->store),
		.progress = progress,
		.progress_ctx = s };

	if (!prove_incidents(&s->a, &o, &s->first, &result, proven, err)) {
		ui_line(&s->ui, "cannot try solutions in a copy: %s", err->text);
		ends(s, SESSION_PERSON, arena_str(&s->a, str_of(err->text)));
		return true;
	}
	s->runs += result.runs;
	s->attempts += result.tried.n;
	if (*proven && result.reverts)
		ui_line(&s->ui, "the command passes in a copy if these recent changes are reverted");
	if (*proven)
		return true;
	ends(s, SESSION_PERSON, result.reason);
	if (result.flaky) {
		flaky(s, &result, err);
		return false;
	}
	if (result.inconclusive && root)
		root->validation = (struct validation){ .level = validate_level_wanted(s->o->config),
			.status = CHECK_INCONCLUSIVE,
			.checks = result.checks };
	return true;
}

/* ---- fix, validate ---- */

static void validated(void *ctx, const struct record *r)
{
	struct heal_run *s = ctx;

	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		if (str_eq(c->r.id, r->id) && r != &c->r)
			c->r = record_copy(c->r.a, r);
}

static void command_ran(void *ctx, const struct observed_run *run)
{
	struct heal_run *s = ctx;

	s->runs++;
	s->status = run->run.status;
}

static void validator_says(void *ctx, enum heal_status status, const char *text)
{
	(void)status;
	ui_line(&((struct heal_run *)ctx)->ui, "%s", text);
}

/* Run the command in the project and roll back fixes that fail.  false: internal error. */
static bool validate(struct heal_run *s, struct err *err)
{
	struct validator_options o = { .pack = s->o->pack,
		.config = s->o->config,
		.root = s->root.p,
		.argv = s->o->argv,
		.level = validate_level_wanted(s->o->config),
		.times = 1, /* as many runs as in the copy */
		.through = true,
		.tests = observed_run_tests(&s->first, s->o->pack),
		.out = validated,
		.ran = command_ran,
		.tell = validator_says,
		.ctx = s };
	struct validator *v = validator_new(&o, err);

	if (!v)
		return false;
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		validator_add(v, &c->r);
	enum heal_status status = validator_end(v);
	validator_free(v);
	return status != HEAL_BROKEN || err_set(err, HEAL_BROKEN, "a fix could not be rolled back");
}

static bool ask(void *ctx, const struct plan *plan)
{
	struct heal_run *s = ctx;

	return isatty(0) && isatty(2) && ui_ask(&s->ui, &s->a, plan);
}

static struct str check_detail(const struct record *r)
{
	LIST_EACH(check, c, &r->validation.checks)
		if (c->status == CHECK_INCONCLUSIVE || c->status == CHECK_FAILED)
			return c->detail.n ? c->detail : c->name;
	return STR("");
}

static struct str rollback_reason(struct heal_run *s, const struct record *r)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	bool proven = solution && solution->proof.status == CHECK_PASSED;

	return arena_printf(&s->a, "%s; it was rolled back: %.*s",
		r->validation.status == CHECK_INCONCLUSIVE ? "the command passed with a fix" :
			proven ? "the command passes with the fix in a copy, but not in the project" :
				 "the fix did not help",
		STR_ARG(check_detail(r)));
}

/* The session's result: that of the most important fix. */
static void conclude(struct heal_run *s)
{
	const struct record *kept = NULL, *unproven = NULL, *rolled = NULL, *waiting = NULL;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		const struct record *r = &c->r;
		bool applied = r->fix.status == FIX_APPLIED;
		s->fixed += applied;
		if (applied)
			kept = r;
		if (applied && r->validation.status != CHECK_PASSED && !unproven)
			unproven = r;
		if (r->fix.status == FIX_ROLLED_BACK && !rolled)
			rolled = r;
		if ((r->fix.status == FIX_QUEUED || r->fix.status == FIX_REFUSED || r->fix.status == FIX_FAILED) &&
			!waiting)
			waiting = r;
	}
	if (unproven)
		ends(s, SESSION_PERSON,
			arena_printf(
				&s->a, "the fix is applied but not verified: %.*s", STR_ARG(check_detail(unproven))));
	else if (kept && s->status == 0)
		ends(s, SESSION_HEALED, STR(""));
	else if (kept)
		ends(s, SESSION_UNHEALED, STR("the fix resolved its error and is kept; the command still fails"));
	else if (rolled)
		ends(s, rolled->validation.status == CHECK_INCONCLUSIVE ? SESSION_PERSON : SESSION_UNHEALED,
			rollback_reason(s, rolled));
	else if (waiting)
		ends(s, SESSION_PERSON, arena_str(&s->a, waiting->fix.reason));
	else if (!s->reason.n)
		ends(s, SESSION_PERSON, STR("no solution can be applied"));
	/* After a rollback the project is in its old state again. */
	if (rolled && !kept)
		s->status = s->status ? s->status : s->first_status;
}

/* Apply a solution to each incident without one.  Returns the number applied; -1: internal error. */
static int fix_round(struct heal_run *s, const struct record *proven, bool first)
{
	int applied = 0;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		struct record *r = &c->r, before = *r;
		if ((proven && r != proven) || (!first && r->fix.status != FIX_ROLLED_BACK))
			continue;
		if (!fixer_record(s->fixer, r) && fixer_status(s->fixer) == HEAL_BROKEN) {
			ends(s, SESSION_FAILED, arena_str(&s->a, r->fix.reason));
			return -1;
		}
		/* If nothing else can be tried, the rollback is the result. */
		if (!first && r->fix.status == FIX_SKIPPED) {
			r->fix = before.fix;
			continue;
		}
		if (!first)
			record_out(s, &before);
		ui_fix(&s->ui, r);
		if (r->fix.status != FIX_APPLIED)
			continue;
		applied++;
		s->backup = arena_str(&s->a, r->fix.backup);
	}
	return applied;
}

/* Exclude solutions that failed.  true: others may be tried. */
static bool rule_out(struct heal_run *s)
{
	bool more = false;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		struct solution *tried = solution_find(&c->r, c->r.fix.solution);
		if (c->r.fix.status != FIX_ROLLED_BACK || c->r.validation.status != CHECK_FAILED || !tried)
			continue;
		tried->proof.status = CHECK_FAILED;
		more = true;
	}
	return more;
}

/* Apply solutions, best first, until none is rolled back.  false: internal error. */
static bool fix_and_validate(struct heal_run *s, const struct record *proven, struct err *err)
{
	int64_t most = config_int(s->o->config, "max_attempts");
	bool ok = true;

	for (int64_t i = 0; i < most && ok; i++) {
		int applied = fix_round(s, proven, i == 0);
		if (applied < 0)
			return true;
		if (applied == 0)
			break;
		ok = validate(s, err);
		if (!rule_out(s))
			break;
	}
	conclude(s);
	return ok;
}

/* ---- the loop ---- */

static bool has_revert(struct heal_run *s)
{
	struct solution solution;
	enum bisect_state state = BISECT_SAME;

	for (size_t i = 0; state == BISECT_SAME; i++)
		state = bisect_solution(&s->a, s->o->pack, s->view, i, &solution);
	return state == BISECT_FOUND;
}

static bool has_candidate(struct heal_run *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		LIST_EACH(solution, solution, &c->r.solutions)
			if (solution->applicability != APPLICABILITY_ADVICE)
				return true;
	return false;
}

/* Show the plans without applying them. */
static void show_plans(struct heal_run *s)
{
	size_t shown = 0;

	for (struct collected *c = s->first.incidents.first; c && shown < PLANS_SHOWN; c = c->next) {
		if (!c->r.analysis.root || !c->r.solutions.n)
			continue;
		fixer_record(s->fixer, &c->r);
		shown += ui_would(&s->ui, &c->r);
	}
}

static bool heal(struct heal_run *s, bool acts, struct err *err)
{
	analyze(s);
	if (is_transient(s) && acts) {
		if (retry(s, err))
			ends(s, SESSION_HEALED, STR("the command passed when it was run again"));
		else
			ends(s, SESSION_PERSON, STR("the command failed again"));
		return true;
	}
	bool known = has_candidate(s);
	bool search = known || (acts && prove_may_bisect(s->o->config, &s->first) && has_revert(s));
	if (!search)
		ends(s, SESSION_PERSON, STR("no known repair can be tried automatically"));
	else if (!known)
		ui_line(&s->ui, "no repair is known; searching the recent changes for the cause");
	if (search && !acts) {
		show_plans(s);
		ends(s, SESSION_UNHEALED,
			s->o->dry_run ? STR("dry run") : STR("not applied without confirmation; use --yes"));
		return true;
	}
	struct record *proven = NULL;
	return (search && !prove(s, &proven, err)) || fix_and_validate(s, proven, err);
}

/* May anything be changed, at least after confirmation? */
static bool may_act(const struct heal_run *s)
{
	struct config *c = s->o->config;

	if (s->o->dry_run || config_bool(c, "dry_run"))
		return false;
	return s->o->yes || !str_is(config_str(c, "auto"), "none") || (isatty(0) && isatty(2)) ||
		str_is(config_str(c, "environment"), "production");
}

static bool session_open(struct heal_run *s, bool acts, struct err *err)
{
	s->root = s->o->root ? arena_str(&s->a, str_of(s->o->root)) : project_root(&s->a, s->cwd);
	if (!s->root.n)
		s->root = arena_str(&s->a, str_of(s->cwd));
	s->view = source_new(s->root.p, s->cwd, err);
	struct fixer_options f = { .root = s->root.p,
		.pack = s->o->pack,
		.config = s->o->config,
		.consent = s->o->yes ? CONSENT_YES : CONSENT_NONE,
		.dry = !acts,
		.ask = ask,
		.ctx = s };
	s->fixer = s->view ? fixer_new(&f, err) : NULL;
	if (s->fixer && fixer_notes(s->fixer))
		ui_line(&s->ui, "%s", fixer_notes(s->fixer));
	return s->fixer != NULL;
}

/* Only after a failure, because opening it takes time. */
static void store_begin(struct heal_run *s)
{
	struct str set = config_str(s->o->config, "store");
	const char *file = s->o->store ? s->o->store : set.n ? arena_strdup(&s->a, set) : NULL;
	struct err err;

	s->store = s->o->no_store ? NULL : store_open(file, &err);
	if (!s->store && !s->o->no_store)
		ui_line(&s->ui, "this run is not stored: %s", err.text);
}

static void session_close(struct heal_run *s)
{
	store_close_soon(s->store);
	fixer_free(s->fixer);
	source_free(s->view);
	observed_run_release(&s->first);
	arena_free(&s->a);
}

/* Delete old backups after adding one.  An error in this is not a failure. */
static void backups_prune(struct heal_run *s)
{
	struct prune_limits limits = { config_int(s->o->config, "undo.max_days"),
		(uint64_t)config_int(s->o->config, "undo.max_mb") << 20 };
	struct err err;

	if (s->backup.n && !journal_prune_after(&limits, s->backup, &err))
		ui_verbose(&s->ui, err.text);
}

/* Analyse a failure only if the command was not interrupted by the user. */
static bool is_healable(const struct runner_result *run)
{
	return run->status != 0 && !run->interrupted && !run->lost;
}

static void run_stages(struct heal_run *s, struct err *err)
{
	bool acts = may_act(s);

	if (session_open(s, acts, err) && heal(s, acts, err))
		return;
	if (s->outcome != SESSION_FAILED)
		ends(s, SESSION_FAILED, arena_str(&s->a, str_of(err->text)));
}

int session_run(const struct session_options *o, struct err *err)
{
	struct heal_run s = { .o = o, .outcome = SESSION_CLEAN, .begin = seconds_now() };

	ui_init(&s.ui, o->verbose, o->colour);
	if (!getcwd(s.cwd, sizeof(s.cwd))) {
		err_errno(err, HEAL_REFUSED, "cannot get the working directory");
		return -1;
	}
	if (!run_command(&s, &s.first, err)) {
		session_close(&s);
		return -1;
	}
	s.first_status = s.status;
	if (s.status == 0 && !o->records) { /* passed: nothing is stored */
		session_close(&s);
		return 0;
	}
	s.id = uuid7(&s.a);
	store_begin(&s);
	if (is_healable(&s.first.run) && config_bool(o->config, "enabled"))
		run_stages(&s, err);
	else if (s.status != 0)
		ends(&s, s.first.run.interrupted ? SESSION_INTERRUPTED : SESSION_UNHEALED, STR(""));
	backups_prune(&s);
	incidents_out(&s);
	session_out(&s);
	ui_end(&s.ui, s.outcome, s.reason, s.fixed ? s.backup : STR(""), &s.first);
	int status = s.status;
	session_close(&s);
	return status;
}
