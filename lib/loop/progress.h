/* progress.h - compare two runs of the command: resolved, remaining and new incidents */
#ifndef HEAL_LOOP_PROGRESS_H
#define HEAL_LOOP_PROGRESS_H

#include "exec/observed_run.h"
#include "validate/compare.h"

/* Are there other solutions for the incident: some, none, or are several joined in this one? */
enum alternatives { ALTERNATIVES_SOME, ALTERNATIVES_NONE, ALTERNATIVES_JOINED };

/* Is the incident reported in the same place?  c: the changes between the runs. */
bool is_still_there(const struct comparison *c, const struct observed_run *now, const struct record *r);
/* The number of incidents with this fingerprint. */
size_t times_reported(const struct observed_run *w, struct str fingerprint);

/* Progress: the incident is resolved, and fewer incidents remain, or all others are resolved too, or a hidden one
 * appeared in another line.  A new incident in the same line may be caused by the solution and counts only if there is
 * no other solution.
 * Partial progress: there are new incidents or errors in the same line, which another solution may avoid.
 * No progress: the command passes, but still reports the incident, because the error is only ignored. */
enum progress { PROGRESS_NONE, PROGRESS_PARTIAL, PROGRESS_FULL };
enum progress progress_of(const struct observed_run *before, const struct observed_run *now, const struct record *r,
	const struct comparison *c, enum alternatives alternatives);
/* All incidents are still reported, at least as often, in any place. */
bool is_nothing_gone(const struct observed_run *before, const struct observed_run *now);
/* Not more incidents than the best run, and it passes if that one did. */
bool is_as_good(const struct observed_run *best, const struct observed_run *now);

/* The level of the incidents that made the run fail: error or, if there is none, the highest reported level. */
enum level failure_level(const struct observed_run *first);

/* The confidence of a solution with prior p that worked in a copy. */
double confidence_proven(double p);
/* The same for a repair with which its incidents are gone, but the command fails for other reasons. */
double confidence_in_part(double p);

/* A summary of a run's incidents, to detect a state that occurred before. */
struct str run_state(struct arena *a, const struct observed_run *w);

#endif
