/* store.h - the store of incidents, attempted solutions and their outcomes
 *
 * A store is an SQLite file in WAL mode, so that several heal processes can use it at once; a writer waits up to 30 s
 * for the others.  Commits are not synced one by one (synchronous=NORMAL): if the process is killed, no commit is lost;
 * a power failure may lose the last commits; neither damages the file.  schema.h lists the tables.
 *
 * Or it is a database on a PostgreSQL server, "postgresql://...", which many machines use.  While the server cannot be
 * reached, a store that was opened for writing takes records all the same: they are kept in a file, and sent at the
 * next use (spool.h).  Then queries find nothing.
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

/* The name as messages show it: without a password. */
struct str store_shown(struct arena *a, struct str name);
/* Does the name contain a password?  Then it must not be an argument, which other users can read. */
bool store_has_password(struct str name);

/* Open or create it; path NULL: the default path, with its directory. */
struct store *store_open(const char *path, struct err *err);
/* The same, for what needs the records that are there: NULL while the server cannot be reached. */
struct store *store_open_all(const char *path, struct err *err);
/* Open for reading: it must exist, and may be on read-only media. */
struct store *store_open_read(const char *path, struct err *err);
/* Bring a store of an older version, in a file, up to date, as store_open does.  false: err, or it is on a server. */
bool store_upgrade(const char *path, struct err *err);
void store_close(struct store *s); /* accepts NULL */
/* The same, but faster: the last additions may remain in the log. */
void store_close_soon(struct store *s);
const char *store_path(const struct store *s); /* as shown */
/* What the user should know, once: that records wait for the server, or were sent.  NULL: nothing new. */
const char *store_notice(struct store *s);
/* Is the server away, so that records are kept and none can be asked for? */
bool store_is_away(const struct store *s);

/* The records that wait for the server of this name; -1: err.  each may be NULL. */
typedef bool store_line_fn(void *ctx, struct str json);
int64_t store_spooled(
	const char *name, struct str *file, struct arena *a, store_line_fn *each, void *ctx, struct err *err);
/* Send them now. */
bool store_send(struct store *s, int64_t *sent, struct err *err);

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
 *   - the outcome of the applied solution, see verdict_of in internal.h.
 * Each event has the time of its stage.  A session gives healing_complete (or manual_intervention_required when its
 * status is person), an event record gives its event and what it teaches (teach.h), deployments and health their rows.
 */
bool store_add_line(struct store *s, const struct record *r, struct str json, struct err *err);
bool store_add(struct store *s, const struct record *r, struct err *err); /* not read from a line */

/* Many records: gather each, and write all that was gathered as one transaction.  A record is stored only when
 * store_write has returned; before that it waits in memory.  If a transaction fails because of one record, the others
 * are written one by one; *lost (may be NULL) is the number of records that are not stored, and err the first reason.
 */
bool store_gather(struct store *s, const struct record *r, struct str json, struct err *err);
bool store_gather_record(struct store *s, const struct record *r, struct err *err); /* not read from a line */
bool store_write(struct store *s, size_t *lost, struct err *err);
/* The same in a thread, while the next records are gathered; nothing else of the store may be called until
 * store_write_end, which waits for it.  false: not possible, call store_write. */
bool store_write_begin(struct store *s);
bool store_write_end(struct store *s, size_t *lost, struct err *err);
/* Would store_write_end wait? */
bool store_is_writing(const struct store *s);
/* So many records, or bytes of lines, were gathered that they should be written now. */
enum { STORE_BATCH = 20000, STORE_BATCH_BYTES = 32 << 20 };
bool store_is_full(const struct store *s);

/* Remove the incidents whose last record is older than a time, with their events, and sessions, deployments, health and
 * events as old.  Outcomes, lessons and solutions stay: what was learned does not depend on them.  removed: records.
 * The removal is an event of the chain, which keeps the hashes of what was removed. */
bool store_remove_before(struct store *s, struct str before, int64_t *removed, struct err *err);

/* ---- learn ---- */

/* Add an outcome without a record.  Not for a record given to store_add, which would count twice. */
bool store_outcome(
	struct store *s, struct str solution, struct str rule, struct str fingerprint, bool success, struct err *err);

struct score {
	struct str solution, rule, last_used; /* valid during the callback, as all views here */
	int64_t successes, failures, fingerprints;
	/* Its success rate, with outcomes faded as for store_confidence and a uniform prior: the mean of the Beta
	 * distribution, and its 5 % quantile. */
	double mean, lower;
	/* new: fewer than SCORE_FEW outcomes; proven: at least SCORE_MANY, on several errors, with a lower bound of at
	 * least SCORE_PROVEN; otherwise tried. */
	const char *maturity;
	/* Of its last SCORE_LAST outcomes at most half were successes, of those before more than half. */
	bool fading;
};
enum { SCORE_FEW = 3, SCORE_MANY = 10, SCORE_LAST = 5 };
#define SCORE_PROVEN 0.7
typedef bool score_fn(void *ctx, const struct score *score); /* false: stop */
bool store_scores(struct store *s, score_fn *each, void *ctx, struct err *err);

