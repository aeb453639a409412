"""Delta Lake logs: the only module that knows deltalake.

Rows are never read or written here: a change names Parquet files that are in the table's folder already. Each change
carries the number of its write as Delta's application transaction, and one that was applied before is passed over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, TableFeatures, Transaction
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from workbench.core.errors import Invalid, Unavailable
from workbench.core.files import sync, sync_folder

from .types import Column, Columns

APP = "workbench"
OWNER, COMMIT = "_workbench_table", "workbench.commit"
READABLE = {"timestampNtz"}
PROPERTIES = {"delta.enableExpiredLogCleanup": "false", "delta.checkpointInterval": "20"}
_KEEP_LOGS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


@dataclass(frozen=True, slots=True)
class State:
    """A table at one version: its columns, its files with their sizes in bytes, and how many rows they hold."""

    version: int
    columns: tuple[Column, ...]
    partitioned_by: tuple[str, ...]
    paths: tuple[str, ...]
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Log:
    """How far a table's log is: its newest version, and the number of the last write that was applied."""

    version: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Which write a change is, and of which commit: what Delta remembers so that it is not applied twice."""

    sequence: int
    commit: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A Parquet file in the table's folder that a change brings in."""

    name: str
    rows: int
    bytes: int


def ensure(folder: Path, table_id: str, columns: Columns) -> Log:
    """Make a table where there is none, able to hold times without a zone from the start; says how far it is.

    A schema with such times in a log that does not announce them makes the whole table unreadable. What another table
    left in the folder, say one of a home that was deleted, is moved aside.
    """
    owner = folder / OWNER
    if folder.exists() and (not owner.exists() or owner.read_text() != table_id):
        folder.rename(folder.with_name(f".{folder.name}.{time.time_ns()}.aside"))
    if not folder.exists():
        fresh = folder.with_name(f".{folder.name}.{table_id}.new")
        fresh.mkdir(parents=True, exist_ok=True)
        (fresh / OWNER).write_text(table_id)
        fresh.rename(folder)
    table = _opened(folder) or DeltaTable.create(folder, schema=_schema(columns), configuration=PROPERTIES)
    if "timestampNtz" not in (table.protocol().reader_features or ()):
        table.alter.add_feature(TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True)
        table = DeltaTable(folder)
    log = Log(table.version(), table.transaction_version(APP) or 0)
    if log.sequence == 0:  # new, perhaps made by a process that died before it came this far
        _sync_versions(folder, range(log.version + 1))
        sync(owner)
        for made in (folder, folder.parent, folder.parent.parent):
            sync_folder(made)
    return log


def applied(folder: Path, log: Log, sequence: int) -> tuple[int, str] | None:
    """The Delta version that a write made and the commit it belonged to, or None where it was not applied yet."""
    if log.sequence < sequence:
        return None
    version = log.version
    while version > 0 and (DeltaTable(folder, version=version - 1).transaction_version(APP) or 0) >= sequence:
        version -= 1
    return version, _commit_of(folder, version)


def change(
    folder: Path,
    mark: Mark,
    columns: Columns,
    add: Sequence[NewFile],
    remove: Sequence[str] = (),
    *,
    replace: bool = False,
) -> int:
    """Apply a write once: bring files in, take files out, or replace all; answers the Delta version it made.

    `columns` are the table's after the write; new ones are added first, in a version of their own without rows.
    """
    table = DeltaTable(folder)
    opened = table.version()
    if not replace:
        table = _widened(table, columns)
    now = int(time.time() * 1000)
    actions: list[Any] = [
        AddAction(file.name, file.bytes, {}, now, True, json.dumps({"numRecords": file.rows})) for file in add
    ]
    actions += [RemoveAction(path, True, now, None, {}) for path in remove]
    mode = "overwrite" if replace else "append"
    table.create_write_transaction(
        actions, mode, _schema(columns), commit_properties=_marked(mark), post_commithook_properties=_KEEP_LOGS
    )
    return _lasting(folder, table, opened)


def restore(folder: Path, mark: Mark, version: int) -> int:
    """Bring an earlier version back as a new one, columns included; answers the Delta version it made."""
    table = DeltaTable(folder)
    opened = table.version()
    table.restore(version, commit_properties=_marked(mark), post_commithook_properties=_KEEP_LOGS)
    return _lasting(folder, table, opened)


