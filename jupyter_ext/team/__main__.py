"""What `workbench serve` becomes: checks that the home may be served, and serves it until somebody stops it."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence

from workbench.cli import printing
from workbench.core.collecting import loading
from workbench.core.errors import Invalid, Unavailable, WorkbenchError
from workbench.core.settings import Settings, load
from workbench.sandbox import bubblewrap

from .lock import only_server
from .places import HERE

SCHEMES = ("http://", "https://")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the home that the environment names; answers the exit code."""
    asked = _parser().parse_args(argv)
    try:
        settings = load()
        check(settings, asked.host)
        with only_server(settings.home):
            serve(settings, asked)
    except WorkbenchError as error:
        return printing.failure(error, as_json=False)
    return 0


def check(settings: Settings, host: str) -> None:
    """Find out whether a home may be served to a team on an address.

    Raises:
        Invalid: it is a person's home, or nobody knows the name under which others reach it.
        Unavailable: people's code would have no sandbox.
    """
    if not settings.team:
        raise Invalid(
            f"The home {settings.home} is not a team's.",
            fix="Make one with `workbench init --admin-email E`, in another folder (--home DIR) if this is yours.",
            code="not_a_team_home",
        )
    if settings.public_url and not settings.public_url.startswith(SCHEMES):
        raise Invalid(f"public_url is {settings.public_url!r}, which is no address.", code="bad_config")
    if host not in HERE and not (settings.public_url or settings.hosts):
        raise Invalid(
            "Others are to reach this server, but under which name is not known.",
            fix='Set public_url = "https://data.example.org/" in the home\'s config.toml.',
            code="public_url_missing",
        )
    if settings.sandboxed:
        bubblewrap.path()


def serve(settings: Settings, asked: argparse.Namespace) -> None:
    """Serve until a signal comes.

    Raises:
        Unavailable: the port cannot be had.
    """
    _check_port(asked.host, asked.port)
    listening = {"ip": asked.host, "port": asked.port, "port_retries": 0, "log_level": "WARN"}
    tls = {name: path for name in ("certfile", "keyfile") if (path := getattr(asked, name))}
    with loading():
        from .server import TeamServer, traits

        server = TeamServer.instance(**traits(settings), **listening, **tls)
        server.initialize(argv=[], find_extensions=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop(from_signal=True))
    address = settings.public_url or f"{'https' if tls else 'http'}://{asked.host}:{asked.port}{server.base_url}"
    if settings.allow_unsandboxed:
        _say("People's code runs WITHOUT a sandbox, with all rights of this server.")
    _say(f"The workbench is at {address}workbench. Stop it with Ctrl-C.")
    if not asked.no_browser and _has_display():
        server.io_loop.add_callback(
            lambda: threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        )
    server.start()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Unavailable(
            f"The port {port} of {host} cannot be had: {error.strerror}.",
            fix="Choose another with --port.",
            code="port_taken",
        ) from error


def _has_display() -> bool:
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workbench serve", allow_abbrev=False)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8888)
    parser.add_argument("--certfile")
    parser.add_argument("--keyfile")
    parser.add_argument("--no-browser", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
