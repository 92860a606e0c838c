/* ui.h - messages of heal run on stderr, and its confirmation prompt */
#ifndef HEAL_LOOP_UI_H
#define HEAL_LOOP_UI_H

#include "exec/observed_run.h"
#include "policy/plan.h"

enum { PLANS_SHOWN = 3 };

struct ui {
	bool verbose, colour;
	bool quiet;   /* messages go to the log only */
	FILE *log;    /* NULL: none */
	bool printed; /* a message was printed; separate it from the command's output */
	bool in_part; /* a repair of some failures is applied: what is skipped is resolved by it */
};

void ui_init(struct ui *t, bool verbose, bool colour);
__attribute__((format(printf, 2, 3))) void ui_line(struct ui *t, const char *format, ...);
void ui_verbose(struct ui *t, const char *line);
/* The record's fix: the changes, or the plan that was not applied, the reason, and how to approve it. */
void ui_fix(struct ui *t, const struct record *r);
/* Print a planned fix as a diff; true if there is one. */
bool ui_would(struct ui *t, const struct record *r);
/* Show the plan on the terminal and ask; true for yes.  proof: what passes with it, in a copy. */
bool ui_ask(struct ui *t, struct arena *a, const struct plan *plan, struct str proof);
/* May a command that acts outside the project be run again?  what: the part of it that acts. */
bool ui_ask_rerun(struct ui *t, struct str command, struct str what);
/* The last line. */
void ui_end(
	struct ui *t, enum session_status outcome, struct str reason, struct str backup, const struct observed_run *w);

#endif
