"""Browsers, and the servers that they open: the demo's and a team's.

The tests of a folder run in one process (`tests.runner.scheduling`), so that a server is started once for all of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runner.demo import Server, demo_server
from tests.runner.team import ADMIN, INTRANET, LEFT, PASSWORD, Team, until_ready, unused_port, workbench
from tests.runner.visitors import AGENT, DESK, PATIENCE, PHONE, Visitor
from workbench.sandbox import bubblewrap


def of_demo(fixture_name: str, config: pytest.Config) -> str:
    """How long a demo's server lives: the thorough tests change much in it, so that each file has its own."""
    return "session" if "not thorough" in config.option.markexpr else "module"


@pytest.fixture(scope=of_demo)
def home_folder(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's home."""
    folder = tmp_path_factory.mktemp("pages") / ".demo"
    shutil.copytree(demo_home, folder)
    return folder


@pytest.fixture(scope=of_demo)
def server(home_folder: Path) -> Iterator[Server]:
    """The demo's server; at its end its log must be clean."""
    with demo_server(home_folder, home_folder.parent / "server.log") as started:
        yield started
    lines = started.log.read_text().splitlines()
    fault = next((place for place, line in enumerate(lines) if _is_fault(line)), None)
    assert fault is None, "\n".join([f"{started.log}:", *lines[fault : fault + 60]])


def _is_fault(line: str) -> bool:
    return bool(re.search(r"Traceback|Error:|\"level\": \"ERROR\"|\[E ", line))


@pytest.fixture(scope="module")
def chromium(browser_type_launch_args: dict[str, Any]) -> Iterator[Any]:
    """A browser; Playwright's own, since its plugin's fixtures warn under the pytest we have."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**browser_type_launch_args)
        yield started
        started.close()


@pytest.fixture
def new_page(chromium: Any) -> Iterator[Any]:
    """Makes windows of people who never were here."""
    contexts: list[Any] = []

    def make(**options: Any) -> Any:
        contexts.append(chromium.new_context(**options))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(new_page: Any, server: Server) -> Any:
    """Makes visitors; `dark`, `phone` and Playwright's own options say how they look."""

    def make(*, dark: bool = False, phone: bool = False, **options: Any) -> Visitor:
        given: dict[str, Any] = {"viewport": PHONE if phone else DESK, "color_scheme": "dark" if dark else "light"}
        if phone:
            given |= {"is_mobile": True, "has_touch": True, "device_scale_factor": 2, "user_agent": AGENT}
        return Visitor(new_page(**(given | options)), server)

    return make


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The server of a team whose first account was just made; at its end its log holds no secret and no fault."""
    bubblewrap.path()
    folder = tmp_path_factory.mktemp("team")
    home = folder / "home"
    ours = {
        "HOME": home, "ROOT": home / "files" / "default", "ADMIN_PASSWORD": PASSWORD, "FRAME_ORIGINS": INTRANET
    }  # fmt: skip
    environment = os.environ | {f"WORKBENCH_{name}": str(value) for name, value in ours.items()}
    workbench(environment, "init", "--admin-email", ADMIN)
    port = unused_port()
    base = f"http://localhost:{port}"
    command = [sys.executable, "-m", "workbench.cli", "serve", "--no-browser", "--port", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=log, stdout=log)
    try:
        until_ready(base, process)
        yield Team(base, environment, process.pid)
    finally:
        process.terminate()
        process.wait(30)
    told = LEFT.sub("", (folder / "log").read_text())
    assert not re.search(rf"{PASSWORD}|code=(?!\[secret\])|Traceback", told), told
