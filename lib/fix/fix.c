#include "fix/fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fix/apply.h"
#include "fix/planner.h"
#include "journal/journal.h"

struct fixer {
	struct arena a;
	struct tree tree;
	struct policy *policy;
	const struct config *config;
	enum consent consent;
	bool dry;
	const char *only;
	enum heal_status status;
	char notes[700];
	struct arena list; /* holds the entries: read once, again after an apply */
	struct journal_entry *entries;
	size_t entries_n;
	bool entries_read;
};

static void recover(struct fixer *f)
{
	struct err err;
	int n = f->dry ? 0 : journal_recover(&err);

	if (n < 0)
		snprintf(f->notes, sizeof(f->notes), "an unfinished change could not be put back: %s", err.text);
	else if (n > 0)
		snprintf(f->notes, sizeof(f->notes), "%d unfinished change%s of an earlier run put back", n,
			n > 1 ? "s" : "");
}

struct fixer *fixer_new(const struct fixer_options *o, struct err *err)
{
	struct fixer *f = calloc(1, sizeof(*f));

	if (!f)
		out_of_memory();
	f->tree.fd = -1;
	f->config = o->config;
	f->consent = o->consent;
	f->dry = o->dry || config_bool(o->config, "dry_run");
	f->only = o->solution;
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

/* Is this very incident mended already, with nothing edited since? */
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
		bool same = id.n && str_eq(id, record_str(r, F_ID)) && str_is(at[i].state, "applied") &&
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

static void report(struct record *r, const char *status, struct str solution, const char *reason)
{
	record_set_str(r, F_FIX_STATUS, str_of(status));
	if (solution.n)
		record_set_str(r, F_FIX_SOLUTION, solution);
	if (reason && *reason)
		record_set_str(r, F_FIX_REASON, str_of(reason));
}

static void report_plan(struct record *r, const struct plan *plan)
{
	record_set_str(r, F_FIX_PLAN, str_of(plan->hash));
	record_set_str(r, F_FIX_DIFF, plan_diff(r->a, plan));
}

static struct json *note_of(const struct record *r, const struct plan *plan)
{
	struct json *note = json_new(r->a, JSON_OBJECT);

	json_set_str(r->a, note, "incident", record_str(r, F_ID));
	json_set_str(r->a, note, "solution", plan->solution);
	json_set_str(r->a, note, "plan", str_of(plan->hash));
	json_set_str(r->a, note, "message", record_str(r, F_ERROR_MESSAGE));
	return note;
}

/* false: failed, everything is as before unless the status is HEAL_BROKEN. */
static bool act(struct fixer *f, struct record *r, const struct plan *plan, struct err *err)
{
	struct str backup;

	if (f->dry) {
		report(r, "planned", plan->solution, NULL);
		report_plan(r, plan);
		return true;
	}
	if (!plan_apply(plan, f->policy, note_of(r, plan), config_double(f->config, "timeout"), &backup, err))
		return false;
	f->entries_read = false;
	report(r, "applied", plan->solution, NULL);
	record_set_str(r, F_FIX_BACKUP, backup);
	report_plan(r, plan);
	return true;
}

/* What became of the solutions that did not act. */
struct others {
	struct plan *waiting;
	char waits[400];
	struct str failed, refused, skipped; /* ids */
	char why_failed[600], why_refused[600], why_skipped[400];
};

/* 1: acted; 0: not; -1: broken, stop. */
static int try_solution(struct fixer *f, struct record *r, const struct json *solution, struct others *o)
{
	struct err err = { HEAL_OK, "" };
	struct str id = json_str(json_get(solution, "id"));
	struct plan *plan = plan_make(r->a, f->policy, &f->tree, solution, r, &err);
	struct decision d = { .verdict = VERDICT_REFUSE };

	if (plan)
		d = policy_decide(f->policy, plan, r, f->consent);
	else
		snprintf(d.reason, sizeof(d.reason), "%.390s", err.text);
	if (d.verdict == VERDICT_ACT) {
		if (act(f, r, plan, &err))
			return 1;
		o->failed = id;
		snprintf(o->why_failed, sizeof(o->why_failed), "%s", err.text);
		f->status = err.status == HEAL_BROKEN ? HEAL_BROKEN : HEAL_REFUSED;
		return err.status == HEAL_BROKEN ? -1 : 0;
	}
	if (d.verdict == VERDICT_QUEUE && !o->waiting) {
		o->waiting = plan;
		memcpy(o->waits, d.reason, sizeof(o->waits));
	} else if (d.verdict == VERDICT_REFUSE && !o->refused.n) {
		o->refused = id.n ? id : STR("?");
		snprintf(o->why_refused, sizeof(o->why_refused), "%s", d.reason);
	} else if (d.verdict == VERDICT_SKIP && !o->skipped.n) {
		o->skipped = id;
		snprintf(o->why_skipped, sizeof(o->why_skipped), "%s", d.reason);
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
		report(r, "planned", o->waiting->solution, arena_printf(r->a, "would wait for review: %s", o->waits).p);
		return false;
	}
	report(r, "queued", o->waiting->solution, o->waits);
	if (!queue_add(r->a, o->waiting, r, o->waits, &id, &err)) {
		f->status = err.status;
		report(r, "failed", o->waiting->solution, err.text);
	}
	return false;
}

static bool none_acted(struct fixer *f, struct record *r, const struct others *o)
{
	if (f->status == HEAL_BROKEN || (o->failed.n && !o->waiting)) {
		report(r, "failed", o->failed, o->why_failed);
		return false;
	}
	if (o->waiting)
		return wait_for_person(f, r, o);
	if (o->refused.n) {
		f->status = HEAL_PERSON;
		report(r, "refused", o->refused, o->why_refused);
		return false;
	}
	report(r, "skipped", o->skipped, o->skipped.n ? o->why_skipped : "no such solution");
	return true;
}

bool fixer_record(struct fixer *f, struct record *r)
{
	struct json *solutions = record_get(r, F_SOLUTIONS);
	struct others o = { 0 };
	struct str backup;
	int got = 0;

	f->status = HEAL_OK;
	if (!record_is(r, "incident") || json_count(solutions) == 0 || str_is(record_str(r, F_FIX_STATUS), "applied"))
		return true;
	if (is_done(f, r, &backup)) {
		report(r, "skipped", STR_NONE, "already applied");
		record_set_str(r, F_FIX_BACKUP, backup);
		return true;
	}
	int64_t attempt = record_int(r, F_FIX_ATTEMPT, 0) + 1;
	json_remove(r->root, "fix");
	record_set_int(r, F_FIX_ATTEMPT, attempt);
	JSON_EACH(solution, solutions) {
		if (f->only && !str_is(json_str(json_get(solution, "id")), f->only))
			continue;
		got = try_solution(f, r, solution, &o);
		if (got)
			break;
	}
	if (got == 1)
		f->status = HEAL_OK;
	return got == 1 || none_acted(f, r, &o);
}
