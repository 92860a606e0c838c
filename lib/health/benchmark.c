#include "health/benchmark.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/sha256.h"
#include "rules/regex.h"
#include "statistics/exact_tests.h"
#include "store/health.h"

enum { REPORTS_READ = 4 * CHANGE_WINDOW, NUMBER_LONGEST = 40 };
#define ALPHA 0.05

/* ---- the series ---- */

static struct benchmark_series *series_of(struct arena *a, struct benchmarks *b, struct str check, struct str name)
{
	for (size_t i = 0; i < b->all.n; i++)
		if (str_eq(b->all.at[i].name, name) && str_eq(b->all.at[i].check, check))
			return &b->all.at[i];
	struct benchmark_series *s = VEC_ADD(a, &b->all);
	*s = (struct benchmark_series){ .check = arena_str(a, check), .name = arena_str(a, name) };
	return s;
}

struct loading {
	struct arena *a;
	struct benchmarks *b;
};

/* The reports come newest first. */
static bool report_take(void *ctx, const struct record *r)
{
	struct loading *l = ctx;

	LIST_EACH(measurement, m, &r->health.measurements) {
		if (!str_eq(m->machine, l->b->machine) || !isfinite(m->nanoseconds))
			continue;
		struct benchmark_series *s = series_of(l->a, l->b, m->check, m->name);
		if (s->n < CHANGE_WINDOW) {
			s->ns[s->n] = m->nanoseconds;
			s->times[s->n++] = arena_str(l->a, str_or_empty(r->time));
		}
		s->total = m->number > s->total ? m->number : s->total;
	}
	return true;
}

static void reverse(struct benchmark_series *s)
{
	for (size_t i = 0, k = s->n; i + 1 < k; i++) {
		double ns = s->ns[--k];
		struct str time = s->times[k];
		s->ns[k] = s->ns[i];
		s->times[k] = s->times[i];
		s->ns[i] = ns;
		s->times[i] = time;
	}
}

static struct str machine_name(struct arena *a)
{
	struct utsname u;
	char hex[SHA256_HEX];

	if (uname(&u) < 0)
		return STR("");
	sha256_of(str_of(u.nodename), hex);
	return arena_str(a, (struct str){ hex, 16 });
}

void benchmarks_load(struct arena *a, struct store *s, struct str project, struct benchmarks *out)
{
	struct loading l = { a, out };
	struct str since;
	struct err err;

	*out = (struct benchmarks){ .machine = machine_name(a) };
	/* Without the history this is a first measurement. */
	if (s && store_since(a, "180d", &since, &err))
		store_health_measured(s, project, since, REPORTS_READ, report_take, &l, &err);
	for (size_t i = 0; i < out->all.n; i++)
		reverse(&out->all.at[i]);
}

struct str benchmarks_last(const struct benchmarks *b, struct str check)
{
	struct str last = STR("");

	for (size_t i = 0; i < b->all.n; i++) {
		const struct benchmark_series *s = &b->all.at[i];
		if (str_eq(s->check, check) && s->n && str_cmp(s->times[s->n - 1], last) > 0)
			last = s->times[s->n - 1];
	}
	return last;
}

void benchmarks_add(struct arena *a, struct benchmarks *b, struct measurement_list *m, struct str time)
{
	LIST_EACH(measurement, x, m) {
		struct benchmark_series *s = series_of(a, b, x->check, x->name);
		if (s->n == CHANGE_WINDOW) {
			memmove(s->ns, s->ns + 1, (CHANGE_WINDOW - 1) * sizeof(s->ns[0]));
			memmove(s->times, s->times + 1, (CHANGE_WINDOW - 1) * sizeof(s->times[0]));
			s->n--;
		}
		s->ns[s->n] = x->nanoseconds;
		s->times[s->n++] = time;
		s->total++;
		x->number = s->total;
		x->machine = b->machine;
	}
}

/* ---- reading ---- */

