#include "fix/fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/version_control.h"
#include "base/proc.h"
#include "fix/apply.h"
#include "fix/confirm.h"
#include "fix/hooks.h"
#include "fix/planner.h"
#include "journal/journal.h"
#include "policy/review_queue.h"

struct fixer {
	struct arena a;
	struct tree tree;
	struct policy *policy;
	bool dry;
	struct fixer_options o;
	enum heal_status status;
	struct str notes;
	bool blocked;      /* an interrupted change could not be rolled back */
	struct arena list; /* memory of the entries, which are read again after an apply */
	struct journal_entry *entries;
	size_t entries_n;
	bool entries_read;
	struct str entries_from; /* older ones are not read; empty: all are */
	struct str confirmed;    /* through which program the plan in hand was confirmed; empty: through none */
};

static void note_add(struct fixer *f, struct str line)
{
	f->notes = f->notes.n ? arena_printf(&f->a, "%.*s; %.*s", STR_ARG(f->notes), STR_ARG(line)) : line;
}

static void recover(struct fixer *f)
{
	struct undo_notes more = { .a = &f->a };
	struct err err;
	int n = f->dry ? 0 : journal_recover(f->policy, &f->tree, &more, &err);

	if (n < 0) {
		note_add(f, arena_printf(&f->a, "an interrupted change could not be rolled back: %s", err.text));
		/* Nothing is built on a tree that is neither old nor new. */
		f->blocked = err.status == HEAL_REFUSED || err.status == HEAL_BROKEN;
	} else if (n > 0) {
		note_add(f,
			arena_printf(
				&f->a, "%d interrupted change%s of an earlier run rolled back", n, n > 1 ? "s" : ""));
	}
	for (size_t i = 0; i < more.n; i++)
		note_add(f, more.at[i]);
}

struct fixer *fixer_new(const struct fixer_options *o, struct err *err)
{
	struct fixer *f = calloc(1, sizeof(*f));

	if (!f)
		out_of_memory();
	f->tree.fd = -1;
	f->dry = o->dry || config_bool(o->config, "dry_run");
	f->o = *o;
	const char *root = o->root ? o->root : project_root(&f->a, ".").p;
	if (!tree_open(&f->a, &f->tree, root, err))
		goto fail;
	proc_helpers_avoid(f->tree.path.p);
	f->policy = policy_new(o->pack, o->config, err);
	if (!f->policy)
		goto fail;
	if (!f->dry)
		policy_permit(f->policy, o->consent);
	recover(f);
	return f;
fail:
	fixer_free(f);
	return NULL;
}

void fixer_free(struct fixer *f)
{
	if (!f)
		return;
	policy_free(f->policy);
	tree_close(&f->tree);
	arena_free(&f->list);
	arena_free(&f->a);
	free(f);
}

enum heal_status fixer_status(const struct fixer *f)
{
	return f->status;
}

const struct policy *fixer_policy(const struct fixer *f)
{
	return f->policy;
}

const struct tree *fixer_tree(const struct fixer *f)
{
	return &f->tree;
}

const char *fixer_notes(const struct fixer *f)
{
	return f->notes.n ? f->notes.p : NULL;
}

/* The entries from that name on, at least. */
static void read_entries(struct fixer *f, struct str from)
{
	if (f->entries_read && str_cmp(f->entries_from, from) <= 0)
		return;
	arena_reset(&f->list);
	f->entries_n = 0;
	f->entries_from = arena_str(&f->list, from);
	f->entries_read = journal_list(&f->list, from, &f->entries, &f->entries_n, NULL);
}

/* The text of a file before the first fix that changed it. */
static bool before_fixes(void *ctx, struct str name, struct str *text)
{
	struct fixer *f = ctx;
	bool found = false;

	read_entries(f, STR_NONE);
	for (size_t i = 0; i < f->entries_n; i++) { /* newest first */
		const struct journal_entry *e = &f->entries[i];
		if (!str_is(e->state, "applied") || !str_eq(e->root, f->tree.path))
			continue;
		for (size_t k = 0; k < e->n; k++)
			if (str_eq(e->paths[k], name)) {
				if (!journal_old(&f->list, e, k, text, NULL))
					*text = STR("");
				found = true;
			}
	}
	return found;
}

