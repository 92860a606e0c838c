#include "fix/fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fix/apply.h"
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
	char notes[700];
	struct arena list; /* memory of the entries, which are read again after an apply */
	struct journal_entry *entries;
	size_t entries_n;
	bool entries_read;
};

static void recover(struct fixer *f)
{
	struct err err;
	int n = f->dry ? 0 : journal_recover(&err);

	if (n < 0)
		snprintf(f->notes, sizeof(f->notes), "an interrupted change could not be rolled back: %s", err.text);
	else if (n > 0)
		snprintf(f->notes, sizeof(f->notes), "%d interrupted change%s of an earlier run rolled back", n,
			n > 1 ? "s" : "");
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
	f->policy = policy_new(pack_table(o->pack, "policy"), o->config, err);
	if (!f->policy)
		goto fail;
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
	return f->notes[0] ? f->notes : NULL;
}

/* Is there an applied fix for the same incident, with no later edits? */
static bool is_done(struct fixer *f, const struct record *r, struct str *backup)
{
	struct journal_entry *at;

	if (!f->entries_read) {
		arena_reset(&f->list);
		f->entries_read = journal_list(&f->list, &f->entries, &f->entries_n, NULL);
	}
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
	r->fix.reason = arena_str(r->a, reason);
}

static void report_plan(struct record *r, const struct plan *plan)
{
	r->fix.plan = arena_str(r->a, str_of(plan->hash));
	r->fix.diff = plan_diff(r->a, plan);
}

/* false: failed; everything is restored unless the status is HEAL_BROKEN. */
static bool act(struct fixer *f, struct record *r, const struct plan *plan, struct err *err)
{
	struct str backup = STR("");

	if (!f->dry) {
		if (!plan_apply(plan, f->policy, plan_note(r->a, plan, r), config_double(f->o.config, "timeout"),
			    &backup, err))
			return false;
		f->entries_read = false;
	}
	report(r, f->dry ? FIX_PLANNED : FIX_APPLIED, plan->solution, STR(""));
	r->fix.backup = arena_str(r->a, backup);
	report_plan(r, plan);
	return true;
}

/* Solutions that were not applied: the first of each kind. */
struct passed_over {
	struct str id, why; /* id empty: none */
};

struct others {
	struct plan *waiting;
	struct str waits;
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

static struct decision decide(struct fixer *f, struct record *r, const struct solution *s, const struct plan *plan)
{
	struct decision d = policy_decide(f->policy, plan, r, f->o.consent);
	struct str vain = tried_in_vain(r, s);

	if (vain.n && !d.approved && d.verdict != VERDICT_REFUSE) {
		d.verdict = VERDICT_SKIP;
		snprintf(d.reason, sizeof(d.reason), "%.*s", STR_ARG(vain));
	} else if (d.verdict == VERDICT_QUEUE && d.askable && f->o.ask && !f->dry && f->o.ask(f->o.ctx, plan)) {
		d = policy_decide(f->policy, plan, r, CONSENT_YES);
	}
	return d;
}

/* 1: applied; 0: not; -1: broken, stop. */
static int try_solution(struct fixer *f, struct record *r, const struct solution *s, struct others *o)
{
	struct err err = { HEAL_OK, "" };
	struct plan *plan = plan_make(r->a, f->policy, &f->tree, s, r, &err);
	struct decision d = { .verdict = VERDICT_REFUSE };

	if (plan)
		d = decide(f, r, s, plan);
	else
		snprintf(d.reason, sizeof(d.reason), "%.390s", err.text);
	switch (d.verdict) {
	case VERDICT_ACT:
		if (act(f, r, plan, &err))
			return 1;
		pass_over(r, &o->failed, s->id, err.text);
		f->status = err.status == HEAL_BROKEN ? HEAL_BROKEN : HEAL_REFUSED;
		return err.status == HEAL_BROKEN ? -1 : 0;
	case VERDICT_QUEUE:
		if (!o->waiting) {
			o->waiting = plan;
			o->waits = arena_str(r->a, str_of(d.reason));
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
	if (!queue_add(r->a, o->waiting, r, o->waits.p, &id, &err)) {
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
