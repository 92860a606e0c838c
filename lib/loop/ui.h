/* ui.h - what heal says on stderr during a run: little, and never in the command's way */
#ifndef HEAL_LOOP_UI_H
#define HEAL_LOOP_UI_H

#include "exec/observed_run.h"
#include "policy/plan.h"

enum { PLANS_SHOWN = 3 };

struct ui {
	bool verbose, colour;
	bool said; /* something was said: the next lines belong to it */
};

void ui_init(struct ui *t, bool verbose, bool colour);
__attribute__((format(printf, 2, 3))) void ui_line(struct ui *t, const char *format, ...);
void ui_verbose(struct ui *t, const char *line);
/* What became of the record's fix: what was changed, or the plan that did not act, why, and how a person lets it. */
void ui_fix(struct ui *t, const struct record *r);
/* A planned fix as a diff; true if there is one. */
bool ui_would(struct ui *t, const struct record *r);
/* Show the plan on the terminal and ask; true for yes. */
bool ui_ask(struct ui *t, struct arena *a, const struct plan *plan);
/* The last line. */
void ui_end(
	struct ui *t, enum session_status outcome, struct str reason, struct str backup, const struct observed_run *w);

#endif
