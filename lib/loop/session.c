#include "loop/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/proc.h"
#include "fix/hooks.h"
#include "journal/journal.h"
#include "loop/candidate.h"
#include "loop/commit_fix.h"
#include "loop/log_files.h"
#include "loop/prove.h"
#include "loop/rewrite_fixes.h"
#include "loop/server_fixes.h"
#include "loop/session_state.h"
#include "redact/redact.h"
#include "store/experiments.h"
#include "store/improvement.h"
#include "validate/validate.h"

enum { HOOKED_MOST = 20 };

static bool is_dry(const struct heal_run *s)
{
	return s->o->dry_run || config_bool(s->o->config, "dry_run");
}

struct solution_history session_past(const struct heal_run *s)
{
	struct solution_history h = s->past ? history_questions(s->past) : history_of(s->store);

	h.tree = s->root;
	return h;
}

void session_ends(struct heal_run *s, enum session_status outcome, struct str reason)
{
	s->outcome = outcome;
	s->reason = reason;
}

/* ---- records ---- */

/* Stored with the next record_out. */
static void record_gather(struct heal_run *s, struct record *r)
{
	struct err err;

	r->correlation_id = s->id;
	if (s->o->records)
		redact_write(s->o->records, r);
	s->assigned |= r->assignments.n > 0;
	if (s->store && !store_gather_record(s->store, r, &err))
		ui_line(&s->ui, "cannot store a record: %s", err.text);
}

static void record_out(struct heal_run *s, struct record *r)
{
	struct err err;
	size_t lost;

	record_gather(s, r);
	if (s->store && !store_write(s->store, &lost, &err))
		ui_line(&s->ui, "cannot store %s: %s", lost == 1 ? "a record" : "the records", err.text);
}

static void incidents_gather(struct heal_run *s)
{
	for (struct collected *c = s->first.incidents.first; c; c = c->next)
		record_gather(s, &c->r);
}

static struct record session_record(struct heal_run *s)
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
	return r;
}

/* ---- detect, analyze ---- */

bool session_run_command(struct heal_run *s, struct observed_run *w, struct err *err)
{
	struct observe_options o = {
		.pack = s->o->pack, .argv = s->o->argv, .dir = s->cwd, .through = true, .front = true
	};

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
		.history = session_past(s),
		.output = buf_str(&s->first.output),
		.changes = true };

	source_forget(s->view);
	s->more_to_know = analyze_incidents(&o, &s->first.incidents);
	s->analyzed = true;
	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		struct err err;
		if (!c->r.solutions.n || policy_environment(s->o->config, &c->r, &err))
			continue;
		c->r.solutions.n = 0;
		s->analyzed = false;
		ui_line(&s->ui, "%s", err.text);
	}
}

/* ---- prove ---- */

static void progress(void *ctx, const char *line)
{
	ui_verbose(&((struct heal_run *)ctx)->ui, line);
}

