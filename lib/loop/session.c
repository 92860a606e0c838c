#include "loop/session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analyze/analyzer.h"
#include "base/path.h"
#include "base/proc.h"
#include "detect/test_count.h"
#include "fix/apply.h"
#include "fix/fix.h"
#include "fix/planner.h"
#include "loop/bisect_changes.h"
#include "loop/progress.h"
#include "loop/repair_search.h"
#include "loop/ui.h"
#include "validate/quick.h"

struct session {
	const struct session_options *o;
	struct arena a;
	struct str id;
	struct str root;
	char cwd[PATH_MAX];
	struct source_tree *view;
	struct fixer *fixer;
	struct store *store; /* NULL: nothing is kept */
	struct ui talk;
	struct watched first;
	int first_status, status;
	size_t runs, attempts, fixed;
	bool tried_in_place;
	const char *outcome;
	struct str reason, backup;
	double begin;
	struct workshop_result tried; /* in a copy */
	struct json *proofs;          /* its checks */
};

/* ---- records ---- */

static void record_out(struct session *s, struct record *r)
{
	struct err err;

	r->correlation_id = s->id;
	if (s->o->records)
		record_write(s->o->records, r);
	if (s->store && !store_add(s->store, r, &err))
		ui_line(&s->talk, "the store did not take a record: %s", err.text);
}

static void incidents_out(struct session *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		record_out(s, &c->r);
}

static void session_out(struct session *s)
{
	struct record r = record_new(&s->a, "session");
	struct json *argv = json_new(&s->a, JSON_ARRAY);

	for (size_t i = 0; s->o->argv[i]; i++)
		json_add(argv, json_new_str(&s->a, str_of(s->o->argv[i])));
	record_set(&r, F_SESSION_COMMAND, argv);
	record_set_str(&r, F_SESSION_STATUS, str_of(s->outcome));
	r.session.exit_code = s->status & 255;
	r.session.first_exit_code = s->first_status & 255;
	r.session.incidents = (int64_t)watched_errors(&s->first);
	r.session.fixed = (int64_t)s->fixed;
	r.session.attempts = (int64_t)s->attempts;
	r.session.runs = (int64_t)s->runs;
	r.session.seconds = seconds_now() - s->begin;
	if (s->backup.n)
		r.session.backup = s->backup;
	if (s->reason.n)
		r.session.reason = s->reason;
	record_out(s, &r);
}

/* ---- helpers ---- */

static double store_says(void *ctx, struct str solution, struct str rule, double prior)
{
	(void)rule;
	return store_confidence(ctx, solution, prior, STORE_PRIOR_WEIGHT);
}

static bool real_run(struct session *s, struct watched *w, struct err *err)
{
	struct watch_options o = { .pack = s->o->pack, .argv = s->o->argv, .dir = s->cwd, .through = true };

	s->runs++;
	if (!watch(&o, w, err))
		return false;
	s->status = w->run.status;
	return true;
}

static bool was_mended(const struct session *s, const struct record *r)
{
	for (size_t i = 0; i < s->tried.tried.n; i++)
		if (s->tried.tried.at[i].kept && str_eq(s->tried.tried.at[i].fingerprint, r->fingerprint))
			return true;
	return false;
}

/* The incident that a verdict is written into: the first that was mended in the copy, else the first root. */
static struct record *root_incident(struct session *s)
{
	struct record *first = NULL, *root = NULL;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		if (!incident_counts(&s->first, &c->r))
			continue;
		if (was_mended(s, &c->r))
			return &c->r;
		if (!root && c->r.analysis.root)
			root = &c->r;
		first = first ? first : &c->r;
	}
	return root ? root : first;
}

static void ends(struct session *s, const char *outcome, struct str reason)
{
	s->outcome = outcome;
	s->reason = reason;
}

