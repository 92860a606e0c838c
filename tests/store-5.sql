-- Turn a store into one of version 5 of the schema, with its tables; the lines of the chain stay those of the newest one.
CREATE TABLE contexts (
 incident TEXT PRIMARY KEY,
 seq INTEGER NOT NULL,
 time TEXT NOT NULL,
 fingerprint TEXT NOT NULL,
 alike TEXT NOT NULL,
 project TEXT NOT NULL, command TEXT NOT NULL, tool TEXT NOT NULL, rule TEXT NOT NULL, path TEXT NOT NULL,
 status TEXT NOT NULL,
 lacks TEXT NOT NULL,
 resolved INTEGER NOT NULL, manual INTEGER NOT NULL,
 applied INTEGER NOT NULL, undone INTEGER NOT NULL,
 successes INTEGER NOT NULL, failures INTEGER NOT NULL);
INSERT INTO contexts SELECT id, seq, time, COALESCE(fingerprint, ''), alike, project, command, COALESCE(tool, ''),
 COALESCE(rule, ''), COALESCE(file, ''), status, lacks, healed, manual, applied, undone, successes, failures
 FROM incidents;
INSERT INTO events (record, incident, name, attempt, time, detail)
 SELECT i.seq, i.id, e.column2, CASE WHEN e.column1 < 3 THEN 0 ELSE i.attempt END, i.time, i.message
 FROM incidents i JOIN (VALUES (0, 'error_detected'), (1, 'analysis_complete'), (2, 'fix_generated'),
  (3, 'fix_applied'), (4, 'fix_validated'), (5, 'fix_failed'), (6, 'rollback_performed'), (7, 'healing_complete'),
  (8, 'manual_intervention_required')) e ON i.derived & (1 << e.column1) ORDER BY i.seq, e.column1;
DROP TABLE occurrences;
DROP INDEX incidents_time;
DROP INDEX incidents_status;
DROP INDEX incidents_fingerprint;
DROP INDEX incidents_lacks;
ALTER TABLE incidents DROP COLUMN alike;
ALTER TABLE incidents DROP COLUMN project;
ALTER TABLE incidents DROP COLUMN command;
ALTER TABLE incidents DROP COLUMN status;
ALTER TABLE incidents DROP COLUMN lacks;
ALTER TABLE incidents DROP COLUMN healed;
ALTER TABLE incidents DROP COLUMN manual;
ALTER TABLE incidents DROP COLUMN applied;
ALTER TABLE incidents DROP COLUMN undone;
ALTER TABLE incidents DROP COLUMN successes;
ALTER TABLE incidents DROP COLUMN failures;
ALTER TABLE incidents DROP COLUMN derived;
DROP TABLE trials;
PRAGMA user_version = 5;
