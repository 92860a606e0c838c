#include "loop/progress.h"

#include <stdio.h>

#include "base/sha256.h"

bool is_still_there(const struct comparison *c, const struct observed_run *now, const struct record *r)
{
	for (struct collected *x = now->incidents.first; x; x = x->next)
		if (comparison_same_place(c, r, &x->r))
			return true;
	return false;
}

/* How often the incident is reported in its place: a line can contain the same error twice. */
static size_t times_there(const struct comparison *c, const struct observed_run *now, const struct record *r)
{
	size_t n = 0;

	for (struct collected *x = now->incidents.first; x; x = x->next)
		n += comparison_same_place(c, r, &x->r) ? (size_t)x->count : 0;
	return n;
}

/* The same without changes. */
static size_t times_before(const struct observed_run *before, const struct record *r)
{
	size_t n = 0;

	for (struct collected *x = before->incidents.first; x; x = x->next)
		if (str_eq(x->r.fingerprint, r->fingerprint) && x->r.error.line == r->error.line)
			n += (size_t)x->count;
	return n;
}

static size_t times_all(const struct observed_run *x)
{
	size_t n = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next)
		n += incident_counts(x, &c->r) ? (size_t)c->count : 0;
	return n;
}

static bool all_gone(const struct comparison *c, const struct observed_run *before, const struct observed_run *now)
{
	for (struct collected *x = before->incidents.first; x; x = x->next)
		if (incident_counts(before, &x->r) && is_still_there(c, now, &x->r))
			return false;
	return true;
}

size_t times_reported(const struct observed_run *w, struct str fingerprint)
{
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		n += str_eq(c->r.fingerprint, fingerprint);
	return n;
}

/* Is there an incident that was not reported before, or less often? */
static bool has_fresh(const struct observed_run *before, const struct observed_run *now)
{
	for (struct collected *c = now->incidents.first; c; c = c->next) {
		struct str fingerprint = c->r.fingerprint;
		if (incident_counts(now, &c->r) &&
			times_reported(now, fingerprint) > times_reported(before, fingerprint))
			return true;
	}
	return false;
}

/* Is there an error in the line of the incident? */
static bool is_faulty(const struct observed_run *now, const struct record *r)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (incident_counts(now, &c->r) && c->r.error.line == r->error.line &&
			str_eq(c->r.error.file, r->error.file))
			return true;
	return false;
}

/* Does the line have an error of the same kind instead?  It may be about what the solution wrote. */
static bool is_replaced(const struct observed_run *before, const struct observed_run *now, const struct record *r)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (incident_counts(now, &c->r) && c->r.error.line == r->error.line &&
			str_eq(c->r.error.file, r->error.file) && str_eq(c->r.error.rule, r->error.rule) &&
			str_eq(c->r.error.code, r->error.code) && !times_reported(before, c->r.fingerprint))
			return true;
	return false;
}

bool is_nothing_gone(const struct observed_run *before, const struct observed_run *now)
{
	for (struct collected *c = before->incidents.first; c; c = c->next) {
		struct str fingerprint = c->r.fingerprint;
		if (incident_counts(before, &c->r) &&
			times_reported(now, fingerprint) < times_reported(before, fingerprint))
			return false;
	}
	return now->run.status != 0;
}

bool is_as_good(const struct observed_run *best, const struct observed_run *now)
{
	return (now->run.status == 0 || best->run.status) && times_all(now) <= times_all(best);
}

enum progress progress_of(const struct observed_run *before, const struct observed_run *now, const struct record *r,
	const struct comparison *c, enum alternatives alternatives)
{
	bool only = alternatives == ALTERNATIVES_NONE, faulty = is_faulty(now, r);
	size_t left = times_there(c, now, r);

	if (now->run.timed_out || (left && left >= times_before(before, r)))
		return PROGRESS_NONE;
	if (now->run.status == 0)
		return PROGRESS_FULL;
	if (alternatives == ALTERNATIVES_JOINED && has_fresh(before, now))
		return PROGRESS_NONE;
	/* Resolving an incident that does not count (a warning among errors) is not progress by itself. */
	if (!incident_counts(before, r) && times_all(now) >= times_all(before))
		return PROGRESS_NONE;
	if (observed_run_errors(now) == 0)
		return PROGRESS_NONE;
	if (times_all(now) >= times_all(before) && !all_gone(c, before, now) &&
		(observed_run_errors(now) > observed_run_errors(before) || (!only && faulty)))
		return PROGRESS_NONE;
	/* A new incident may have been hidden, or be caused by this solution; another one may avoid it. */
	bool may_be_worse = (alternatives == ALTERNATIVES_SOME && (faulty || has_fresh(before, now))) ||
		(times_all(now) >= times_all(before) && is_replaced(before, now, r));
	return may_be_worse ? PROGRESS_PARTIAL : PROGRESS_FULL;
}

enum level failure_level(const struct observed_run *first)
{
	enum level worst = LEVEL_INFO;

	if (first->serious)
		return LEVEL_ERROR;
	for (struct collected *c = first->incidents.first; c; c = c->next)
		if (incident_counts(first, &c->r) && c->r.error.level && c->r.error.level < worst)
			worst = c->r.error.level;
	return worst;
}

struct str run_state(struct arena *a, const struct observed_run *w)
{
	char hex[SHA256_HEX], line[80];
	struct sha256 sum;

	sha256_begin(&sum);
	snprintf(line, sizeof(line), "%d", w->run.status);
	sha256_add(&sum, str_of(line));
	for (struct collected *c = w->incidents.first; c; c = c->next) {
		snprintf(line, sizeof(line), " :%lld*%lld ", (long long)c->r.error.line, (long long)c->count);
		sha256_add(&sum, c->r.fingerprint);
		sha256_add(&sum, str_of(line));
	}
	sha256_end(&sum, hex);
	return arena_str(a, str_of(hex));
}

double confidence_proven(double p)
{
	/* A solution with which the command passes is much more probable than its prior, but not certain: divide
	 * the odds against it by three. */
	return 1.0 - (1.0 - p) / 3.0;
}

double confidence_in_part(double p)
{
	/* The incident is gone, but the command did not get to its end: less is known. */
	return 1.0 - (1.0 - p) / 2.0;
}
