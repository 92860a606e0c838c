/* talk.h - what heal says on stderr during a run: little, and never in the command's way */
#ifndef HEAL_TALK_H
#define HEAL_TALK_H

#include "fix.h"
#include "watch.h"

struct talk {
	bool verbose, colour;
	bool said;		/* something was said: the next lines belong to it */
};

void talk_init(struct talk *t, bool verbose, bool colour);
__attribute__((format(printf, 2, 3)))
void talk_line(struct talk *t, const char *format, ...);
void talk_verbose(struct talk *t, const char *line);
/* What was just changed. */
void talk_applied(struct talk *t, const struct plan *plan);
/* A plan that did not act, why, and how a person lets it. */
void talk_plan(struct talk *t, struct arena *a, const struct plan *plan, const char *reason, struct str queued);
/* Without consent: the best solution of each root, as a diff. */
void talk_would(struct talk *t, struct arena *a, const struct fixer *fixer, const struct watched *w);
/* Show the plan on the terminal and ask; true for yes. */
bool talk_ask(struct talk *t, struct arena *a, const struct plan *plan);
/* The last word. */
void talk_end(struct talk *t, const char *outcome, struct str reason, struct str backup, const struct watched *w);

#endif
