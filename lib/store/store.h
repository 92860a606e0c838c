/* store.h - what happened, kept: incidents, what was tried on them, and how it went
 *
 * A store is one SQLite file in WAL mode, so that many heal processes write and read it at once;
 * a writer waits up to 30 s for the others.  Commits are handed to the kernel but not synced one by
 * one (synchronous=NORMAL): a killed process loses nothing that it was told is stored, a power cut may
 * lose the last commits, neither damages the file.  schema.h lists the tables.
 *
 * Functions that can fail return false or NULL and fill err:
 *   HEAL_REFUSED  locked for too long, read-only, disk full: trying again may help
 *   HEAL_WRONG    damaged, another program's database, written by a newer heal, no such incident
 *   HEAL_BROKEN   a fault of heal
 * Nothing is half stored: what belongs to one record is one transaction.
 *
 * Not thread-safe.  After fork() the child opens its own store. */
#ifndef HEAL_STORE_STORE_H
#define HEAL_STORE_STORE_H

#include "record/record.h"

struct store;

/* ---- open ---- */

/* $HEAL_STORE, or dir_state()/heal.db; p == NULL when neither can be told. */
struct str store_default_path(struct arena *a);

/* Opens or makes it, with its directory when path is NULL (the default path). */
struct store *store_open(const char *path, struct err *err);
/* To ask only: it must exist, nothing is changed, and read-only media will do. */
struct store *store_open_read(const char *path, struct err *err);
void store_close(struct store *s); /* NULL is fine */
/* The same where somebody waits: what was added last may stay in the log, beside the file, until there is more. */
void store_close_soon(struct store *s);
const char *store_path(const struct store *s);

/* ---- add ---- */

/* Store a record of any kind, whole; json is the line that it was read from.  The same line a second
 * time is no second record.  From an incident come
 *   - its row in the incidents: the newest attempt, and of one attempt the record with most stages, counts;
 *   - the events, each once for an attempt:
 *       error_detected              it has error
 *       analysis_complete           it has analysis
 *       fix_generated               it has solutions
 *       fix_applied                 fix.status applied or rolled_back
 *       fix_validated               validation.status passed on an applied fix
 *       fix_failed                  fix.status failed, or validation.status failed after a fix
 *       rollback_performed          fix.status rolled_back
 *       healing_complete            fixed, validated, and validation.resolved
 *       manual_intervention_required fix.status queued or refused; or an error that is a root, was
 *                                   analysed, and has no solution but advice
 *   - the outcome for the solution that was applied: success when validation passed and resolved it,
 *     failure when it failed or was rolled back, none otherwise (what did not run taught nothing).
 * A session gives healing_complete (or manual_intervention_required when its status is person), an event
 * record gives its event, deployments and health their rows. */
bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err);
bool store_add(struct store *s, const struct record *r, struct err *err); /* written by us, not read */

/* ---- learn ---- */

/* A verdict without a record, such as a person's.  Not for what store_add is given as well: it would count twice. */
bool store_outcome(
	struct store *s, struct str solution, struct str rule, struct str fingerprint, bool success, struct err *err);

struct score {
	struct str solution, rule, last_used; /* valid during the call-back, as all views here */
	int64_t successes, failures, fingerprints;
};
typedef bool score_fn(void *ctx, const struct score *score); /* false: enough */
bool store_scores(struct store *s, score_fn *each, void *ctx, struct err *err);

/* How far `solution` is to be trusted: beta.h has the formula.  prior: the author's confidence, 0 to 1;
 * weight: how many outcomes the author's word is worth (STORE_PRIOR_WEIGHT).  Outcomes fade with a
 * half-life of STORE_HALF_LIFE days, so an old record drifts back to the prior.  Without outcomes, and
 * where the store is NULL or cannot be read, the prior itself. */
#define STORE_PRIOR_WEIGHT 10.0
enum { STORE_HALF_LIFE = 90 };
double store_confidence(struct store *s, struct str solution, double prior, double weight);

/* Was the last verdict on this solution for this fingerprint a failure, less than STORE_REST hours ago?  Then it is not
 * tried again before that time, in the arena; p == NULL: it may be tried, or the store is NULL or cannot be read. */
enum { STORE_REST = 24 };
struct str store_rests_until(struct store *s, struct arena *a, struct str fingerprint, struct str solution);

/* ---- ask ---- */

struct store_filter {
	struct str since; /* UTC as store_since makes it; p == NULL: all */
	int limit;        /* 0: all */
};

/* "2026-11-20", an RFC 3339 time, or an age ("90s", "30m", "24h", "7d", "2w") as UTC text. */
bool store_since(struct arena *a, const char *text, struct str *out, struct err *err);

struct store_incident {
	struct str id, time, tool, environment, rule, level, code, message, file, type, fingerprint;
	struct str solution, fix_status, validation;
	int64_t line, severity, count, attempt; /* 0: not known */
	bool resolved;
	struct str json; /* the whole record */
};
typedef bool store_incident_fn(void *ctx, const struct store_incident *i);
/* Incidents, newest first. */
bool store_history(struct store *s, const struct store_filter *f, store_incident_fn *each, void *ctx, struct err *err);
/* The incident with this id, or the only one whose id begins so (4 bytes at least). */
bool store_incident(struct store *s, struct str id, store_incident_fn *each, void *ctx, struct err *err);

struct store_event {
	struct str incident, name, time, detail; /* incident: for a session's event, the session's id */
	int64_t attempt;
	struct str json; /* the record that told of it */
};
typedef bool store_event_fn(void *ctx, const struct store_event *e);
/* Events, oldest first; of one incident, or of all (incident.p == NULL). */
bool store_events(struct store *s, struct str incident, const struct store_filter *f, store_event_fn *each, void *ctx,
	struct err *err);

/* How often, since when and till when this fingerprint was met. */
struct store_seen {
	int64_t incidents;
	char first[40], last[40];
};
bool store_seen(struct store *s, struct str fingerprint, struct store_seen *out, struct err *err);

struct store_totals {
	int64_t incidents, fingerprints, resolved;
	int64_t applied, rollbacks;  /* events */
	int64_t successes, failures; /* outcomes */
	int64_t manual;              /* incidents that were left to a person */
	int64_t sessions, healed;
};
bool store_totals(struct store *s, const struct store_filter *f, struct store_totals *out, struct err *err);

enum store_by { BY_RULE, BY_TOOL, BY_DAY };
struct store_group {
	struct str name;
	int64_t incidents, resolved, successes, failures, manual;
};
typedef bool store_group_fn(void *ctx, const struct store_group *g);
/* Most incidents first; days newest first. */
bool store_groups(struct store *s, enum store_by by, const struct store_filter *f, store_group_fn *each, void *ctx,
	struct err *err);

/* Every record as it came, oldest first: the whole store can be made from them again. */
typedef bool store_line_fn(void *ctx, struct str json);
bool store_export(struct store *s, const struct store_filter *f, store_line_fn *each, void *ctx, struct err *err);

#endif
