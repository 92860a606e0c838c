#include "validate/validate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "rules/confinement_profile.h"
#include "validate/lint_check.h"
#include "validate/pending.h"
#include "validate/safety.h"
#include "validate/syntax.h"

enum { CUSTOM_SECONDS = 60, FILES_MOST = 64 };

/* Seconds. */
static const double budgets[] = { [VALIDATE_QUICK] = 120, [VALIDATE_STANDARD] = 600, [VALIDATE_THOROUGH] = 3600 };

enum validation_level validate_level_wanted(const struct config *c)
{
	enum validation_level level = validation_level_parse(config_str(c, "validation.level"));

	return level ? level : VALIDATE_STANDARD;
}

double validate_budget(const struct config *c)
{
	double set = config_double(c, "validation.budget");

	return set > 0 ? set : budgets[validate_level_wanted(c)];
}

/* ---- the validator ---- */

static void begin(struct validator *v)
{
	arena_free(&v->b);
	v->held.at = NULL;
	v->held.n = v->held.room = 0;
	v->ran = false;
	v->before = (struct run_cost){ 0 };
	if (v->o.before)
		run_cost_add(&v->before, v->o.before, v->o.pack);
	comparison_init(&v->comparison, &v->b, &v->tree, v->here);
}

struct validator *validator_new(const struct validator_options *o, struct err *err)
{
	struct validator *v = calloc(1, sizeof(*v));
	char *here = getcwd(NULL, 0);

	if (!v)
		out_of_memory();
	v->o = *o;
	v->tree.fd = -1;
	v->begun = seconds_now();
	v->here = arena_str(&v->a, str_of(here ? here : "/"));
	free(here);
	v->timeout = o->timeout > 0 ? o->timeout : config_double(o->config, "timeout");
	v->times = o->times > 0               ? o->times :
		o->level == VALIDATE_THOROUGH ? (int)config_int(o->config, "validation.reruns") :
						1;
	v->own_policy = o->policy ? NULL : policy_new(o->pack, o->config, err);
	v->policy = o->policy ? o->policy : v->own_policy;
	if (!v->policy || !tree_open(&v->a, &v->tree, o->root ? o->root : project_root(&v->a, ".").p, err)) {
		validator_free(v);
		return NULL;
	}
	v->argv_text = o->argv ? argv_show(&v->a, o->argv) : STR("");
	proc_helpers_avoid(v->tree.path.p);
	customs_find(&v->a, v->tree.path.p, o->config, "validators.d", &v->customs);
	begin(v);
	return v;
}

void validator_free(struct validator *v)
{
	if (!v)
		return;
	policy_free(v->own_policy);
	tree_close(&v->tree);
	arena_free(&v->b);
	arena_free(&v->a);
	free(v);
}

void validator_add(struct validator *v, const struct record *r)
{
	bool fixed = r->kind == KIND_INCIDENT && r->fix.status == FIX_APPLIED;

	const struct solution *solution = fixed ? solution_find(r, r->fix.solution) : NULL;

	comparison_before(&v->comparison, r);
	for (size_t i = 0; solution && i < solution->proof.remaining.n; i++)
		comparison_hidden(&v->comparison, solution->proof.remaining.at[i]);
	if (!fixed && !v->held.n) {
		v->o.out(v->o.ctx, r);
		return;
	}
	struct pending_fix *h = VEC_ADD(&v->b, &v->held);
	h->r = record_copy(&v->b, r);
	h->fixed = h->there = fixed;
}

static bool runs_command(const struct validator *v)
{
	return v->o.level != VALIDATE_QUICK || v->o.through;
}

/* ---- before the rerun ---- */

static struct str old_of(struct validator *v, const struct pending_fix *h, struct str path)
{
	struct str old;

	for (size_t i = 0; h->known && i < h->entry.n; i++)
		if (str_eq(h->entry.paths[i], path) && journal_old(&v->b, &h->entry, i, &old, NULL))
			return old;
	return STR_NONE;
}

