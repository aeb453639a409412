"""A team home, something worth stealing in it, and a way to run code as its people."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from tests.factories.notebooks import plain
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
def small(team):
    """The same home for runs under other settings, which their worker finds in the home's file."""

    def with_settings(**settings):
        config = team.settings.home / "config.toml"
        config.write_text("team = true\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
        return replace(team.settings, **settings)

    yield with_settings
    (team.settings.home / "config.toml").write_text("team = true\n")


def execute(caller, *cells, **fields):
    """Run a notebook to its end and answer the run."""
    parameters = fields.pop("cell", None)
    run = caller.call("runs.start_notebook", notebook=plain(*cells, parameters=parameters), **fields)
    *_, last = follow(caller, run.id)
    return last


def printed(caller, run):
    """What its cells printed."""
    return [line.text for line in caller.call("runs.logs", id=str(run.id)).lines]
