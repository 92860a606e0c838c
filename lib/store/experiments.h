/* experiments.h - the trials of the experiments, and the results
 *
 * A trial is the first result of a unit (analyze/experiment.h): of the variant that was assigned, whatever was applied
 * in its place.  It succeeded if that variant was applied, validated and resolved the incident; it failed if it failed
 * in a copy of the project, or was applied and rolled back, or failed its validation.  Everything is computed from the
 * records, in the order of `heal-log export`, so that it can be computed again from an export. */
#ifndef HEAL_STORE_EXPERIMENTS_H
#define HEAL_STORE_EXPERIMENTS_H

#include "base/vec.h"
#include "statistics/rollout.h"
#include "store/store.h"

/* The percentage of units that get the challenger; ROLLOUT_BEGIN where nothing was decided.  s may be NULL. */
int experiment_share(struct store *s, struct str experiment);

struct trial {
	struct str incident, time, fingerprint, unit;
	bool challenger, success;
	int share;
};
struct experiment {
	struct str name, control, challenger; /* the names of the variants; empty: not seen yet */
	int share;
	bool pinned; /* a person undid the last change of the share */
	struct rollout rollout;
	VEC(struct trial) trials;
};
struct experiment_list {
	struct experiment *at;
	size_t n, room;
};

/* All experiments of which the store has an assignment, in the arena. */
bool experiments_read(struct store *s, struct arena *a, struct experiment_list *out, struct err *err);

/* Change the shares of those whose trials say so, as events.  *changed (may be NULL): how many. */
bool experiments_settle(struct store *s, size_t *changed, struct err *err);
/* What follows from the trials of one: running, won or demoted. */
const char *experiment_state(const struct experiment *e);
/* The numbers of its trials, in words. */
struct str experiment_why(struct arena *a, const struct experiment *e);

#endif
