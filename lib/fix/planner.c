/* Make changes and commands from the steps of a solution. */
#include "fix/planner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "fix/delegate.h"
#include "fix/insertion.h"
#include "fix/moved_file.h"
#include "fix/name_choice.h"
#include "fix/rebase_edits.h"
#include "policy/model_change.h"
#include "policy/plan_inputs.h"
#include "policy/policy.h"
#include "policy/policy_table.h"
#include "policy/record_change.h"
#include "tree/diff.h"

enum { STEPS_MAX = 100, EDITS_MAX = 10000 };

/* A file while the steps are processed. */
struct draft {
	struct change change;
	struct str name;
	VEC(struct edit) edits;
	bool created, stale; /* stale: the edits apply to `base` */
	struct str base;
};

struct planning {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	const struct record *record;
	struct plan *plan;
	bool by_model;  /* a language model proposed a step */
	bool by_record; /* an edit is from a record that heal did not make */
	VEC(struct draft *) drafts;
	VEC(struct command) commands, delegates;
};

static bool is_binary(struct str s)
{
	return str_chr(s, '\0') < s.n;
}

/* The draft of a file, made at the first use; NULL: it may not be written. */
static struct draft *draft_of(struct planning *m, struct str path, struct err *err)
{
	struct draft d = { 0 };
	struct change *c = &d.change;

	if (!tree_name(m->a, m->t, path, &d.name, err) || !policy_path(m->p, m->t, d.name, err))
		return NULL;
	for (size_t i = 0; i < m->drafts.n; i++)
		if (str_eq(m->drafts.at[i]->name, d.name))
			return m->drafts.at[i];
	c->path = d.name;
	int there = tree_stat(m->a, m->t, d.name, &c->before, err);
	if (there < 0)
		return NULL;
	c->existed = there;
	c->mode = 0644;
	if (there) {
		if (!tree_read(m->a, m->t, d.name, &c->old, &c->before, err))
			return NULL;
		c->mode = c->before.st_mode & 07777;
		sha256_of(c->old, c->old_sha);
	}
	c->new = c->old;
	struct draft *kept = ARENA_NEW(m->a, struct draft);
	*kept = d;
	*VEC_ADD(m->a, &m->drafts) = kept;
	return kept;
}

/* Was the file written after the incident was detected?  Then edits without a hash are not reliable. */
static bool is_newer(struct planning *m, const struct draft *d)
{
	struct str seen = m->record ? m->record->time : STR_NONE;
	const struct timespec *t = &d->change.before.st_mtim;
	char text[64], day[32];
	struct tm tm;

	if (seen.n < 24 || !gmtime_r(&t->tv_sec, &tm))
		return false;
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%03dZ", day, (int)(t->tv_nsec / 1000000));
	return str_cmp(str_of(text), seen) > 0;
}

static bool check_expect(struct planning *m, struct draft *d, struct str expect, struct err *err)
{
	if (!d->change.existed)
		return err_set(err, HEAL_WRONG, "'%s' does not exist", d->name.p);
	if (is_binary(d->change.old))
		return err_set(err, HEAL_WRONG, "'%s' is not text", d->name.p);
	if (!expect.n)
		return !is_newer(m, d) ||
			err_set(err, HEAL_WRONG, "'%s' was written after the failure was detected", d->name.p);
	if (str_is(expect, d->change.old_sha))
		return !d->stale ||
			err_set(err, HEAL_WRONG, "'%s': edits for different versions of the file", d->name.p);
	struct str base;
	if (!older_content(m->a, m->t, d->name, expect, str_of(d->change.old_sha), &base))
		return err_set(err, HEAL_WRONG, "'%s' was changed since the analysis", d->name.p);
	if (d->edits.n && !(d->stale && str_eq(d->base, base)))
		return err_set(err, HEAL_WRONG, "'%s': edits for different versions of the file", d->name.p);
	d->stale = true;
	d->base = base;
	return true;
}

