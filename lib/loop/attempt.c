#include "loop/attempt.h"

#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "fix/planner.h"
#include "validate/syntax.h"

struct attempt {
	struct arena *a;
	struct plan *plan;
	struct sandbox *copy;
	bool *swapped;
};

struct attempt *attempt_make(struct arena *a, const struct policy *policy, struct sandbox *copy,
	const struct solution *solution, const struct record *record, struct err *err)
{
	struct plan *plan = plan_make(a, policy, sandbox_tree(copy), solution, record, err);

	if (!plan)
		return NULL;
	if (plan_is_empty(plan)) {
		err_set(err, HEAL_NO, "it changes nothing");
		return NULL;
	}
	for (size_t i = 0; i < plan->commands_n; i++) {
		const struct command *c = &plan->commands[i];
		if (c->beyond) {
			err_set(err, HEAL_PERSON, "it changes something outside the project");
			return NULL;
		}
		/* Installing a package runs its code, even in a copy. */
		if (c->package.n && !c->from_table &&
			!policy_declared(a, policy, sandbox_tree(copy), c->ecosystem, c->dir, c->package, NULL)) {
			err_set(err, HEAL_PERSON, "the project does not declare the package '%.*s'",
				STR_ARG(c->package));
			return NULL;
		}
	}
	struct attempt *t = ARENA_NEW(a, struct attempt);
	*t = (struct attempt){ a, plan, copy, arena_alloc(a, plan->n + 1) };
	return t;
}

static bool command_run(const struct attempt *t, const struct command *c, double timeout, struct err *err)
{
	struct proc p = { .argv = c->argv, .timeout = timeout };
	struct proc_result r;

	if (!sandbox_run(t->a, t->copy, &p, c->dir, &r, err))
		return false;
	return r.status == 0 ||
		err_set(err, HEAL_NO, "'%.*s' exited with status %d", STR_ARG(argv_show(t->a, c->argv)), r.status);
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
	return true;
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

void attempt_made(const struct attempt *t, size_t solution, bool whole, struct made_list *out)
{
	for (size_t i = 0; i < t->plan->n; i++) {
		const struct change *c = &t->plan->changes[i];
		if (c->kind == CHANGE_WRITE)
			*VEC_ADD(t->a, &out->all) = (struct made){ solution, c->path, c->existed ? c->old : STR(""),
				c->new, c->existed, whole };
	}
}

static int64_t lines_of(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

int64_t attempt_shift(const struct attempt *t)
{
	if (t->plan->n == 0)
		return 0;
	return lines_of(t->plan->changes[0].new) - lines_of(t->plan->changes[0].old);
}