static void analyse(struct session *s)
{
	struct analyzer_options o = { .pack = s->o->pack,
		.view = s->view,
		.confidence = s->store ? store_says : NULL,
		.ctx = s->store,
		.output = buf_str(&s->first.output) };
	struct analyzer *n = analyzer_new(&o);

	source_forget(s->view);
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		analyzer_record(n, &c->r);
	analyzer_free(n);
}

/* ---- transient failures ---- */

static bool is_transient(struct session *s)
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

	nanosleep(&t, NULL); /* cut short by a signal: then the next try comes at once */
}

/* Again, after 1 s, 2 s, 4 s ...; true when the command passed. */
static bool retry(struct session *s, struct err *err)
{
	struct config *c = s->o->config;
	double delay = config_double(c, "retry.delay");
	int64_t attempts = config_int(c, "retry.attempts");

	for (int64_t i = 0; i < attempts; i++) {
		struct watched w;
		ui_line(&s->talk, "this may pass by itself; trying again in %g s (%lld of %lld)", delay,
			(long long)i + 1, (long long)attempts);
		nap(delay);
		if (!real_run(s, &w, err)) {
			watched_release(&w);
			return false;
		}
		bool passed = w.run.status == 0, stopped = w.run.interrupted || w.run.signalled;
		watched_release(&w);
		if (passed || stopped)
			return passed;
		delay *= config_double(c, "retry.multiplier");
		if (delay > config_double(c, "retry.max_delay"))
			delay = config_double(c, "retry.max_delay");
	}
	return false;
}

/* ---- the real tree ---- */

static void check_add(struct session *s, struct json *checks, struct str name, enum check_status status, double seconds,
	struct str detail)
{
	struct json *o = json_add(checks, json_new(&s->a, JSON_OBJECT));

	json_set_str(&s->a, o, "check", name);
	json_set_str(&s->a, o, "status", str_of(check_status_name(status)));
	json_set_double(&s->a, o, "seconds", seconds);
	if (detail.n)
		json_set_str(&s->a, o, "detail", detail);
}

static bool files_parse(struct session *s, const struct plan *plan, struct json *checks)
{
	bool ok = true;

	for (size_t i = 0; i < plan->n; i++) {
		const struct change *change = &plan->changes[i];
		struct check c = quick_syntax(&s->a, s->o->pack, fixer_tree(s->fixer), change->path,
			change->existed ? change->old : STR_NONE);
		check_add(s, checks, STR("syntax"), c.status, c.seconds, c.detail);
		ok &= c.status != CHECK_FAILED;
	}
	return ok;
}

static void fix_set(struct session *s, struct record *r, const struct plan *plan, const char *status, struct str reason)
{
	r->fix.solution = plan->solution;
	record_set_str(r, F_FIX_STATUS, str_of(status));
	r->fix.attempt = (int64_t)(s->attempts ? s->attempts : 1);
	if (s->backup.n)
		r->fix.backup = s->backup;
	r->fix.plan = str_of(plan->hash);
	r->fix.diff = plan_diff(&s->a, plan);
	if (reason.n)
		r->fix.reason = reason;
}

static void validation_set(struct session *s, struct record *r, struct json *checks, const char *status, bool resolved)
{
	record_set_str(r, F_VALIDATION_LEVEL, config_str(s->o->config, "validation.level"));
	r->validation.seconds = seconds_now() - s->begin;
	r->validation.budget = validate_budget(s->o->config);
	record_set_str(r, F_VALIDATION_STATUS, str_of(status));
	r->validation.resolved = resolved;
	record_set(r, F_VALIDATION_CHECKS, checks);
}

static bool take_back(struct session *s, struct err *err)
{
	if (journal_undo(s->backup.p, UNDO_CAREFUL, err))
		return true;
	ui_line(&s->talk, "THE FIX COULD NOT BE TAKEN BACK: %s; 'heal undo %s' tries again", err->text, s->backup.p);
	ends(s, "failed", arena_str(&s->a, str_of(err->text)));
	return false;
}

/* What the real run says of the fix.  Passed: nothing stands against it; inconclusive: it passed, and that proves
 * nothing.  why: in a line, of what is not passed. */
