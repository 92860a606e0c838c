/* prediction.h - which status a project's score reaches soon, if its trend goes on
 *
 * The scores of the last PREDICTION_REPORTS reports, in up to PREDICTION_PARTS parts of equal time, each with its
 * median, are the points of a trend (trend.h).  Nothing is said unless the interval of the slope excludes 0, nor of a
 * status further ahead than the time that the reports cover. */
#ifndef HEAL_HEALTH_PREDICTION_H
#define HEAL_HEALTH_PREDICTION_H

#include "record/record.h"
#include "store/health.h"

enum { PREDICTION_REPORTS = 200, PREDICTION_PARTS = 24, PREDICTION_SECONDS = 3600 };

/* at: newest first.  An empty prediction: there is none. */
struct forecast health_predict(const struct health_score *at, size_t n, double horizon_hours);

#endif
