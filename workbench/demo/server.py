"""Starts JupyterLab with the workbench in it, in this process, and opens the browser on the result."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid, Unavailable

PAGE = "workbench/apps/default/live/daily_delays"
READY_SECONDS = 120
OURSELVES = "workbench-demo"


def start(
    notebooks: Path, *, port: int | None, browser: bool, ready: Callable[[str], None], page: str = PAGE
) -> None:  # fmt: skip
    """Serve until somebody stops it (Ctrl-C needs no confirmation); `ready` is told the signed-in address of `page`.

    Without a port the first free one from 8888 on is taken. The server finds the home in the environment. It listens
    on loopback and wants a token, so that root may start it too, as in a container.
    """
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    arguments = [
        f"--ServerApp.root_dir={notebooks}",
        "--ServerApp.allow_root=True",
        "--ServerApp.ip=localhost",
        "--ServerApp.certfile=",
        "--ServerApp.open_browser=False",
        f"--IdentityProvider.token={secrets.token_urlsafe(24)}",
        "--Application.log_level=WARN",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    server = LabApp.make_serverapp(jpserver_extensions={"jupyterlab": True, "jupyter_ext": True})
    server.initialize(argv=arguments, starter_extension=LabApp.name)
    # Jupyter would ask first on a terminal, and elsewhere leave without closing the home.
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))
    server.default_url = f"{server.base_url}{page}"

    def tell() -> None:
        server.log.addFilter(_others)
        _wait(server.port, f"{server.base_url}workbench/readyz?{OURSELVES}")
        server.log.removeFilter(_others)
        ready(address(server, page))
        if browser and has_display():
            server.launch_browser()

    threading.Thread(target=tell, name="demo-ready", daemon=True).start()
    server.start()


def check(port: int) -> None:
    """Find out before the long work whether the server will get its port.

    Raises:
        Invalid: it is no port.
        Unavailable: it is taken, or only root may have it.
    """
    if not 0 < port < 65_536:
        raise Invalid(f"{port} is not a port.", fix="Choose one from 1024 to 65535, or leave --port out.", code="usage")
    try:
        socket.create_server(("localhost", port)).close()
    except OSError as error:
        raise Unavailable(
            f"The port {port} cannot be had: {error.strerror}.",
            fix="Choose another with --port, or leave it out to get the first free one.",
            code="port_taken",
        ) from error


def address(server: Any, page: str) -> str:
    """Where a page is, with the token that signs in."""
    return f"http://localhost:{server.port}{server.base_url}{page}?token={server.identity_provider.token}"


def _wait(port: int, path: str) -> None:
    """Wait until the home is open and the pages are there, for before that the address shows an error; not for ever."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        connection = HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", path, headers={"User-Agent": OURSELVES})
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)


def _others(record: logging.LogRecord) -> bool:
    """Whether a line of the log is not about our own question, whether the server is ready."""
    return OURSELVES not in record.getMessage()


def has_display() -> bool:
    """Whether a browser could open here; without a display Linux would open a text browser in this very terminal."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