static enum check_status real_verdict(
	struct session *s, const struct record *r, struct json *checks, struct str *why, struct err *err)
{
	struct watched now;
	const struct record *one = NULL;
	char message[200];
	bool ran = real_run(s, &now, err), passed = ran && now.run.status == 0;
	enum check_status verdict = CHECK_PASSED;

	check_add(s, checks, STR("rerun"), passed ? CHECK_PASSED : CHECK_FAILED, ran ? now.run.seconds : 0,
		ran ? arena_printf(&s->a, "exit status %d, before %d", now.run.status, s->first_status) :
		      STR("it could not be run"));
	if (!passed) {
		*why = STR("the command still failed with it");
		watched_release(&now);
		return CHECK_FAILED;
	}
	size_t fresh = news_count(&s->first, &now, &one);
	struct str print = r->fingerprint;
	struct check tests = tests_compare(
		&s->a, watched_tests(&s->first, s->o->pack), watched_tests(&now, s->o->pack));
	check_add(s, checks, STR("new-incidents"), fresh ? CHECK_FAILED : CHECK_PASSED, 0,
		fresh ? arena_printf(&s->a, "%zu new", fresh) : STR(""));
	if (tests.status != CHECK_SKIPPED)
		check_add(s, checks, tests.name, tests.status, 0, tests.detail);
	if (fresh) {
		verdict = CHECK_FAILED;
		*why = arena_printf(&s->a, "something new came: %s",
			visible(one->error.message, message, sizeof(message)));
	} else if (times_said(&now, print) && times_said(&now, print) >= times_said(&s->first, print)) {
		verdict = CHECK_FAILED;
		*why = STR("the command passed, and still says the same");
	} else if (tests.status == CHECK_INCONCLUSIVE) {
		verdict = CHECK_INCONCLUSIVE;
		*why = tests.detail;
	}
	watched_release(&now);
	return verdict;
}

/* Apply, run for real, and keep it only if that passes.  true unless heal itself failed. */
static bool settle(struct session *s, const struct plan *plan, struct record *r, struct err *err)
{
	struct json *checks = json_new(&s->a, JSON_ARRAY), *note = json_new(&s->a, JSON_OBJECT);
	struct str why = STR("");

	json_set_str(&s->a, note, "incident", r->id);
	json_set_str(&s->a, note, "solution", plan->solution);
	if (!plan_apply(plan, fixer_policy(s->fixer), note, config_double(s->o->config, "timeout"), &s->backup, err)) {
		fix_set(s, r, plan, "failed", str_of(err->text));
		ends(s, "unhealed", arena_str(&s->a, str_of(err->text)));
		return err->status != HEAL_BROKEN;
	}
	ui_applied(&s->talk, plan);
	JSON_EACH(proof, s->proofs)
		json_add(checks, json_copy(&s->a, proof));
	bool parse = files_parse(s, plan, checks);
	enum check_status verdict = real_verdict(s, r, checks, &why, err);
	if (verdict != CHECK_FAILED && !parse) {
		verdict = CHECK_FAILED;
		why = STR("a file no longer parses");
	}
	validation_set(s, r, checks, check_status_name(verdict), verdict == CHECK_PASSED);
	if (verdict == CHECK_PASSED) {
		fix_set(s, r, plan, "applied", STR(""));
		ends(s, "healed", STR(""));
		s->fixed = plan->n + plan->commands_n;
		return true;
	}
	bool back = take_back(s, err);
	fix_set(s, r, plan, "rolled_back", why);
	if (back && verdict == CHECK_INCONCLUSIVE)
		ends(s, "person", arena_printf(&s->a, "a fix made it pass and was taken back: %.*s", STR_ARG(why)));
	else if (back)
		ends(s, "unhealed",
			arena_printf(&s->a, "%s; it was taken back: %.*s",
				s->proofs ? "the fix passed in a copy and not in the project" : "the fix did not help",
				STR_ARG(why)));
	if (s->status == 0)
		s->status = s->first_status; /* what it shows now is the old state again */
	return back;
}

