/* overview.h - what a report shows of a store: read once, shown as text or as a page */
#ifndef HEAL_OVERVIEW_H
#define HEAL_OVERVIEW_H

#include "ask.h"
#include "base/vec.h"
#include "store/calibration.h"
#include "store/deployment.h"
#include "store/experiments.h"

enum { DAYS_SHOWN = 90, GROUPS_SHOWN = 12, RULES_SHOWN = 15, REPAIRS_SHOWN = 15, REPORTS_SHOWN = 100 };

struct shown_repair {
	struct str time, rule, file, message, solution, status, diff;
	int64_t line;
};

struct shown_plan {
	struct str id, time, project, what, why;
};

struct overview {
	struct str project; /* p == NULL: all */
	struct store_totals totals;
	struct groups {
		struct store_group *at;
		size_t n, room;
	} days, tools; /* days: oldest first */
	VEC(struct score) rules;
	struct health_points {
		struct health_point {
			struct str time, project, status, prediction;
			double score;
			int64_t issues, critical;
		} * at;
		size_t n, room;
	} health;                         /* oldest first */
	VEC(struct shown_repair) repairs; /* newest first */
	struct calibration calibration;
	struct deployment_reports deployments;
	struct experiment_list experiments;
	VEC(struct shown_plan) queue;
};

/* All texts are in q->run.  The filter's project, since and until count where the store can ask so. */
bool overview_read(struct asking *q, struct overview *o);
void overview_text(struct buf *out, const struct overview *o);
void overview_page(struct buf *out, const struct overview *o, struct str now);
/* One block for each value from 0 to 1: U+2581 to U+2588. */
void sparkline(struct buf *out, const double *values, size_t n);

#endif
