#include "store/schema.h"

#include "store/chain.h"
#include "store/context.h"
#include "store/tally.h"
#include "store/trials.h"

/* "heal" identifies the databases of heal. */
static const int64_t application = 0x6865616c;

enum { VERSION_CHAINED = 2, VERSION_ASKED = 3, VERSION_MERGED = 6, VERSION_TRIED = 8 };

#define TALLY(kind, day, name)                                                                            \
	"INSERT INTO tallies SELECT '" kind "', " day ", " name ", COUNT(*), SUM(resolved), SUM(manual)," \
	" SUM(applied), SUM(undone), SUM(successes), SUM(failures) FROM contexts GROUP BY 1, 2, 3;"
#define TALLY_ALL(kind, name) TALLY(kind, "substr(time, 1, 10)", name) TALLY(kind, "''", name)

#define OCCURS(kind, column)                                                               \
	"SELECT DISTINCT '" kind "', " column ", COALESCE(fingerprint, '') FROM incidents" \
	" WHERE COALESCE(" column ", '') <> ''"
#define OCCURRENCES                                                                                     \
	OCCURS("project", "project")                                                                    \
	" UNION ALL " OCCURS("tool", "tool") " UNION ALL " OCCURS("rule", "rule") " UNION ALL " OCCURS( \
		"path", "file") " UNION ALL " OCCURS("command", "command") ";"

