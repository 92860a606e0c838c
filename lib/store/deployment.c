#include "store/deployment.h"

#include <stdlib.h>

#include "base/shell.h"
#include "statistics/exact_tests.h"
#include "store/internal.h"

/* A session with an error. */
struct occurrence {
	struct str fingerprint, session, rule, message;
	int64_t time;
};

struct looking {
	struct arena *a;
	struct store *s;
	struct deployment_reports *out;
	VEC(struct occurrence) seen; /* sorted by fingerprint and time */
	int64_t first, now, window;
};

/* ---- read ---- */

static bool deployments_list(struct looking *x, struct err *err)
{
	struct rows *q = db_query(x->s->db, err,
		"SELECT id, time, revision, environment, status FROM deployments ORDER BY time, seq", "");
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct deployment_report *d = VEC_ADD(x->a, x->out);
		*d = (struct deployment_report){ .id = arena_str(x->a, rows_str(q, 0)),
			.time = arena_str(x->a, rows_str(q, 1)),
			.revision = arena_str(x->a, rows_str(q, 2)),
			.environment = arena_str(x->a, rows_str(q, 3)),
			.status = arena_str(x->a, rows_str(q, 4)) };
		when_parse(d->time, &d->at);
	}
	rows_end(q);
	return got >= 0;
}

static int by_fingerprint(const void *p, const void *q)
{
	const struct occurrence *x = p, *y = q;
	int order = str_cmp(x->fingerprint, y->fingerprint);

	return order ? order : (x->time > y->time) - (x->time < y->time);
}

/* One session may report the same error several times, one after the other. */
static void sessions_merge(struct looking *x)
{
	size_t n = 0;

	if (x->seen.n)
		qsort(x->seen.at, x->seen.n, sizeof(*x->seen.at), by_fingerprint);
	for (size_t i = 0; i < x->seen.n; i++)
		if (!n || !str_eq(x->seen.at[n - 1].fingerprint, x->seen.at[i].fingerprint) ||
			!str_eq(x->seen.at[n - 1].session, x->seen.at[i].session))
			x->seen.at[n++] = x->seen.at[i];
	x->seen.n = n;
}

static bool occurrences_list(struct looking *x, struct err *err)
{
	struct rows *q = db_query(x->s->db, err,
		"SELECT fingerprint, COALESCE(correlation_id, id), rule, message, time FROM incidents"
		" WHERE fingerprint IS NOT NULL AND level IN ('fatal', 'error') ORDER BY time",
		"");
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct occurrence *o = VEC_ADD(x->a, &x->seen);
		*o = (struct occurrence){ arena_str(x->a, rows_str(q, 0)), arena_str(x->a, rows_str(q, 1)),
			arena_str(x->a, rows_str(q, 2)), arena_str(x->a, rows_str(q, 3)), 0 };
		when_parse(rows_str(q, 4), &o->time);
		x->first = o->time < x->first ? o->time : x->first;
	}
	rows_end(q);
	sessions_merge(x);
	return got >= 0;
}

static double mean_score(struct looking *x, int64_t from, int64_t to)
{
	char begin[WHEN_TEXT], end[WHEN_TEXT];
	struct rows *q = db_query(x->s->db, NULL,
		"SELECT AVG(score), COUNT(*) FROM health WHERE score >= 0 AND time >= ?1 AND time < ?2", "ss",
		when_text(from, begin), when_text(to, end));
	double score = q && rows_next(q, NULL) > 0 && rows_int(q, 1) > 0 ? rows_double(q, 0) : -1;

	rows_end(q);
	return score;
}

/* ---- compare ---- */

/* The window around a deployment. */
static int64_t begin_of(const struct looking *x, const struct deployment_report *d)
{
	return d->at - x->window > x->first ? d->at - x->window : x->first;
}

static int64_t end_of(const struct looking *x, const struct deployment_report *d)
{
	return d->at + x->window < x->now ? d->at + x->window : x->now;
}

struct counts {
	int64_t before, after;
};

/* Of the n occurrences of one fingerprint, those between begin and end, before and after `at`. */
static struct counts count(const struct occurrence *o, size_t n, int64_t begin, int64_t at, int64_t end)
{
	struct counts c = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		c.before += o[i].time >= begin && o[i].time < at;
		c.after += o[i].time >= at && o[i].time < end;
	}
	return c;
}

static double support_of(const struct looking *x, const struct deployment_report *d, const struct deployment_report *c,
	const struct occurrence *o, size_t n)
{
	int64_t begin = begin_of(x, d), end = end_of(x, d);
	double t0 = (double)(c->at - begin) / 1000, t1 = (double)(end - c->at) / 1000;

	if (t0 <= 0 || t1 <= 0)
		return 0;
	struct counts k = count(o, n, begin, c->at, end);
	bool rises = (double)k.after / t1 > (double)k.before / t0;
	return rises ? rate_change_support(k.before, t0, k.after, t1) : 0;
}

static int by_support(const void *p, const void *q)
{
	const struct suspect *x = p, *y = q;

	if (x->support != y->support)
		return x->support < y->support ? 1 : -1;
	return (x->deployment > y->deployment) - (x->deployment < y->deployment);
}

/* The deployments in the window that explain the times about as well as the best one.  False: d is not the best. */
static bool suspects_find(
	struct looking *x, const struct deployment_report *d, const struct occurrence *o, size_t n, struct risen *out)
{
	double most = 0;
	size_t kept = 0;

