/* health_metrics.h - a report as gauges in the text exposition format of Prometheus */
#ifndef HEAL_HEALTH_HEALTH_METRICS_H
#define HEAL_HEALTH_HEALTH_METRICS_H

#include "base/buf.h"
#include "record/record.h"

void health_metrics_write(struct buf *out, struct str project, const struct record *report);

#endif