static void check_syntax(struct validator *v, struct pending_fix *h)
{
	const struct solution *solution = solution_find(&h->r, h->r.fix.solution);
	size_t files = h->known || !solution ? 0 : solution->files.n;

	/* The files that the fix changed, from the journal; without an entry, those of the solution. */
	for (size_t i = 0; h->known && i < h->entry.n; i++)
		pending_check(v, h,
			syntax_check_fixed(
				&v->b, v->o.pack, &v->tree, h->entry.paths[i], old_of(v, h, h->entry.paths[i])));
	for (size_t i = 0; i < files && i < FILES_MOST; i++)
		pending_check(v, h, syntax_check_fixed(&v->b, v->o.pack, &v->tree, solution->files.at[i], STR_NONE));
}

static void check_safety(struct validator *v, struct pending_fix *h)
{
	if (h->known)
		pending_check(v, h, safety_check(&v->b, v->policy, &v->tree, &h->entry, v->entries, v->entries_n));
	else
		pending_note(v, h, "safety", CHECK_INCONCLUSIVE, 0, STR("the journal has no entry of this fix"));
}

static void check_imports(struct validator *v, struct pending_fix *h)
{
	struct check c = { .status = CHECK_SKIPPED };

	if (h->known)
		c = imports_check(&v->b, v->policy, &v->tree, &h->entry, v->entries, v->entries_n);
	if (c.status != CHECK_SKIPPED)
		pending_check(v, h, c);
}

static void check_lint(struct validator *v, struct pending_fix *h)
{
	struct check_list checks = { 0 };
	struct changed_file f;
	struct err err;

	for (size_t i = 0; h->known && i < h->entry.n && i < FILES_MOST; i++)
		if (changed_file_get(&v->b, &v->tree, &h->entry, i, v->entries, v->entries_n, &f, &err))
			lint_check(&v->b, v->o.pack, &v->tree, v->o.level, &f, &checks);
	LIST_EACH(check, c, &checks)
		pending_check(v, h, *c);
}

static void check_customs(struct validator *v, struct pending_fix *h)
{
	double timeout = v->timeout < CUSTOM_SECONDS ? v->timeout : CUSTOM_SECONDS;

	for (size_t i = 0; i < v->customs.all.n; i++)
		pending_check(v, h,
			custom_run(&v->b, &v->customs.all.at[i], v->tree.path.p, &h->r,
				confinement_profile(&v->b, pack_table(v->o.pack, "confinement"), "validator"),
				timeout));
}

static const struct check *failed_check(const struct pending_fix *h)
{
	for (size_t i = 0; i < h->checks.n; i++)
		if (h->checks.at[i].status == CHECK_FAILED)
			return &h->checks.at[i];
	return NULL;
}

/* All checks are made before the first rollback, on the tree with all fixes. */
static void failed_out(struct validator *v)
{
	struct pending_fix **bad = arena_alloc(&v->b, (v->held.n + 1) * sizeof(*bad));
	size_t n = 0;

	for (size_t i = 0; i < v->held.n; i++)
		if (v->held.at[i].fixed && !v->held.at[i].judged && failed_check(&v->held.at[i]))
			bad[n++] = &v->held.at[i];
	pending_sort(bad, n);
	for (size_t i = 0; i < n; i++) {
		const struct check *c = failed_check(bad[i]);
		if (c)
			pending_fail(
				v, bad[i], arena_printf(&v->b, "%.*s: %.*s", STR_ARG(c->name), STR_ARG(c->detail)));
	}
}

/* A record that occurs twice is judged once. */
static bool twin_find(struct validator *v, struct pending_fix *h)
{
	for (struct pending_fix *x = v->held.at; x < h && !h->twin; x++)
		if (x->known && str_eq(x->entry.name, h->entry.name))
			h->twin = x;
	return h->twin != NULL;
}

/* The name of the oldest entry that the fixes made; later ones say what the files were changed to since. */
static struct str first_backup(const struct validator *v)
{
	struct str first = STR_NONE;

	for (size_t i = 0; i < v->held.n; i++) {
		struct str name = v->held.at[i].r.fix.backup;
		if (v->held.at[i].fixed && name.n && (!first.n || str_cmp(name, first) < 0))
			first = name;
	}
	return first;
}

static void attach(struct validator *v)
{
	struct str from = first_backup(v);

	if (!from.n || !journal_list(&v->b, from, &v->entries, &v->entries_n, NULL))
		v->entries_n = 0;
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		h->known = h->fixed && fix_entry(&v->tree, &h->r, v->entries, v->entries_n, &h->entry);
		if (h->fixed && !h->known)
			h->entry = (struct journal_entry){ 0 };
		if (h->known && twin_find(v, h))
			h->fixed = h->known = false;
	}
	/* Entries are newest first; the oldest content of a file is that before all fixes. */
	for (size_t k = v->entries_n; k-- > 0;)
		for (size_t i = 0; i < v->held.n; i++)
			if (v->held.at[i].known && str_eq(v->held.at[i].entry.name, v->entries[k].name))
				comparison_entry(&v->comparison, &v->entries[k]);
}