/* ---- deciding ---- */

static bool asks_person(struct session *s, const struct plan *plan)
{
	return isatty(0) && isatty(2) && ui_ask(&s->talk, &s->a, plan);
}

/* May the proven plan act?  If so it does. */
static bool decide(struct session *s, struct json *solution, double confidence, struct err *err)
{
	struct record *r = root_incident(s);
	struct plan *plan = plan_make(&s->a, fixer_policy(s->fixer), fixer_tree(s->fixer), solution, r, err);

	if (!plan) {
		ends(s, "person", arena_str(&s->a, str_of(err->text)));
		return true;
	}
	plan->confidence = confidence;
	enum consent consent = s->o->yes ? CONSENT_YES : CONSENT_NONE;
	struct decision d = policy_decide(fixer_policy(s->fixer), plan, r, consent);
	if (d.verdict == VERDICT_QUEUE && d.askable && asks_person(s, plan))
		d = policy_decide(fixer_policy(s->fixer), plan, r, CONSENT_YES);
	if (d.verdict == VERDICT_ACT)
		return settle(s, plan, r, err);
	struct str id = STR("");
	if (d.verdict == VERDICT_QUEUE && !d.askable && !queue_add(&s->a, plan, r, d.reason, &id, err))
		ui_line(&s->talk, "the plan could not be queued: %s", err->text);
	fix_set(s, r, plan, d.verdict == VERDICT_REFUSE ? "refused" : id.n ? "queued" : "planned", str_of(d.reason));
	ui_plan(&s->talk, &s->a, plan, d.reason, id);
	ends(s, "person", arena_str(&s->a, str_of(d.reason)));
	return true;
}

static bool reaches_out(const struct plan *plan)
{
	for (size_t i = 0; i < plan->commands_n; i++)
		if (plan->commands[i].beyond)
			return true;
	return false;
}

/* What cannot be tried in a copy: solutions that reach beyond the project (an install, say), or any where
 * no copy could be made.  Those of the first root, best first, as far as the policy lets them act on their
 * prior alone; each is taken back if it does not help. */
static bool try_in_place(struct session *s, bool all, struct err *err)
{
	struct record *r = root_incident(s);
	int64_t left = config_int(s->o->config, "max_attempts");

	JSON_EACH(solution, r ? record_get(r, F_SOLUTIONS) : NULL) {
		struct plan *plan = plan_make(&s->a, fixer_policy(s->fixer), fixer_tree(s->fixer), solution, r, err);
		if (!plan || plan_is_empty(plan) || (!all && !reaches_out(plan)) || left-- == 0)
			continue;
		s->attempts++;
		if (!decide(s, solution, plan->confidence, err))
			return false;
		if (strcmp(s->outcome, "unhealed") != 0) /* healed, or a person is asked */
			return true;
	}
	return true;
}

static void tried_note(struct session *s, const struct workshop_result *w)
{
	struct err err;

	s->runs += w->runs;
	s->attempts += w->tried.n;
	for (size_t i = 0; i < w->tried.n && s->store; i++)
		if (!w->tried.at[i].kept)
			store_outcome(s->store, w->tried.at[i].solution, w->tried.at[i].rule,
				w->tried.at[i].fingerprint, false, &err);
}

static void workshop_said(void *ctx, const char *line)
{
	ui_verbose(&((struct session *)ctx)->talk, line);
}

static void proofs_take(struct session *s, const struct workshop_result *w)
{
	s->proofs = json_new(&s->a, JSON_ARRAY);
	for (size_t i = 0; i < w->checks.n; i++)
		check_add(s, s->proofs, w->checks.at[i].name, w->checks.at[i].status, w->checks.at[i].seconds,
			w->checks.at[i].detail);
}

