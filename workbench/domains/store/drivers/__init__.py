"""The mechanics under the store: Arrow types, Delta logs, Parquet files, DuckDB and its workers."""
