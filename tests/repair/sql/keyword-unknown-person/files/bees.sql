CREATE TABLE bees (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO bees (name) VALUES ('maja');
SELECT name FROM bees
WHENEVER name;
