#include "loop/progress.h"

#include <stdio.h>

#include "base/sha256.h"
#include "validate/compare.h"

static bool same_place(const struct record *x, const struct record *y, int64_t shift)
{
	return str_eq(x->fingerprint, y->fingerprint) && x->error.line + shift == y->error.line;
}

bool is_still_there(const struct observed_run *now, const struct record *r, int64_t shift)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (same_place(r, &c->r, 0) || (shift && same_place(r, &c->r, shift)))
			return true;
	return false;
}

/* How often the incident is reported for its line, before or after moving: a line can contain the same error twice. */
static size_t times_there(const struct observed_run *x, const struct record *r, int64_t shift)
{
	size_t stayed = 0, moved = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next) {
		stayed += same_place(r, &c->r, 0) ? (size_t)c->count : 0;
		moved += same_place(r, &c->r, shift) ? (size_t)c->count : 0;
	}
	return stayed > moved ? stayed : moved;
}

static size_t times_all(const struct observed_run *x)
{
	size_t n = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next)
		n += incident_counts(x, &c->r) ? (size_t)c->count : 0;
	return n;
}

static bool all_gone(const struct observed_run *before, const struct observed_run *now, int64_t shift)
{
	for (struct collected *c = before->incidents.first; c; c = c->next)
		if (incident_counts(before, &c->r) && is_still_there(now, &c->r, shift))
			return false;
	return true;
}

size_t times_said(const struct observed_run *w, struct str fingerprint)
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
		if (incident_counts(now, &c->r) && times_said(now, fingerprint) > times_said(before, fingerprint))
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

bool is_nothing_gone(const struct observed_run *before, const struct observed_run *now)
{
	for (struct collected *c = before->incidents.first; c; c = c->next) {
		struct str fingerprint = c->r.fingerprint;
		if (incident_counts(before, &c->r) && times_said(now, fingerprint) < times_said(before, fingerprint))
			return false;
	}
	return now->run.status != 0;
}

bool is_as_good(const struct observed_run *best, const struct observed_run *now)
{
	return (now->run.status == 0 || best->run.status) && times_all(now) <= times_all(best);
}

enum progress progress_of(const struct observed_run *before, const struct observed_run *now, const struct record *r,
	int64_t shift, enum alternatives alternatives)
{
	bool only = alternatives == ALTERNATIVES_NONE, faulty = is_faulty(now, r);
	size_t left = times_there(now, r, shift);

	if (now->run.timed_out || (left && left >= times_there(before, r, 0)))
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
	if (times_all(now) >= times_all(before) && !all_gone(before, now, shift) &&
		(observed_run_errors(now) > observed_run_errors(before) || (!only && faulty)))
		return PROGRESS_NONE;
	/* A new incident may have been hidden, or be caused by this solution; another one may avoid it. */
	return alternatives == ALTERNATIVES_SOME && (faulty || has_fresh(before, now)) ? PROGRESS_PARTIAL :
											 PROGRESS_FULL;
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