/* Seconds; below 0: it is no time. */
static double seconds_of(struct node table, struct str value, struct str unit)
{
	struct str factor = node_str(node_get_str(node_get(table, "units"), unit));
	struct str count = node_str(node_get_str(node_get(table, "rates"), unit));
	char text[NUMBER_LONGEST];
	size_t n = 0;

	if (unit.n && !factor.n && !count.n)
		return -1;
	for (size_t i = 0; i < value.n && n + 1 < sizeof(text); i++)
		if (value.p[i] != ',')
			text[n++] = value.p[i];
	text[n] = '\0';
	double x = strtod(text, NULL);
	double by = factor.n ? strtod(factor.p, NULL) : count.n ? strtod(count.p, NULL) : 1;
	x = count.n ? by / x : x * by;
	return isfinite(x) && x > 0 ? x : -1;
}

static void measurement_take(
	struct arena *a, struct measurement_list *out, struct str check, struct str name, double seconds)
{
	double ns = seconds * 1e9;

	LIST_EACH(measurement, m, out)
		if (str_eq(m->name, name) && str_eq(m->check, check)) {
			m->nanoseconds = ns < m->nanoseconds ? ns : m->nanoseconds;
			return;
		}
	if (out->n < BENCHMARKS_MOST)
		*VEC_ADD(
			a, out) = (struct measurement){ .check = check, .name = arena_str(a, name), .nanoseconds = ns };
}

static size_t pattern_read(struct arena *a, struct node table, struct str pattern, struct str output, struct str check,
	struct measurement_list *out)
{
	struct regex *re = regex_new_flags(a, pattern, REGEX_MULTILINE, NULL);
	struct match m;
	size_t n = 0;

	for (size_t from = 0; re && from < output.n && regex_match_from(re, output, from, &m) == 1;) {
		double seconds = seconds_of(table, match_get(&m, "value"), str_or_empty(match_get(&m, "unit")));
		if (seconds > 0) {
			measurement_take(a, out, check, str_trim(match_get(&m, "name")), seconds);
			n++;
		}
		from = (size_t)(m.whole.p - output.p) + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
	return n;
}

void benchmarks_read(struct arena *a, const struct pack *pack, struct str output, struct str check, double seconds,
	struct measurement_list *out)
{
	struct node table = pack_table(pack, "benchmarks"), patterns = node_get(table, "patterns");
	size_t n = 0;

	for (uint32_t i = 0; i < node_list_count(patterns); i++)
		n += pattern_read(a, table, node_str(node_list_at(patterns, i)), output, check, out);
	if (!n)
		measurement_take(a, out, check, check, seconds);
}

/* ---- judging ---- */

/* Not what a noisy neighbour may cause, and not what is over again. */
static bool matters(const struct change_point *c, double least)
{
	return c->after >= c->before * (1 + least) && c->recent >= (c->before + c->after) / 2;
}

void benchmarks_judge(struct arena *a, struct benchmarks *b, struct str check, double least)
{
	struct str last = benchmarks_last(b, check);
	double *p = arena_alloc(a, (b->all.n + 1) * sizeof(*p));
	struct change_point *points = arena_alloc(a, (b->all.n + 1) * sizeof(*points));
	struct benchmark_series **tested = arena_alloc(a, (b->all.n + 1) * sizeof(struct benchmark_series *));
	size_t n = 0;

	for (size_t i = 0; i < b->all.n; i++) {
		struct benchmark_series *s = &b->all.at[i];
		if (!str_eq(s->check, check) || !s->n || !str_eq(s->times[s->n - 1], last) ||
			!change_point_rise(s->ns, s->n, (size_t)s->total, &points[n]))
			continue;
		p[n] = points[n].p;
		tested[n++] = s;
	}
	holm_adjust(p, n);
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ALPHA && matters(&points[i], least))
			tested[i]->rise = (struct rise){ .before = points[i].before,
				.after = points[i].after,
				.since = tested[i]->times[points[i].at],
				.p = p[i] };
}

struct str nanoseconds_show(struct arena *a, double ns)
{
	static const struct {
		double least;
		const char *unit;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };
	size_t i = 0;

	if (ns >= 1e12)
		return arena_printf(a, "%.0f s", ns / 1e9);
	while (i < 3 && ns < units[i].least)
		i++;
	return arena_printf(a, "%.3g %s", ns / units[i].least, units[i].unit);
}
