/* prediction.h - the status that a project's score will reach if its trend continues
 *
 * The last PREDICTION_REPORTS reports are divided into up to PREDICTION_PARTS parts of equal time; the median scores of
 * the parts are the points of a trend (trend.h).  There is no prediction with fewer than TREND_LEAST points, if the
 * confidence interval of the slope includes 0, if the reports cover less than PREDICTION_SECONDS, or if the status is
 * further ahead than they cover or than the horizon. */
#ifndef HEAL_HEALTH_PREDICTION_H
#define HEAL_HEALTH_PREDICTION_H

#include "record/record.h"
#include "store/health.h"

enum { PREDICTION_REPORTS = 200, PREDICTION_PARTS = 24, PREDICTION_SECONDS = 3600 };

/* at: the n last scores, newest first.  `status` of the result is 0 if there is no prediction. */
struct forecast health_predict(const struct health_score *at, size_t n, double horizon_hours);

#endif