	for (size_t i = 0; i < x->out->n; i++) {
		const struct deployment_report *c = &x->out->at[i];
		double support = support_of(x, d, c, o, n);
		if (support > 0)
			*VEC_ADD(x->a, &out->suspects) = (struct suspect){ c, support };
		most = support > most ? support : most;
	}
	for (size_t i = 0; i < out->suspects.n; i++)
		if (out->suspects.at[i].support >= most - DEPLOYMENT_SUPPORT)
			out->suspects.at[kept++] = out->suspects.at[i];
	out->suspects.n = kept;
	if (kept)
		qsort(out->suspects.at, kept, sizeof(*out->suspects.at), by_support);
	return kept && out->suspects.at[0].deployment == d;
}

static int by_p(const void *p, const void *q)
{
	const struct risen *x = p, *y = q;

	return (x->p > y->p) - (x->p < y->p);
}

/* The occurrences of a fingerprint in the window. */
struct looked_at {
	const struct occurrence *o;
	size_t n;
	struct counts c;
};

static void risen_find(struct looking *x, struct deployment_report *d)
{
	VEC(struct looked_at) all = { 0 };

	for (size_t i = 0, next; i < x->seen.n; i = next) {
		for (next = i; next < x->seen.n && str_eq(x->seen.at[next].fingerprint, x->seen.at[i].fingerprint);
			next++)
			;
		struct counts c = count(&x->seen.at[i], next - i, begin_of(x, d), d->at, end_of(x, d));
		d->incidents_before += c.before;
		d->incidents_after += c.after;
		if (c.before + c.after)
			*VEC_ADD(x->a, &all) = (struct looked_at){ &x->seen.at[i], next - i, c };
	}
	if (d->before_s <= 0 || d->after_s <= 0)
		return; /* nothing to compare with */
	double *p = arena_alloc(x->a, (all.n + 1) * sizeof(*p)),
	       *adjusted = arena_alloc(x->a, (all.n + 1) * sizeof(*p));
	for (size_t i = 0; i < all.n; i++)
		p[i] = adjusted[i] = rate_rise_p(all.at[i].c.before, d->before_s, all.at[i].c.after, d->after_s);
	holm_adjust(adjusted, all.n);
	d->looked_at = all.n;
	for (size_t i = 0; i < all.n; i++) {
		const struct looked_at *l = &all.at[i];
		const struct occurrence *newest = &l->o[l->n - 1];
		struct risen r = { newest->fingerprint, newest->rule, newest->message, l->c.before, l->c.after, p[i],
			adjusted[i], { 0 } };
		if (adjusted[i] <= DEPLOYMENT_ALPHA && suspects_find(x, d, l->o, l->n, &r))
			*VEC_ADD(x->a, &d->risen) = r;
	}
	if (d->risen.n)
		qsort(d->risen.at, d->risen.n, sizeof(*d->risen.at), by_p);
}

static const struct deployment_report *previous_of(const struct looking *x, size_t i)
{
	const struct deployment_report *d = &x->out->at[i];

	while (i-- > 0) {
		const struct deployment_report *p = &x->out->at[i];
		if (str_eq(p->environment, d->environment) && !str_eq(p->revision, d->revision) &&
			(!p->status.n || str_is(p->status, "succeeded")))
			return p;
	}
	return NULL;
}

bool deployments_read(struct store *s, struct arena *a, double window, struct deployment_reports *out, struct err *err)
{
	struct looking x = { .a = a, .s = s, .out = out, .first = INT64_MAX, .now = when_now() };

	*out = (struct deployment_reports){ 0 };
	x.window = (int64_t)(window * 1000);
	if (!deployments_list(&x, err) || !occurrences_list(&x, err))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		struct deployment_report *d = &out->at[i];
		int64_t begin = begin_of(&x, d), end = end_of(&x, d);
		d->before_s = begin < d->at ? (double)(d->at - begin) / 1000 : 0;
		d->after_s = end > d->at ? (double)(end - d->at) / 1000 : 0;
		d->health_before = mean_score(&x, begin, d->at);
		d->health_after = mean_score(&x, d->at, end);
		d->previous = previous_of(&x, i);
		risen_find(&x, d);
	}
	return true;
}

/* ---- rollback ---- */

/* The word with each occurrence of the slot replaced. */
static struct str filled(struct arena *a, struct str word, const char *slot, struct str value)
{
	struct str out = STR(""), name = str_of(slot);

	for (size_t at; (at = str_find(word, name)) < word.n; word = str_sub(word, at + name.n, word.n))
		out = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(out), STR_ARG(str_sub(word, 0, at)), STR_ARG(value));
	return arena_join(a, out, word);
}

bool rollback_command(
	struct arena *a, struct str setting, const struct deployment_report *d, struct str *out, struct err *err)
{
	*out = STR("");
	if (!setting.n || !d->previous)
		return true;
	/* Braces mean something to a shell; the slots get other names while it is split. */
	setting = filled(a, filled(a, setting, "{version}", STR("@version@")), "{previous}", STR("@previous@"));
	struct shell_line line = shell_split(a, setting);
	if (!line.simple)
		return err_set(err, HEAL_WRONG,
			"the setting deploy.rollback must be one command without operators, variables or globs");
	for (size_t i = 0; i < line.command[0].n; i++) {
		struct str word = filled(a, line.command[0].word[i].value, "@version@", d->revision);
		word = shell_quote(a, filled(a, word, "@previous@", d->previous->revision));
		*out = arena_printf(a, "%.*s%s%.*s", STR_ARG(*out), i ? " " : "", STR_ARG(word));
	}
	return true;
}
