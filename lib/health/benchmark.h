/* benchmark.h - the measurements of the project's benchmarks, and which of them became slower
 *
 * The measurements of a benchmark on one machine are a series, which is tested for an increase after each measurement
 * (change_point.h).  The p-values of a check's benchmarks are corrected for their number by Holm's method.  An increase
 * is reported if its p-value is at most 0.05, its relative size is at least health.slowdown, and the median of the last
 * CHANGE_AFTER measurements still shows at least half of it. */
#ifndef HEAL_HEALTH_BENCHMARK_H
#define HEAL_HEALTH_BENCHMARK_H

#include "base/vec.h"
#include "record/record.h"
#include "rules/pack.h"
#include "statistics/change_point.h"
#include "store/store.h"

struct benchmark_series {
	struct str check, name;
	double ns[CHANGE_WINDOW]; /* the newest measurements, oldest first */
	struct str times[CHANGE_WINDOW];
	size_t n;
	int64_t total;    /* number of measurements so far */
	struct rise rise; /* set by benchmarks_judge; `since` is empty if it did not become slower */
};

struct benchmarks {
	VEC(struct benchmark_series) all;
	struct str machine;
};

enum { BENCHMARKS_MOST = 200 }; /* read from the output of a check */

/* Read the series of a project from the store; none if it is NULL. */
void benchmarks_load(struct arena *a, struct store *s, struct str project, struct benchmarks *out);
/* The time of a check's newest measurement, or empty. */
struct str benchmarks_last(const struct benchmarks *b, struct str check);

/* Add the measurements in the output of a check to `out`; if it has none, the run time of the command, `seconds`. */
void benchmarks_read(struct arena *a, const struct pack *pack, struct str output, struct str check, double seconds,
	struct measurement_list *out);
/* Add the measurements to their series, and set their number and machine. */
void benchmarks_add(struct arena *a, struct benchmarks *b, struct measurement_list *m, struct str time);
/* Set `rise` in the series of this check that have a measurement of its newest run.  least: as health.slowdown. */
void benchmarks_judge(struct arena *a, struct benchmarks *b, struct str check, double least);

/* "12.3 ms" */
struct str nanoseconds_show(struct arena *a, double ns);

#endif