/* The confidence of a solution by the formula in beta.h.  prior: the author's confidence, 0 to 1; weight: the number of
 * outcomes that the prior is worth (STORE_PRIOR_WEIGHT).  The weight of outcomes has a half-life of STORE_HALF_LIFE
 * days. The prior if there are no outcomes, or if the store is NULL or cannot be read. */
#define STORE_PRIOR_WEIGHT 10.0
enum { STORE_HALF_LIFE = 90 };
double store_confidence(struct store *s, struct str solution, double prior, double weight);

/* Did this solution fail for this fingerprint less than STORE_REST hours ago, with no outcome since, and was its basis
 * (heal-record(5)) the same?  Then the time before which it is not tried again, in the arena; p == NULL: it may be
 * tried, or the store is NULL or cannot be read.  A basis that is not known counts as the same. */
enum { STORE_REST = 24 };
struct str store_rests_until(
	struct store *s, struct arena *a, struct str fingerprint, struct str solution, struct str basis);

/* ---- query ---- */

/* What is not set (p == NULL) does not restrict. */
struct store_filter {
	struct str since, until; /* UTC, from store_since; until: before this time */
	struct str project;      /* the root of the project */
	struct str command;      /* the command, or its first words */
	struct str path;         /* the file of the error, or a directory above it */
	struct str tool, rule, status;
	int limit; /* 0: all */
};

/* "2026-11-20", an RFC 3339 time, or an age ("90s", "30m", "24h", "7d", "2w") as UTC text. */
bool store_since(struct arena *a, const char *text, struct str *out, struct err *err);

struct store_incident {
	struct str id, time, tool, environment, rule, level, code, message, file, type, fingerprint;
	struct str solution, fix_status, validation;
	struct str project, command;
	struct str status; /* open, fixed, passed, failed, queued ...; undone, edited, returned: teach.h */
	int64_t line, severity, count, attempt; /* 0: not known */
	bool resolved;
	struct str json; /* the record */
};
typedef bool store_incident_fn(void *ctx, const struct store_incident *i);
/* Incidents, newest first. */
bool store_history(struct store *s, const struct store_filter *f, store_incident_fn *each, void *ctx, struct err *err);

/* Earlier incidents like one: first those with the fingerprint, then those whose normalised message is the same, each
 * group newest first.  what: the id of an incident or its unique prefix, a fingerprint, or else a message.  since,
 * until and limit of the filter count.  false: err; HEAL_WRONG: several incidents have the prefix. */
struct store_similar {
	struct store_incident incident;
	bool same; /* by its fingerprint; otherwise by its message */
};
typedef bool store_similar_fn(void *ctx, const struct store_similar *s);
bool store_similar(struct store *s, struct str what, const struct store_filter *f, store_similar_fn *each, void *ctx,
	struct err *err);

/* What fixed the newest 1000 incidents that are alike: solutions with their outcomes, those that worked most often
 * first. */
struct store_past_fix {
	struct str solution, rule, last_used;
	int64_t successes, failures;
};
typedef bool store_past_fix_fn(void *ctx, const struct store_past_fix *m);
bool store_past_fix(struct store *s, struct str what, store_past_fix_fn *each, void *ctx, struct err *err);

/* Clusters of failures on which heal cannot act (context.h: lacks), by their normalised message, most frequent first.
 */
struct store_cluster {
	struct str lacks, rule, tool, message, incident, last; /* of the newest incident of the cluster */
	int64_t incidents, projects;
};
typedef bool store_cluster_fn(void *ctx, const struct store_cluster *c);
bool store_todo(struct store *s, const struct store_filter *f, store_cluster_fn *each, void *ctx, struct err *err);
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

enum store_by { BY_RULE, BY_TOOL, BY_DAY, BY_PATH, BY_PROJECT };
struct store_group {
	struct str name;
	int64_t incidents, resolved, successes, failures, manual;
};
typedef bool store_group_fn(void *ctx, const struct store_group *g);
/* Most incidents first; days newest first. */
bool store_groups(struct store *s, enum store_by by, const struct store_filter *f, store_group_fn *each, void *ctx,
	struct err *err);

/* Every record unchanged, oldest first; the store can be rebuilt from them. */
bool store_export(struct store *s, const struct store_filter *f, store_line_fn *each, void *ctx, struct err *err);

#endif
