/* outcome.c - what a session came to, of all that was tried in it */
#include "base/proc.h"
#include "loop/session_state.h"

struct str session_proof_shown(struct heal_run *s)
{
	return s->stand_in ? arena_printf(&s->a, "'%.*s'", STR_ARG(argv_show(&s->a, s->stand_in))) : STR("the command");
}

static struct str check_detail(const struct record *r)
{
	LIST_EACH(check, c, &r->validation.checks)
		if (c->status == CHECK_INCONCLUSIVE || c->status == CHECK_FAILED)
			return c->detail.n ? c->detail : c->name;
	return STR("");
}

static bool check_failed(const struct record *r, const char *name)
{
	LIST_EACH(check, c, &r->validation.checks)
		if (str_is(c->name, name) && c->status == CHECK_FAILED)
			return true;
	return false;
}

static struct str rollback_reason(struct heal_run *s, const struct record *r)
{
	const struct solution *solution = solution_find(r, r->fix.solution);
	bool proven = solution && solution->proof.status == CHECK_PASSED, reran = check_failed(r, "rerun");

	return arena_printf(&s->a, "%s; it was rolled back: %.*s",
		r->validation.status == CHECK_INCONCLUSIVE ? "the command passed with a fix" :
			reran && proven ? "the command passes with the fix in a copy, but not in the project" :
			reran           ? "the fix did not help" :
					  "the fix failed a check",
		STR_ARG(check_detail(r)));
}

void session_conclude(struct heal_run *s)
{
	const struct record *kept = NULL, *unproven = NULL, *rolled = NULL, *waiting = NULL;

	for (struct collected *c = s->first.incidents.first; c; c = c->next) {
		const struct record *r = &c->r;
		bool applied = r->fix.status == FIX_APPLIED;
		s->fixed += applied;
		if (applied)
			kept = r;
		if (applied && r->validation.status != CHECK_PASSED && !unproven)
			unproven = r;
		if (r->fix.status == FIX_ROLLED_BACK && !rolled)
			rolled = r;
		if ((r->fix.status == FIX_QUEUED || r->fix.status == FIX_REFUSED || r->fix.status == FIX_FAILED) &&
			!waiting)
			waiting = r;
	}
	if (unproven && s->external && !s->rerun)
		session_ends(s, SESSION_PERSON,
			arena_printf(&s->a,
				"the fix is applied%s%.*s; not run again, because it acts outside the project: %.*s; "
				"run it yourself",
				s->stand_in ? "; proven by " : "",
				STR_ARG(s->stand_in ? session_proof_shown(s) : STR("")), STR_ARG(s->effect.what)));
	else if (unproven)
		session_ends(s, SESSION_PERSON,
			arena_printf(
				&s->a, "the fix is applied but not verified: %.*s", STR_ARG(check_detail(unproven))));
	else if (kept && s->status == 0)
		session_ends(s, SESSION_HEALED, STR(""));
	else if (kept && s->mended)
		session_ends(s, SESSION_UNHEALED,
			arena_printf(
				&s->a, "%zu of %zu mended; the command still fails", s->mended, s->mended + s->left));
	else if (kept)
		session_ends(
			s, SESSION_UNHEALED, STR("the fix resolved its error and is kept; the command still fails"));
	else if (rolled)
		session_ends(s, rolled->validation.status == CHECK_INCONCLUSIVE ? SESSION_PERSON : SESSION_UNHEALED,
			rollback_reason(s, rolled));
	else if (waiting)
		session_ends(s, SESSION_PERSON, arena_str(&s->a, waiting->fix.reason));
	else if (!s->reason.n)
		session_ends(s, SESSION_PERSON, STR("no solution can be applied"));
	/* After a rollback the project is in its old state again. */
	if (rolled && !kept)
		s->status = s->status ? s->status : s->first_status;
}

void session_end_if_interrupted(struct heal_run *s)
{
	if (!interruption() || s->first.run.interrupted || s->outcome == SESSION_HEALED ||
		s->outcome == SESSION_INTERRUPTED)
		return;
	session_ends(s, SESSION_INTERRUPTED, STR("interrupted before a repair was proven"));
	s->status = 128 + interruption();
}
