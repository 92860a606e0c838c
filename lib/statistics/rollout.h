/* rollout.h - the share of an experiment's units that get the challenger, from the trials so far
 *
 * 10 % until the challenger has ROLLOUT_LEAST trials without a sign of harm, then 50 %.  There it stays until the
 * sequential test decides: 100 % if the challenger is better, 0 % if it is worse; the latter also at 10 %.  Both bets
 * are held to ROLLOUT_EVIDENCE, so that a difference is found between equal variants, either way, in at most 5 % of the
 * experiments, however often one looks. */
#ifndef HEAL_STATISTICS_ROLLOUT_H
#define HEAL_STATISTICS_ROLLOUT_H

#include <stdint.h>

#include "statistics/sequential_test.h"

enum { ROLLOUT_BEGIN = 10, ROLLOUT_HALF = 50, ROLLOUT_ALL = 100, ROLLOUT_NONE = 0 };
enum { ROLLOUT_LEAST = 5 };
#define ROLLOUT_EVIDENCE 40.0 /* 1 / 0.025, for each of two bets */
#define ROLLOUT_DOUBT 4.0     /* a capital of the bet on `worse` with which it stays at 10 % */

struct rollout {
	struct sequential_test test;
	struct rollout_arm {
		int64_t trials, successes;
	} control, challenger;
	double most; /* the largest capital so far: 1 / most is an always-valid p-value of one bet */
};

/* share: the percentage with which it was assigned. */
void rollout_add(struct rollout *r, bool challenger, int share, bool success);
/* The percentage from now on, given the present one. */
int rollout_next(const struct rollout *r, int share);
/* An always-valid p-value of the hypothesis that the variants are equal, two-sided, 0 to 1. */
double rollout_p(const struct rollout *r);

#endif
