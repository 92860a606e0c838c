#include "learn/test_proof.h"

#include "base/path.h"
#include "policy/confined.h"

struct proving {
	struct arena *a;
	const struct test_bench *b;
	const struct test_draft *d;
	struct sandbox *copy;
	double left; /* seconds, of this run */
	double seconds;
};

/* Another tool may word it in another way. */
static bool is_same(const struct record *x, const struct record *y)
{
	return str_eq(x->fingerprint, y->fingerprint) ||
		(y->error.line > 0 && x->error.line == y->error.line && y->error.file.n &&
			str_eq(path_base(x->error.file), path_base(y->error.file)));
}

static bool reports(const struct observed_run *w, const struct record *incident)
{
	struct str rest = incident->error.message, line;

	for (const struct collected *c = w->incidents.first; c; c = c->next)
		if (is_same(&c->r, incident))
			return true;
	return str_line(&rest, &line) && line.n && str_find(buf_str(&w->output), line) < w->output.n;
}

/* One command of a run.  Empty: it ran to its end; otherwise why it gave no result. */
static struct str run_one(struct proving *p, char *const *argv, struct observed_run *w)
{
	struct observe_options o = {
		.argv = argv, .pack = p->b->pack, .trial = true, .merge = true, .no_input = true, .timeout = p->left
	};
	struct err err;

	if (!sandbox_observe(p->copy, &o, w, &err))
		return arena_str(p->a, str_of(err.text));
	p->seconds += w->run.seconds;
	p->left = p->left > w->run.seconds + 0.1 ? p->left - w->run.seconds : 0.1;
	return w->run.start != RUNNER_STARTED ? arena_printf(p->a, "'%s' could not be started", argv[0]) :
		w->run.interrupted            ? STR("interrupted") :
		w->run.timed_out              ? STR("the test took too long") :
						STR("");
}

static struct str judged(struct proving *p, const struct observed_run *w, bool fixed, bool preparing)
{
	if (fixed)
		return w->run.status != 0                                   ? STR("the test fails with the fix") :
			preparing || observed_run_tests(w, p->b->pack) != 0 ? STR("") :
									      STR("no test ran");
	return w->run.status == 0          ? STR("the test passes without the fix") :
		reports(w, p->b->incident) ? STR("") :
					     STR("the test fails without the fix for another reason");
}

/* Empty: the run was as expected. */
static struct str run_judged(struct proving *p, bool fixed)
{
	char *const *const commands[] = { p->d->prepare, p->d->argv };
	struct str why = STR("");

	for (size_t i = 0; i < 2 && !why.n; i++) {
		struct observed_run w;
		if (!commands[i])
			continue;
		observed_run_init(&w);
		why = run_one(p, commands[i], &w);
		/* What fails while it is prepared is the test's failure; what succeeds then is no result. */
		bool decides = i == 1 || w.run.status != 0;
		if (!why.n && decides)
			why = judged(p, &w, fixed, i == 0);
		observed_run_release(&w);
		if (i == 0 && decides)
			break;
	}
	return why;
}

static bool copy_write(struct proving *p, struct str path, struct str text, mode_t mode, struct err *err)
{
	return sandbox_write(p->copy, path, text, mode, err);
}

static bool run_add(struct proving *p, bool fixed, struct test_proof *out, struct err *err)
{
	const struct test_bench *b = p->b;

	p->left = b->seconds;
	p->seconds = 0;
	if (!copy_write(p, b->file, fixed ? b->fixed : b->broken, b->mode, err))
		return false;
	struct str why = run_judged(p, fixed);
	out->runs[out->n++] = (struct store_test_run){ fixed, !why.n, p->seconds };
	if (why.n && !out->why.n)
		out->why = why;
	return true;
}

static bool runs_make(struct proving *p, struct test_proof *out, struct err *err)
{
	for (size_t i = 0; i < p->d->files.n; i++)
		if (!copy_write(p, p->d->files.at[i].path, p->d->files.at[i].text, 0644, err))
			return false;
	for (size_t i = 0; i < 2 * TEST_PAIRS && !(i <= 2 && out->why.n); i++)
		if (!run_add(p, i % 2 == 0, out, err))
			return false;
	out->proven = !out->why.n;
	if (!out->proven && out->n > 2)
		out->why = arena_printf(p->a, "flaky: %.*s", STR_ARG(out->why));
	return true;
}

bool test_prove(struct arena *a, const struct test_bench *b, const struct test_draft *d, struct test_proof *out,
	struct err *err)
{
	struct sandbox_options o = { .root = arena_strdup(a, b->tree->path),
		.cwd = arena_strdup(a, d->dir),
		.limits.bytes = (uint64_t)config_int(b->config, "trial.max_mb") << 20,
		.overlaid = node_get(pack_table(b->pack, "policy"), "overlaid"),
		.observed = trial_profile_offline(a, b->pack, b->config, b->tree->path) };
	struct proving p = { .a = a, .b = b, .d = d };

	*out = (struct test_proof){ .why = STR("") };
	if (!o.observed)
		return err_set(err, HEAL_REFUSED, "the kernel cannot keep a test from writing outside its copy");
	p.copy = sandbox_new(&o, err);
	bool ok = p.copy && runs_make(&p, out, err);
	sandbox_free(p.copy);
	return ok;
}
