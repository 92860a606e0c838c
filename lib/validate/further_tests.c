#include "validate/further_tests.h"

#include "base/path.h"
#include "base/proc.h"
#include "detect/test_count.h"
#include "detect/test_outcomes.h"
#include "policy/external_command.h"
#include "policy/confined.h"
#include "validate/project_tests.h"

/* One run of the tests. */
struct tests_result {
	int status;
	struct str none; /* why there is no result; empty: there is one */
	long count;      /* of the tests; -1: not known */
	struct test_outcomes outcomes;
};

struct further {
	struct validator *v;
	struct project_tests tests;
	struct str command;  /* as shown */
	struct check *check; /* its time and confinement */
	const struct confinement *profile;
	struct tests_result *result;
};

/* ---- which fixes, which tests ---- */

static bool is_wanted(const struct validator *v)
{
	struct str setting = config_str(v->o.config, "validation.further_tests");

	return str_is(setting, "on")    ? v->o.level >= VALIDATE_STANDARD :
		str_is(setting, "auto") ? v->o.level >= VALIDATE_THOROUGH :
					  false;
}

static bool is_candidate(const struct pending_fix *h)
{
	for (size_t i = 0; i < h->checks.n; i++)
		if (h->checks.at[i].status == CHECK_FAILED)
			return false;
	return h->fixed && h->known && h->there && h->resolved;
}

static size_t candidates(struct validator *v, struct pending_fix **at)
{
	size_t n = 0;

	for (size_t i = 0; i < v->held.n; i++)
		if (is_candidate(&v->held.at[i]))
			at[n++] = &v->held.at[i];
	pending_sort(at, n);
	return n;
}

static bool tests_find(struct further *f, struct pending_fix **at, size_t n, struct str *why)
{
	struct validator *v = f->v;
	struct str name;

	*why = STR("the fixes changed no file");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < at[i]->entry.n; k++)
			if (tree_name(&v->b, &v->tree, at[i]->entry.paths[k], &name, NULL) &&
				project_tests_find(&v->b, v->o.pack, &v->tree, name, &f->tests, why))
				return true;
	return false;
}

/* Why the command must not or need not run; empty: it may. */
static struct str objection(struct further *f, const char *dir)
{
	struct validator *v = f->v;
	char **commands[] = { f->tests.prepare, f->tests.argv };
	struct external_command x;

	if (project_tests_is(&f->tests, v->o.argv))
		return STR("the command runs them already");
	/* Its settings may have raised the level. */
	if (!str_is(config_str(v->o.config, "validation.further_tests"), "on") &&
		config_trusted(v->o.config) == TRUST_NONE)
		return STR("the settings of the project are not trusted (heal trust)");
	for (size_t i = 0; i < 2; i++)
		if (commands[i] && external_command(&v->b, v->o.pack, v->o.config, dir, commands[i], &x))
			return arena_printf(&v->b, "'%.*s' is not run, because it acts outside the project: %.*s",
				STR_ARG(argv_show(&v->b, commands[i])), STR_ARG(x.what));
	return STR("");
}

/* ---- running them ---- */

/* false: it gave no result, result->none says why. */
static bool run_one(struct further *f, struct sandbox *copy, char *const *argv, double seconds, struct observed_run *w)
{
	struct validator *v = f->v;
	struct observe_options o = {
		.argv = argv, .pack = v->o.pack, .trial = true, .merge = true, .no_input = true, .timeout = seconds
	};
	struct err err;

	observed_run_init(w);
	if (!sandbox_observe(copy, &o, w, &err)) {
		f->result->none = arena_str(&v->b, str_of(err.text));
		return false;
	}
	f->check->seconds += w->run.seconds;
	confined_list(&v->b, f->profile, w->run.enforced, &f->check->confined, &f->check->unconfined);
	f->result->status = w->run.status;
	if (w->run.start != RUNNER_STARTED)
		f->result->none = arena_printf(&v->b, "'%s' could not be started", argv[0]);
	else if (w->run.interrupted)
		f->result->none = STR("interrupted");
	else if (w->run.timed_out)
		f->result->none = arena_printf(
			&v->b, "took longer than %g s", config_double(v->o.config, "validation.further_seconds"));
	else if (w->output.truncated)
		f->result->none = STR("the output exceeds the size limit");
	return !f->result->none.n;
}

/* What fails before the first test counts as tests that fail. */
static bool tests_run_in(void *ctx, struct sandbox *copy, struct err *err)
{
	struct further *f = ctx;
	struct validator *v = f->v;
	double left = config_double(v->o.config, "validation.further_seconds");
	struct observed_run w;

	(void)err;
	*f->result = (struct tests_result){ .count = -1 };
	bool ran = true;
	if (f->tests.prepare) {
		ran = run_one(f, copy, f->tests.prepare, left, &w);
		left -= w.run.seconds;
		observed_run_release(&w);
	}
	if (!ran || f->result->status != 0)
		return true;
	if (run_one(f, copy, f->tests.argv, left < 0.1 ? 0.1 : left, &w)) {
		f->result->count = observed_run_tests(&w, v->o.pack);
		test_outcomes_read(&v->b, v->o.pack, buf_str(&w.output), &f->result->outcomes);
	}
	observed_run_release(&w);
	return true;
}

/* ---- comparing ---- */

