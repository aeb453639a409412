"""SQLite databases on this machine, opened read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from pydantic import Field

from workbench.core.errors import Invalid, NotFound, Unavailable, WorkbenchError

from .base import Cursor, Driver, DriverConfig, Source, no_such_stream
from .types import LocalPath, TypeName

BUSY_SECONDS = 10


class SqliteConfig(DriverConfig):
    """A SQLite database."""

    path: LocalPath = Field(
        min_length=1, max_length=4096, title="Path", description="The database file on this machine."
    )
    types: dict[str, TypeName] = Field(
        default_factory=dict,
        title="Types",
        description="Types of columns, as `table.column`, where the declared ones do not tell what is stored.",
        examples=[{"orders.price": "text"}],
    )


class SqliteDriver(Driver):
    """Reads the tables and views of a SQLite database; see `sqlite_types` for what becomes of its loose types."""

    kind = "sqlite"
    title = "SQLite"
    description = "Tables and views of a SQLite database file, read-only."
    config_model = SqliteConfig
    config: SqliteConfig

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def names(self) -> list[str]:
        with self._connected() as db:
            return _names(db)

    def open(self, stream: str, *, cursor: Cursor | None = None, limit: int | None = None) -> Source:  # noqa: ARG002
        from .sqlite_source import SqliteSource

        with self._connected() as db:
            known = _names(db)
            if stream not in known:
                raise no_such_stream(stream, known)
            types = {
                name.rpartition(".")[2]: wanted
                for name, wanted in self.config.types.items()
                if name.rpartition(".")[0] == stream
            }
            return SqliteSource(db, stream, self._held, types, self.config.cursors.get(stream))

    def _path(self) -> Path:
        path = self.reach.path(self.config.path)
        if not path.is_file():
            raise Invalid(
                f"{self.config.path} is not a file.",
                fix="Check the path; databases are never created.",
                code="file_not_found",
                errors=[{"pointer": "/config/path", "message": "is not a file"}],
            )
        return path

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with self._held() as path:
            try:
                with closing(sqlite3.connect(read_only_uri(path), uri=True, timeout=BUSY_SECONDS)) as db:
                    yield db
            except sqlite3.Error as error:
                raise explained(path, str(error)) from None

    @contextmanager
    def _held(self) -> Iterator[Path]:
        """The database under a path that stays what it is; what else belongs to it must not be needed there.

        Raises:
            Unavailable: it has a journal, which may not be left out.
        """
        path = self._path()
        with self.reach.linking(path) as held:
            journals = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
            if held != path and any(journal.exists() and journal.stat().st_size for journal in journals):
                raise Unavailable(
                    f"{path.name} is being written, or was not closed.",
                    fix="Close it where it is written; that removes its -wal or -journal file.",
                    code="sqlite_locked",
                    retry_after=5,
                )
            yield held


def read_only_uri(path: Path) -> str:
    """The URI that opens a database without ever writing to it."""
    return f"file:{quote(str(path))}?mode=ro"


def explained(path: Path, cause: str) -> WorkbenchError:
    """What a message of SQLite means to the person who reads it."""
    if "not a database" in cause or "malformed" in cause or "encrypted" in cause:
        return Invalid(
            f"{path.name} is not a SQLite database, or is damaged or encrypted.",
            fix="Give the path of an unencrypted SQLite 3 file; `PRAGMA integrity_check` finds damage.",
            code="sqlite_broken",
        )
    if "locked" in cause or "busy" in cause:
        return Unavailable(
            f"{path.name} was locked by another program for {BUSY_SECONDS} s.",
            fix="Try again when it has finished writing.",
            code="sqlite_locked",
            retry_after=5,
        )
    if "unable to open" in cause:
        return Unavailable(f"{path.name} cannot be opened.", fix="Check its permissions.", code="file_unreadable")
    if "no such table" in cause or "no such column" in cause:
        return NotFound(f"{path.name}: {cause}.", fix="Look at its streams again.", code="stream_not_found")
    return Invalid(f"{path.name}: SQLite says: {cause[:200]}.", fix="Check the database.", code="sqlite_error")


def _names(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return sorted(str(name) for (name,) in rows)
