#include "fix/apply.h"

#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "journal/journal.h"
#include "policy/confined.h"
#include "policy/plan_inputs.h"
#include "policy/policy_table.h"
#include "policy/review_queue.h"

struct applying {
	const struct plan *plan;
	const struct policy *policy;
	struct journal *j;
	double timeout;
	struct applied *applied;
};

/* What held for all commands, and what lacked for one. */
static void note_confined(struct applying *p, const struct confinement *profile, unsigned enforced)
{
	struct arena *a = p->plan->a;
	struct applied *all = p->applied;
	struct str_list in, not, both = { 0 };

	confined_list(a, profile, enforced, &in, &not );
	journal_ran(p->j, &in, &not );
	for (size_t i = 0; i < all->confined.n; i++)
		if (str_among(in.at, in.n, all->confined.at[i]))
			*VEC_ADD(a, &both) = all->confined.at[i];
	if (all->confined.n && !both.n)
		*VEC_ADD(a, &both) = STR("none");
	for (size_t i = 0; i < not .n; i++)
		if (!str_among(all->unconfined.at, all->unconfined.n, not .at[i]))
			*VEC_ADD(a, &all->unconfined) = not .at[i];
	all->confined = all->confined.n ? both : in;
}

/* By the name of the directory: the one that is open is in the mount namespace of this process. */
static bool run_one(struct applying *run, const struct command *c, struct err *err)
{
	struct arena *a = run->plan->a;
	struct str root = run->plan->tree->path;
	const struct confinement *profile = command_profile(a, run->policy->pack, run->policy->config, c, err);
	struct proc p = { .argv = c->argv,
		.dir = arena_strdup(a, path_join(a, root, c->dir)),
		.helper = !c->runs_project,
		.timeout = run->timeout };
	struct proc_result r;

	if (!profile)
		return false;
	confined_in_project(&p, profile, root);
	if (!journal_run(run->j, c, err) || !proc_run(a, &p, &r, err))
		return false;
	note_confined(run, profile, r.enforced);
	return plan_command_passed(a, c, &r, err);
}

bool plan_command_passed(struct arena *a, const struct command *c, const struct proc_result *r, struct err *err)
{
	struct str last = STR(""), rest = r->output, line;
	char shown[200];

	if (r->status == 0 && !r->timed_out)
		return true;
	while (str_line(&rest, &line))
		last = str_trim(line).n ? str_trim(line) : last;
	return err_set(err, HEAL_REFUSED, "'%.200s' failed with status %d%s: %s", argv_show(a, c->argv).p, r->status,
		r->timed_out ? " (timeout)" : "", visible(last, shown, sizeof(shown)));
}

bool plan_commands_accepted(const struct plan *plan, const struct policy *policy, struct err *err)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct change *c = &plan->changes[i];
		struct str now;
		struct stat st;
		struct err why;
		if ((c->kind != CHANGE_TOUCH && !c->touched) || tree_stat(plan->a, plan->tree, c->path, &st, err) != 1)
			continue;
		if (!tree_read(plan->a, plan->tree, c->path, &now, &st, err))
			return false;
		if (policy_suppression(plan->a, policy, c->path, c->existed, c->old, now, &why) == 1)
			return err_set(err, HEAL_WRONG, "%s", why.text);
	}
	return true;
}

bool plan_apply(const struct plan *plan, const struct policy *policy, const struct json *note, double timeout,
	struct applied *applied, struct err *err)
{
	struct journal *j = journal_begin(policy, plan->tree, plan->changes, plan->n, note, err);
	struct applying run = { plan, policy, j, timeout, applied };
	struct err worse;
	bool ok;

	*applied = (struct applied){ .backup = STR("") };
	if (!j)
		return false;
	applied->backup = arena_str(plan->a, str_of(journal_name(j)));
	if (!journal_write(j, err)) { /* which restored everything */
		journal_close(j);
		return false;
	}
	ok = true;
	for (size_t i = 0; ok && i < plan->commands_n; i++)
		ok = (i || plan_inputs_check(policy, plan, err)) && run_one(&run, &plan->commands[i], err);
	ok = ok && plan_commands_accepted(plan, policy, err);
	if (ok)
		ok = journal_commit(j, err);
	else if (!journal_rollback(j, &worse) && err && worse.status == HEAL_BROKEN)
		err_set(err, HEAL_BROKEN, "%.280s; not everything could be restored: %.280s",
			arena_str(plan->a, str_of(err->text)).p, worse.text);
	journal_close(j);
	if (ok)
		queue_done(plan->hash);
	return ok;
}

struct json *plan_note(struct arena *a, const struct plan *plan, const struct record *record)
{
	struct json *note = json_new(a, JSON_OBJECT);

	json_set_str(a, note, "incident", record->id);
	json_set_str(a, note, "solution", plan->solution);
	json_set_str(a, note, "plan", str_of(plan->hash));
	json_set_str(a, note, "message", record->error.message);
	return note;
}