/* The tests of `failed` that failed in `again`, too, and passed in `without`; their number, and the first of them. */
static size_t regressions(const struct tests_result *without, const struct tests_result *failed,
	const struct tests_result *again, struct str *first)
{
	size_t n = 0;

	for (size_t i = 0; i < failed->outcomes.all.n; i++) {
		const struct test_outcome *t = &failed->outcomes.all.at[i];
		const struct test_outcome *before = test_outcome_find(&without->outcomes, t->name);
		const struct test_outcome *twice = test_outcome_find(&again->outcomes, t->name);
		if (t->failed && before && !before->failed && twice && twice->failed && n++ == 0)
			*first = t->name;
	}
	/* A runner that does not name its tests is one test. */
	if (n == 0 && without->status == 0 && failed->status != 0 && again->status != 0) {
		*first = STR("it");
		n = 1;
	}
	return n;
}

static void set(struct further *f, enum check_status status, struct str detail)
{
	f->check->status = status;
	f->check->detail = detail;
}

static void skip(struct further *f, struct str why)
{
	struct str command = f->command;

	set(f, CHECK_SKIPPED, command.n ? arena_printf(&f->v->b, "'%.*s': %.*s", STR_ARG(command), STR_ARG(why)) : why);
}

static void passed(struct further *f, const struct tests_result *with)
{
	long count = with->count < 0 && with->outcomes.all.n ? (long)with->outcomes.all.n : with->count;

	if (count == 0)
		skip(f, STR("no tests ran"));
	else
		set(f, CHECK_PASSED,
			count < 0 ? arena_printf(&f->v->b, "'%.*s' passed", STR_ARG(f->command)) :
				    arena_printf(&f->v->b, "'%.*s': %ld passed", STR_ARG(f->command), count));
}

static void judge_failure(struct further *f, const struct tests_result *without, const struct tests_result *with,
	const struct tests_result *again)
{
	struct arena *a = &f->v->b;
	struct str name = STR("");
	size_t n = regressions(without, with, again, &name), once = n ? n : regressions(without, with, with, &name);
	const char *shown = visible_in(a, str_sub(name, 0, 200));

	if (n)
		set(f, CHECK_FAILED,
			arena_printf(a, "'%.*s': %s passes without the fix and fails with it%s", STR_ARG(f->command),
				shown, n == 1 ? "" : arena_printf(a, ", and %zu more", n - 1).p));
	else if (once)
		set(f, CHECK_WARNING,
			arena_printf(
				a, "'%.*s': flaky: %s failed with the fix, but not again", STR_ARG(f->command), shown));
	else if (without->outcomes.all.n && with->outcomes.all.n)
		set(f, CHECK_PASSED,
			arena_printf(a, "'%.*s' fails with and without the fix, but no test that passed without it",
				STR_ARG(f->command)));
	else
		skip(f, STR("fails with and without the fix"));
}

/* Does any run lack a result?  Then the check is skipped for that reason. */
static bool has_none(struct further *f, const struct tests_result *r)
{
	if (r->none.n)
		skip(f, r->none);
	return r->none.n > 0;
}

static void compare(struct further *f, struct sandbox *copy)
{
	struct validator *v = f->v;
	struct tests_result with, without, again;
	struct old_files old = { 0 };
	struct str name;
	struct err err;

	f->result = &with;
	tests_run_in(f, copy, &err);
	if (has_none(f, &with))
		return;
	if (with.status == 0) {
		passed(f, &with);
		return;
	}
	f->result = &without;
	if (!validator_old_files(v, &old, &err) || !reverted_run(&v->b, copy, &old, tests_run_in, f, &err)) {
		skip(f, arena_str(&v->b, str_of(err.text)));
		return;
	}
	if (has_none(f, &without))
		return;
	again = with;
	f->result = &again;
	if (regressions(&without, &with, &with, &name))
		tests_run_in(f, copy, &err);
	if (!has_none(f, &again))
		judge_failure(f, &without, &with, &again);
}

static void run_in_a_copy(struct further *f)
{
	struct validator *v = f->v;
	struct sandbox_options o = validator_copy(v);
	struct err err;

	o.cwd = f->tests.dir.n ? arena_strdup(&v->b, path_join(&v->b, v->tree.path, f->tests.dir)) : v->tree.path.p;
	o.limits.seconds = config_double(v->o.config, "validation.further_seconds");
	o.observed = f->profile = trial_profile_offline(&v->b, v->o.pack, v->o.config, v->tree.path);
	struct str why = objection(f, o.cwd);
	if (why.n) {
		skip(f, why);
		return;
	}
	if (!o.observed) {
		skip(f, STR("the kernel cannot confine it"));
		return;
	}
	struct sandbox *copy = sandbox_new(&o, &err);
	if (copy)
		compare(f, copy);
	else
		skip(f, arena_str(&v->b, str_of(err.text)));
	sandbox_free(copy);
}

void further_tests(struct validator *v)
{
	struct pending_fix **at = arena_alloc(&v->b, (v->held.n + 1) * sizeof(*at));
	struct check check = { .name = STR("further-tests") };
	struct further f = { .v = v, .check = &check, .command = STR("") };
	size_t n = is_wanted(v) ? candidates(v, at) : 0;
	struct str why;

	if (!n)
		return;
	if (tests_find(&f, at, n, &why)) {
		f.command = argv_show(&v->b, f.tests.argv);
		run_in_a_copy(&f);
	} else {
		skip(&f, why);
	}
	for (size_t i = 0; i < n; i++)
		pending_check(v, at[i], check);
	for (size_t i = 0; i < n && check.status == CHECK_FAILED; i++)
		pending_fail(v, at[i], check.detail);
}
