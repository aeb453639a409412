"""What may happen to tables: staging, committing, reading, asking in SQL, and where rows come from."""
