"""A team home, something worth stealing in it, and a way to run code as its people."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tests.factories.notebooks import plain
from tests.runner.stages import ROOT
from workbench.core.settings import load
from workbench.foreground import follow
from workbench.home import local_caller, open_home


@pytest.fixture(scope="module")
def team(migrated_home, tmp_path_factory):
    """A team home, opened in this process."""
    folder = tmp_path_factory.mktemp("team")
    shutil.copytree(migrated_home, folder / "home")
    (folder / "home" / "config.toml").write_text("team = true\n")
    workbench = open_home(load({"home": folder / "home", "root": folder, "files_roots": [folder / "data"]}, environ={}))
    yield workbench
    workbench.close()


@pytest.fixture(scope="module")
def owner(team):
    """The home's owner, Admin of `default`."""
    return local_caller(team)


@pytest.fixture
def scratch():
    """A folder that an unprivileged user can write to as well, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="wbt-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def unprivileged():
    """What to put before a command so that it is an unprivileged user's; skips where the tests are one's already."""
    if os.geteuid() != 0:
        pytest.skip("the tests are an unprivileged user's already")
    shown = {Path(sys.prefix), Path(sys.base_prefix), ROOT}
    closed = {top for place in shown for top in place.parents if top != Path("/") and not top.stat().st_mode & 0o001}
    command = [
        "bwrap",
        "--dev-bind",
        "/",
        "/",
        "--cap-drop",
        "ALL",
        "--cap-add",
        "CAP_SETUID",
        "--cap-add",
        "CAP_SETGID",
    ]
    for top in sorted(closed):
        command += ["--tmpfs", str(top), "--chmod", "755", str(top)]
    for place in sorted(place for place in shown if any(place.is_relative_to(top) for top in closed)):
        above = [
            way for way in reversed(place.parents) if any(way != top and way.is_relative_to(top) for top in closed)
        ]
        command += [word for way in above for word in ("--perms", "0755", "--dir", str(way))]
        command += ["--ro-bind", str(place), str(place)]
    return [*command, "--", "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


def execute(caller, *cells, **fields):
    """Run a notebook to its end and answer the run."""
    parameters = fields.pop("cell", None)
    run = caller.call("runs.start_notebook", notebook=plain(*cells, parameters=parameters), **fields)
    *_, last = follow(caller, run.id)
    return last


def printed(caller, run):
    """What its cells printed."""
    return [line.text for line in caller.call("runs.logs", id=str(run.id)).lines]
