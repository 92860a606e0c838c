/* health.h - the stored reports of heal-monitor */
#ifndef HEAL_STORE_HEALTH_H
#define HEAL_STORE_HEALTH_H

#include "store/store.h"

/* The newest reports of a project (its root; p == NULL: of all projects), newest first, at most `limit` (0: all);
 * json is the record.  false: err. */
typedef bool store_health_fn(void *ctx, const struct record *report); /* false: stop */
bool store_health(
	struct store *s, struct str project, int64_t limit, store_health_fn *each, void *ctx, struct err *err);

/* The same, of the reports with measurements of benchmarks, from a time on (store_since), only. */
bool store_health_measured(struct store *s, struct str project, struct str since, int64_t limit, store_health_fn *each,
	void *ctx, struct err *err);

/* The newest reports' scores from a time on (store_since), with their times in seconds since 1970. */
struct health_score {
	double seconds, score;
};
typedef bool store_score_fn(void *ctx, const struct health_score *score);
bool store_health_scores(struct store *s, struct str project, struct str since, int64_t limit, store_score_fn *each,
	void *ctx, struct err *err);

#endif