/* migrations[n] converts version n to n + 1.  A published one is never changed. */
static const char *const migrations[SCHEMA_VERSION] = {
	"CREATE TABLE records ("
	" seq INTEGER PRIMARY KEY,"
	" id TEXT NOT NULL,"
	" kind TEXT NOT NULL,"
	" time TEXT NOT NULL,"
	" hash TEXT NOT NULL," /* SHA-256 of json: an equal record is not stored again */
	" json TEXT NOT NULL,"
	" UNIQUE (id, hash));"

	"CREATE TABLE incidents ("
	" id TEXT PRIMARY KEY,"
	" seq INTEGER NOT NULL REFERENCES records (seq),"
	" correlation_id TEXT, fingerprint TEXT,"
	" time TEXT NOT NULL,"
	" tool TEXT, environment TEXT, rule TEXT, level TEXT, code TEXT, message TEXT, file TEXT, line INTEGER,"
	" count INTEGER NOT NULL,"
	" type TEXT, category TEXT, severity INTEGER, confidence DOUBLE PRECISION, root INTEGER,"
	" solution TEXT, fix_status TEXT, attempt INTEGER NOT NULL,"
	" validation TEXT, resolved INTEGER,"
	" stage INTEGER NOT NULL);" /* the number of error, analysis, solutions, fix, validation that it has */
	"CREATE INDEX incidents_time ON incidents (time);"
	"CREATE INDEX incidents_fingerprint ON incidents (fingerprint);"
	"CREATE INDEX incidents_rule ON incidents (rule);"

	"CREATE TABLE events ("
	" seq INTEGER PRIMARY KEY,"
	" record INTEGER NOT NULL REFERENCES records (seq)," /* the record that it comes from */
	" incident TEXT,"
	" name TEXT NOT NULL,"
	" attempt INTEGER," /* 0 before any fix; NULL for a record of kind event */
	" time TEXT NOT NULL,"
	" detail TEXT,"
	" UNIQUE (incident, name, attempt));"
	"CREATE INDEX events_time ON events (time);"

	"CREATE TABLE solutions ("
	" id TEXT NOT NULL, rule TEXT NOT NULL,"
	" type TEXT, description TEXT,"
	" offered INTEGER NOT NULL,"
	" first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,"
	" PRIMARY KEY (id, rule));"

	"CREATE TABLE outcomes ("
	" seq INTEGER PRIMARY KEY,"
	" solution TEXT NOT NULL, rule TEXT NOT NULL, variant TEXT NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" success INTEGER NOT NULL," /* 1 or 0 */
	" time TEXT NOT NULL,"
	" incident TEXT, attempt INTEGER," /* NULL: an outcome without a record */
	" UNIQUE (incident, attempt, solution));"
	"CREATE INDEX outcomes_solution ON outcomes (solution, time);"
	"CREATE INDEX outcomes_fingerprint ON outcomes (fingerprint, solution);"

	"CREATE TABLE sessions ("
	" id TEXT PRIMARY KEY, seq INTEGER NOT NULL REFERENCES records (seq),"
	" correlation_id TEXT, time TEXT NOT NULL, status TEXT, exit_code INTEGER, first_exit_code INTEGER,"
	" incidents INTEGER, fixed INTEGER, attempts INTEGER, runs INTEGER, seconds DOUBLE PRECISION);"
	"CREATE INDEX sessions_time ON sessions (time);"

	"CREATE TABLE deployments ("
	" id TEXT PRIMARY KEY, seq INTEGER NOT NULL REFERENCES records (seq),"
	" time TEXT NOT NULL, revision TEXT, environment TEXT, status TEXT);"
	"CREATE INDEX deployments_time ON deployments (time);"

	"CREATE TABLE health ("
	" id TEXT PRIMARY KEY, seq INTEGER NOT NULL REFERENCES records (seq),"
	" time TEXT NOT NULL, status TEXT, score DOUBLE PRECISION);"
	"CREATE INDEX health_time ON health (time);"

	"CREATE VIEW scores AS"
	" SELECT solution, rule, SUM(success) AS successes, SUM(1 - success) AS failures,"
	"  COUNT(DISTINCT fingerprint) AS fingerprints, MAX(time) AS last_used"
	" FROM outcomes GROUP BY solution, rule;"

	"CREATE VIEW rule_stats AS"
	" SELECT i.rule, COUNT(*) AS incidents, SUM(CASE WHEN i.resolved = 1 THEN 1 ELSE 0 END) AS resolved,"
	"  MIN(i.time) AS first_seen, MAX(i.time) AS last_seen,"
	"  (SELECT COUNT(*) FROM outcomes o WHERE o.rule = i.rule AND o.success = 1) AS successes,"
	"  (SELECT COUNT(*) FROM outcomes o WHERE o.rule = i.rule AND o.success = 0) AS failures"
	" FROM incidents i GROUP BY i.rule;"

	"CREATE VIEW variants AS"
	" SELECT rule, solution, variant, COUNT(*) AS trials, SUM(success) AS successes, MAX(time) AS last_used"
	" FROM outcomes GROUP BY rule, solution, variant;",

	"CREATE TABLE chain ("
	" seq INTEGER PRIMARY KEY," /* 1, 2, 3 ... */
	" time TEXT NOT NULL,"
	" rows TEXT NOT NULL," /* see chain.h */
	" hash TEXT NOT NULL);",

	"CREATE TABLE adjustments ("
	" kind TEXT NOT NULL, name TEXT NOT NULL,"
	" value TEXT NOT NULL,"     /* empty: none */
	" undone INTEGER NOT NULL," /* 1: its last event undid a change */
	" time TEXT NOT NULL,"
	" record INTEGER NOT NULL REFERENCES records (seq)," /* its last event */
	" PRIMARY KEY (kind, name));"

	/* What incidents are asked for, one row each, so that every question is a walk along one index. */
	"CREATE TABLE contexts ("
	" incident TEXT PRIMARY KEY,"
	" seq INTEGER NOT NULL," /* incidents.seq */
	" time TEXT NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" alike TEXT NOT NULL," /* a hash of the normalised message */
	" project TEXT NOT NULL, command TEXT NOT NULL, tool TEXT NOT NULL, rule TEXT NOT NULL, path TEXT NOT NULL,"
	" status TEXT NOT NULL," /* open, fixed, passed, failed, that of the fix, or what a person made of it */
	" lacks TEXT NOT NULL,"  /* rule, cause or fix: what nobody has written yet; empty: nothing */
	" resolved INTEGER NOT NULL, manual INTEGER NOT NULL," /* 1 or 0 */
	" applied INTEGER NOT NULL, undone INTEGER NOT NULL,"  /* attempts */
	" successes INTEGER NOT NULL, failures INTEGER NOT NULL);"
	"CREATE INDEX contexts_time ON contexts (time, seq, resolved, manual, applied, undone, successes, failures);"
	"CREATE INDEX contexts_project ON contexts (project, time, seq, resolved, manual, successes, failures);"
	"CREATE INDEX contexts_tool ON contexts (tool, time, seq, resolved, manual, successes, failures);"
	"CREATE INDEX contexts_rule ON contexts (rule, time, seq, resolved, manual, successes, failures);"
	"CREATE INDEX contexts_path ON contexts (path, time, seq, resolved, manual, successes, failures);"
	"CREATE INDEX contexts_command ON contexts (command, time, seq);"
	"CREATE INDEX contexts_status ON contexts (status, time, seq);"
	"CREATE INDEX contexts_fingerprint ON contexts (fingerprint, time);"
	"CREATE INDEX contexts_alike ON contexts (alike, time, fingerprint);"
	"CREATE INDEX contexts_lacks ON contexts (lacks, alike, time);"

	"DROP INDEX incidents_time;"
	"DROP INDEX incidents_fingerprint;"
	"DROP INDEX incidents_rule;"

	/* Where an outcome comes from. */
	"CREATE TABLE lessons ("
	" outcome INTEGER PRIMARY KEY REFERENCES outcomes (seq),"
	" why TEXT NOT NULL,"   /* validated, failed, approved, denied, undone, edited, returned */
	" basis TEXT NOT NULL," /* of the solution, heal-record(5); empty: not known */
	" time TEXT NOT NULL);"
	"CREATE INDEX outcomes_pair ON outcomes (solution, rule, time, success, fingerprint);"
	"CREATE INDEX outcomes_recent ON outcomes (success, time);"

	"CREATE TABLE repairs ("
	" id TEXT PRIMARY KEY,"
	" project TEXT NOT NULL," /* a hash */
	" rule TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,"
	" file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL,"
	" before_text TEXT NOT NULL, after_text TEXT NOT NULL,"
	" solution TEXT NOT NULL,"
	" time TEXT NOT NULL);",

	/* Counts are kept, so the indexes hold only what rows are found by: the narrower, the faster records come in.
	 * What is empty is not asked for. */
	"DROP INDEX contexts_time;"
	"DROP INDEX contexts_project;"
	"DROP INDEX contexts_tool;"
	"DROP INDEX contexts_rule;"
	"DROP INDEX contexts_path;"
	"DROP INDEX contexts_command;"
	"DROP INDEX contexts_status;"
	"DROP INDEX contexts_alike;"
	"DROP INDEX contexts_lacks;"
	"DROP INDEX outcomes_solution;" /* outcomes_pair begins with the same column */
	"CREATE INDEX contexts_time ON contexts (time, seq);"
	"CREATE INDEX contexts_project ON contexts (project, time) WHERE project <> '';"
	"CREATE INDEX contexts_tool ON contexts (tool, time) WHERE tool <> '';"
	"CREATE INDEX contexts_rule ON contexts (rule, time) WHERE rule <> '';"
	"CREATE INDEX contexts_path ON contexts (path, time) WHERE path <> '';"
	"CREATE INDEX contexts_command ON contexts (command, time) WHERE command <> '';"
	"CREATE INDEX contexts_status ON contexts (status, time);"
	"CREATE INDEX contexts_lacks ON contexts (lacks, alike, time) WHERE lacks <> '';"

	/* Sums over contexts: see tally.h. */
	"CREATE TABLE tallies ("
	" kind TEXT NOT NULL," /* all, project, tool, rule or path */
	" day TEXT NOT NULL,"  /* of contexts.time; empty: of all days */
	" name TEXT NOT NULL," /* which one; empty for all */
	" incidents INTEGER NOT NULL,"
	" resolved INTEGER NOT NULL, manual INTEGER NOT NULL,"
	" applied INTEGER NOT NULL, undone INTEGER NOT NULL,"
	" successes INTEGER NOT NULL, failures INTEGER NOT NULL,"
	" PRIMARY KEY (kind, day, name)) WITHOUT ROWID;"
	"CREATE TABLE prints ("
	" fingerprint TEXT NOT NULL, alike TEXT NOT NULL," /* as in contexts */
	" incidents INTEGER NOT NULL,"
	" first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,"
	" PRIMARY KEY (fingerprint, alike)) WITHOUT ROWID;"
	"CREATE INDEX prints_alike ON prints (alike, last_seen);"
	"INSERT INTO prints SELECT fingerprint, alike, COUNT(*), MIN(time), MAX(time) FROM contexts"
	" GROUP BY fingerprint, alike;" TALLY_ALL("all", "''") TALLY_ALL("project", "project") TALLY_ALL("tool", "tool")
		TALLY_ALL("rule", "rule") TALLY_ALL("path", "path"),

	"CREATE TABLE generated_tests ("
	" id TEXT PRIMARY KEY,"
	" incident TEXT NOT NULL, project TEXT NOT NULL, fingerprint TEXT NOT NULL,"
	" framework TEXT NOT NULL, path TEXT NOT NULL,"
	" text TEXT NOT NULL,"   /* SHA-256 */
	" status TEXT NOT NULL," /* proposed, added, flaky, refused */
	" time TEXT NOT NULL);"

	"CREATE TABLE test_runs ("
	" id TEXT PRIMARY KEY,"
	" test TEXT NOT NULL REFERENCES generated_tests (id),"
	" text TEXT NOT NULL,"
	" fixed INTEGER NOT NULL, expected INTEGER NOT NULL," /* 1 or 0 */
	" seconds DOUBLE PRECISION NOT NULL,"
	" time TEXT NOT NULL);"
	"CREATE INDEX test_runs_test ON test_runs (test, text, expected);",

	/* One row for each incident, and events that have none of their own (events.h): fewer bytes to write, hash and
	 * keep. The new columns are those that contexts had. */
	"ALTER TABLE incidents ADD COLUMN alike TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE incidents ADD COLUMN project TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE incidents ADD COLUMN command TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE incidents ADD COLUMN status TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE incidents ADD COLUMN lacks TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE incidents ADD COLUMN healed INTEGER NOT NULL DEFAULT 0;" /* contexts.resolved */
	"ALTER TABLE incidents ADD COLUMN manual INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE incidents ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE incidents ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE incidents ADD COLUMN successes INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE incidents ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE incidents ADD COLUMN derived INTEGER NOT NULL DEFAULT 0;" /* events without a row, as bits */
	"UPDATE incidents SET (alike, project, command, status, lacks, healed, manual, applied, undone, successes,"
	" failures) = (SELECT c.alike, c.project, c.command, c.status, c.lacks, c.resolved, c.manual, c.applied,"
	" c.undone, c.successes, c.failures FROM contexts c WHERE c.incident = incidents.id)"
	/* A row that does not agree was changed outside heal, and must not become one that does. */
	" WHERE EXISTS (SELECT 1 FROM contexts c WHERE c.incident = incidents.id AND c.seq = incidents.seq"
	"  AND c.time = incidents.time AND c.fingerprint = COALESCE(incidents.fingerprint, '')"
	"  AND c.tool = COALESCE(incidents.tool, '') AND c.rule = COALESCE(incidents.rule, '')"
	"  AND c.path = COALESCE(incidents.file, ''));"
	"DROP TABLE contexts;"
	"CREATE INDEX incidents_time ON incidents (time, seq);"
	"CREATE INDEX incidents_project ON incidents (project, time) WHERE project <> '';"
	"CREATE INDEX incidents_tool ON incidents (tool, time) WHERE tool <> '';"
	"CREATE INDEX incidents_rule ON incidents (rule, time) WHERE rule <> '';"
	"CREATE INDEX incidents_file ON incidents (file, time) WHERE file <> '';"
	"CREATE INDEX incidents_command ON incidents (command, time) WHERE command <> '';"
	"CREATE INDEX incidents_status ON incidents (status, time);"
	"CREATE INDEX incidents_fingerprint ON incidents (fingerprint, time);"
	"CREATE INDEX incidents_lacks ON incidents (lacks, alike, time) WHERE lacks <> '';",

	/* Each index on incidents takes a tenth of the time of adding one.  These are found by the fingerprints that
	 * occurred in a project, with a tool and so on, which are few. */
	"CREATE TABLE occurrences ("
	" kind TEXT NOT NULL," /* project, tool, rule, path or command */
	" name TEXT NOT NULL," /* which one; not empty */
	" fingerprint TEXT NOT NULL,"
	" PRIMARY KEY (kind, name, fingerprint)) WITHOUT ROWID;"
	"INSERT INTO occurrences " OCCURRENCES "DROP INDEX incidents_project;"
	"DROP INDEX incidents_tool;"
	"DROP INDEX incidents_rule;"
	"DROP INDEX incidents_file;"
	"DROP INDEX incidents_command;"
	"DROP INDEX incidents_status;"
	"CREATE INDEX incidents_status ON incidents (status, time) WHERE status <> 'open';",

	/* Solutions that were tried in a copy, see trials.h. */
	"CREATE TABLE trials ("
	" incident TEXT NOT NULL, solution TEXT NOT NULL,"
	" whole TEXT NOT NULL," /* the solution that it was tried as: itself, or one that it is a part of */
	" rule TEXT NOT NULL, variant TEXT NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" passed INTEGER NOT NULL," /* 1 or 0 */
	" time TEXT NOT NULL,"
	" PRIMARY KEY (incident, solution)) WITHOUT ROWID;"
	"CREATE INDEX trials_solution ON trials (solution, time);",
};

