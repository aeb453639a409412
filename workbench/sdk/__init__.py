"""The verbs of a notebook: ``import workbench as wb``, then `wb.read`, `wb.write`, `wb.query`, `wb.run` and others.

They enter by `call`, like everyone else. Within a run they act within its rights, and what they write becomes visible
when the run succeeds; elsewhere each write commits at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from workbench.core.caller import Caller
from workbench.core.errors import Conflict, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.core.sql import quoted
from workbench.sdk.brief import BriefCaller
from workbench.sdk.frame import Frame as Frame
from workbench.sdk.frame import as_reader

Mode = Literal["append", "replace", "merge"]


class CheckFailed(Conflict):
    """Rows fail a quality check."""

    code = "check_failed"


@dataclass(frozen=True, slots=True)
class CurrentRun:
    """The run that executes this notebook; `idempotency_key` is the same in every attempt at it."""

    id: str
    attempt: int
    parameters: dict[str, Any]

    @property
    def idempotency_key(self) -> str:
        """What to hand to outside systems, so that a second attempt does nothing twice."""
        return f"workbench-run-{self.id}"


@cache
def caller() -> Caller:
    """The caller that all verbs use: the broker outside where this is a sandbox, else the home, opened on first use.

    Raises:
        Unavailable: the home cannot be opened.
    """
    if "WORKBENCH_BROKER" in os.environ:
        return _outside(int(os.environ["WORKBENCH_BROKER"]))
    from workbench import home
    from workbench.core.settings import load

    surface = "run" if "WORKBENCH_RUN" in os.environ else "python"
    return home.local_caller(home.open_home(load()), os.environ.get("WORKBENCH_WORKSPACE"), surface=surface)


def _entry() -> Caller:
    """The caller, for verbs whose refusals end where they are called."""
    return BriefCaller(caller())


def _outside(descriptor: int) -> Caller:
    import socket

    from workbench.broker.door import DoorCaller
    from workbench.core.operations import registry

    try:
        return DoorCaller(registry, socket.socket(fileno=os.dup(descriptor)))
    except OSError as error:
        raise Unavailable(
            "This process does not have the sandbox's door: it was started by another program than the notebook.",
            fix=f"Pass descriptor {descriptor} on: subprocess.Popen(…, pass_fds=[{descriptor}]).",
            code="no_broker",
        ) from error


def read(
    name: str,
    *,
    since: Any = None,
    consumer: str | None = None,
    columns: Sequence[str] | None = None,
    limit: int | None = None,
    version: int | None = None,
) -> Frame:
    """Read `connector.stream`, or a table of the store by its bare name.

    `since` gives only rows whose cursor column is greater (connectors). `consumer` gives only those that a consumer of
    that name has not had yet: its mark moves when the last row was taken, within a run when the run succeeds, so that
    one that fails reads them again. `version` reads a table as it was then.

    Raises:
        NotFound: there is no such connector, stream, table or version.
        Invalid: the stream has no cursor column, or what is asked does not go together.
    """
    connector, dot, stream = name.partition(".")
    asked: dict[str, Any] = {"columns": list(columns) if columns else None, "limit": limit}
    if dot:
        asked |= {"id": connector, "stream": stream, "since": _plain(since), "consumer": consumer}
        return Frame(_entry().stream("connectors.read_data", **_given(asked)))
    if since is not None or consumer is not None:
        raise Invalid(
            f"{name!r} is a table; `since` and `consumer` are for connectors.", fix="Use wb.query with a WHERE clause."
        )
    try:
        return Frame(_entry().stream("tables.read", name=name, **_given(asked | {"version": version})))
    except NotFound as error:
        if error.code == "table_not_found" and _is_connector(name):
            error.detail = f"{name!r} is a connector, not a table."
            error.fix = f'Name what to read of it: wb.read("{name}.<stream>").'
        raise


def _is_connector(name: str) -> bool:
    with suppress(WorkbenchError):  # a run may not be let to look
        return any(one.name == name for one in caller().call("connectors.list", q=name).items)
    return False


def write(data: Any, name: str, *, mode: Mode = "append", key: Sequence[str] | str | None = None) -> Any:
    """Write a frame to a table of the store; `merge` replaces the rows that have the same `key`.

    `data` is a Frame, a pandas or polars DataFrame, an Arrow table or stream, or a list of dicts.

    Raises:
        Invalid: the data or the key do not fit.
        Conflict: a column's type changed.
    """
    if isinstance(data, str) and not isinstance(name, str):
        raise Invalid("The frame comes first, then the table's name.", fix=f"wb.write(frame, {data[:63]!r})")
    keys = [key] if isinstance(key, str) else list(key) if key else None
    return _entry().stream("tables.stage", as_reader(data), name=name, mode=mode, **_given({"key": keys}))


def query(sql: str, **values: Any) -> Frame:
    """The answer of one SELECT statement (DuckDB's SQL) over the workspace's tables, or of the saved query of a name.

    `values` are those of its parameters, which it names by `$name`.

    Raises:
        Invalid: it is no single SELECT, or does not fit the tables.
        TimedOut: it took longer than the settings allow.
    """
    given = {name: _plain(value) for name, value in values.items()}
    if re.fullmatch(r"[a-z_][a-z0-9_]*", sql):  # no word by itself is a SELECT
        return Frame(_entry().stream("queries.rows", id=sql, values=given))
    return Frame(_entry().stream("queries.run", sql=sql, values=given))


def apply_mapping(mapping: str, data: Any, *, version: int | None = None) -> Frame:
    """The rows of `data` as a saved mapping makes them: its target's columns, and as many rows as there were.

    `data` is what `write` takes: a Frame, a pandas or polars DataFrame, an Arrow table or stream, or a list of dicts.

    Raises:
        NotFound: there is no such mapping or version.
        Invalid: the data lack columns that it reads, or values do not cast; says which, how many, and gives an example.
    """
    fields = _given({"version": version})
    return Frame(_entry().stream("mappings.apply", as_reader(data), id=mapping, **fields))


def check(
    data: Any, rule: str | None = None, *, not_null: Sequence[str] = (), unique: Sequence[str] = (),
    fail: bool = True,
) -> bool:  # fmt: skip
    """Check rows against a SQL condition, columns that may not be NULL, and columns that are unique together.

    Within a run each check is recorded on it, however it ends. As in SQL a NULL condition does not fail, and a row with
    a NULL in one of the `unique` columns is no duplicate.

    Raises:
        CheckFailed: rows fail and `fail` is set.
        Invalid: the condition does not fit the columns.
    """
    rules = [] if rule is None else [(rule, f"count(*) FILTER (WHERE NOT ({rule}))")]
    rules += [(f"{column} is not null", f"count(*) FILTER (WHERE {quoted(column)} IS NULL)") for column in not_null]
    if unique:
        columns = ", ".join(map(quoted, unique))
        counted = "FILTER (WHERE " + " AND ".join(f"{quoted(column)} IS NOT NULL" for column in unique) + ")"
        rules.append((f"{', '.join(unique)} unique", f"count(*) {counted} - count(DISTINCT ({columns})) {counted}"))
    rows, failing = _count(data, [expression for _, expression in rules])
    for (stated, _), number in zip(rules, failing, strict=True):
        _record("runs.record_check", rule=stated, rows=rows, failing=number)
    outcome = zip(rules, failing, strict=True)
    broken = [f"{number:,} of {rows:,} rows fail: {stated}" for (stated, _), number in outcome if number]
    if broken and fail:
        raise CheckFailed("; ".join(broken) + ".", fix="Mend the data, or pass fail=False to go on.")
    return not broken


def log_metric(name: str, value: float) -> None:
    """Record a figure on the run; outside a run it is only checked."""
    _record("runs.log_metric", name=name, value=float(value))


def log_figure(name: str, plot: Any) -> None:
    """Record a plot on the run, where dashboards find it; outside a run it is only rendered."""
    import base64

    from workbench.sdk.figures import render

    media_type, content = render(plot)
    _record("runs.log_figure", name=name, media_type=media_type, content=base64.b64encode(content))


def current_run() -> CurrentRun | None:
    """The run that executes this notebook, or None outside a run."""
    run_id = os.environ.get("WORKBENCH_RUN")
    if run_id is None:
        return None
    run = caller().call("runs.show", id=run_id)
    return CurrentRun(run_id, run.attempt, run.parameters)


def run(pipeline: str, /, *, version: int | None = None, **parameters: Any) -> Any:
    """Start a pipeline and answer at once; the answer shows itself as a live box in a notebook.

    `.wait()` waits for its end, `.cancel()` stops it, `.result()` answers the run or raises what went wrong.

    Raises:
        NotFound: there is no such pipeline.
        Invalid: the parameters do not fit.
    """
    from workbench.sdk.live import LiveRun

    values = {name: _plain(value) for name, value in parameters.items()}
    started = _entry().call("runs.start", id=pipeline, parameters=values, **_given({"version": version}))
    return LiveRun(caller(), started)


def form(pipeline: str, /, *, version: int | None = None) -> Any:
    """A pipeline's parameters as a form, with the values of the last run, Run, and "Write to the parameters cell".

    Without widgets it is the code of the run instead.

    Raises:
        NotFound: there is no such pipeline or version.
    """
    from workbench.sdk.forms import Form

    return Form(caller(), pipeline, version)


def pick() -> Any:
    """Finds a table, a saved query, or what a connector offers, and puts the code that reads it into the notebook."""
    from workbench.sdk.picker import Picker

    return Picker(caller())


def _record(operation: str, **fields: Any) -> None:
    run_id = os.environ.get("WORKBENCH_RUN")
    if run_id is not None:
        caller().call(operation, id=run_id, **fields)


def _count(data: Any, expressions: Sequence[str]) -> tuple[int, list[int]]:
    """The number of rows, and what each aggregate expression counts; in this process, over the caller's own data."""
    import duckdb

    rows = as_reader(data) if not isinstance(data, Frame) else data.to_arrow()
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        connection.register("rows", rows)
        try:
            counts = ", ".join(expressions) or "0"  # the caller's own words, over the caller's own data
            found = connection.execute(f"SELECT count(*), {counts} FROM rows").fetchone()  # noqa: S608
        except duckdb.Error as error:
            raise Invalid(f"The check does not fit the data: {error}", code="bad_check") from error
    numbers = list(found or ())
    return numbers[0], numbers[1 : len(expressions) + 1]


def _plain(value: Any) -> Any:
    """Dates and numpy scalars as JSON has them."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
