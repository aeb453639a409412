"""The demo's home and server for whoever tests a person's whole path; made once for all processes of a test run."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .stages import BUILD

DEMO_SECONDS = 600
START_SECONDS = 120
STOP_SECONDS = 20
READY_MADE = "WORKBENCH_TEST_DEMO"


@dataclass(frozen=True)
class Server:
    """A server that runs; `signed_in` is the address that the demo prints for the person, that of its live page."""

    url: str
    signed_in: str
    log: Path

    @property
    def pages(self) -> str:
        """Where the pages of the workspace begin."""
        return f"{self.url}/workbench/apps/default"

    @property
    def home(self) -> str:
        """The home page, signed in."""
        return f"{self.pages}/home?{self.signed_in.partition('?')[2]}"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that `workbench demo --exit` makes from the real data. Shared by all tests: read it, or copy it.

    The demo's connectors point into its `sources`, and so do those of a copy. WORKBENCH_TEST_DEMO names a home that was
    made before, for those who work on such a test.
    """
    if ready_made := os.environ.get(READY_MADE):
        return Path(ready_made)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = shared / "demo" / "home"
    with (shared / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            home.parent.mkdir()
            command = [sys.executable, "-m", "workbench.cli", "--home", str(home), "demo", "--exit", "--no-browser"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=DEMO_SECONDS)
            (BUILD / "demo.log").write_text(done.stdout + done.stderr)
            if done.returncode:
                pytest.fail(f"the demo ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return home


@contextmanager
def demo_server(home: Path, log: Path) -> Iterator[Server]:
    """Serve a home as `workbench demo` does, on a free port; SIGINT ends it, as a person would."""
    port = free_port()
    command = [sys.executable, "-m", "workbench.cli", "--home", str(home), "demo", "--no-browser", f"--port={port}"]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, cwd=log.parent)
        try:
            url = f"http://localhost:{port}"
            wait_until(f"{url}/workbench/livez", server, log)
            _wait(lambda: "token=" in log.read_text(), server, log)
            signed_in = next(word for word in log.read_text().split() if "token=" in word)
            yield Server(url, signed_in, log)
        finally:
            _stop(server)


def wait_until(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until an address answers, or fail with what the server logged."""
    _wait(lambda: _answers(address), server, log)


def _wait(done: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not done():
        if server.poll() is not None or time.monotonic() > end:
            pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.1)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
