/* store.h - the store of incidents, attempted solutions and their outcomes
 *
 * A store is an SQLite file in WAL mode, so that several heal processes can use it at once; a writer waits up to 30 s
 * for the others.  Commits are not synced one by one (synchronous=NORMAL): if the process is killed, no commit is lost;
 * a power failure may lose the last commits; neither damages the file.  schema.h lists the tables.
 *
 * Functions that can fail return false or NULL and set err:
 *   HEAL_REFUSED  locked for too long, read-only, disk full: trying again may help
 *   HEAL_WRONG    damaged, another program's database, written by a newer heal, no such incident
 *   HEAL_BROKEN   internal error
 * All changes for one record are one transaction.
 *
 * Not thread-safe.  After fork() the child opens its own store. */
#ifndef HEAL_STORE_STORE_H
#define HEAL_STORE_STORE_H

#include "record/record.h"

struct store;

/* ---- open ---- */

/* $HEAL_STORE, or dir_state()/heal.db; p == NULL if neither is known. */
struct str store_default_path(struct arena *a);

/* Open or create it; path NULL: the default path, with its directory. */
struct store *store_open(const char *path, struct err *err);
/* Open for reading: it must exist, and may be on read-only media. */
struct store *store_open_read(const char *path, struct err *err);
void store_close(struct store *s); /* accepts NULL */
/* The same, but faster: the last additions may remain in the log. */
void store_close_soon(struct store *s);
const char *store_path(const struct store *s);

/* ---- add ---- */

/* Store a record of any kind; json is its line.  A line that is already stored is ignored.  An incident gives
 *   - its row in incidents, from the newest attempt, and of that the record with most stages;
 *   - events, each once per attempt:
 *       error_detected              it has error
 *       analysis_complete           it has analysis
 *       fix_generated               it has solutions
 *       fix_applied                 fix.status applied or rolled_back
 *       fix_validated               validation.status passed on an applied fix
 *       fix_failed                  fix.status failed, or validation.status failed after a fix
 *       rollback_performed          fix.status rolled_back
 *       healing_complete            fixed, validated, and validation.resolved
 *       manual_intervention_required fix.status queued or refused; or an analysed root error whose
 *                                   only solutions are advice
 *   - the outcome of the applied solution: success if validation passed and resolved it, failure if it failed or was
 *     rolled back, otherwise none.
 * A session gives healing_complete (or manual_intervention_required when its status is person), an event
 * record gives its event, deployments and health their rows. */
bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err);
bool store_add(struct store *s, const struct record *r, struct err *err); /* not read from a line */

/* ---- learn ---- */

/* Add an outcome without a record.  Not for a record given to store_add, which would count twice. */
bool store_outcome(
	struct store *s, struct str solution, struct str rule, struct str fingerprint, bool success, struct err *err);

struct score {
	struct str solution, rule, last_used; /* valid during the callback, as all views here */
	int64_t successes, failures, fingerprints;
};
typedef bool score_fn(void *ctx, const struct score *score); /* false: stop */
bool store_scores(struct store *s, score_fn *each, void *ctx, struct err *err);

/* The confidence of a solution by the formula in beta.h.  prior: the author's confidence, 0 to 1; weight: the number of
 * outcomes that the prior is worth (STORE_PRIOR_WEIGHT).  The weight of outcomes has a half-life of STORE_HALF_LIFE
 * days. The prior if there are no outcomes, or if the store is NULL or cannot be read. */
#define STORE_PRIOR_WEIGHT 10.0
enum { STORE_HALF_LIFE = 90 };
double store_confidence(struct store *s, struct str solution, double prior, double weight);

/* Did this solution fail for this fingerprint less than STORE_REST hours ago, with no outcome since?  Then the time
 * before which it is not tried again, in the arena; p == NULL: it may be tried, or the store is NULL or cannot be read.
 */
enum { STORE_REST = 24 };
struct str store_rests_until(struct store *s, struct arena *a, struct str fingerprint, struct str solution);

/* ---- query ---- */

struct store_filter {
	struct str since; /* UTC, from store_since; p == NULL: all */
	int limit;        /* 0: all */
};

/* "2026-11-20", an RFC 3339 time, or an age ("90s", "30m", "24h", "7d", "2w") as UTC text. */
bool store_since(struct arena *a, const char *text, struct str *out, struct err *err);

struct store_incident {
	struct str id, time, tool, environment, rule, level, code, message, file, type, fingerprint;
	struct str solution, fix_status, validation;
	int64_t line, severity, count, attempt; /* 0: not known */
	bool resolved;
	struct str json; /* the record */
};
typedef bool store_incident_fn(void *ctx, const struct store_incident *i);
/* Incidents, newest first. */
bool store_history(struct store *s, const struct store_filter *f, store_incident_fn *each, void *ctx, struct err *err);
/* The incident with this id, or with this unique prefix of at least 4 bytes. */
bool store_incident(struct store *s, struct str id, store_incident_fn *each, void *ctx, struct err *err);

struct store_event {
	struct str incident, name, time, detail; /* incident: for a session's event, the session's id */
	int64_t attempt;
	struct str json; /* its record */
};
typedef bool store_event_fn(void *ctx, const struct store_event *e);
/* Events, oldest first; of one incident, or of all (incident.p == NULL). */
bool store_events(struct store *s, struct str incident, const struct store_filter *f, store_event_fn *each, void *ctx,
	struct err *err);

/* The number of incidents with this fingerprint, and the times of the first and last. */
struct store_seen {
	int64_t incidents;
	char first[40], last[40];
};
bool store_seen(struct store *s, struct str fingerprint, struct store_seen *out, struct err *err);

struct store_totals {
	int64_t incidents, fingerprints, resolved;
	int64_t applied, rollbacks;  /* events */
	int64_t successes, failures; /* outcomes */
	int64_t manual;              /* incidents that need review */
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

/* Every record unchanged, oldest first; the store can be rebuilt from them. */
typedef bool store_line_fn(void *ctx, struct str json);
bool store_export(struct store *s, const struct store_filter *f, store_line_fn *each, void *ctx, struct err *err);

#endif
