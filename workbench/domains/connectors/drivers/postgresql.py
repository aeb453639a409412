"""PostgreSQL and what speaks its protocol, by ADBC where it is installed, else by psycopg."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, Field, SecretStr

from workbench.core.errors import Invalid

from .base import Cursor, Driver, DriverConfig, Source, Stream, no_such_stream, secret

if TYPE_CHECKING:
    from .pg_session import Session

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


class PostgresqlConfig(DriverConfig):
    """A schema of a PostgreSQL database."""

    model_config = ConfigDict(populate_by_name=True)

    address = ("host", "port", "sslmode", "sslrootcert")

    host: str = Field(default="localhost", min_length=1, max_length=255, title="Host", description="Name or address.")
    port: int = Field(default=5432, ge=1, le=65535, title="Port")
    database: str = Field(min_length=1, max_length=63, title="Database")
    user: str = Field(min_length=1, max_length=63, title="User", description="One that may only read is best.")
    password: SecretStr | None = secret("Password", "Kept in the vault.")
    schema_name: str = Field(
        default="public",
        alias="schema",
        min_length=1,
        max_length=63,
        title="Schema",
        description="Where the tables are.",
    )
    sslmode: SslMode = Field(
        default="prefer", title="Encryption", description="`verify-full` also checks that the server is who it says."
    )
    sslrootcert: str | None = Field(
        default=None, title="Root certificate", description="A PEM file that signs the server's certificate."
    )
    connect_seconds: int = Field(default=10, ge=1, le=300, title="Connection time", description="In seconds.")
    query_seconds: int = Field(
        default=0, ge=0, le=86_400, title="Query time", description="The longest a query may take; 0 is without limit."
    )


class PostgresqlDriver(Driver):
    """Reads tables, views, materialised views and foreign tables; see `pg_types` for what becomes of each type.

    Every read is one statement in a read-only session, so its rows are of one moment.
    """

    kind = "postgresql"
    title = "PostgreSQL"
    description = "Tables and views of a PostgreSQL schema."
    config_model = PostgresqlConfig
    config: PostgresqlConfig

    def version(self) -> str:
        with self.session() as session:
            return f"PostgreSQL {session.rows('SELECT current_setting($$server_version$$)')[0][0]}"

    def names(self) -> list[str]:
        return [stream.name for stream in self.introspect()]

    def introspect(self) -> list[Stream]:
        from .pg_catalog import streams

        with self.session() as session:
            found = streams(session, self.config)
            if not found:
                self._refuse_missing_schema(session)
        return [source.stream for source in found]

    def open(self, stream: str, *, cursor: Cursor | None = None, limit: int | None = None) -> Source:  # noqa: ARG002
        from .pg_catalog import streams

        with self.session() as session:
            found = streams(session, self.config, stream)
        if not found:
            raise no_such_stream(stream, self.names())
        found[0].connect = self.session
        return found[0]

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A read-only session, closed at the end; what goes wrong within is said in words, without secrets.

        Raises:
            Unavailable: no library is installed, or the server does not answer.
            Invalid: user, password, database or certificate are wrong.
        """
        from .pg_session import connect

        with connect(self.config, self.scrub, self.reach) as session:
            yield session

    def _refuse_missing_schema(self, session: Session) -> None:
        from .pg_catalog import literal

        name = self.config.schema_name
        if session.rows(f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(name)}"):  # noqa: S608
            return
        schemas = session.rows("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1 LIMIT 10")
        raise Invalid(
            f"The database {self.config.database!r} has no schema {name!r}.",
            fix=f"It has {', '.join(str(row[0]) for row in schemas)}.",
            code="schema_not_found",
            errors=[{"pointer": "/config/schema", "message": "does not exist"}],
        )
