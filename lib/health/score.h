/* score.h - a project's health as a score and a status, from the severities of its issues
 *
 * The weight of an issue of severity s (1 to 10) that occurred n times is 2^(s - 7) (1 + log2 n) / 3: each step of
 * severity doubles it, and repetition adds little.  With W, the sum of the weights,
 *
 *     score = 1 / (1 + W)
 *
 * So the score is 1 without issues; one more issue, a more severe one or one more occurrence always lowers it, and it
 * is above 0.  One issue of severity 7 gives 0.75, one of 10 gives 0.27, ten of severity 8 give 0.13, a thousand of
 * severity 2 give 0.09. */
#ifndef HEAL_HEALTH_SCORE_H
#define HEAL_HEALTH_SCORE_H

#include <stdint.h>

#include "record/record.h"

enum { SEVERITY_LEAST = 1, SEVERITY_MOST = 10, SEVERITY_CRITICAL = 8 };

/* Between failing, warning, good and excellent. */
#define SCORE_FAILING 0.3
#define SCORE_WARNING 0.6
#define SCORE_GOOD 0.8

/* Severities outside 1 to 10 count as the nearest of these, counts below 1 as 1. */
double health_weight(int64_t severity, int64_t count);
/* total: the sum of the weights, at least 0. */
double health_score(double total);
/* worst: the highest severity, 0 if there is no issue.  failing: the score is below 0.3; else critical: an issue has
 * severity 8 or more; else warning: below 0.6; good: below 0.8; excellent. */
enum health_status health_status_of(double score, int64_t worst);

#endif
