"""`workbench serve`: becomes the server of a team."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from workbench.core.errors import Invalid

from . import options

MODULE = "jupyter_ext.team"


def serve(session: options.Session, argv: Sequence[str]) -> int:
    """Replace this process by the team's server; what it refuses, it says and exits as any command does."""
    parser = options.Parser("workbench serve", description="Serve a team: everybody signs in with an account.")
    parser.add_argument("--host", default="localhost", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8888, metavar="N", help="the port (default: 8888)")
    parser.add_argument("--slots", type=int, metavar="N", help="how many runs may execute at once")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument("--certfile", metavar="PEM", help="serve HTTPS with this certificate")
    parser.add_argument("--keyfile", metavar="PEM", help="the certificate's key, where it is in a file of its own")
    unsandboxed = "let people's code run with all rights of the server, where there is no bubblewrap"
    parser.add_argument("--allow-unsandboxed", action="store_true", help=unsandboxed)
    options.add_to(parser)
    asked = session.take(parser.parse_args(list(argv)))
    if session.server:
        raise Invalid("A server serves a home.", fix="Leave --server out.", code="usage")
    if not 0 < asked["port"] < 65_536:
        raise Invalid(f"{asked['port']} is not a port.", fix="Choose one from 1024 to 65535.", code="usage")
    environment = {"WORKBENCH_HOME": str(session.settings.home)}
    if asked["slots"] is not None:
        environment["WORKBENCH_SLOTS"] = str(asked["slots"])
    if asked["allow_unsandboxed"]:
        environment["WORKBENCH_ALLOW_UNSANDBOXED"] = "true"
    given = [f"--{name}={asked[name]}" for name in ("host", "port", "certfile", "keyfile") if asked[name]]
    given += ["--no-browser"] if asked["no_browser"] else []
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", MODULE, *given], os.environ | environment)  # noqa: S606
