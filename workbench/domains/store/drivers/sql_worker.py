"""The process in which somebody's SQL runs: one query, over the views it is given, then it ends.

A nursery process imports what is needed once, has no secrets in its environment and no open files, and forks a worker
for every query. A worker opens its database ahead of time, gives up all it can (confinement.py) before it reads the
first byte of a table, and may be killed at any moment.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from workbench.broker.framing import Channel
from workbench.broker.ipc import untrusted
from workbench.core.errors import WorkbenchError
from workbench.core.sql import literal, quoted

from .arrow import normalised
from .bound import received
from .confinement import confine, leash, limit
from .expressions import NoScalar, columns_of

SQL_BYTES = 64 * 1024
BATCH_ROWS = 65_536
ONE = "Write one value made of the source's columns, such as upper(name) or price * 1.19."
MEND = "One SELECT over the workspace's tables is what may be asked here."


class Refused(Exception):
    """The SQL will not be run, or went wrong; what the asker is told."""

    def __init__(self, code: str, detail: str, fix: str, full: str = "") -> None:
        super().__init__(detail)
        self.told = {"code": code, "detail": detail, "fix": fix, "full": full}


def connect() -> Any:
    """An in-memory database without a thread of its own, which leaves the process free to confine itself."""
    config: dict[str, Any] = {
        "threads": 1, "async_threads": 0, "temp_directory": "", "autoinstall_known_extensions": False,
        "autoload_known_extensions": False, "allow_community_extensions": False, "allow_unsigned_extensions": False,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def tables(connection: Any, sql: str) -> list[str]:
    """The names that a SELECT reads from, common table expressions among them.

    Raises:
        Refused: it is not exactly one SELECT, or it changes something on the way.
    """
    names: set[str] = set()
    _walk(_parsed(connection, sql), names)
    return sorted(names)


def scalar(connection: Any, expression: str) -> list[str]:
    """The columns that one scalar expression names.

    Raises:
        Refused: it is something else.
    """
    try:
        return columns_of(_parsed(connection, f"SELECT\n{expression}\n"))
    except NoScalar as error:
        raise Refused("no_expression", f"This is not one expression: {error}.", ONE) from error
    except RecursionError as error:
        raise Refused("no_expression", "This expression is nested too deeply.", ONE) from error


def _parsed(connection: Any, sql: str) -> list[Any]:
    """The tree of exactly one SELECT."""
    if len(sql.encode(errors="replace")) > SQL_BYTES:
        raise Refused("query_too_long", f"The SQL is longer than {SQL_BYTES // 1024} kB.", "Put the data into a table.")
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in sql):
        raise Refused("query_refused", "The SQL has a character that is no text.", "Remove it.")
    try:
        found = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _told(error) from error
    if len(found) != 1:
        raise Refused("query_refused", f"There are {len(found)} statements here, not one.", MEND)
    if found[0].type != duckdb.StatementType.SELECT:
        raise Refused("query_refused", f"This is a {found[0].type.name} statement, not a SELECT.", MEND)
    ((text,),) = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()
    tree = json.loads(text)
    if tree.get("error"):
        raise Refused("query_refused", tree.get("error_message", "This is not a SELECT."), MEND)
    return list(tree["statements"])


def _walk(tree: Any, names: set[str]) -> None:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                names.add(node["table_name"])
            kind = str(node.get("type", ""))
            if kind.endswith("_QUERY_NODE") or kind in ("INSERT_NODE", "UPDATE_NODE", "DELETE_NODE", "MERGE_INTO_NODE"):
                raise Refused("query_refused", "The SELECT changes something on the way.", MEND)
            waiting += node.values()


def run(
    connection: Any, sql: str, views: dict[str, str], paths: list[str], memory: int, threads: int,
    values: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """The result of a SELECT over views as a pyarrow.RecordBatchReader, with DuckDB's doors closed and locked.

    `values` are those of its parameters, by name; DuckDB binds them, so that none is ever read as SQL.
    """
    allowed = ", ".join(literal(path) for path in paths)
    for setting in (
        f"memory_limit = '{memory // 1_000_000}MB'", f"threads = {threads}", "async_threads = 2",
        f"allowed_paths = [{allowed}]", "enable_external_access = false", "lock_configuration = true",
    ):  # fmt: skip
        connection.execute(f"SET GLOBAL {setting}")
    for name, select in views.items():
        connection.execute(f"CREATE VIEW {quoted(name)} AS {select}")
    statement = connection.extract_statements(sql)[0]
    values = {name: value for name, value in (values or {}).items() if name in statement.named_parameters}
    try:
        found = connection.sql(statement, params=values) if values else connection.sql(statement)
    except duckdb.BinderException:
        connection.execute(statement, values)  # fails alike, but says at which place
        raise
    return found.to_arrow_reader(BATCH_ROWS)


def serve(channel: Channel, memory: int, seconds: float) -> None:
    """Answer one query: first which tables it reads, then its rows."""
    limit(memory, seconds)
    connection = connect()
    channel.send({"pid": os.getpid()})
    while (frame := channel.receive()) is not None:
        asked = frame[0]
        try:
            if "sieve" in asked:
                _sieve(channel)
                continue
            if "expression" in asked:
                channel.send({"columns": scalar(connection, asked["expression"])})
                continue
            if "views" not in asked:
                channel.send({"tables": tables(connection, asked["sql"])})
                continue
            confined = confine(asked["paths"])
            _stream(channel, connection, asked, memory)
            channel.send({"done": True, "confined": confined})
        except Refused as refused:
            channel.send({"error": refused.told})
        except (duckdb.Error, pa.ArrowException, MemoryError, ValueError, RuntimeError) as error:
            channel.send({"error": _told(error).told})


def _sieve(channel: Channel) -> None:
    """Confine the process, then give back the rows that come, in the types of the store."""
    channel.send({"ready": confine(())})
    try:
        frame = channel.receive()
        rows = normalised(frame[1]) if frame else None
    except WorkbenchError as error:
        channel.send({"problem": error.problem()})
        return
    channel.send({}, rows)


def _stream(channel: Channel, connection: Any, asked: dict[str, Any], memory: int) -> None:
    tables(connection, asked["sql"])
    values = received(asked.get("values", {}))
    reader = run(connection, asked["sql"], asked["views"], asked["paths"], memory, asked["threads"], values)
    nothing: Any = pa.RecordBatchReader.from_batches(reader.schema, [])  # an empty table would import pandas
    channel.send({"schema": True}, nothing)
    left = asked["limit"]
    for batch in _rows(reader):
        piece = batch if left is None else batch.slice(0, left)
        channel.send({"rows": piece.num_rows}, pa.RecordBatchReader.from_batches(reader.schema, [piece]))
        if left is not None and (left := left - piece.num_rows) <= 0:
            return


def _rows(reader: Any) -> Iterator[Any]:
    while True:
        try:
            yield reader.read_next_batch()
        except StopIteration:
            return
        except Exception as error:  # DuckDB's errors come through Arrow as errors of input and output
            raise _told(error) from error


def _told(error: BaseException) -> Refused:
    full = str(error).strip() or type(error).__name__
    sentence = full.splitlines()[0]
    starved = isinstance(error, MemoryError | duckdb.OutOfMemoryException | pa.ArrowMemoryError)
    if starved or "Out of Memory" in full or "bad_alloc" in full:
        return Refused("query_out_of_memory", sentence, "Read fewer rows or columns, or raise query_bytes.", full)
    if isinstance(error, duckdb.PermissionException):
        return Refused("query_refused", sentence, MEND, full)
    return Refused("query_failed", sentence, "", full)


def nursery(control: socket.socket, memory: int, seconds: float, nice: int) -> None:
    """Fork a worker for every socket that comes through `control`; end when that closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers, so none becomes a zombie
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _child(descriptors[0], memory, seconds, nice)
        os.close(descriptors[0])


def _child(descriptor: int, memory: int, seconds: float, nice: int) -> None:
    code = 1
    try:
        leash(die_with_parent=True)
        os.nice(nice)
        with socket.socket(fileno=descriptor) as sock:
            serve(Channel(sock, decode=untrusted), memory, seconds)
        code = 0
    except OSError:
        code = 2  # the asker is gone
    finally:
        os._exit(code)


def main(descriptor: int, memory: int, seconds: float, nice: int) -> None:
    """Be the nursery; `descriptor` is its end of the control socket."""
    leash(die_with_parent=False)  # it ends when the socket closes, whichever thread of the parent made it
    sys.stdin.close()
    with socket.socket(fileno=descriptor) as control:
        nursery(control, memory, seconds, nice)