/* It came and went without a change: no source is touched, the command is tried again. */
static void flaky(struct session *s, struct err *err)
{
	struct record *r = root_incident(s);

	r->analysis.transient = true;
	validation_set(s, r, s->proofs, "inconclusive", false);
	ui_line(&s->talk, "flaky: it passed in a copy of the project without any change, so nothing is changed");
	if (retry(s, err))
		ends(s, "healed", STR("flaky: it passed when tried again, nothing was changed"));
	else
		ends(s, "person",
			STR("flaky: it passed in a copy of the project without any change, and here it did not"));
}

/* Is it worth a look at what changed last?  The command has to run some ten times for it. */
static bool may_suspect(struct session *s)
{
	return config_bool(s->o->config, "suspects") && s->first.run.seconds < validate_budget(s->o->config) / 40;
}

static bool any_suspect(struct session *s)
{
	struct json *solution = NULL;

	for (size_t i = 0; !solution && bisect_solution(&s->a, s->o->pack, s->view, i, &solution); i++)
		;
	return solution != NULL;
}

static bool mend(struct session *s, struct err *err)
{
	struct workshop_result *w = &s->tried;
	struct workshop_options o = {
		.pack = s->o->pack,
		.config = s->o->config,
		.policy = fixer_policy(s->fixer),
		.root = s->root.p,
		.cwd = s->cwd,
		.argv = s->o->argv,
		.level = validate_level_wanted(s->o->config),
		.budget = validate_budget(s->o->config),
		.attempts = (int)config_int(s->o->config, "max_attempts"),
		.reruns = (int)config_int(s->o->config, "validation.reruns"),
		.confidence = s->store ? store_says : NULL,
		.confidence_ctx = s->store,
		.progress = workshop_said,
		.progress_ctx = s,
		.suspects = may_suspect(s),
	};

	if (o.level == VALIDATE_QUICK)
		o.reruns = 1;
	if (!workshop_run(&s->a, &o, &s->first, w, err)) {
		ui_line(&s->talk, "nothing can be tried aside: %s", err->text);
		ends(s, "person", arena_str(&s->a, str_of(err->text)));
		s->tried_in_place = true;
		return try_in_place(s, true, err);
	}
	tried_note(s, w);
	proofs_take(s, w);
	if (!w->healed && w->flaky) {
		s->tried_in_place = true; /* nor is anything else tried for it */
		flaky(s, err);
		return true;
	}
	if (!w->healed) {
		ends(s, "person", w->reason);
		if (w->inconclusive && root_incident(s))
			validation_set(s, root_incident(s), s->proofs, "inconclusive", false);
		return true;
	}
	if (w->suspect)
		ui_line(&s->talk, "it passes, in a copy, without this part of what was changed last");
	return decide(s, w->solution, w->confidence, err);
}

static bool may_try(struct session *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		JSON_EACH(solution, record_get(&c->r, F_SOLUTIONS))
			if (!str_is(json_str(json_get(solution, "applicability")), "advice"))
				return true;
	return false;
}

static bool heal(struct session *s, struct err *err)
{
	struct config *c = s->o->config;
	bool acts = s->o->yes || !str_is(config_str(c, "auto"), "none") || (isatty(0) && isatty(2)) ||
		str_is(config_str(c, "environment"), "production");

	analyse(s);
	if (is_transient(s) && acts) {
		if (retry(s, err))
			ends(s, "healed", STR("it passed when tried again"));
		else
			ends(s, "person", STR("it did not pass by itself"));
		return true;
	}
	if (!may_try(s)) {
		if (!acts || !may_suspect(s) || !any_suspect(s)) {
			ends(s, "person", STR("no repair is known that heal may try by itself"));
			return true;
		}
		ui_line(&s->talk, "no repair is known; looking which of the last changes makes it fail");
	}
	if (s->o->dry_run || config_bool(c, "dry_run") || !acts) {
		ui_would(&s->talk, &s->a, s->fixer, &s->first);
		ends(s, "unhealed",
			s->o->dry_run ? STR("dry run") : STR("nobody said yes: --yes applies what is proven"));
		return true;
	}
	return mend(s, err) && (strcmp(s->outcome, "person") != 0 || s->tried_in_place || try_in_place(s, false, err));
}

