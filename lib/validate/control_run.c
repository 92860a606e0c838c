#include "validate/control_run.h"

#include "base/path.h"
#include "policy/confined.h"

static bool is_open(const struct pending_fix *h)
{
	return h->fixed && h->there && !h->judged;
}

/* ---- in a copy ---- */

struct control {
	const struct observe_options *o;
	struct observed_run *w;
};

static bool observe_reverted(void *ctx, struct sandbox *copy, struct err *err)
{
	struct control *c = ctx;

	return sandbox_observe(copy, c->o, c->w, err);
}

static bool observe_in_copy(struct validator *v, const struct observe_options *o, struct observed_run *w,
	const struct confinement **profile, struct err *err)
{
	struct control c = { o, w };
	struct old_files old = { 0 };
	struct sandbox_options so = validator_copy(v);

	*profile = so.observed;

	if (!path_below(v->here, v->tree.path).p)
		return err_set(err, HEAL_REFUSED, "the working directory is outside the project");
	if (!validator_old_files(v, &old, err))
		return false;
	struct sandbox *s = sandbox_new(&so, err);
	bool ok = s && reverted_run(&v->b, s, &old, observe_reverted, &c, err);
	sandbox_free(s);
	return ok;
}

/* ---- in the project ---- */

static bool observe_in_place(
	struct validator *v, const struct observe_options *o, struct observed_run *w, struct err *err)
{
	struct pending_fix **at = arena_alloc(&v->b, (v->held.n + 1) * sizeof(struct pending_fix *));
	size_t n = pending_applied(v, at), out = 0;

	if (v->o.keep)
		return false;
	while (out < n && pending_leave_out(v, at[out]))
		out++;
	bool ok = out == n && observe(o, w, err);
	while (out-- > 0)
		ok &= pending_put_back(v, at[out]);
	return ok;
}

/* ---- the result ---- */

static bool has_incident(const struct observed_run *w, const struct record *r)
{
	for (const struct collected *c = w->incidents.first; c; c = c->next)
		if (str_eq(c->r.fingerprint, r->fingerprint))
			return true;
	return false;
}

/* A copy still has what a plan's command changed outside the saved files.  There only the record can say which command
 * failed. */
static bool is_own_command(const struct validator *v, const struct pending_fix *h)
{
	const struct str_list *command = &h->r.source.command;
	size_t n = 0;

	if (!json_count(json_get(h->entry.manifest, "commands")))
		return false;
	while (v->o.argv[n] && n < command->n && str_is(command->at[n], v->o.argv[n]))
		n++;
	return n && n == command->n && !v->o.argv[n];
}

/* What the run was, as a check of its own. */
static void control_check(struct validator *v, struct pending_fix *h, const struct observed_run *w,
	const struct confinement *profile, bool failed)
{
	enum check_status otherwise = is_own_command(v, h) ? CHECK_SKIPPED : CHECK_INCONCLUSIVE;
	struct check c = { .name = STR("control"),
		.status = failed ? CHECK_PASSED : otherwise,
		.seconds = w->run.seconds,
		.detail = arena_printf(&v->b, "without the fix '%.*s' exited with status %d and %s the incident",
			STR_ARG(v->argv_text), w->run.status, failed ? "reports" : "does not report") };

	confined_list(&v->b, profile, w->run.enforced, &c.confined, &c.unconfined);
	pending_check(v, h, c);
}

void control_run(struct validator *v, struct str cwd)
{
	const struct confinement *profile = NULL;
	struct observe_options o = {
		.argv = v->o.argv, .cwd = cwd, .pack = v->o.pack, .merge = true, .no_input = true, .timeout = v->timeout
	};
	struct observed_run w;
	struct err err = { HEAL_REFUSED, "" }, why;

	observed_run_init(&w);
	bool ran = observe_in_copy(v, &o, &w, &profile, &err);
	if (!ran) {
		observed_run_release(&w);
		observed_run_init(&w);
		ran = observe_in_place(v, &o, &w, &why);
	}
	if (ran)
		run_cost_add(&v->before, &w, v->o.pack);
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		bool failed = ran && is_open(h) && has_incident(&w, &h->r);
		if (ran && is_open(h))
			control_check(v, h, &w, profile, failed);
		if (!is_open(h) || failed || is_own_command(v, h))
			continue;
		h->unproven = ran ? arena_printf(&v->b,
					    "'%.*s' exited with status %d without the fix and does not report the "
					    "incident there: it proves nothing",
					    STR_ARG(v->argv_text), w.run.status) :
				    arena_printf(&v->b, "'%.*s' could not be run without the fix: %s",
					    STR_ARG(v->argv_text), err.text);
	}
	observed_run_release(&w);
}
