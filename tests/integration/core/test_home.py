"""A home is opened whole, however it was begun and by however many at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.core.settings import load
from workbench.domains.access import service
from workbench.home import open_home

OPEN = """
import sys
from workbench.core.settings import load
from workbench.home import local_caller, open_home
workbench = open_home(load({"home": sys.argv[1]}, environ={}))
print(local_caller(workbench).call("me.show").workspaces[0].name)
workbench.close()
"""


def owned(settings):
    """The name of the workspace that the home's owner finds, once the home is open."""
    workbench = open_home(settings)
    try:
        with workbench.read() as db:
            return service.part_of(db, service.os_principal(db), "default").name
    finally:
        workbench.close()


def test_a_home_whose_maker_was_killed_is_completed(tmp_path, monkeypatch):
    """Where the tables were made but nobody to own them, the next who opens the home makes up for it."""
    settings = load({"home": tmp_path / "home"}, environ={})

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service, "ensure_default", killed)
        with pytest.raises(KeyboardInterrupt):
            open_home(settings)

    assert owned(settings) == "default"


def test_whoever_opens_a_new_home_at_once_finds_it_whole(tmp_path):
    """Several processes that open a folder that is no home yet all find its owner and workspace."""

    def opened(_: int) -> subprocess.CompletedProcess[str]:
        given = [sys.executable, "-c", OPEN, str(tmp_path / "home")]
        return subprocess.run(given, capture_output=True, text=True, timeout=120)

    with ThreadPoolExecutor(3) as crowd:
        ended = list(crowd.map(opened, range(3)))

    assert [(each.returncode, each.stdout.strip()) for each in ended] == [(0, "default")] * 3, ended