/* Is there an applied fix for the same incident, with no later edits? */
static bool is_done(struct fixer *f, const struct record *r, struct str *backup)
{
	struct journal_entry *at;

	read_entries(f, f->o.fresh ? r->id : STR_NONE);
	at = f->entries;
	for (size_t i = 0; i < f->entries_n; i++) {
		struct str id = json_str(json_path(at[i].manifest, "note.incident"));
		bool same = id.n && str_eq(id, r->id) && str_is(at[i].state, "applied") &&
			str_eq(at[i].root, f->tree.path);
		JSON_EACH(row, same ? json_get(at[i].manifest, "files") : NULL) {
			char sha[SHA256_HEX] = "absent";
			struct str name = json_str(json_get(row, "path")), now;
			struct stat st;
			if (tree_name(r->a, &f->tree, name, &name, NULL) &&
				tree_read(r->a, &f->tree, name, &now, &st, NULL))
				sha256_of(now, sha);
			same = same && str_is(json_str(json_get(row, "new")), sha);
		}
		if (same) {
			*backup = arena_str(r->a, at[i].name);
			return true;
		}
	}
	return false;
}

static void report(struct record *r, enum fix_status status, struct str solution, struct str reason)
{
	r->fix.status = status;
	r->fix.solution = solution;
	const struct solution *chosen = solution_find(r, solution);
	r->fix.variant = chosen ? chosen->variant : STR_NONE;
	r->fix.reason = arena_str(r->a, reason);
	r->fix.time = time_text(r->a);
	r->fix.correlation_id = session_other(r);
}

static void report_plan(struct record *r, const struct plan *plan)
{
	r->fix.plan = arena_str(r->a, str_of(plan->hash));
	r->fix.diff = plan_diff(r->a, plan);
}

/* The user's hook sees the record with the plan.  false: err has its reason. */
static bool hook_permits(struct fixer *f, struct record *r, const struct plan *plan, struct err *err)
{
	struct fix before = r->fix;
	struct str why;

	report(r, FIX_PLANNED, plan->solution, STR(""));
	report_plan(r, plan);
	bool ok = hook_run(r->a, f->o.config, f->tree.path, HOOK_PRE_FIX, r, &why);
	r->fix = before;
	return ok || err_set(err, HEAL_PERSON, "%.*s", STR_ARG(why));
}

static void hook_after(struct fixer *f, struct record *r)
{
	struct str why;

	if (!hook_run(r->a, f->o.config, f->tree.path, HOOK_ON_FIX, r, &why) && f->o.tell)
		f->o.tell(f->o.ctx, why.p);
}

static struct str unknown_changes(struct record *r, const struct plan *plan)
{
	const struct command *starts = plan->not_started_n ? plan_runs_project(plan) : NULL;

	if (!starts)
		return STR("");
	return arena_printf(r->a,
		"the changes are not known: '%s' may run code of the project, so it is not started before the fix is "
		"applied",
		starts->argv[0]);
}

/* by_person: a person has seen this plan and wants it.  false: failed; everything is restored unless the status is
 * HEAL_BROKEN. */
static bool act(struct fixer *f, struct record *r, const struct plan *plan, bool by_person, struct err *err)
{
	struct applied applied = { .backup = STR("") };
	struct json *note = plan_note(r->a, plan, r);

	if (by_person)
		json_set_bool(r->a, note, "person", true);

	if (!f->dry) {
		if (f->blocked)
			return err_set(err, HEAL_REFUSED, "%s", f->notes.p);
		if (!plan_apply(plan, f->policy, note, config_double(f->o.config, "timeout"), &applied, err))
			return false;
		f->entries_read = false;
	}
	report(r, f->dry ? FIX_PLANNED : FIX_APPLIED, plan->solution, unknown_changes(r, plan));
	r->fix.backup = arena_str(r->a, applied.backup);
	r->fix.confined = applied.confined;
	r->fix.unconfined = applied.unconfined;
	report_plan(r, plan);
	r->fix.confirmed = f->confirmed;
	if (!f->dry)
		hook_after(f, r);
	return true;
}