static bool take_edit(struct planning *m, const struct step *step, struct err *err)
{
	struct draft *d = draft_of(m, step->file, err);
	bool given = str_is(step->line_ends, "given");

	if (!d || !check_expect(m, d, step->expect, err))
		return false;
	if (d->created || !step->edits.n || d->edits.n + step->edits.n > EDITS_MAX)
		return err_set(err, HEAL_WRONG, "'%s': missing list of edits", d->name.p);
	LIST_EACH(text_edit, e, &step->edits) {
		if (e->line < 1 || e->column < 1 || e->end_line < 1 || e->end_column < 1)
			return err_set(err, HEAL_WRONG,
				"'%s': an edit requires line, column, end_line, end_column and text", d->name.p);
		*VEC_ADD(m->a, &d->edits) = (struct edit){ (size_t)e->line, (size_t)e->column, (size_t)e->end_line,
			(size_t)e->end_column, e->text, given };
	}
	return true;
}

static bool take_create(struct planning *m, const struct step *step, struct err *err)
{
	struct draft *d = draft_of(m, step->file, err);

	if (!d)
		return false;
	if (d->change.existed || d->created)
		return err_set(err, HEAL_WRONG, "'%s' exists already", d->name.p);
	if (step->text.n > FILE_MAX)
		return err_set(err, HEAL_WRONG, "'%s': the text is too long", d->name.p);
	struct str elsewhere = moved_to(m->a, m->t, d->name, step->text);
	if (elsewhere.p)
		return err_set(err, HEAL_WRONG, "'%s' was moved to '%.*s': change what refers to it", d->name.p,
			STR_ARG(elsewhere));
	d->created = true;
	d->change.new = str_or_empty(step->text);
	return true;
}

/* "+x": executable for everyone who may read it; or octal, "0755", "755".  Not writable by others, no special bits. */
static bool mode_of(struct str text, mode_t now, unsigned *mode)
{
	if (str_is(text, "+x") || str_is(text, "a+x")) {
		*mode = (now & 0777) | ((now & 0444) >> 2);
		return true;
	}
	if (str_is(text, "u+x")) {
		*mode = (now & 0777) | 0100;
		return true;
	}
	if (text.n == 4 && text.p[0] == '0')
		text = str_sub(text, 1, 4);
	*mode = 0;
	for (size_t i = 0; text.n == 3 && i < 3; i++) {
		if (text.p[i] < '0' || text.p[i] > '7')
			return false;
		*mode = *mode * 8 + (unsigned)(text.p[i] - '0');
	}
	return text.n == 3 && !(*mode & 0002 & ~now) && (*mode & 0400);
}

static bool take_mode(struct planning *m, const struct step *step, struct err *err)
{
	struct draft *d = draft_of(m, step->file, err);
	struct str text = step->mode;
	unsigned mode = 0;

	if (!d)
		return false;
	if (!d->change.existed && !d->created)
		return err_set(err, HEAL_WRONG, "'%s' does not exist", d->name.p);
	if (!mode_of(text, d->change.mode, &mode))
		return err_set(err, HEAL_WRONG, "'%s': mode not allowed", d->name.p);
	d->change.mode = mode;
	return true;
}

/* A relative directory of PATH may belong to the project, so proc_find does not search it.  Sets runs_project if there
 * is no program but the project's. */
static struct str program_of(struct planning *m, struct command *c, enum run_kind kind)
{
	struct str own = kind == RUN_DELEGATE ? delegate_own_program(m->a, m->p, m->t, c->dir, c->argv[0]) : STR_NONE;
	struct str helper = own.p || c->runs_project ? STR_NONE : proc_find_helper(m->a, c->argv[0]);

	c->runs_project = !helper.p;
	return own.p ? own : helper.p ? helper : proc_find(m->a, c->argv[0]);
}

