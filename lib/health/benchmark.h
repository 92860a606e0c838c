/* benchmark.h - what the project's benchmarks measured, now and in earlier reports, and which became slower
 *
 * The measurements of a benchmark on one machine are a series, which is tested for a rise after each measurement
 * (change_point.h); the p-values of a check's benchmarks are corrected for their number by Holm.  A rise counts if its
 * p is at most 0.05, it is at least the share health.slowdown, and the last measurements still show most of it. */
#ifndef HEAL_HEALTH_BENCHMARK_H
#define HEAL_HEALTH_BENCHMARK_H

#include "base/vec.h"
#include "record/record.h"
#include "rules/pack.h"
#include "statistics/change_point.h"
#include "store/store.h"

struct benchmark_series {
	struct str check, name;
	double ns[CHANGE_WINDOW]; /* the newest of them, oldest first */
	struct str times[CHANGE_WINDOW];
	size_t n;
	int64_t total;
	struct rise rise; /* benchmarks_judge: p == 0 and no since: it did not become slower */
};

struct benchmarks {
	VEC(struct benchmark_series) all;
	struct str machine;
};

enum { BENCHMARKS_MOST = 200 }; /* of a report */

/* Read the series of a project; store NULL: there are none. */
void benchmarks_load(struct arena *a, struct store *s, struct str project, struct benchmarks *out);
/* The time of a check's newest measurement; empty: there is none. */
struct str benchmarks_last(const struct benchmarks *b, struct str check);

/* Add to `out` what the output of a check states; if it states nothing, that the whole took `seconds`. */
void benchmarks_read(struct arena *a, const struct pack *pack, struct str output, struct str check, double seconds,
	struct measurement_list *out);
/* Add these to their series, and number them. */
void benchmarks_add(struct arena *a, struct benchmarks *b, struct measurement_list *m, struct str time);
/* Set `rise` of the series of this check that its newest run measured.  least: as health.slowdown. */
void benchmarks_judge(struct arena *a, struct benchmarks *b, struct str check, double least);

/* "12.3 ms" */
struct str nanoseconds_show(struct arena *a, double ns);

#endif
