#include "loop/progress.h"

#include <stdio.h>

#include "base/sha256.h"
#include "validate/compare.h"

static bool same_place(const struct record *x, const struct record *y, int64_t shift)
{
	return str_eq(x->fingerprint, y->fingerprint) &&
		x->error.line + shift == y->error.line;
}

bool is_still_there(const struct watched *now, const struct record *r, int64_t shift)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (same_place(r, &c->r, 0) || (shift && same_place(r, &c->r, shift)))
			return true;
	return false;
}

/* How often the same is said of one line, wherever the edit has moved it: a line can hold the same mistake twice. */
static size_t times_there(const struct watched *x, const struct record *r, int64_t shift)
{
	size_t stayed = 0, moved = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next) {
		stayed += same_place(r, &c->r, 0) ? (size_t)c->count : 0;
		moved += same_place(r, &c->r, shift) ? (size_t)c->count : 0;
	}
	return stayed > moved ? stayed : moved;
}

static size_t times_all(const struct watched *x)
{
	size_t n = 0;

	for (struct collected *c = x->incidents.first; c; c = c->next)
		n += incident_counts(x, &c->r) ? (size_t)c->count : 0;
	return n;
}

static bool all_gone(const struct watched *before, const struct watched *now, int64_t shift)
{
	for (struct collected *c = before->incidents.first; c; c = c->next)
		if (incident_counts(before, &c->r) && is_still_there(now, &c->r, shift))
			return false;
	return true;
}

size_t times_said(const struct watched *w, struct str fingerprint)
{
	size_t n = 0;

	for (struct collected *c = w->incidents.first; c; c = c->next)
		n += str_eq(c->r.fingerprint, fingerprint);
	return n;
}

/* Something is said now that was not said before, or not so often. */
static bool has_fresh(const struct watched *before, const struct watched *now)
{
	for (struct collected *c = now->incidents.first; c; c = c->next) {
		struct str fingerprint = c->r.fingerprint;
		if (incident_counts(now, &c->r) && times_said(now, fingerprint) > times_said(before, fingerprint))
			return true;
	}
	return false;
}

/* Is something wrong in the line that was mended? */
static bool is_faulty(const struct watched *now, const struct record *r)
{
	for (struct collected *c = now->incidents.first; c; c = c->next)
		if (incident_counts(now, &c->r) &&
			c->r.error.line == r->error.line &&
			str_eq(c->r.error.file, r->error.file))
			return true;
	return false;
}

bool is_nothing_gone(const struct watched *before, const struct watched *now)
{
	for (struct collected *c = before->incidents.first; c; c = c->next) {
		struct str fingerprint = c->r.fingerprint;
		if (incident_counts(before, &c->r) && times_said(now, fingerprint) < times_said(before, fingerprint))
			return false;
	}
	return now->run.status != 0;
}

bool is_as_good(const struct watched *best, const struct watched *now)
{
	return (now->run.status == 0 || best->run.status) && times_all(now) <= times_all(best);
}

enum progress progress_of(const struct watched *before, const struct watched *now, const struct record *r,
	int64_t shift, enum rivals rivals)
{
	bool only = rivals == RIVALS_NONE, faulty = is_faulty(now, r);
	size_t left = times_there(now, r, shift);

	if (now->run.timed_out || (left && left >= times_there(before, r, 0)))
		return PROGRESS_NONE;
	if (now->run.status == 0)
		return PROGRESS_MADE;
	if (rivals == RIVALS_JOINED && has_fresh(before, now))
		return PROGRESS_NONE;
	/* What does not count itself (a warning among errors) is no aim of its own. */
	if (!incident_counts(before, r) && times_all(now) >= times_all(before))
		return PROGRESS_NONE;
	if (watched_errors(now) == 0)
		return PROGRESS_NONE;
	if (times_all(now) >= times_all(before) && !all_gone(before, now, shift) &&
		(watched_errors(now) > watched_errors(before) || (!only && faulty)))
		return PROGRESS_NONE;
	/* What came up may have been hidden, or be this solution's own: another one may leave nothing behind. */
	return rivals == RIVALS_SOME && (faulty || has_fresh(before, now)) ? PROGRESS_HALF : PROGRESS_MADE;
}

/* The old severity: what made the run fail, be it errors or, where it said of none, less. */
static struct str old_level(const struct watched *first)
{
	struct str worst = STR("info");

	if (first->serious)
		return STR("error");
	for (struct collected *c = first->incidents.first; c; c = c->next)
		if (incident_counts(first, &c->r) && level_rank(record_str(&c->r, F_ERROR_LEVEL)) < level_rank(worst))
			worst = record_str(&c->r, F_ERROR_LEVEL);
	return worst;
}

size_t news_count(const struct watched *first, const struct watched *now, const struct record **one)
{
	struct arena a = ARENA_INIT;
	struct comparison c;
	struct tree nowhere = { .fd = -1, .path = STR("/") };

	comparison_init(&c, &a, &nowhere, STR("/"));
	for (struct collected *x = first->incidents.first; x; x = x->next)
		comparison_before(&c, &x->r);
	size_t n = comparison_new(&c, &now->incidents, old_level(first), one);
	arena_free(&a);
	return n;
}

struct str run_state(struct arena *a, const struct watched *w)
{
	char hex[SHA256_HEX], line[80];
	struct sha256 sum;

	sha256_begin(&sum);
	snprintf(line, sizeof(line), "%d", w->run.status);
	sha256_add(&sum, str_of(line));
	for (struct collected *c = w->incidents.first; c; c = c->next) {
		snprintf(line, sizeof(line), " :%lld*%lld ", (long long)c->r.error.line,
			(long long)c->count);
		sha256_add(&sum, c->r.fingerprint);
		sha256_add(&sum, str_of(line));
	}
	sha256_end(&sum, hex);
	return arena_str(a, str_of(hex));
}

double confidence_proven(double p)
{
	/* What failed without it and passed with it is far likelier right than the bare prior says,
	 * but a guess stays a guess: the odds against are taken to a third. */
	return 1.0 - (1.0 - p) / 3.0;
}
