/* ui.h - what heal says on stderr during a run: little, and never in the command's way */
#ifndef HEAL_LOOP_UI_H
#define HEAL_LOOP_UI_H

#include "exec/observed_run.h"
#include "fix/fix.h"

struct ui {
	bool verbose, colour;
	bool said; /* something was said: the next lines belong to it */
};

void ui_init(struct ui *t, bool verbose, bool colour);
__attribute__((format(printf, 2, 3))) void ui_line(struct ui *t, const char *format, ...);
void ui_verbose(struct ui *t, const char *line);
/* What was just changed. */
void ui_applied(struct ui *t, const struct plan *plan);
/* A plan that did not act, why, and how a person lets it. */
void ui_plan(struct ui *t, struct arena *a, const struct plan *plan, const char *reason, struct str queued);
/* Without consent: the best solution of each root, as a diff. */
void ui_would(struct ui *t, struct arena *a, const struct fixer *fixer, const struct watched *w);
/* Show the plan on the terminal and ask; true for yes. */
bool ui_ask(struct ui *t, struct arena *a, const struct plan *plan);
/* The last word. */
void ui_end(struct ui *t, const char *outcome, struct str reason, struct str backup, const struct watched *w);

#endif
