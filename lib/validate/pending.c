/* Roll a fix back, apply it again, and add its checks. */
#include "validate/pending.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy/confined.h"

void validator_tell(struct validator *v, enum heal_status status, const char *format, ...)
{
	char text[900];
	va_list ap;

	if (!v->o.tell)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	v->o.tell(v->o.ctx, status, text);
}

void pending_check(struct validator *v, struct pending_fix *h, struct check c)
{
	*VEC_ADD(&v->b, &h->checks) = c;
}

void pending_note(struct validator *v, struct pending_fix *h, const char *name, enum check_status s, double seconds,
	struct str detail)
{
	pending_check(v, h, (struct check){ .name = str_of(name), .status = s, .seconds = seconds, .detail = detail });
}

static bool undo(struct validator *v, struct pending_fix *h, struct err *err)
{
	if (!h->known)
		return err_set(err, HEAL_BROKEN, "the journal has no backup of this fix");
	if (!fix_roll_back(&v->b, v->policy, &v->tree, &h->entry, v->ran ? AFTER_A_RUN : BEFORE_A_RUN, err))
		return false;
	h->there = false;
	return true;
}

static bool redo(struct validator *v, struct pending_fix *h, struct err *err)
{
	if (!fix_reapply(&v->b, v->policy, &v->tree, &h->r, v->timeout, &h->entry, err))
		return false;
	h->there = true;
	h->r.fix.backup = h->entry.name;
	return true;
}

bool pending_put_back(struct validator *v, struct pending_fix *h)
{
	struct err err;

	if (redo(v, h, &err))
		return true;
	h->judged = true;
	h->reason = arena_printf(&v->b,
		"it was rolled back while another fix was checked, and could not be "
		"applied again: %s",
		err.text);
	pending_note(v, h, "rerun", CHECK_INCONCLUSIVE, 0, h->reason);
	return false;
}

static int newest_first(const void *x, const void *y)
{
	return str_cmp((*(struct pending_fix *const *)y)->entry.name, (*(struct pending_fix *const *)x)->entry.name);
}

void pending_sort(struct pending_fix **at, size_t n)
{
	if (n)
		qsort(at, n, sizeof(*at), newest_first);
}

size_t pending_applied(struct validator *v, struct pending_fix **at)
{
	size_t n = 0;

	for (size_t i = 0; i < v->held.n; i++)
		if (v->held.at[i].known && v->held.at[i].there)
			at[n++] = &v->held.at[i];
	pending_sort(at, n);
	return n;
}

bool validator_old_files(struct validator *v, struct old_files *out, struct err *err)
{
	struct pending_fix **at = arena_alloc(&v->b, (v->held.n + 1) * sizeof(struct pending_fix *));
	size_t n = pending_applied(v, at);

	while (n-- > 0)
		if (!old_files_of_entry(&v->b, &v->tree, &at[n]->entry, out, err))
			return false;
	return true;
}

struct sandbox_options validator_copy(struct validator *v)
{
	return (struct sandbox_options){ .root = v->tree.path.p,
		.cwd = v->here.p,
		.limits.bytes = (uint64_t)config_int(v->o.config, "trial.max_mb") << 20,
		.overlaid = node_get(pack_table(v->o.pack, "policy"), "overlaid"),
		.observed = trial_profile(&v->b, v->o.pack, v->o.config, v->tree.path) };
}

/* The applied fixes after h, newest first. */
static size_t later_ones(struct validator *v, const struct pending_fix *h, struct pending_fix **later)
{
	size_t n = 0;

	for (size_t i = 0; i < v->held.n; i++) {
		struct pending_fix *x = &v->held.at[i];
		if (x->known && x->there && str_cmp(x->entry.name, h->entry.name) > 0)
			later[n++] = x;
	}
	pending_sort(later, n);
	return n;
}

/* Later fixes changed the same files: roll them back first and apply them again. */
static bool undo_below(struct validator *v, struct pending_fix *h, struct err *err)
{
	struct pending_fix **later = arena_alloc(&v->b, (v->held.n + 1) * sizeof(*later));
	size_t n = later_ones(v, h, later), out = 0;

	while (out < n && undo(v, later[out], err))
		out++;
	bool ok = n && out == n && undo(v, h, err);
	while (out-- > 0)
		pending_put_back(v, later[out]);
	return ok;
}

bool pending_leave_out(struct validator *v, struct pending_fix *h)
{
	struct err err, below;

	if (undo(v, h, &err))
		return true;
	if (err.status == HEAL_PERSON && undo_below(v, h, &below))
		return true;
	h->judged = h->broken = true;
	h->reason = arena_printf(&v->b, "rollback failed: %s", err.text);
	char id[80];
	validator_tell(v, HEAL_BROKEN, "the fix %s could not be rolled back: %s",
		visible(h->r.fix.backup, id, sizeof(id)), err.text);
	return false;
}

void pending_fail(struct validator *v, struct pending_fix *h, struct str why)
{
	h->judged = true;
	h->resolved = false;
	if (v->o.keep || !h->there || !pending_leave_out(v, h))
		return;
	h->reason = arena_printf(&v->b, "validation failed: %.*s", STR_ARG(why));
}
