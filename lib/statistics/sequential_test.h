/* sequential_test.h - does the challenger succeed more often than the control?  A test that is valid at any time
 *
 * Each trial has a label, challenger or control, which a hash assigned with a known probability, the share.  If the
 * variant makes no difference, the label is independent of the outcome.  So bet on the label of each trial, knowing its
 * outcome: with success rates c of the control and d > c of the challenger,
 *
 *     q = share d' / (share d' + (1 - share) c')       c', d': the probabilities of this outcome
 *
 * and multiply the capital by q / share if the label is challenger, by (1 - q) / (1 - share) if it is control.  If the
 * challenger is not better, the expected factor is at most 1, whatever the rates are and however they drift; so the
 * capital, which begins at 1, ever reaches 1/alpha with probability at most alpha (Ville's inequality): one may look
 * after every trial and stop at any time.  The rates are unknown: the capital is shared evenly among the pairs c < d of
 * a grid, which is again such a bet.  `worse` is the same with the rates exchanged.
 *
 * Sources: the bet on labels, A. Lheritier and F. Cazals, "A sequential non-parametric multivariate two-sample test",
 * IEEE Trans. Inf. Theory 64(5), 2018, and A. Podkopaev and A. Ramdas, "Sequential predictive two-sample and
 * independence testing", 2023 (arXiv 2305.00143); betting, I. Waudby-Smith and A. Ramdas, "Estimating means of bounded
 * random variables by betting", J. R. Stat. Soc. B 86(1), 2024; always-valid p-values, R. Johari et al., "Always valid
 * inference", Oper. Res. 70(3), 2022. */
#ifndef HEAL_STATISTICS_SEQUENTIAL_TEST_H
#define HEAL_STATISTICS_SEQUENTIAL_TEST_H

#include <stdbool.h>

enum { RATES = 10, RATE_PAIRS = RATES * (RATES - 1) / 2 };

/* The logarithms of the capitals of all pairs; zeroed at the beginning. */
struct sequential_test {
	double better[RATE_PAIRS], worse[RATE_PAIRS];
};

/* share: above 0 and below 1; a trial with another one is ignored. */
void sequential_test_add(struct sequential_test *t, bool challenger, double share, bool success);
/* The capital of the bet that the challenger is better, or worse, at most 1e300. */
double sequential_test_better(const struct sequential_test *t);
double sequential_test_worse(const struct sequential_test *t);

#endif
