-- Turn a store into one of version 2 of the schema, as an older heal left it.
DROP TABLE IF EXISTS test_runs;
DROP TABLE IF EXISTS generated_tests;
DROP TABLE IF EXISTS adjustments;
DROP TABLE IF EXISTS contexts;
DROP TABLE IF EXISTS lessons;
DROP TABLE IF EXISTS repairs;
DROP TABLE IF EXISTS tallies;
DROP TABLE IF EXISTS prints;
DROP INDEX IF EXISTS outcomes_pair;
DROP INDEX IF EXISTS outcomes_recent;
CREATE INDEX outcomes_solution ON outcomes (solution, time);
CREATE INDEX incidents_time ON incidents (time);
CREATE INDEX incidents_fingerprint ON incidents (fingerprint);
CREATE INDEX incidents_rule ON incidents (rule);
PRAGMA user_version = 2;