/* Solutions that were not applied: the first of each kind. */
struct passed_over {
	struct str id, why; /* id empty: none */
};

struct others {
	struct plan *waiting;
	struct str waits;
	const char *why; /* of waiting */
	struct passed_over failed, refused, skipped;
};

static void pass_over(struct record *r, struct passed_over *o, struct str id, const char *why)
{
	if (!o->id.n)
		*o = (struct passed_over){ id.n ? id : STR("?"), arena_str(r->a, str_of(why)) };
}

/* Why the solution is skipped, given earlier results; empty: it is not. */
static struct str tried_in_vain(struct record *r, const struct solution *s)
{
	if (s->proof.status == CHECK_FAILED)
		return STR("it did not help in a copy of the project");
	if (s->proof.status == CHECK_INCONCLUSIVE || s->proof.status == CHECK_SKIPPED)
		return STR("it could not be verified in a copy of the project");
	if (s->rests_until.n && str_cmp(s->rests_until, time_text(r->a)) > 0)
		return arena_printf(r->a, "it recently failed for this error and is not tried again before %.*s",
			STR_ARG(s->rests_until));
	return STR("");
}

static bool committed(void *ctx, struct arena *a, const struct pack *pack, struct str name, struct str *text)
{
	const struct fixer *f = ctx;

	return vcs_committed(a, pack, f->tree.path, name, text);
}

static struct decision decide(struct fixer *f, struct record *r, const struct solution *s, const struct plan *plan)
{
	struct project_before before = { before_fixes, committed, f };
	struct decision d = policy_decide(f->policy, plan, r, &before, f->o.consent);
	struct str vain = tried_in_vain(r, s);
	const char *by = NULL;

	f->confirmed = STR("");
	if (vain.n && !d.approved && d.verdict != VERDICT_REFUSE) {
		d.verdict = VERDICT_SKIP;
		snprintf(d.reason, sizeof(d.reason), "%.*s", STR_ARG(vain));
	} else if (d.verdict == VERDICT_QUEUE && d.askable && f->o.ask && !f->dry && f->o.ask(f->o.ctx, plan, &by)) {
		d = policy_decide(f->policy, plan, r, &before, CONSENT_PERSON);
		f->confirmed = arena_str(r->a, str_of(by));
	}
	return d;
}

/* Confirmed on the terminal: now the delegates are run, and it is asked again, with the changes that they make. */
static struct decision start(
	struct fixer *f, struct record *r, const struct solution *s, struct plan **plan, struct err *err)
{
	struct plan *known = plan_make(r->a, f->policy, &f->tree, s, r, START_PROJECT, err);
	struct decision d = { .verdict = VERDICT_REFUSE };

	if (known) {
		*plan = known;
		return decide(f, r, s, known);
	}
	snprintf(d.reason, sizeof(d.reason), "%.390s", err->text);
	return d;
}

