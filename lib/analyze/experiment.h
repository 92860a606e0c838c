/* experiment.h - assign one of two variants of a solution
 *
 * An experiment compares a control with a challenger: two variants that the solutions of a cause name, of which the
 * first one listed is the control, or a row of the table `experiments`.  Where an incident has solutions of both, the
 * unit, a hash of experiment, fingerprint and tree, decides which come first.  So a tree never sees a choice flip,
 * except when the share of the challenger changes.  The order of all other solutions stays, and none is left out. */
#ifndef HEAL_ANALYZE_EXPERIMENT_H
#define HEAL_ANALYZE_EXPERIMENT_H

#include "analyze/analyzer.h"

/* A solution's part in an experiment; experiment.p == NULL: none. */
struct participation {
	struct str experiment;
	bool challenger;
};

/* The part of a solution with this id; sets *variant, EXPERIMENT/NAME, in the arena. */
struct participation experiment_part(struct arena *a, const struct pack *pack, struct node cause, struct node solution,
	struct str id, struct str *variant);

/* 16 hex digits that identify the unit, in the arena; as a fraction of 2^64, *fraction. */
struct str experiment_unit(
	struct arena *a, struct str experiment, struct str fingerprint, struct str tree, double *fraction);

/* The ranked solutions of an incident, and their parts. */
struct ranked {
	struct solution *solution;
	struct participation part;
};
/* Reorder the n solutions, which are in the order of their rank, and note the assignments in r. */
void experiments_assign(const struct solution_history *h, struct record *r, struct ranked *at, size_t n);

#endif
