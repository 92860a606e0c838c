-- incidents.sql - heal-detect's records as two tables of DuckDB
--
--   heal-detect /srv/ci/logs | duckdb ci.db -f incidents.sql
--   duckdb ci.db -c 'FROM fingerprints ORDER BY incidents DESC LIMIT 20'
--
-- Several runs add to the same tables; a fingerprint is the same on every machine, so their rows are joined by it.
CREATE TABLE IF NOT EXISTS incidents (fingerprint VARCHAR, tool VARCHAR, rule VARCHAR, level VARCHAR, file VARCHAR,
	line BIGINT, message VARCHAR, log VARCHAR, time TIMESTAMPTZ, record JSON);

INSERT INTO incidents
SELECT json->>'$.fingerprint', json->>'$.error.tool', json->>'$.error.rule', json->>'$.error.level',
	json->>'$.error.file', CAST(json->>'$.error.line' AS BIGINT), json->>'$.error.message', json->>'$.source.name',
	CAST(json->>'$.time' AS TIMESTAMPTZ), json
FROM read_ndjson_objects('/dev/stdin');

CREATE OR REPLACE VIEW fingerprints AS
SELECT fingerprint, count(*) AS incidents, count(DISTINCT log) AS logs, min(time) AS first, max(time) AS last,
	any_value(message) AS example
FROM incidents
GROUP BY fingerprint;