def state(folder: Path, version: int) -> State:
    """The table at a version.

    Raises:
        Unavailable: the log or the version is gone.
        Invalid: the table uses features of Delta that cannot be read here.
    """
    try:
        return _state(str(folder), version)
    except (DeltaError, FileNotFoundError) as error:
        raise Unavailable(
            f"Version {version} of the table in {folder} cannot be opened: {str(error).splitlines()[0]}",
            fix="Restore the folder from a backup.",
            code="table_unreadable",
        ) from error


@lru_cache(maxsize=512)
def _state(folder: str, version: int) -> State:
    table = DeltaTable(folder, version=version)
    _check_features(table, folder)
    fields = json.loads(table.schema().to_json())["fields"]
    order = sorted(
        zip(_actions(table), table.file_uris(), strict=True),
        key=lambda pair: (pair[0]["modification_time"], pair[1]),
    )
    return State(
        version=version,
        columns=tuple({"name": field["name"], "type": field["type"]} for field in fields),
        partitioned_by=tuple(table.metadata().partition_columns),
        paths=tuple(uri for _, uri in order),
        rows=sum(_rows(action, uri) for action, uri in order),
        bytes=sum(action["size_bytes"] for action, _ in order),
    )


def _actions(table: DeltaTable) -> list[dict[str, Any]]:
    import pyarrow as pa

    found: list[dict[str, Any]] = pa.table(table.get_add_actions()).to_pylist()
    return found


def _rows(action: dict[str, Any], uri: str) -> int:
    if action["num_records"] is not None:
        return int(action["num_records"])
    import pyarrow.parquet as pq

    return int(pq.read_metadata(uri).num_rows)


def _check_features(table: DeltaTable, folder: str) -> None:
    protocol = table.protocol()
    unknown = set(protocol.reader_features or ()) - READABLE
    if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        unknown.add("columnMapping")
    if unknown:
        raise Invalid(
            f"The table in {folder} uses Delta features that are not read here: {', '.join(sorted(unknown))}.",
            fix="Rewrite it without them, or read it with a tool that knows them.",
            code="table_features",
        )


def _widened(table: DeltaTable, columns: Columns) -> DeltaTable:
    there = {field.name for field in table.schema().fields}
    added = [column for column in columns if column["name"] not in there]
    if added:
        table.alter.add_columns(list(_schema(added).fields), post_commithook_properties=_KEEP_LOGS)
    return table


def _marked(mark: Mark) -> CommitProperties:
    named = {"workbench.sequence": str(mark.sequence), COMMIT: mark.commit}
    return CommitProperties(custom_metadata=named, app_transactions=[Transaction(APP, mark.sequence)])


def _commit_of(folder: Path, version: int) -> str:
    with (folder / "_delta_log" / f"{version:020d}.json").open() as log:
        for line in log:
            action = json.loads(line)
            if "commitInfo" in action:
                return str(action["commitInfo"].get(COMMIT, ""))
    return ""


def _opened(folder: Path) -> DeltaTable | None:
    try:
        return DeltaTable(folder)
    except TableNotFoundError:
        return None


def _schema(columns: Columns) -> Schema:
    fields = [{"name": c["name"], "type": c["type"], "nullable": True, "metadata": {}} for c in columns]
    return Schema.from_json(json.dumps({"type": "struct", "fields": fields}))


def _lasting(folder: Path, table: DeltaTable, opened: int) -> int:
    """Make all versions last from the one that was opened, which a process that died may have left, to the newest."""
    table.update_incremental()
    version = int(table.version())
    _sync_versions(folder, range(opened, version + 1))
    return version


def _sync_versions(folder: Path, versions: Sequence[int]) -> None:
    log = folder / "_delta_log"
    paths = [log / f"{version:020d}.json" for version in versions]
    checkpoints = [path for path in (path.with_suffix(".checkpoint.parquet") for path in paths) if path.exists()]
    for path in (*paths, *checkpoints, *([log / "_last_checkpoint"] if checkpoints else [])):
        sync(path)
    sync_folder(log)
