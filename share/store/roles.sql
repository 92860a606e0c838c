-- roles.sql - least privileges for a store on PostgreSQL
--
-- The role that first opens the store makes its tables and owns them; later versions of heal change them with that role.
-- Run this as the owner, or as a superuser, in the store's database after the tables exist:
--
--     HEAL_STORE=postgresql://owner@server/heal heal-log -q </dev/null
--     psql -d heal -f roles.sql
--     psql -d heal -c 'CREATE ROLE ci LOGIN IN ROLE heal_writer'
--
-- heal_writer  stores records and reads: for machines that run heal.  It cannot delete or change a record, an event or a
--              row of the chain, nor change a table.
-- heal_reader  reads: for people and dashboards.

SELECT 'CREATE ROLE ' || name || ' NOLOGIN' FROM (VALUES ('heal_reader'), ('heal_writer')) AS roles (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

SELECT format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC, heal_reader, heal_writer', current_schema()),
	format('GRANT USAGE ON SCHEMA %I TO heal_reader, heal_writer', current_schema()),
	format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO heal_reader, heal_writer', current_schema()),
	-- records are staged in temporary tables
	format('GRANT TEMPORARY ON DATABASE %I TO heal_writer', current_database())
\gexec

-- Rows that are only added, and rows whose newest state is kept.
GRANT INSERT ON records, events, chain, repairs, test_runs, occurrences TO heal_writer;
GRANT INSERT, UPDATE ON incidents, solutions, outcomes, trials, sessions, deployments, health, adjustments,
	lessons, tallies, prints, generated_tests TO heal_writer;