static void waiting(void *ctx, size_t tried, double left)
{
	ui_line(&((struct heal_run *)ctx)->ui, "still looking for a repair: %zu tried, at most %.0f s left", tried,
		left);
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
	if (session_retry(s, err))
		session_ends(
			s, SESSION_HEALED, STR("flaky: the command passed when it was run again; nothing was changed"));
	else
		session_ends(s, SESSION_PERSON,
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
		.analyzed = s->analyzed,
		.more_to_know = s->more_to_know,
		.history = session_past(s),
		.progress = progress,
		.waiting = waiting,
		.progress_ctx = s };

	s->analyzed = false; /* proofs are noted in them */
	if (!prove_incidents(&s->a, &o, &s->first, &result, proven, &s->stand_in, err)) {
		ui_line(&s->ui, "cannot try solutions in a copy: %s", err->text);
		session_ends(s, SESSION_PERSON, arena_str(&s->a, str_of(err->text)));
		return true;
	}
	s->runs += result.runs;
	s->attempts += result.tried.n;
	if (*proven && result.reverts)
		ui_line(&s->ui, "the command passes in a copy if these recent changes are reverted");
	else if (*proven && result.proposal.n)
		ui_line(&s->ui, "proposed: %.*s", STR_ARG(result.proposal));
	else if (*proven && result.lost_lines)
		ui_line(&s->ui, "lost since an earlier state: %.*s", STR_ARG(result.solution.description));
	s->mended = result.partial ? result.mended : 0;
	s->left = result.partial ? result.left : 0;
	if (*proven)
		return true;
	session_ends(s, SESSION_PERSON, result.reason);
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

static void validator_message(void *ctx, enum heal_status status, const char *text)
{
	(void)status;
	ui_line(&((struct heal_run *)ctx)->ui, "%s", text);
}

/* Run the command in the project and roll back fixes that fail.  false: internal error. */
static bool validate(struct heal_run *s, struct err *err)
{
	struct validator_options o = { .pack = s->o->pack,
		.config = s->o->config,
		.policy = fixer_policy(s->fixer),
		.root = s->root.p,
		.argv = s->o->argv,
		.level = validate_level_wanted(s->o->config),
		.times = 1, /* as many runs as in the copy */
		.through = true,
		.seen_failing = true,
		.before = &s->first,
		.tests = observed_run_tests(&s->first, s->o->pack),
		.stand_in = s->stand_in,
		.may_rerun = session_may_rerun,
		.out = validated,
		.ran = command_ran,
		.tell = validator_message,
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

/* What is proven, after "in a copy of the project". */
static struct str proof_told(struct heal_run *s)
{
	if (s->mended)
		return arena_printf(&s->a, "%zu of %zu failures are gone with this change; the command still fails",
			s->mended, s->mended + s->left);
	return arena_printf(&s->a, "%.*s passes with this change", STR_ARG(session_proof_shown(s)));
}

static bool ask(void *ctx, const struct plan *plan, const char **by)
{
	struct heal_run *s = ctx;

	if (s->o->channel) {
		*by = s->o->channel->by;
		return ask_channel_ask(s->o->channel, s->o->config, plan, s->mended ? STR("") : session_proof_shown(s));
	}
	return isatty(0) && isatty(2) && ui_ask(&s->ui, &s->a, plan, proof_told(s));
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
			session_ends(s, SESSION_FAILED, arena_str(&s->a, r->fix.reason));
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
	session_conclude(s);
	return ok;
}

/* ---- hooks ---- */

static void tell(void *ctx, const char *line)
{
	ui_line(&((struct heal_run *)ctx)->ui, "%s", line);
}

static void hook(struct heal_run *s, enum hook which, const struct record *r)
{
	struct str why;

	if (!hook_run(&s->a, s->o->config, s->root, which, r, &why))
		tell(s, why.p);
}

static void hooks_on_error(struct heal_run *s)
{
	size_t n = 0;

	/* A hook may write files that the analysis read. */
	s->analyzed &= config_str(s->o->config, "hooks.on_error").n == 0;
	for (struct collected *c = s->first.incidents.first; c && n < HOOKED_MOST; c = c->next)
		if (c->r.analysis.root && incident_counts(&s->first, &c->r)) {
			hook(s, HOOK_ON_ERROR, &c->r);
			n++;
		}
}

/* ---- commit ---- */

/* The applied fixes, each a commit, in the order in which they were made. */
static void commit_fixes(struct heal_run *s)
{
	struct str last = STR(""), name;
	struct err err;

	for (;;) {
		const struct record *next = NULL;
		for (struct collected *c = s->first.incidents.first; c; c = c->next)
			if (c->r.fix.status == FIX_APPLIED && str_cmp(c->r.fix.backup, last) > 0 &&
				(!next || str_cmp(c->r.fix.backup, next->fix.backup) < 0))
				next = &c->r;
		if (!next)
			return;
		last = next->fix.backup;
		if (commit_fix(&s->a, s->o->pack, s->o->config, fixer_tree(s->fixer), next, &name, &err))
			ui_line(&s->ui, "committed %.*s", STR_ARG(name));
		else
			ui_line(&s->ui, "not committed: %s", err.text);
	}
}

/* ---- the loop ---- */

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
	struct record *proven = NULL;

	session_look_back(s);
	analyze(s);
	if (acts)
		hooks_on_error(s);
	if (session_is_transient(s) && acts) {
		if (session_retry(s, err))
			session_ends(s, SESSION_HEALED, STR("the command passed when it was run again"));
		else if (s->external && !s->rerun)
			session_ends(s, SESSION_PERSON,
				arena_printf(&s->a,
					"possibly a temporary failure; not run again, because it acts outside the "
					"project: %.*s",
					STR_ARG(s->effect.what)));
		else
			session_ends(s, SESSION_PERSON, STR("the command failed again"));
		return true;
	}
	session_ask_model(s, false);
	bool known = session_has_candidate(s);
	bool reverts = acts && prove_may_bisect(s->o->config, &s->first) && session_has_revert(s);
	bool search = known || reverts ||
		(acts &&
			(session_has_tests(s) || rewrite_fixes_may_help(&s->a, s->o->pack, s->view, &s->first) ||
				server_fixes_may_help(&s->a, s->o->pack, s->o->config, s->view, &s->first)));
	if (!search)
		session_ends(s, SESSION_PERSON, candidates_none(&s->a, &s->first));
	else if (!known && reverts)
		ui_line(&s->ui, "no repair is known; searching the recent changes for the cause");
	if (search && !acts) {
		show_plans(s);
		session_ends(s, SESSION_UNHEALED,
			is_dry(s) ? STR("dry run") : STR("not applied without confirmation; use --yes"));
		return true;
	}
	if (search && !prove(s, &proven, err))
		return true;
	if (!proven && session_ask_model(s, true) && !prove(s, &proven, err))
		return true;
	return fix_and_validate(s, proven, err);
}

/* May anything be changed, at least after confirmation? */
static bool may_act(const struct heal_run *s)
{
	struct config *c = s->o->config;

	if (is_dry(s))
		return false;
	return s->o->yes || !str_is(config_str(c, "auto"), "none") || (isatty(0) && isatty(2)) || s->o->channel ||
		str_is(config_str(c, "environment"), "production");
}

static bool session_open(struct heal_run *s, bool acts, struct err *err)
{
	s->root = s->o->root ? arena_str(&s->a, str_of(s->o->root)) : project_root(&s->a, s->cwd);
	if (!s->root.n)
		s->root = arena_str(&s->a, str_of(s->cwd));
	proc_helpers_avoid(s->root.p);
	s->external = external_command(&s->a, s->o->pack, s->o->config, s->cwd, s->o->argv, &s->effect);
	s->view = source_new(s->root.p, s->cwd, err);
	struct fixer_options f = { .root = s->root.p,
		.pack = s->o->pack,
		.config = s->o->config,
		.consent = s->o->yes ? CONSENT_YES : CONSENT_NONE,
		.dry = !acts,
		.fresh = true,
		.ask = ask,
		.tell = tell,
		.ctx = s };
	s->fixer = s->view ? fixer_new(&f, err) : NULL;
	if (s->fixer && fixer_notes(s->fixer))
		ui_line(&s->ui, "%s", fixer_notes(s->fixer));
	return s->fixer != NULL;
}

/* A fix of this project that was interrupted is rolled back before the command sees it. */
static void recover_first(struct heal_run *s)
{
	char real[PATH_MAX];
	struct err err;
	struct str root = s->o->root ? str_of(s->o->root) : project_root(&s->a, s->cwd);
	const char *name = root.n ? arena_strdup(&s->a, root) : s->cwd;
	struct fixer_options f = { .root = name, .pack = s->o->pack, .config = s->o->config };

	if (s->o->dry_run || config_bool(s->o->config, "dry_run") || !realpath(name, real) ||
		!journal_interrupted(str_of(real)))
		return;
	struct fixer *fixer = fixer_new(&f, &err);
	if (!fixer)
		ui_line(&s->ui, "an interrupted change is not rolled back: %s", err.text);
	else if (fixer_notes(fixer))
		ui_line(&s->ui, "%s", fixer_notes(fixer));
	fixer_free(fixer);
}

static void store_notice_show(struct heal_run *s)
{
	const char *text = store_notice(s->store);

	if (text)
		ui_line(&s->ui, "%s", text);
}

/* Only after a failure, because opening it takes time. */
static void store_begin(struct heal_run *s)
{
	struct str set = config_str(s->o->config, "store");
	const char *file = s->o->store ? s->o->store : set.n ? arena_strdup(&s->a, set) : NULL;
	struct err err;

	s->ui.quiet = !config_bool(s->o->config, "log.to_console");
	if (!is_dry(s)) {
		s->ui.log = log_file_open(s->o->config, s->cwd, &err);
		if (!s->ui.log && err.status != HEAL_OK)
			ui_line(&s->ui, "%s", err.text);
	}
	if (s->o->no_store)
		return;
	if (is_dry(s)) {
		s->past = history_open(file);
		return;
	}
	s->store = store_open(file, &err);
	if (!s->store)
		ui_line(&s->ui, "this run is not stored: %s", err.text);
	threshold_apply(s->store, s->o->config);
	store_notice_show(s);
}

static void session_close(struct heal_run *s)
{
	store_notice_show(s);
	if (s->ui.log)
		fclose(s->ui.log);
	/* The trials of this run may decide an experiment; if that fails, the next run decides it. */
	if (s->assigned && s->store)
		experiments_settle(s->store, NULL, NULL);
	store_close_soon(s->store);
	history_close(s->past);
	project_unlock(&s->lock);
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

static void run_stages(struct heal_run *s, struct err *err)
{
	bool acts = may_act(s), failed = !session_open(s, acts, err);

	if (!failed && acts && !session_take_turn(s, &failed, err) && !failed)
		return;
	if (!failed && heal(s, acts, err))
		return;
	if (s->outcome != SESSION_FAILED)
		session_ends(s, SESSION_FAILED, arena_str(&s->a, str_of(err->text)));
}

int session_run(const struct session_options *o, struct err *err)
{
	struct heal_run s = { .o = o, .outcome = SESSION_CLEAN, .lock = { .fd = -1 }, .begin = seconds_now() };

	ui_init(&s.ui, o->verbose, o->colour);
	if (!getcwd(s.cwd, sizeof(s.cwd))) {
		err_errno(err, HEAL_REFUSED, "cannot get the working directory");
		return -1;
	}
	recover_first(&s);
	if (!session_run_command(&s, &s.first, err)) {
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
	if (session_is_healable(&s.first.run) && config_bool(o->config, "enabled"))
		run_stages(&s, err);
	else if (s.status != 0)
		session_ends(&s, s.first.run.interrupted ? SESSION_INTERRUPTED : SESSION_UNHEALED, STR(""));
	session_end_if_interrupted(&s);
	if (s.outcome == SESSION_HEALED && s.fixed && config_bool(o->config, "commit.enabled"))
		commit_fixes(&s);
	backups_prune(&s);
	incidents_gather(&s);
	struct record closing = session_record(&s);
	record_out(&s, &closing);
	if (s.root.n && may_act(&s))
		hook(&s, HOOK_ON_COMPLETE, &closing);
	s.ui.in_part = s.mended > 0;
	ui_end(&s.ui, s.outcome, s.reason, s.fixed ? s.backup : STR(""), &s.first);
	int status = s.status;
	if (s.ui.log && !changelog_write(o->config, s.cwd, s.store, err))
		ui_line(&s.ui, "%s", err->text);
	session_close(&s);
	return status;
}