static bool take_argv(struct planning *m, const struct step *step, enum run_kind kind, struct err *err)
{
	struct str tidy = STR("");
	char **argv = arena_alloc(m->a, (step->argv.n + 1) * sizeof(*argv));
	struct command c;

	/* A corrected command line is run only by the user, whatever the policy allows. */
	if (str_is(step->source, "user"))
		return err_set(err, HEAL_PERSON, "it corrects a mistyped command; run it yourself");
	for (size_t i = 0; i < step->argv.n; i++) {
		if (is_binary(step->argv.at[i]))
			return err_set(err, HEAL_WRONG, "invalid argument of a command");
		argv[i] = arena_strdup(m->a, step->argv.at[i]);
	}
	if (step->dir.n && !str_is(step->dir, ".") && !tree_name(m->a, m->t, step->dir, &tidy, err))
		return false;
	int fd;
	if (!tree_cwd(m->a, m->t, tidy, &fd, err))
		return false;
	close(fd);
	if (!policy_command(m->a, m->p, m->t, argv, tidy, kind, &c, err))
		return false;
	struct str program = program_of(m, &c, kind);
	if (!path_is_absolute(program))
		return err_set(err, HEAL_WRONG, "'%s' is not installed (relative directories of PATH are not searched)",
			argv[0]);
	c.from_table = str_is(step->source, "table");
	if (kind == RUN_IN_PLACE)
		*VEC_ADD(m->a, &m->commands) = c;
	else
		*VEC_ADD(m->a, &m->delegates) = c;
	/* The files of a delegate are drafts, so that its changes are checked like edits. */
	for (size_t k = 0; kind == RUN_DELEGATE && k < c.touches_n; k++)
		if (!draft_of(m, c.touches[k], err))
			return false;
	if (kind != RUN_DELEGATE)
		return true;
	if (step->file.n && !draft_of(m, step->file, err))
		return false;
	for (size_t i = 0; i < step->files.n; i++)
		if (!draft_of(m, step->files.at[i], err))
			return false;
	return true;
}

static bool take_step(struct planning *m, const struct step *step, struct err *err)
{
	m->plan->unconfirmed |= str_is(step->origin, "output");
	m->by_model |= str_is(step->origin, "model");
	m->by_record |= str_is(step->origin, "record") &&
		(step->kind == STEP_EDIT || step->kind == STEP_CREATE || step->kind == STEP_MODE);
	switch (step->kind) {
	case STEP_EDIT:
		return take_edit(m, step, err);
	case STEP_CREATE:
		return take_create(m, step, err);
	case STEP_MODE:
		return take_mode(m, step, err);
	case STEP_RUN:
		return take_argv(m, step, RUN_IN_PLACE, err);
	case STEP_DELEGATE:
		return take_argv(m, step, RUN_DELEGATE, err);
	case STEP_RETRY:
		m->plan->has_retry = true;
		return true;
	case STEP_ADVISE:
		m->plan->has_advice = true;
		return true;
	case STEP_NONE:
		break;
	}
	return err_set(err, HEAL_WRONG, "a step without a kind");
}

static bool edit_drafts(struct planning *m, struct err *err)
{
	struct err why;

	for (size_t i = 0; i < m->drafts.n; i++) {
		struct draft *d = m->drafts.at[i];
		if (!d->edits.n)
			continue;
		bool ok = !d->stale || edits_rebase(m->a, d->base, d->change.old, d->edits.at, &d->edits.n, &why);
		if (!ok || !edits_apply(m->a, d->change.old, d->edits.at, d->edits.n, &d->change.new, &why))
			return err_set(err, HEAL_WRONG, "'%s': %s", d->name.p, why.text);
	}
	return true;
}

/* ---- delegates ---- */

/* Run on the present drafts. */
static bool run_delegates(struct planning *m, enum plan_start start, struct err *err)
{
	struct change **changes = arena_alloc(m->a, (m->drafts.n + 1) * sizeof(*changes));

	for (size_t i = 0; i < m->drafts.n; i++)
		changes[i] = &m->drafts.at[i]->change;
	for (size_t i = 0; i < m->delegates.n; i++)
		if (m->delegates.at[i].runs_project && start == START_NOTHING) {
			m->plan->not_started = m->delegates.at;
			m->plan->not_started_n = m->delegates.n;
			return true;
		}
	return delegates_run(m->a, m->p, m->t, m->delegates.at, m->delegates.n, changes, m->drafts.n, err);
}