/* 1: applied; 0: not; -1: broken, stop. */
static int try_solution(struct fixer *f, struct record *r, const struct solution *s, struct others *o)
{
	struct err err = { HEAL_OK, "" };
	struct plan *plan = plan_make_permitted(r->a, f->policy, &f->tree, s, r, f->o.consent, &err);
	struct decision d = { .verdict = VERDICT_REFUSE };

	if (plan)
		d = decide(f, r, s, plan);
	if (plan && plan->not_started_n && d.verdict == VERDICT_ACT && !f->dry)
		d = start(f, r, s, &plan, &err);
	if (!plan)
		snprintf(d.reason, sizeof(d.reason), "%.390s", err.text);
	switch (d.verdict) {
	case VERDICT_ACT:
		if (!f->dry && !hook_permits(f, r, plan, &err)) {
			pass_over(r, &o->refused, s->id, err.text);
			return 0;
		}
		if (act(f, r, plan, d.approved || f->confirmed.n, &err))
			return 1;
		pass_over(r, &o->failed, s->id, err.text);
		f->status = err.status == HEAL_BROKEN ? HEAL_BROKEN : HEAL_REFUSED;
		return err.status == HEAL_BROKEN ? -1 : 0;
	case VERDICT_QUEUE:
		if (!o->waiting) {
			o->waiting = plan;
			o->waits = arena_str(r->a, str_of(d.reason));
			o->why = d.why;
		}
		return 0;
	case VERDICT_REFUSE:
		pass_over(r, &o->refused, s->id, d.reason);
		return 0;
	case VERDICT_SKIP:
		pass_over(r, &o->skipped, s->id, d.reason);
		return 0;
	}
	return 0;
}

/* Ask the tools whose output is the only source of a step's text.  The view is a new one, because earlier fixes may
 * have changed the files. */
static void confirm(struct fixer *f, struct record *r)
{
	struct err err;
	bool any = false;

	LIST_EACH(solution, s, &r->solutions)
		LIST_EACH(step, step, &s->steps)
			any |= str_is(step->origin, "output");
	struct source_tree *view = any ? source_new(f->tree.path.p, f->tree.path.p, &err) : NULL;
	if (!view)
		return;
	struct confirmer *c = confirmer_new(f->o.pack, &f->tree, view, r->source.output);
	confirm_record(c, r);
	confirmer_free(c);
	source_free(view);
}

static bool wait_for_person(struct fixer *f, struct record *r, const struct others *o)
{
	struct err err;
	struct str id;

	f->status = HEAL_PERSON;
	report_plan(r, o->waiting);
	if (f->dry) {
		report(r, FIX_PLANNED, o->waiting->solution,
			arena_printf(r->a, "would be queued for review: %.*s", STR_ARG(o->waits)));
		return false;
	}
	report(r, FIX_QUEUED, o->waiting->solution, o->waits);
	if (!queue_add(r->a, o->waiting, r, o->why, o->waits.p, &id, &err)) {
		f->status = err.status;
		report(r, FIX_FAILED, o->waiting->solution, str_of(err.text));
	}
	return false;
}

static bool none_acted(struct fixer *f, struct record *r, const struct others *o)
{
	if (f->status == HEAL_BROKEN || (o->failed.id.n && !o->waiting)) {
		report(r, FIX_FAILED, o->failed.id, o->failed.why);
		return false;
	}
	if (o->waiting)
		return wait_for_person(f, r, o);
	if (o->refused.id.n) {
		f->status = HEAL_PERSON;
		report(r, FIX_REFUSED, o->refused.id, o->refused.why);
		return false;
	}
	report(r, FIX_SKIPPED, o->skipped.id, o->skipped.id.n ? o->skipped.why : STR("no such solution"));
	return true;
}

bool fixer_record(struct fixer *f, struct record *r)
{
	struct others o = { 0 };
	struct str backup;
	int64_t attempt = r->fix.attempt + 1;
	int got = 0;

	f->status = HEAL_OK;
	if (r->kind != KIND_INCIDENT || r->solutions.n == 0 || r->fix.status == FIX_APPLIED)
		return true;
	if (is_done(f, r, &backup)) {
		report(r, FIX_SKIPPED, STR_NONE, STR("already applied"));
		r->fix.backup = backup;
		return true;
	}
	r->fix = (struct fix){ .attempt = attempt, .other = r->fix.other };
	confirm(f, r);
	LIST_EACH(solution, s, &r->solutions) {
		if (f->o.solution && !str_is(s->id, f->o.solution))
			continue;
		got = try_solution(f, r, s, &o);
		if (got)
			break;
	}
	if (got == 1)
		f->status = HEAL_OK;
	return got == 1 || none_acted(f, r, &o);
}
