"""What row-level security costs a derived operation on PostgreSQL, against the same without (aim of the ratio: 1.1)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from tests.factories.store import write
from tests.runner import postgresql
from workbench.core import context, row_security
from workbench.core.caller import LocalCaller
from workbench.core.workbench import Workbench
from workbench.home import local_caller, open_home

ROUNDS, EACH = 30, 10
HELD = 1.5  # a busy machine adds to each of the one or two statements more
OPERATIONS: dict[str, dict[str, Any]] = {
    "tables.show": {"name": "t2"},
    "tables.list": {"limit": 20},
    "members.list": {},
    "preferences.set": {"name": "theme", "value": "dark"},
}


@pytest.fixture
def bare(settings, postgresql_server, migrated_database, ordinary_role, tmp_path) -> Iterator[Workbench]:
    """A home like `workbench`, whose database has no policies and is told nothing."""
    url = postgresql.create(postgresql_server, migrated_database[1], owner=ordinary_role)
    driver = url.replace("postgresql://", "postgresql+psycopg://")
    opened = open_home(replace(settings, home=tmp_path / "bare", database_url=driver))
    with opened.database.engine.begin() as connection:
        row_security.unprotect(connection)
    event.remove(opened.database._sessions, "after_begin", row_security.say)
    event.listen(opened.database._sessions, "after_begin", _isolate)
    yield opened
    opened.close()
    postgresql.drop(postgresql_server, postgresql.name_of(url))


def _isolate(db: Any, _: Any, connection: Any) -> None:
    if db.info["reads"]:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def times(call: Callable[[], Any], number: int) -> list[float]:
    """Seconds that each of some calls takes."""
    found = []
    for _ in range(number):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_row_security_against_none(workbench, bare, quick, record_property, monkeypatch):
    """Both homes are asked in turn; the ratio of the medians, for reads of one and of many and for a write."""
    rounds = 3 if quick else ROUNDS
    callers = {"with": local_caller(workbench), "without": local_caller(bare)}
    for caller in callers.values():
        for number in range(3):
            write(caller, f"t{number}", {"a": [number]})
    ratios = {}
    for name, fields in OPERATIONS.items():
        taken: dict[str, list[float]] = {"with": [], "without": []}
        for turn in range(rounds):
            for which in ("with", "without") if turn % 2 else ("without", "with"):
                taken[which] += _turn(callers[which], name, fields, monkeypatch, told=which == "with")
        ratio = statistics.median(taken["with"]) / statistics.median(taken["without"])
        record_property(name, round(ratio, 3))
        ratios[name] = round(ratio, 2)
    assert quick or max(ratios.values()) < HELD, ratios


def _turn(
    caller: LocalCaller, name: str, fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> list[float]:
    with monkeypatch.context() as patch:
        if not told:
            patch.setattr(context, "confine", lambda *_: None)
        return times(lambda: caller.call(name, **fields), EACH)