/* ---- the plan ---- */

static bool look_for_suppression(struct planning *m, struct err *err)
{
	struct err why, missing;

	for (size_t i = 0; i < m->drafts.n; i++) {
		const struct change *c = &m->drafts.at[i]->change;
		int found = policy_suppression(m->a, m->p, c->path, c->existed, c->old, c->new, &why);
		enum import_result imports = found == 1 ?
			IMPORTS_NONE :
			policy_imports(m->a, m->p, m->t, c->path, c->old, c->new, &missing);
		if (found == 1 || imports == IMPORTS_REFUSED)
			return err_set(err, HEAL_WRONG, "%s", found == 1 ? why.text : missing.text);
		struct str doubt = found == 2      ? str_of(why.text) :
			imports == IMPORTS_SWAPPED ? str_of(missing.text) :
						     name_doubt(m->a, m->p->pack, m->t, c);
		if (!doubt.n)
			doubt = insertion_doubt(m->a, m->p->pack, c);
		if (!doubt.n && m->by_model)
			doubt = model_change_doubt(m->a, m->p->pack, m->t, c);
		if (!doubt.n && m->by_record)
			doubt = record_change_doubt(m->a, m->p->pack, m->t, c);
		if (doubt.n)
			m->plan->look = arena_str(m->a, doubt);
	}
	return true;
}

static struct draft *draft_find(struct planning *m, struct str name)
{
	for (size_t i = 0; i < m->drafts.n; i++)
		if (str_eq(m->drafts.at[i]->name, name))
			return m->drafts.at[i];
	return NULL;
}

/* Files written by commands are backed up like edited ones. */
static bool take_touched(struct planning *m, struct err *err)
{
	for (size_t i = 0; i < m->commands.n; i++) {
		for (size_t k = 0; k < m->commands.at[i].touches_n; k++) {
			struct str name = m->commands.at[i].touches[k];
			bool had = draft_find(m, name) != NULL;
			struct draft *d = draft_of(m, name, err);
			if (!d)
				return false;
			d->change.touched = true;
			if (!had)
				d->change.kind = CHANGE_TOUCH;
		}
	}
	return true;
}

static bool is_change(const struct change *c)
{
	return c->kind == CHANGE_TOUCH || !c->existed || !str_eq(c->old, c->new) ||
		(c->before.st_mode & 07777) != c->mode;
}

static void fill_plan(struct planning *m)
{
	struct plan *plan = m->plan;
	size_t written = 0;

	plan->changes = arena_alloc(m->a, (m->drafts.n + 1) * sizeof(*plan->changes));
	for (size_t i = 0; i < m->drafts.n; i++) {
		struct draft *d = m->drafts.at[i];
		struct change *c = &d->change;
		/* A delegate's file that was not created. */
		if (!c->existed && !d->created && c->kind == CHANGE_WRITE && !c->new.p)
			continue;
		if (!is_change(c) && !c->touched)
			continue;
		if (c->kind == CHANGE_WRITE) {
			sha256_of(c->new, c->new_sha);
			written++;
		}
		plan->changes[plan->n++] = *c;
	}
	plan->commands = m->commands.at;
	plan->commands_n = m->commands.n;
	if (written > 1 && plan->risk < RISK_AMBER)
		plan->risk = RISK_AMBER;
	for (size_t i = 0; i < plan->commands_n; i++)
		if (plan->commands[i].risk > plan->risk)
			plan->risk = plan->commands[i].risk;
	for (size_t i = 0; i < plan->not_started_n; i++)
		if (plan->not_started[i].risk > plan->risk)
			plan->risk = plan->not_started[i].risk;
}

