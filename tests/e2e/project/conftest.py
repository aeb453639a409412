"""A person who reads README or the documentation, and does what it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.runner import postgresql
from tests.runner.commands import program
from tests.runner.demo import demo_server
from tests.runner.documents import Reader, environment
from tests.runner.stages import ROOT
from workbench.core.caller import LocalCaller
from workbench.core.settings import load
from workbench.home import local_caller, open_home


@pytest.fixture
def reader(demo_home, tmp_path, postgresql_url):
    """Someone in a folder with the demo's home, its server, a token, a notebook and a database to connect to."""
    home = tmp_path / ".demo"
    shutil.copytree(demo_home, home)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copy(ROOT / "notebooks" / "ingest_flights.ipynb", tmp_path / "my_notebook.ipynb")
    (tmp_path / "warehouse.json").write_text(json.dumps(_config(postgresql_url)))
    with demo_server(home, tmp_path / "server.log") as server, program(tmp_path / "programs") as workbench:
        given = environment(home, "", workbench.parent)
        given["TOKEN"] = _token(home)
        made = Reader(tmp_path, server.url, given, lambda: _last_run(home))
        yield made
        made.close()


def _config(url: str) -> dict[str, object]:
    address = url.partition("@")[2].partition("/")[0]
    host, _, port = address.partition(":")
    return {"host": host, "port": int(port), "database": postgresql.name_of(url), "user": "postgres"}


@contextmanager
def _owner(home: Path) -> Iterator[LocalCaller]:
    opened = open_home(load({"home": home}, environ={}))
    try:
        yield local_caller(opened)
    finally:
        opened.close()


def _token(home: Path) -> str:
    with _owner(home) as owner:
        token: str = owner.call("tokens.create", name="documents").token
        return token


def _last_run(home: Path) -> str:
    with _owner(home) as owner:
        return str(owner.call("runs.list", limit=1).items[0].id)