/* ---- beginning and end ---- */

static bool session_open(struct session *s, struct err *err)
{
	if (!getcwd(s->cwd, sizeof(s->cwd)))
		return err_errno(err, HEAL_REFUSED, "cannot tell the working directory");
	s->root = s->o->root ? arena_str(&s->a, str_of(s->o->root)) : project_root(&s->a, s->cwd);
	if (!s->root.n)
		s->root = arena_str(&s->a, str_of(s->cwd));
	s->view = source_new(s->root.p, s->cwd, err);
	struct fixer_options f = { .root = s->root.p,
		.pack = s->o->pack,
		.config = s->o->config,
		.consent = s->o->yes ? CONSENT_YES : CONSENT_NONE,
		.dry = s->o->dry_run };
	s->fixer = s->view ? fixer_new(&f, err) : NULL;
	if (s->fixer && fixer_notes(s->fixer))
		ui_line(&s->talk, "%s", fixer_notes(s->fixer));
	return s->fixer != NULL;
}

/* Only when something failed: opening it would be felt. */
static void store_begin(struct session *s)
{
	struct str set = config_str(s->o->config, "store");
	const char *file = s->o->store ? s->o->store : set.n ? arena_strdup(&s->a, set) : NULL;
	struct err err;

	s->store = s->o->no_store ? NULL : store_open(file, &err);
	if (!s->store && !s->o->no_store)
		ui_line(&s->talk, "nothing of this run will be kept: %s", err.text);
}

static void session_close(struct session *s)
{
	store_close_soon(s->store);
	fixer_free(s->fixer);
	source_free(s->view);
	watched_release(&s->first);
	arena_free(&s->a);
}

/* Whoever adds a backup sees that they do not pile up.  What cannot be thrown away is no reason to fail. */
static void backups_prune(struct session *s)
{
	struct prune_limits limits = { config_int(s->o->config, "undo.max_days"),
		(uint64_t)config_int(s->o->config, "undo.max_mb") << 20 };
	struct err err;

	if (s->backup.n && !journal_prune_after(&limits, s->backup, &err))
		ui_verbose(&s->talk, err.text);
}

/* What failed is worth looking at: it ended by itself, and nobody asked it to stop. */
static bool is_healable(const struct runner_result *run)
{
	return run->status != 0 && !run->interrupted && !run->lost;
}

int session_run(const struct session_options *o, struct err *err)
{
	struct session s = { .o = o, .outcome = "clean", .begin = seconds_now() };
	bool ok = true;

	ui_init(&s.talk, o->verbose, o->colour);
	if (!getcwd(s.cwd, sizeof(s.cwd))) {
		err_errno(err, HEAL_REFUSED, "cannot tell the working directory");
		return -1;
	}
	if (!real_run(&s, &s.first, err)) {
		session_close(&s);
		return -1;
	}
	s.first_status = s.status;
	if (s.status == 0 && !o->records) { /* nothing failed: not felt, and nothing is stored */
		session_close(&s);
		return 0;
	}
	s.id = uuid7(&s.a);
	store_begin(&s);
	if (is_healable(&s.first.run) && config_bool(o->config, "enabled")) {
		ok = session_open(&s, err) && heal(&s, err);
		if (!ok && !s.reason.n)
			ends(&s, "failed", arena_str(&s.a, str_of(err->text)));
	} else if (s.status != 0) {
		ends(&s, s.first.run.interrupted ? "interrupted" : "unhealed", STR(""));
	}
	backups_prune(&s);
	incidents_out(&s);
	session_out(&s);
	ui_end(&s.talk, s.outcome, s.reason, s.backup, &s.first);
	int status = s.status;
	session_close(&s);
	return status;
}