static void hash_piece(struct sha256 *s, struct str piece)
{
	char length[32];
	int n = snprintf(length, sizeof(length), "%zu:", piece.n);

	sha256_add(s, (struct str){ length, (size_t)n });
	sha256_add(s, piece);
}

static void hash_command(struct sha256 *s, const char *verb, const struct command *c)
{
	hash_piece(s, str_of(verb));
	hash_piece(s, c->dir);
	for (char *const *word = c->argv; *word; word++)
		hash_piece(s, str_of(*word));
	hash_piece(s, STR("end"));
}

static void hash_commands(struct sha256 *s, const struct plan *plan)
{
	for (size_t i = 0; i < plan->not_started_n; i++)
		hash_command(s, "run in a copy", &plan->not_started[i]);
	for (size_t i = 0; i < plan->commands_n; i++)
		hash_command(s, "run", &plan->commands[i]);
}

/* Each part is preceded by its length, so that different plans have different hashes. */
static void hash_plan(struct plan *plan)
{
	struct sha256 s;

	sha256_begin(&s);
	hash_piece(&s, STR("heal plan 2"));
	hash_piece(&s, plan->tree->path);
	for (size_t i = 0; i < plan->n; i++) {
		const struct change *c = &plan->changes[i];
		char modes[40];
		snprintf(modes, sizeof(modes), "%d %o %o", (int)c->kind, c->existed ? c->before.st_mode & 07777u : 0,
			c->mode);
		hash_piece(&s, c->path);
		hash_piece(&s, str_of(modes));
		hash_piece(&s, str_of(c->old_sha));
		hash_piece(&s, str_of(c->new_sha));
	}
	hash_commands(&s, plan);
	for (size_t i = 0; i < plan->inputs_n; i++) {
		hash_piece(&s, STR("reads"));
		hash_piece(&s, plan->inputs[i].path);
		hash_piece(&s, str_of(plan->inputs[i].sha));
	}
	sha256_end(&s, plan->hash);
}

static void hash_intent(struct plan *plan)
{
	struct sha256 s;

	sha256_begin(&s);
	hash_piece(&s, plan->tree->path);
	for (size_t i = 0; i < plan->n; i++)
		hash_piece(&s, plan->changes[i].path);
	hash_commands(&s, plan);
	sha256_end(&s, plan->intent);
}

struct plan *plan_make(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, enum plan_start start, struct err *err)
{
	struct plan *plan = ARENA_NEW(a, struct plan);
	struct planning m = { .a = a, .p = policy, .t = tree, .record = record, .plan = plan };

	*plan = (struct plan){ .a = a,
		.tree = tree,
		.solution = solution->id,
		.applicability = solution->applicability,
		.confidence = solution->confidence,
		.risk = solution->risk.level ? solution->risk.level : RISK_GREEN };
	if (!plan->solution.n || solution->steps.n > STEPS_MAX) {
		err_set(err, HEAL_WRONG, "a solution requires an id and at most %d steps", STEPS_MAX);
		return NULL;
	}
	LIST_EACH(step, step, &solution->steps)
		if (!take_step(&m, step, err))
			return NULL;
	if (!edit_drafts(&m, err) || !run_delegates(&m, start, err) || !look_for_suppression(&m, err) ||
		!take_touched(&m, err))
		return NULL;
	plan->unproven = m.by_model && solution->proof.status != CHECK_PASSED;
	fill_plan(&m);
	plan_inputs_find(policy, plan);
	hash_plan(plan);
	hash_intent(plan);
	return plan;
}

struct plan *plan_make_permitted(struct arena *a, const struct policy *policy, const struct tree *tree,
	const struct solution *solution, const struct record *record, enum consent consent, struct err *err)
{
	struct plan *plan = plan_make(a, policy, tree, solution, record, START_NOTHING, err);

	if (!plan || !plan->not_started_n || !policy_may_start(policy, plan, consent))
		return plan;
	return plan_make(a, policy, tree, solution, record, START_PROJECT, err);
}
