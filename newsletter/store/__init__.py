"""The register's tables, connections and migrations (SQLite file, or PostgreSQL)."""