/* The checks of the tree that need no run of the command, in their order.  Add a row for a new one. */
static const struct tree_check {
	enum validation_level level; /* the lowest level that includes it */
	bool last;                   /* skip it for a fix that has failed already */
	void (*run)(struct validator *v, struct pending_fix *h);
} tree_checks[] = {
	{ VALIDATE_QUICK, false, check_syntax },
	{ VALIDATE_QUICK, false, check_safety },
	{ VALIDATE_QUICK, false, check_imports },
	{ VALIDATE_STANDARD, true, check_lint },
	{ VALIDATE_STANDARD, true, check_customs },
};

static void judge(struct validator *v)
{
	attach(v);
	if (v->customs.left_out && v->o.level != VALIDATE_QUICK)
		validator_tell(v, HEAL_OK, "the project's validators are not run: the project is not trusted");
	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i];
		for (size_t k = 0; h->fixed && k < sizeof(tree_checks) / sizeof(tree_checks[0]); k++)
			if (v->o.level >= tree_checks[k].level && !(tree_checks[k].last && failed_check(h)))
				tree_checks[k].run(v, h);
	}
	failed_out(v);
	if (runs_command(v))
		judge_by_rerun(v);
}

/* ---- the verdict ---- */

static bool has(const struct pending_fix *h, const char *name, enum check_status s)
{
	for (size_t i = 0; i < h->checks.n; i++)
		if (h->checks.at[i].status == s && (!name || str_is(h->checks.at[i].name, name)))
			return true;
	return false;
}

static enum check_status verdict(const struct validator *v, const struct pending_fix *h)
{
	const char *proof = runs_command(v) ? "rerun" : "syntax";

	if (has(h, NULL, CHECK_FAILED))
		return CHECK_FAILED;
	return has(h, NULL, CHECK_INCONCLUSIVE) || !has(h, proof, CHECK_PASSED) ? CHECK_INCONCLUSIVE : CHECK_PASSED;
}

static enum heal_status write_verdict(struct validator *v, struct pending_fix *h)
{
	enum check_status s = verdict(v, h);

	h->r.validation = (struct validation){ .level = v->o.level, .status = s, .other = h->r.validation.other };
	h->r.validation.resolved = h->resolved && h->there;
	h->r.validation.incident = h->incident;
	h->r.validation.introduced = h->introduced;
	h->r.validation.time = time_text(&v->b);
	h->r.validation.correlation_id = session_other(&h->r);
	h->r.validation.seconds = seconds_now() - v->begun;
	h->r.validation.budget = validate_budget(v->o.config);
	for (size_t i = 0; i < h->checks.n; i++)
		*VEC_ADD(&v->b, &h->r.validation.checks) = h->checks.at[i];
	if (!h->there)
		h->r.fix.status = FIX_ROLLED_BACK;
	if (h->reason.n)
		h->r.fix.reason = h->reason;
	if (h->broken)
		return HEAL_BROKEN;
	return s == CHECK_PASSED ? HEAL_OK : s == CHECK_FAILED ? HEAL_NO : HEAL_PERSON;
}

static enum heal_status verdicts(struct validator *v)
{
	enum heal_status worst = HEAL_OK;

	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *h = &v->held.at[i], twin = h->twin ? *h->twin : *h;
		if (!h->fixed && !h->twin)
			continue;
		twin.r = h->r;
		if (twin.known)
			twin.r.fix.backup = twin.entry.name;
		enum heal_status s = write_verdict(v, &twin);
		h->r = twin.r;
		worst = s > worst ? s : worst;
	}
	return worst;
}

enum heal_status validator_end(struct validator *v)
{
	enum heal_status status = HEAL_OK;

	if (v->held.n) {
		judge(v);
		status = verdicts(v);
	}
	for (size_t i = 0; i < v->held.n; i++)
		v->o.out(v->o.ctx, &v->held.at[i].r);
	begin(v);
	return status;
}
