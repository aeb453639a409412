"""What a page of the list of runs costs with a thousand and with a million runs (aim of the ratio: at most 1.5)."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from workbench.core.caller import LocalCaller
from workbench.core.ids import new_id
from workbench.core.settings import load
from workbench.domains.runs.models import Run
from workbench.home import local_caller, open_home

ROUNDS, BATCH = 60, 20_000


def filled(folder: Path, rows: int) -> LocalCaller:
    """A home with so many ended runs."""
    workbench = open_home(load({"home": folder}, environ={}))
    caller = local_caller(workbench)
    workspace = caller.context().workspace.id
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for first in range(0, rows, BATCH):
        made = [
            {
                "id": new_id(), "created_at": start + timedelta(seconds=number), "workspace_id": workspace,
                "title": f"pipeline {number % 50}", "submitted_by": "os:0", "rights_of": "os:0", "rights": {},
                "parameters": {"n": number}, "options": {}, "correlation_id": f"{number:032x}",
                "status": "succeeded" if number % 10 else "failed", "attempt": 1, "cells_done": 3,
                "backend": "local",
            }
            for number in range(first, min(first + BATCH, rows))
        ]  # fmt: skip
        with workbench.unit_of_work() as db:
            db.execute(insert(Run), made)
    return caller


@pytest.mark.thorough
def test_a_page_costs_the_same_however_long_the_list_is(tmp_path, request):
    """The first page, the sixth and a filtered one: the ratio of medians, large to small (`make bench`: a million)."""
    quick = request.config.getoption("benchmark_disable")
    small, large = (1_000, 20_000) if quick else (1_000, 1_000_000)
    homes = {size: filled(tmp_path / str(size), size) for size in (small, large)}
    middle = {}
    for size, caller in homes.items():
        cursor = None
        for _ in range(5):
            cursor = caller.call("runs.list", limit=50, cursor=cursor).next
        middle[size] = cursor
    asked = {
        "first page": lambda _: {},
        "sixth page": lambda size: {"cursor": middle[size]},
        "failed only": lambda _: {"status": "failed"},
    }
    for name, fields in asked.items():
        taken: dict[int, list[float]] = {size: [] for size in homes}
        for _ in range(ROUNDS):
            for size, caller in homes.items():
                started = time.perf_counter()
                caller.call("runs.list", limit=50, **fields(size))
                taken[size].append(time.perf_counter() - started)
        medians = {size: statistics.median(times) for size, times in taken.items()}
        ratio = medians[large] / medians[small]
        print(
            f"list of runs, {name}: {small:,} rows {medians[small] * 1e3:.1f} ms, "
            f"{large:,} rows {medians[large] * 1e3:.1f} ms, ratio {ratio:.2f}"
        )
        assert ratio < 5, "the cost of a page grows with the list"
