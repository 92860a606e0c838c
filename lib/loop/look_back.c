/* What became of earlier fixes, as the first run of the command shows it: before anything is changed again. */
#include "loop/session_state.h"
#include "store/late_outcomes.h"

void session_look_back(struct heal_run *s)
{
	struct late_outcomes *past = s->store ? late_outcomes_new(s->store) : NULL;
	struct err err;
	bool ok = true;

	for (struct collected *c = s->first.incidents.first; past && c && ok; c = c->next) {
		struct record r = c->r;
		r.correlation_id = s->id;
		r.source.project = s->root;
		ok = late_outcomes_see(past, &r, &err);
	}
	if (!ok)
		ui_line(&s->ui, "cannot store the results of earlier fixes: %s", err.text);
	late_outcomes_free(past);
}
