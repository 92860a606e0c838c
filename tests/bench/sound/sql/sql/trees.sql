CREATE TABLE tree (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  height REAL CHECK (height > 0)
);
INSERT INTO tree (name, height) VALUES ('oak', 30);
INSERT INTO tree (name, height) VALUES
  ('ash', 20),
  ('elm', 25);
SELECT CASE WHEN height > 22 THEN 'tall' ELSE 'low' END AS size, count(*)
FROM tree
WHERE id IN (SELECT id FROM tree WHERE name IN ('oak', 'ash'))
GROUP BY size;
