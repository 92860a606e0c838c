#include "store/schema.h"

/* "heal" as PRAGMA application_id identifies the files of heal. */
#define APPLICATION "1751474540"
static const int64_t application = 0x6865616c;

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
	" FROM outcomes GROUP BY rule, solution, variant;"

	"PRAGMA application_id = " APPLICATION ";"
	"PRAGMA user_version = 1;",
};

struct state {
	int64_t application, version, tables;
};

static bool look(struct db *db, struct state *s, struct err *err)
{
	return db_number(db, &s->application, 0, err, "PRAGMA application_id", "") &&
		db_number(db, &s->version, 0, err, "PRAGMA user_version", "") &&
		db_number(db, &s->tables, 0, err, "SELECT COUNT(*) FROM sqlite_master", "");
}

static bool ours(const struct state *s, const char *path, struct err *err)
{
	bool fresh = s->application == 0 && s->version == 0 && s->tables == 0;

	if (!fresh && s->application != application)
		return err_set(err, HEAL_WRONG, "'%s' is the database of another program, not a store", path);
	if (s->version > SCHEMA_VERSION)
		return err_set(err, HEAL_WRONG, "the store '%s' has version %lld; this heal supports versions up to %d",
			path, (long long)s->version, SCHEMA_VERSION);
	return true;
}

static bool upgrade(struct db *db, const char *path, struct err *err)
{
	struct state s;

	if (!db_begin(db, err))
		return false;
	/* Check again under the write lock: another process may have migrated it. */
	bool ok = look(db, &s, err) && ours(&s, path, err);
	for (int64_t v = s.version; ok && v < SCHEMA_VERSION; v++)
		ok = db_script(db, migrations[v], err);
	if (ok)
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

/* All of the state as of one moment: another process may be making the store just now. */
static bool look_at_once(struct db *db, struct state *s, struct err *err)
{
	if (!db_script(db, "BEGIN", err))
		return false;
	bool ok = look(db, s, err);
	return db_script(db, "COMMIT", ok ? err : NULL) && ok;
}

bool schema_ready(struct db *db, const char *path, struct err *err)
{
	struct state s;

	if (!look_at_once(db, &s, err) || !ours(&s, path, err))
		return false;
	if (s.version == SCHEMA_VERSION)
		return true;
	if (db_is_read_only(db))
		return err_set(err, s.version ? HEAL_REFUSED : HEAL_WRONG,
			s.version ? "the store '%s' is older than this heal and cannot be written" :
				    "'%s' holds no store yet",
			path);
	return db_wal(db, err) && upgrade(db, path, err);
}
