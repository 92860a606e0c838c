/* progress.h - two runs of the command compared: what is gone, what is left, what is new */
#ifndef HEAL_LOOP_PROGRESS_H
#define HEAL_LOOP_PROGRESS_H

#include "exec/observed_run.h"

/* What a solution stands beside: others for the same incident, none, or it is several in one. */
enum alternatives { ALTERNATIVES_SOME, ALTERNATIVES_NONE, ALTERNATIVES_JOINED };

/* Is the incident said of the same line, or of the one that an edit has moved it to? */
bool is_still_there(const struct observed_run *now, const struct record *r, int64_t shift);
/* How often something with this fingerprint is said, wherever. */
size_t times_said(const struct observed_run *w, struct str fingerprint);

/* The incident is gone, and fewer are left, or all that are left are new ones that it hid, or one that it hid has
 * come up: elsewhere, for in the same line it may be this solution's own; unless it is the only one there is.
 * Partial: something is still wrong with the line, and another solution may leave nothing wrong with it.
 * A command that passes and still says what was to be mended was only made to swallow it. */
enum progress { PROGRESS_NONE, PROGRESS_PARTIAL, PROGRESS_FULL };
enum progress progress_of(const struct observed_run *before, const struct observed_run *now, const struct record *r,
	int64_t shift, enum alternatives alternatives);
/* All that was said is still said, as often, wherever. */
bool is_nothing_gone(const struct observed_run *before, const struct observed_run *now);
/* No more are left than in the best run, and it passes if that did. */
bool is_as_good(const struct observed_run *best, const struct observed_run *now);

/* How many incidents are new, anywhere, that are as bad as what made the first run fail; one (may be NULL) is the
 * first of them, owned by now. */
size_t news_count(const struct observed_run *first, const struct observed_run *now, const struct record **one);

/* The confidence of a solution with prior p that was seen to work in a copy. */
double confidence_proven(double p);

/* What a run said, in short: to know a state that was there before. */
struct str run_state(struct arena *a, const struct observed_run *w);

#endif
