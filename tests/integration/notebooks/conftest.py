"""The demo's home, copied, so that its notebooks can be run again for real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.core.caller import LocalCaller
from workbench.core.settings import load
from workbench.demo.api import serving
from workbench.demo.connectors import connect
from workbench.demo.places import Sources
from workbench.foreground import follow
from workbench.home import local_caller, open_home


class World:
    """A home in which the demo has run, with its sources and its API."""

    def __init__(self, home: Path, caller: LocalCaller) -> None:
        self.home, self.caller = home, caller

    def run(self, pipeline: str, **parameters: Any) -> Any:
        """Run a pipeline to its end."""
        run = self.caller.call("runs.start", id=pipeline, parameters=parameters)
        *_, ended = follow(self.caller, run.id)
        return ended

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        table = self.caller.stream("queries.run", sql=sql).read_all()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def content(self, *tables: str) -> dict[str, tuple[Any, ...]]:
        """How many rows each table has, and a digest of them, whatever their order."""
        asked = "SELECT count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {} AS one"
        return {table: self.rows(asked.format(table))[0] for table in tables}


@pytest.fixture(scope="session")
def world(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A copy of the demo's home whose connectors point to its own sources; nobody serves its API any more."""
    home = tmp_path_factory.mktemp("notebooks") / "home"
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("port", "token", "*.lock"))
    workbench = open_home(load({"home": home, "root": home / "notebooks"}, environ={}))
    caller = local_caller(workbench)
    sources = Sources(home / "sources")
    with serving(sources) as api:
        connect(caller, sources, api)
    yield World(home, caller)
    workbench.close()
