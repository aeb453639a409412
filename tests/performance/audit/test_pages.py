"""A page of the audit trail costs what it shows, and not how long the trail is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from workbench.core import journal
from workbench.core.journal import AuditEntry
from workbench.domains.audit.service import Trail

SHORT, LONG = 1_000, 10_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
FILTERS = {
    "user_id": {"user_id": str(ONE)},
    "principal": {"principal": "user:one"},
    "operation": {"operation": "things.begin"},
    "target_id": {"target_id": "one"},
    "outcome": {"outcome": "denied"},
    "correlation_id": {"correlation_id": "one"},
    "until": {"until": (BEGAN + timedelta(seconds=5)).isoformat()},
    "nothing": {},
}


def entry(workspace: UUID, number: int) -> AuditEntry:
    """One of a few at the beginning that every filter is about, or one of the many after them."""
    first = number < 5
    return AuditEntry(
        operation="things.begin" if first else "things.go_on", outcome="denied" if first else "done",
        principal="user:one" if first else "user:other", user_id=ONE if first else OTHER, workspace_id=workspace,
        target_type="thing", target_id="one" if first else f"{number}", surface="rest",
        correlation_id="one" if first else f"{number}", at=BEGAN + timedelta(seconds=number),
    )  # fmt: skip


def grow(workbench, workspace: UUID, start: int, end: int) -> None:
    """Write records."""
    with journal.unit_of_work(workbench.database, Trail()) as db:
        for number in range(start, end):
            journal.record(db, entry(workspace, number))


@contextmanager
def counted(workbench) -> Iterator[list[int]]:
    """The steps of SQLite's machine, in tens, that queries take meanwhile: the same on every computer."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    with workbench.database.engine.connect() as connection:
        connection.connection.driver_connection.set_progress_handler(step, 10)
    yield steps
    with workbench.database.engine.connect() as connection:
        connection.connection.driver_connection.set_progress_handler(None, 10)


def cost(workbench, caller, fields: dict[str, str]) -> int:
    """The steps that a page takes."""
    with counted(workbench) as steps:
        items = caller.call("audit.list", limit=5, **fields).items
    assert len(items) == 5
    return steps[0]


def test_a_page_of_few_among_many_is_found_without_passing_the_many(workbench, caller, workspace):
    """With ten times the records after them, the few that a filter is about cost at most half as much again."""
    grow(workbench, workspace.id, 0, SHORT)
    short = {name: cost(workbench, caller, fields) for name, fields in FILTERS.items()}
    grow(workbench, workspace.id, SHORT, LONG)
    long = {name: cost(workbench, caller, fields) for name, fields in FILTERS.items()}

    assert min(short.values()) > 0
    assert {name: long[name] / short[name] for name in FILTERS if long[name] > 1.5 * short[name]} == {}
