"""Tables and runs for tests of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlalchemy.orm import Session

from workbench.core.caller import LocalCaller
from workbench.core.context import Context, RunScope
from workbench.core.ids import new_id
from workbench.core.workbench import Workbench
from workbench.domains.store.service import committer

Rows = Mapping[str, Sequence[Any]] | pa.Table


def write(caller: LocalCaller, name: str, rows: Rows, **fields: Any) -> Any:
    """Write rows to a table as the sdk does."""
    table = rows if isinstance(rows, pa.Table) else pa.table(dict(rows))
    return caller.stream("tables.stage", table.to_reader(), name=name, **fields)


def read(caller: LocalCaller, name: str, **fields: Any) -> list[dict[str, Any]]:
    """The rows of a table, sorted."""
    return in_order(caller.stream("tables.read", name=name, **fields).read_all().to_pylist())


def ask(caller: LocalCaller, sql: str, **fields: Any) -> list[dict[str, Any]]:
    """The rows of a query."""
    found: list[dict[str, Any]] = caller.stream("queries.run", sql=sql, **fields).read_all().to_pylist()
    return found


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by what they hold, nulls first."""
    return sorted(rows, key=lambda row: [(value is not None, str(value)) for value in row.values()])


class Attempt:
    """What a run's notebook is to the store: a caller whose writes are staged, and the end of it."""

    def __init__(self, workbench: Workbench, caller: LocalCaller, folder: Path, **rights: tuple[str, ...]) -> None:
        self.workbench = workbench
        outer = caller.context()
        with workbench.unit_of_work() as db:
            self.commit_id: UUID = committer.open_commit(
                workbench.settings, db, outer.workspace_id, folder=folder, owner_id=outer.principal.user_id,
                author="os:run",
            ).id  # fmt: skip
        scope = RunScope(new_id(), 1, self.commit_id, folder, "token", **rights)

        def context(_: Session) -> Context:
            inner = caller.context()
            inner.run = scope
            return inner

        self.caller = LocalCaller(workbench, context)

    def prepare(self) -> None:
        """Go past the point of no return."""
        with self.workbench.unit_of_work() as db:
            committer.prepare(self.workbench.settings, db, committer.get(db, self.commit_id))

    def complete(self) -> None:
        """Make what was prepared visible."""
        committer.complete(self.workbench, self.commit_id)

    def succeed(self) -> None:
        """Commit."""
        self.prepare()
        self.complete()

    def fail(self) -> None:
        """Give up what was staged."""
        with self.workbench.unit_of_work() as db:
            committer.discard(self.workbench.settings, db, committer.get(db, self.commit_id))

    def blocking(self) -> list[UUID]:
        """The commits that must be completed first."""
        with self.workbench.unit_of_work() as db:
            return committer.blocking_commits(db, committer.get(db, self.commit_id))
