"""The server of a team in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time

import httpx
import pytest

from tests.e2e.dashboards.conftest import chromium, new_page  # noqa: F401 - fixtures


def unused_port() -> int:
    """A port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def free_port() -> int:
    """A port of the test's own."""
    return unused_port()


def until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server can work."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/workbench/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server is not ready; it ended with {process.poll()}")
