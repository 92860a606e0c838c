/* turn.c - one repair at a time in a project */
#include "base/proc.h"
#include "loop/session_state.h"

enum { TURN_SECONDS = 600 }; /* that another run may take */

bool session_is_healable(const struct runner_result *run)
{
	return run->status != 0 && !run->interrupted && !run->lost;
}

static void waits(void *ctx)
{
	ui_line(&((struct heal_run *)ctx)->ui, "another heal run is repairing this project; waiting for it");
}

bool session_take_turn(struct heal_run *s, bool *failed, struct err *err)
{
	*failed = false;
	if (!project_lock(&s->lock, s->root, TURN_SECONDS, waits, s)) {
		session_ends(s, SESSION_PERSON,
			STR("another heal run is still repairing this project; run heal again later"));
		return false;
	}
	if (!s->lock.waited)
		return true;
	if (s->external && !session_may_rerun(s, argv_show(&s->a, s->o->argv), s->effect.what)) {
		session_ends(s, SESSION_PERSON,
			arena_printf(&s->a,
				"another heal run repaired this project meanwhile; the command is not run again, "
				"because it "
				"acts outside the project: %.*s",
				STR_ARG(s->effect.what)));
		return false;
	}
	observed_run_release(&s->first);
	s->first = (struct observed_run){ 0 };
	*failed = !session_run_command(s, &s->first, err);
	if (*failed)
		return false;
	if (s->status == 0)
		session_ends(s, SESSION_HEALED, STR("another heal run repaired the project"));
	else if (!session_is_healable(&s->first.run))
		session_ends(s, s->first.run.interrupted ? SESSION_INTERRUPTED : SESSION_UNHEALED, STR(""));
	return session_is_healable(&s->first.run);
}
