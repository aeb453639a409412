"""The server of a team in a process of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.runner.demo import START_SECONDS

# What Jupyter's handlers say of a browser that went on to another page before it was answered.
LEFT = re.compile(r"Traceback.*\n(?: .*\n)*? *tornado\.iostream\.StreamClosedError")
ADMIN, PASSWORD = "ada@example.org", "correct horse battery staple"


# Whose pages tests make up: another origin of the same site, as an intranet is. Its port is below those that systems
# give to whoever asks for one, and each process of the tests has its own.
INTRANET = f"http://localhost:{20_000 + os.getpid() % 10_000}"


def unused_port() -> int:
    """A port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server can work."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/workbench/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server is not ready; it ended with {process.poll()}")


class Team:
    """A team's server that runs; `workbench` is the command on the same home."""

    def __init__(self, base: str, environment: dict[str, str], process: int) -> None:
        self.base, self._environment, self.process = base, environment, process
        self.arrived: list[str] = []

    @property
    def files(self) -> Path:
        """The folder that has a folder for each workspace."""
        return Path(self._environment["WORKBENCH_HOME"]) / "files"

    def workbench(self, *arguments: str) -> Any:
        """What the command answers in JSON."""
        return json.loads(workbench(self._environment, *arguments, "--json"))


def workbench(environment: dict[str, str], *arguments: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "workbench.cli", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout


def fill_in(page: Any, button: str, **fields: str) -> None:
    """Fill in the form that is shown and send it."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name=button).click()
