#include "loop/attempt.h"

#include <string.h>

#include "analyze/version_control.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "fix/apply.h"
#include "fix/planner.h"
#include "validate/syntax.h"

struct attempt {
	struct arena *a;
	const struct policy *policy;
	struct plan *plan;
	struct sandbox *copy;
	bool *swapped;
};

struct project_files {
	struct arena *a;
	struct tree tree;
};

/* The copy may have changes of earlier candidates: the project's own file counts. */
static bool file_of_project(void *ctx, struct str name, struct str *text)
{
	struct project_files *p = ctx;
	struct stat st;

	*text = STR("");
	if (tree_stat(p->a, &p->tree, name, &st, NULL) == 1)
		tree_read(p->a, &p->tree, name, text, &st, NULL);
	return true;
}

static bool committed(void *ctx, struct arena *a, const struct pack *pack, struct str name, struct str *text)
{
	const struct project_files *p = ctx;

	return vcs_committed(a, pack, p->tree.path, name, text);
}

/* Installing a package runs its code, even in a copy. */
static struct str why_not_installed(
	const struct policy *policy, const struct plan *plan, const struct record *record, struct sandbox *copy)
{
	struct project_files files = { .a = plan->a };
	struct project_before before = { file_of_project, committed, &files };
	struct err err;

	if (!plan->commands_n)
		return STR("");
	if (!tree_open(plan->a, &files.tree, sandbox_project(copy), &err))
		return arena_str(plan->a, str_of(err.text));
	struct str why = policy_packages(policy, plan, record, &before);
	tree_close(&files.tree);
	return why;
}

struct attempt *attempt_make(struct arena *a, const struct policy *policy, struct sandbox *copy,
	const struct solution *solution, const struct record *record, struct err *err)
{
	struct plan *plan = plan_make_permitted(a, policy, sandbox_tree(copy), solution, record, CONSENT_NONE, err);
	const struct command *starts = plan ? plan_runs_project(plan) : NULL;

	if (!plan)
		return NULL;
	if (starts && !policy_may_start(policy, plan, CONSENT_NONE)) {
		err_set(err, HEAL_PERSON, "'%s' may run code of the project, which needs confirmation",
			starts->argv[0]);
		return NULL;
	}
	if (plan_is_empty(plan)) {
		err_set(err, HEAL_NO, "it changes nothing");
		return NULL;
	}
	if (plan->unconfirmed) {
		err_set(err, HEAL_PERSON, "its text comes from the output, and the tool did not confirm it");
		return NULL;
	}
	if (plan->unproven && plan->commands_n) {
		err_set(err, HEAL_PERSON, "a language model proposes the command '%s'", plan->commands[0].argv[0]);
		return NULL;
	}
	if (plan->unproven && plan->look.n) { /* not even in the copy before a person has seen it */
		err_set(err, HEAL_PERSON, "%.*s", STR_ARG(plan->look));
		return NULL;
	}
	for (size_t i = 0; i < plan->commands_n; i++) {
		const struct command *c = &plan->commands[i];
		if (c->beyond) {
			err_set(err, HEAL_PERSON, "it changes something outside the project");
			return NULL;
		}
	}
	struct str why = why_not_installed(policy, plan, record, copy);
	if (why.n) {
		err_set(err, HEAL_PERSON, "%.*s", STR_ARG(why));
		return NULL;
	}
	struct attempt *t = ARENA_NEW(a, struct attempt);
	*t = (struct attempt){ a, policy, plan, copy, arena_alloc(a, plan->n + 1) };
	return t;
}

static bool command_run(const struct attempt *t, const struct command *c, double timeout, struct err *err)
{
	struct proc p = { .argv = c->argv, .helper = !c->runs_project, .timeout = timeout };
	struct proc_result r;

	return sandbox_run(t->a, t->copy, &p, c->dir, &r, err) && plan_command_passed(t->a, c, &r, err);
}

bool attempt_apply(struct attempt *t, time_t since, double timeout, struct err *err)
{
	for (size_t i = 0; i < t->plan->n; i++) {
		struct change *c = &t->plan->changes[i];
		if (c->kind != CHANGE_WRITE)
			continue;
		/* The run in the project may have left caches, those in the copy do not. */
		if (c->existed && c->before.st_mtim.tv_sec <= since)
			second_outlast(&c->before, c->new.n);
		if (!sandbox_write(t->copy, c->path, c->new, c->mode, err))
			return false;
	}
	for (size_t i = 0; i < t->plan->commands_n; i++)
		if (!command_run(t, &t->plan->commands[i], timeout, err))
			return false;
	return plan_commands_accepted(t->plan, t->policy, err);
}

void attempt_revert(struct attempt *t)
{
	for (size_t i = t->plan->n; i-- > 0;) {
		struct change *c = &t->plan->changes[i];
		/* With a new mtime, so that make rebuilds what depends on it. */
		if (c->existed)
			sandbox_write(t->copy, c->path, c->old, c->before.st_mode, NULL);
		else
			sandbox_remove(t->copy, c->path);
	}
}

size_t attempt_files(const struct attempt *t)
{
	return t->plan->n;
}

struct str attempt_file(const struct attempt *t, size_t i)
{
	return t->plan->changes[i].path;
}

/* Exchange the present content with the stored one. */
static bool swap(const struct attempt *t, size_t i)
{
	struct change *c = &t->plan->changes[i];

	t->swapped[i] = !t->swapped[i];
	if (!c->existed)
		return true;
	return sandbox_write(t->copy, c->path, t->swapped[i] ? c->old : c->new, c->mode, NULL);
}

bool attempt_breaks_syntax(const struct attempt *t, const struct pack *pack)
{
	const char *root = sandbox_tree(t->copy)->path.p;

	for (size_t i = 0; i < attempt_files(t); i++) {
		struct str path = attempt_file(t, i);
		struct check after = syntax_check(t->a, pack, root, path);
		if (after.status != CHECK_FAILED)
			continue;
		if (!swap(t, i))
			return true;
		struct check before = syntax_check(t->a, pack, root, path);
		if (!swap(t, i) || before.status == CHECK_PASSED)
			return true;
	}
	return false;
}

bool attempt_makes_end(const struct attempt *t)
{
	for (size_t i = 0; i < t->plan->n; i++) {
		const struct change *c = &t->plan->changes[i];
		struct str old = str_rtrim(c->old), new = str_rtrim(c->new);
		if (c->kind == CHANGE_WRITE && c->existed && old.n && c->old.p[c->old.n - 1] != '\n' &&
			new.n > old.n &&str_eq(str_sub(new, 0, old.n), old) && str_chr(old, '\n') < old.n)
			return true;
	}
	return false;
}

void attempt_made(const struct attempt *t, size_t solution, bool whole, struct made_list *out)
{
	for (size_t i = 0; i < t->plan->n; i++) {
		const struct change *c = &t->plan->changes[i];
		if (c->kind == CHANGE_WRITE)
			*VEC_ADD(t->a, &out->all) = (struct made){ solution, c->path, c->existed ? c->old : STR(""),
				c->new, c->existed, whole };
	}
}

void attempt_compare(const struct attempt *t, struct comparison *c)
{
	for (size_t i = 0; i < t->plan->n; i++)
		if (t->plan->changes[i].kind == CHANGE_WRITE)
			comparison_change(c, &t->plan->changes[i]);
}