static bool ours(const struct db_identity *s, const char *path, struct err *err)
{
	bool fresh = s->application == 0 && s->version == 0 && s->tables == 0;

	if (!fresh && s->application != application)
		return err_set(err, HEAL_WRONG, "'%s' is the database of another program, not a store", path);
	if (s->version > SCHEMA_VERSION)
		return err_set(err, HEAL_WRONG, "the store '%s' has version %lld; this heal supports versions up to %d",
			path, (long long)s->version, SCHEMA_VERSION);
	return true;
}

static bool migrate(struct db *db, int64_t version, struct err *err)
{
	bool ok = true;

	for (int64_t v = version; ok && v < SCHEMA_VERSION; v++)
		ok = db_define(db, migrations[v], err) &&
			(v != VERSION_CHAINED - 1 || chain_adopt(db, VERSION_CHAINED, err));
	/* Rows that are computed from records are those of the newest version. */
	ok = ok && (version >= VERSION_ASKED || (contexts_adopt(db, err) && tally_adopt(db, err)));
	ok = ok && (version >= VERSION_TRIED || (trials_adopt(db, err) && chain_adopt(db, VERSION_TRIED, err)));
	return ok && db_identify(db, application, SCHEMA_VERSION, err);
}

bool schema_make(struct db *db, struct err *err)
{
	return migrate(db, 0, err);
}

static bool upgrade(struct db *db, const char *path, struct err *err)
{
	struct db_identity s;

	if (!db_begin(db, err))
		return false;
	/* Check again under the write lock: another process may have migrated it. */
	bool ok = db_identity(db, &s, err) && ours(&s, path, err);
	ok = ok && migrate(db, s.version, err);
	if (ok)
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

/* All of the state as of one moment: another process may be making the store just now. */
static bool look_at_once(struct db *db, struct db_identity *s, struct err *err)
{
	if (!db_begin_reading(db, err))
		return false;
	bool ok = db_identity(db, s, err);
	return db_commit(db, ok ? err : NULL) && ok;
}

bool schema_ready(struct db *db, const char *path, struct err *err)
{
	struct db_identity s;

	if (!look_at_once(db, &s, err) || !ours(&s, path, err))
		return false;
	if (s.version == SCHEMA_VERSION)
		return true;
	if (db_is_read_only(db))
		return err_set(err, s.version ? HEAL_REFUSED : HEAL_WRONG,
			s.version ? "the store '%s' is older than this heal and cannot be written" :
				    "'%s' holds no store yet",
			path);
	return db_prepare(db, err) && upgrade(db, path, err);
}
