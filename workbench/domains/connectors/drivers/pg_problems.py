"""What the messages of PostgreSQL mean to the person who reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.core.errors import Invalid, NotFound, TimedOut, Unavailable, WorkbenchError

if TYPE_CHECKING:
    from .postgresql import PostgresqlConfig

# What is found in the message: kind of error, code, what is wrong, how to mend it.
_MEANINGS: dict[str, tuple[type[WorkbenchError], str, str, str]] = {
    r"28P01|28000|password authentication|no password supplied|role .* does not exist|pg_hba": (
        Invalid,
        "wrong_credentials",
        "The server refuses the user {user!r} with the password that is set.",
        "Correct user and password, or ask its admin.",
    ),
    r"3D000|database .* does not exist": (
        Invalid,
        "database_not_found",
        "The server has no database {database!r}.",
        "Correct the database's name.",
    ),
    r"certificate|root\.crt": (
        Invalid,
        "certificate",
        "The server's certificate is not trusted with sslmode {sslmode}.",
        "Give its authority's file as sslrootcert, and the host by the name that the certificate is for.",
    ),
    r"does not support SSL|SSL off|no encryption": (
        Invalid,
        "no_encryption",
        "The server and sslmode {sslmode} do not agree on encryption.",
        "Set sslmode to what the server offers.",
    ),
    r"translate host name|resolve host|Name or service|nodename nor": (
        Unavailable,
        "host_unknown",
        "There is no host called {host!r}.",
        "Correct the host's name, or check the network.",
    ),
    r"refused|timeout expired|timed out|No route|unreachable|could not connect|No such file": (
        Unavailable,
        "no_answer",
        "Nobody answers at {host}:{port}.",
        "Check host and port, that the server runs, and that no firewall stands between.",
    ),
    r"57014|statement timeout|canceling statement": (
        TimedOut,
        "query_timeout",
        "The query took longer than {query_seconds} s.",
        "Raise query_seconds, or read fewer rows by a cursor.",
    ),
    r"42501|permission denied": (
        Invalid,
        "source_denies",
        "The user {user!r} may not read this.",
        "Have the owner GRANT SELECT on it (and USAGE on the schema).",
    ),
    r"42P01|42703|relation .* does not exist|column .* does not exist": (
        NotFound,
        "stream_not_found",
        "The table or one of its columns is gone.",
        "Look at the connector's streams again.",
    ),
    r"53300|too many (clients|connections)|starting up|shutting down|terminat|closed the connection|08\d\d\d": (
        Unavailable,
        "connection_lost",
        "The server at {host}:{port} ended the connection.",
        "Try again.",
    ),
}


def explained(config: PostgresqlConfig, cause: str, state: str = "") -> WorkbenchError:
    """What a message of PostgreSQL, already free of secrets, means to the person who reads it."""
    text = f"{state} {cause}"
    settings = config.model_dump(exclude={"password"})
    plain = re.sub(r"^\w+: |\[libpq\] |Failed to \w+( query)?: |\s*Query was:.*", "", cause.strip(), flags=re.DOTALL)
    said = plain.strip().splitlines()[0][:300] if plain.strip() else "nothing"
    for pattern, (kind, code, wrong, mend) in _MEANINGS.items():
        if re.search(pattern, text):
            return kind(f"{wrong.format(**settings)} It says: {said}", fix=mend, code=code)
    return Invalid(f"PostgreSQL says: {said}", fix="Check the connector's settings.", code="postgresql_error")
