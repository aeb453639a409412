"""Tables, column types and sessions, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Dialect, Engine, make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from . import row_security
from .clock import now
from .errors import Invalid, StaleVersion, Unavailable, WorkbenchError
from .ids import new_id

Json = JSON().with_variant(JSONB(), "postgresql")
BUSY_SECONDS = 15


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; always aware, always UTC, also on SQLite, which drops zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables, with constraint names that migrations can speak of."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json, list[str]: Json}


class Row(Base):
    """A row with an id that sorts by age."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)


class WorkspaceRow(Row):
    """A row that belongs to one workspace; `(workspace_id, id)` is what other rows point at."""

    __abstract__ = True

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("workspace_id", "id"),)


class Versioned:
    """Optimistic concurrency: the column goes up with every change and is the ETag outside."""

    version: Mapped[int] = mapped_column(Integer)

    @property
    def etag(self) -> int:
        """The column as callers know it; a `version` is to them one of a table or a pipeline."""
        return self.version

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Database:
    """One database behind a URL."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._engine()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        if not self.is_sqlite:
            event.listen(self._sessions, "after_begin", row_security.say)

    def _engine(self) -> Engine:
        return create_engine(self.url, pool_size=16, max_overflow=8, pool_pre_ping=True, pool_timeout=BUSY_SECONDS)

    def _sqlite_engine(self) -> Engine:
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
        if self.url.database not in (None, "", ":memory:"):  # as many connections as there may be threads
            options |= {"max_overflow": 48, "pool_timeout": BUSY_SECONDS}
        engine = create_engine(self.url, **options)

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _: object) -> None:
            connection.isolation_level = None  # transactions begin where we say so, not where pysqlite guesses
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            # A deferred transaction that writes later fails at once with "database is locked".
            mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
            connection.exec_driver_sql(f"BEGIN {mode}")

        return engine

    @contextmanager
    def read(self, scope: UUID | None = None) -> Iterator[Session]:
        """A session that sees one moment and writes nothing; what it loaded may be looked at afterwards.

        `scope` is the workspace whose rows it may meet, or `row_security.INSTALLATION`; without, it meets none of any.
        """
        with self._sessions(info={"scope": scope, "reads": True}) as session, _translated():
            if not self.is_sqlite:
                session.connection()
            yield session  # closing rolls back; a rollback of ours would forget what was loaded

    @contextmanager
    def write(self, scope: UUID | None = None) -> Iterator[Session]:
        """A session that holds the write lock on SQLite; the caller commits (see `journal.unit_of_work`)."""
        with self._sessions(info={"scope": scope, "reads": False}) as session, _translated():
            if self.is_sqlite:
                session.connection(execution_options={"writes": True})
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def beside(db: Session, scope: UUID | None = None) -> Iterator[Session]:
    """Another session that reads, for what one under way does not see; of the same scope where none is given."""
    with Session(db.get_bind(), info={"scope": scope or db.info["scope"], "reads": True}) as other:
        if db.get_bind().dialect.name == "postgresql":
            event.listen(other, "after_begin", row_security.say)
        yield other


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise StaleVersion(
            "Someone else changed it while you did.", fix="Read it again, then repeat your change."
        ) from error
    except OperationalError as error:
        raise unavailable(error) from error
    except (DataError, OverflowError) as error:
        cause = error.orig if isinstance(error, DataError) else error
        raise Invalid(
            f"The metadata database cannot hold a value: {str(cause).splitlines()[0]}.",
            fix="Use a smaller number, or text without NUL characters.",
            code="value_out_of_range",
        ) from error
    except PoolTimeout as error:
        raise Unavailable(
            "All connections to the metadata database are in use.",
            fix="Try again.",
            code="database_busy",
            retry_after=1,
        ) from error


def unavailable(error: OperationalError) -> WorkbenchError:
    """Say what a database that does not answer means to the person who waits for it."""
    cause = str(_first(error).orig).strip()
    if "locked" in cause:
        return Unavailable(
            f"The metadata database was busy for {BUSY_SECONDS} s.",
            fix="Try again; if it stays so, look for a process that holds workbench.db open.",
            code="database_locked",
            retry_after=1,
        )
    if "full" in cause or "No space left" in cause or "disk I/O" in cause:
        return Unavailable("The disk is full.", fix="Free some space; nothing was half written.", code="disk_full")
    return Unavailable(f"The metadata database does not answer: {cause.splitlines()[0]}", code="database_unavailable")


def _first(error: OperationalError) -> OperationalError:
    """What went wrong first: a full disk ends SQLite's transaction, and its savepoints are missed afterwards."""
    before = error.__context__
    while before is not None:
        if isinstance(before, OperationalError):
            error = before
        before = before.__context__
    return error


@contextmanager
def unique(db: Session, error: WorkbenchError) -> Iterator[None]:
    """Flush what is added within, and raise `error` where a row of that kind exists already."""
    try:
        with db.begin_nested():
            yield
            db.flush()
    except IntegrityError as cause:
        raise error from cause
