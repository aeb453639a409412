"""One process at a time: a file's lock on this machine, and a lock of PostgreSQL's among machines."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Engine


@contextmanager
def held(path: Path, engine: Engine, name: UUID) -> Iterator[None]:
    """Wait for both locks and hold them; a process that dies gives them back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _among_machines(engine, name):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def _among_machines(engine: Engine, name: UUID) -> Iterator[None]:
    if engine.dialect.name != "postgresql":
        yield
        return
    key = {"key": int.from_bytes(name.bytes[8:], "big", signed=True)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
