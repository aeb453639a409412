"""Verifying the audit trail takes time in proportion to its length, and the same memory whatever its length."""

from __future__ import annotations

import time
import tracemalloc
from uuid import uuid4

import pytest

from workbench.core import journal
from workbench.core.journal import AuditEntry
from workbench.domains.audit import service
from workbench.domains.audit.service import Trail

SHORT, LONG = 5_000, 20_000
WORKSPACE = uuid4()


def entry(number: int) -> AuditEntry:
    """A record of usual size."""
    return AuditEntry(
        operation="tables.read", outcome="done", principal="os:1000", workspace_id=WORKSPACE, target_type="table",
        target_id=str(WORKSPACE), correlation_id=f"{number:032x}", surface="python",
        detail={"request": {"name": "daily_delays", "limit": number}},
    )  # fmt: skip


def grow(workbench, upto: int) -> None:
    """Write records until there are so many."""
    with workbench.read() as db:
        there = service.head(db).sequence
    for start in range(there, upto, 5_000):
        with journal.unit_of_work(workbench.database, Trail()) as db:
            for number in range(start, min(upto, start + 5_000)):
                journal.record(db, entry(number))


def seconds(workbench) -> float:
    """CPU time of the quickest of three verifications."""
    times = []
    for _ in range(3):
        started = time.process_time()
        with workbench.read() as db:
            service.verify(db)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.usefixtures("any_database")
@pytest.mark.thorough
def test_verifying_is_linear_and_streams(workbench, record_property):
    """Four times the records take at most six times the time, a second for 20,000 at most, and under 16 MiB."""
    grow(workbench, SHORT)
    short = seconds(workbench)
    grow(workbench, LONG)
    long = seconds(workbench)

    tracemalloc.start()
    with workbench.read() as db:
        service.verify(db)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    record_property("records_per_second", round(LONG / long))
    record_property("peak_mib", round(peak / 2**20, 1))
    assert long / short < 6
    assert LONG / long > 20_000
    assert peak < 16 * 2**20
