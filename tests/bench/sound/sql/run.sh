set -e
sqlite3 -bail :memory: <sql/trees.sql
